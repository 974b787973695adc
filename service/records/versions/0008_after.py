"""After the repair: sign-off, surveys, improvements."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Nothing yet."""
