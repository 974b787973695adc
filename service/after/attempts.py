"""Follow-up calls that reached nobody: how many there were, and when they are enough (S1 7.7)."""

from service.policy import Policy
from service.tickets import Ticket


def attempts(ticket: Ticket) -> int:
    """Attempts of the present round: a ticket that came back is called anew."""
    made = ticket.extra.get("follow_up_attempts") or []
    return sum(ticket.resolved is not None and a["at"] >= ticket.resolved for a in made)


def exhausted(ticket: Ticket, policy: Policy) -> bool:
    """Whether enough attempts were made that the follow-up counts as made."""
    return attempts(ticket) >= policy.follow_up_attempts
