"""Who may do what: one literal table. A permission is the name of an action, or `noun.read`."""

ROLES = ("viewer", "operator", "dispatcher", "technician", "agent", "auditor", "administrator")

_ALL = frozenset(ROLES)
_DESK = frozenset({"operator", "dispatcher", "administrator"})
_OFFICE = _DESK | {"agent"}
_FIELD = frozenset({"technician", "dispatcher", "administrator"})
_FLEET = frozenset({"operator", "administrator"})
_ADMIN = frozenset({"administrator"})
_LEAD = frozenset({"dispatcher", "administrator"})

MAY: dict[str, frozenset[str]] = {
    "fleet.read": _ALL,
    "fault.read": _ALL,
    "ticket.read": _ALL,  # a technician sees the tickets of own visits only
    "visit.read": _ALL,  # a technician sees own visits only
    "technician.read": _ALL - {"viewer"},
    "standard.read": _ALL,
    "personal.read": _OFFICE | {"auditor"},  # names, addresses, phones in full; others see them masked
    "qr.read": _DESK,  # a QR payload is arrival evidence: not for those who arrive
    "site.create": _FLEET,
    "site.patch": _FLEET,
    "cabinet.create": _FLEET,
    "cabinet.patch": _FLEET,
    "cabinet.retire": _FLEET,
    "cabinet.replace-controller": _FLEET,
    "cabinet.credential": _FLEET,
    "cabinet.revoke": _FLEET,
    "credential.read": _ADMIN,  # what is kept of all secrets, for a broker of one's own
    "command.create": _DESK,
    "food.profile": _FLEET,
    "food.release": _DESK | {"technician"},  # the guards ask who was there
    "fault.acknowledge": _DESK,
    "fault.snooze": _DESK,
    "fault.comment": _OFFICE,
    "maintenance.create": _DESK,
    "maintenance.end": _DESK,
    "ticket.create": _OFFICE,
    "ticket.triage": _DESK,
    "ticket.remote": _DESK,
    "ticket.dispatch": _DESK,
    "ticket.wait": _DESK | {"technician"},
    "ticket.resume": _DESK | {"technician"},
    "ticket.reply": _OFFICE | {"technician"},
    "ticket.promise": _OFFICE,
    "ticket.work-done": _DESK | {"technician"},
    "ticket.verify": _DESK | {"technician"},
    "ticket.resolve": _DESK,
    "ticket.follow-up": _OFFICE,
    "ticket.close": _OFFICE,
    "ticket.sign-off": _OFFICE | {"technician"},
    "ticket.reopen": _OFFICE,
    "ticket.merge": _DESK,
    "ticket.cancel": _DESK,
    "ticket.comment": _OFFICE | {"technician"},
    "ticket.appointment": _OFFICE | {"technician"},  # a technician those of own visits
    "ticket.candidates": _DESK,
    "stock.read": _OFFICE | {"technician", "auditor"},
    "stock.set": _DESK,
    "plan.read": _DESK | {"auditor"},
    "plan.create": frozenset({"dispatcher", "administrator"}),
    "plan.apply": frozenset({"dispatcher", "administrator"}),
    "ticket.record": _OFFICE,
    "ticket.decide": _DESK,
    "ticket.dispute": _OFFICE,
    "ticket.approve": frozenset({"dispatcher", "administrator"}),
    "ticket.withdraw-approval": frozenset({"dispatcher", "administrator"}),
    "ticket.compensate": _LEAD,
    "ticket.refund": _OFFICE,
    "ticket.escalate": _OFFICE,
    "ticket.claim": _OFFICE,
    "ticket.rule": frozenset({"dispatcher", "administrator"}),
    "recall.read": _ALL,
    "recall.create": _DESK,
    "recall.preview": _DESK,
    "recall.sales": _DESK,
    "recall.acknowledge": _DESK | {"technician"},
    "recall.confirm": _DESK,
    "recall.close": frozenset({"dispatcher", "administrator"}),
    "lot.read": _ALL,
    "lot-check.create": _FIELD,  # a technician those before the sale only
    "channel.read": _ALL,
    "channel.outage": _LEAD,
    "channel.restore": _LEAD,
    "badge.read": frozenset({"technician", "administrator"}),  # a technician the own badge only
    "cabinet.life-file": _OFFICE | {"auditor"},
    "contact.read": _ALL - {"technician"},
    "contact.create": _OFFICE,
    "contact.review": _LEAD | {"auditor"},  # and never who made the contact
    "technician.create": frozenset({"dispatcher", "administrator"}),
    "technician.patch": frozenset({"dispatcher", "administrator"}),
    "visit.accept": _FIELD,
    "visit.decline": _FIELD,
    "visit.depart": _FIELD,
    "visit.check-in": _FIELD,
    "visit.finish": _FIELD,
    "visit.correct": _LEAD,  # and never the technician whose arrival it is
    "visit.confirm": _LEAD,
    "ticket.quote": _DESK | {"technician"},
    "ticket.accept-quote": _OFFICE | {"technician"},
    "ticket.charge": _DESK | {"technician"},
    "charge.read": _OFFICE | {"auditor"},
    "compensation.read": _OFFICE | {"auditor"},
    "problem.read": _OFFICE | {"technician", "auditor"},
    "problem.patch": _DESK,
    "problem.close": _DESK,
    "staff.read": _OFFICE | {"auditor"},
    "staff.create": _LEAD,
    "staff.patch": _LEAD,
    "staff.end": _LEAD,
    "certificate.create": _LEAD,
    "certificate.patch": _LEAD,
    "certificate.end": _LEAD,
    "training.create": _LEAD,
    "training.patch": _LEAD,
    "training.end": _LEAD,
    "roster.create": _LEAD,
    "roster.patch": _LEAD,
    "roster.end": _LEAD,
    "document.read": _ALL,
    "document.create": _DESK,
    "document.patch": _DESK,
    "document.end": _DESK,
    "document.supersede": _DESK,
    "document.receipt": _ALL - {"viewer"},
    "report.read": _ALL - {"viewer", "technician"},
    "survey.read": _OFFICE | {"auditor"},
    "improvement.read": _OFFICE | {"auditor"},
    "improvement.patch": _DESK,
    "improvement.close": _DESK,
    "improvement.drop": _DESK,
    "attachment.create": _ALL - {"viewer", "auditor"},
    "attachment.read": _ALL - {"viewer"},
    "token.read": _ADMIN,
    "token.create": _ADMIN,
    "token.revoke": _ADMIN,
    "user.read": _ADMIN,
    "user.create": _ADMIN,
    "user.password": _ADMIN,
    "user.second-factor": _ADMIN,  # ends that of somebody else; the own one needs no permission
    "backup.read": _ADMIN | {"auditor"},
    "backup.create": _ADMIN,
    "audit.read": _ADMIN | {"auditor"},
    "hold.read": _ADMIN | {"auditor"},
    "hold.place": _ADMIN | {"auditor"},
    "hold.end": _ADMIN,
    "person.export": _ADMIN,
    "person.erase": _ADMIN,
}


def may(role: str, permission: str) -> bool:
    """Whether the role has the permission; KeyError for a permission the table does not name."""
    return role in MAY[permission]
