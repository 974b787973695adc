"""Whose mobile network a cabinet uses, so that an outage of it is one fault."""

from alembic import op
from sqlalchemy import Column, Text, text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("cabinets", Column("carrier", Text))
    op.add_column("episodes", Column("carrier", Text))
    op.drop_index("one_open_episode", "episodes")
    whose = [text(f"coalesce({name}, '')") for name in ("cabinet", "site", "carrier")]
    op.create_index(
        "one_open_episode", "episodes", [*whose, "kind"],
        unique=True, sqlite_where=text("state != 'cleared'"), postgresql_where=text("state != 'cleared'"),
    )  # fmt: skip
