"""Who may do what: one literal table. A permission is the name of an action, or `noun.read`."""

ROLES = ("viewer", "operator", "dispatcher", "technician", "agent", "auditor", "administrator")

_ALL = frozenset(ROLES)
_DESK = frozenset({"operator", "dispatcher", "administrator"})
_OFFICE = _DESK | {"agent"}
_FIELD = frozenset({"technician", "dispatcher", "administrator"})
_FLEET = frozenset({"operator", "administrator"})
_ADMIN = frozenset({"administrator"})

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
    "ticket.reopen": _OFFICE,
    "ticket.merge": _DESK,
    "ticket.cancel": _DESK,
    "ticket.comment": _OFFICE | {"technician"},
    "technician.create": frozenset({"dispatcher", "administrator"}),
    "technician.patch": frozenset({"dispatcher", "administrator"}),
    "visit.accept": _FIELD,
    "visit.decline": _FIELD,
    "visit.depart": _FIELD,
    "visit.check-in": _FIELD,
    "visit.finish": _FIELD,
    "attachment.create": _ALL - {"viewer", "auditor"},
    "attachment.read": _ALL - {"viewer"},
    "token.read": _ADMIN,
    "token.create": _ADMIN,
    "token.revoke": _ADMIN,
    "user.read": _ADMIN,
    "user.create": _ADMIN,
    "user.password": _ADMIN,
}


def may(role: str, permission: str) -> bool:
    """Whether the role has the permission; KeyError for a permission the table does not name."""
    return role in MAY[permission]
