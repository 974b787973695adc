"""Lots: checks before they are sold, and where they lay."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Integer, Text

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "lot_checks", Column("id", Text, primary_key=True), Column("lot_key", Text), Column("sku", Text),
        Column("lot", Text), Column("stage", Text), Column("ok", Boolean), Column("note", Text),
        Column("attachment", Text), Column("at", BigInteger), Column("by", Text),
        Column("counts", Boolean),
    )  # fmt: skip
    op.create_index("ix_lot_checks_lot_key", "lot_checks", ["lot_key"])
    op.create_table(
        "lot_stays", Column("id", Text, primary_key=True), Column("lot_key", Text), Column("sku", Text),
        Column("lot", Text), Column("cabinet", Text), Column("lane", Integer), Column("from", BigInteger),
        Column("to", BigInteger),
    )  # fmt: skip
    op.create_index("ix_lot_stays_lot_key", "lot_stays", ["lot_key"])
