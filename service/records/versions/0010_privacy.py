"""Privacy and retention: the audit chain, legal holds, warranty of cabinets."""

from alembic import op
from sqlalchemy import JSON, BigInteger, Column, Text

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "audit", Column("id", Text, primary_key=True), Column("n", BigInteger, unique=True), Column("at", BigInteger),
        Column("at_real", BigInteger), Column("actor", Text), Column("role", Text), Column("action", Text),
        Column("subject", Text), Column("detail", JSON), Column("prev", Text), Column("hash", Text),
    )  # fmt: skip
    op.create_index("ix_audit_subject", "audit", ["subject"])
    op.create_table(
        "holds", Column("id", Text, primary_key=True), Column("subject", Text), Column("reason", Text),
        Column("until", BigInteger), Column("at", BigInteger), Column("actor", Text), Column("ended", BigInteger),
        Column("ended_by", Text), Column("ended_reason", Text),
    )  # fmt: skip
    op.create_index("ix_holds_subject", "holds", ["subject"])
    op.add_column("cabinets", Column("warranty_end", Text))
    op.add_column("tickets", Column("retain_until", BigInteger))
    op.add_column("tickets", Column("purged", BigInteger))
    op.add_column("visits", Column("purged", BigInteger))
    op.add_column("attachments", Column("purged", BigInteger))
