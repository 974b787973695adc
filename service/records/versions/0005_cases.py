"""Kinds of work: the register of contacts."""

from alembic import op
from sqlalchemy import JSON, BigInteger, Boolean, Column, Integer, Text

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "contacts", Column("id", Text, primary_key=True), Column("n", Integer, unique=True), Column("at", BigInteger),
        Column("actor", Text), Column("direction", Text), Column("channel", Text), Column("text", Text),
        Column("customer", JSON), Column("cabinet", Text), Column("ticket", Text), Column("kind", Text),
        Column("rule", Text), Column("solved", Boolean), Column("promised_at", BigInteger), Column("source", Text),
        Column("unverified", Boolean), Column("read_back", Boolean), Column("flag", Text),
    )  # fmt: skip
    for column in ("cabinet", "ticket", "flag"):
        op.create_index(f"ix_contacts_{column}", "contacts", [column])
