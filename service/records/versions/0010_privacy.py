"""Privacy and retention: the audit chain, legal holds, warranty of cabinets."""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Nothing yet."""
