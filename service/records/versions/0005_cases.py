"""Kinds of work: contacts, records of customer, product and service, decisions."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Nothing yet."""
