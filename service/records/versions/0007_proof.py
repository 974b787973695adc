"""Arrival and repair: the ledger of charges. Corrections of an arrival stand in the visit's evidence."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "charges", Column("id", Text, primary_key=True), Column("ticket", Text), Column("cents", BigInteger),
        Column("quote", Integer), Column("receipt", Text), Column("at", BigInteger), Column("actor", Text),
    )  # fmt: skip
    op.create_index("ix_charges_ticket", "charges", ["ticket"])
