"""What nobody has taken up is told again: a fault that lasts, unseen, is a fault forgotten."""

from service.moves import FIRING
from service.step import Step
from service.tickets import BEFORE_ARRIVAL, WAITING, Ticket


def remind(step: Step, ticket: Ticket) -> None:
    """Tell operators of a fault that has been active for long and that nobody acknowledged, snoozed or stands before.

    Alertmanager's `repeat_interval` is 4 h; EEMUA 191 asks that a standing alarm is not told more often.
    """
    episode = step.episode(ticket.fault)
    if episode is None or ticket.state not in BEFORE_ARRIVAL | WAITING or episode.state not in FIRING:
        return
    if episode.acknowledged is not None or episode.snoozed_until is not None:
        return
    if step.now - max(ticket.told, ticket.opened) < step.policy.remind_ms:
        return
    ticket.told = step.now
    params = {
        "kind": episode.kind, "cabinet": ticket.cabinet, "site": ticket.site, "since": episode.onset,
        "severity": ticket.severity, "summary": ticket.summary,
    }  # fmt: skip
    step.notice("operators", "fault_lasts", params, ticket=ticket.id)
    step.touch(ticket)
