"""Dispatch: certificates asked for, parts in vans, appointments, day plans."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Nothing yet."""
