"""Dispatch: when a technician should be there, appointment windows, parts in vans and depots, day plans."""

from alembic import op
from sqlalchemy import JSON, BigInteger, Column, Float, Integer, Text

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("visits", Column("eta", BigInteger))
    op.add_column("visits", Column("planned", BigInteger))
    op.add_column("visits", Column("window", JSON))
    op.create_table(
        "stock", Column("id", Text, primary_key=True), Column("holder", Text), Column("kind", Text),
        Column("part", Text), Column("quantity", Integer), Column("minimum", Integer), Column("order", Integer),
        Column("updated", BigInteger),
    )  # fmt: skip
    op.create_index("ix_stock_holder", "stock", ["holder"])
    op.create_index("ix_stock_part", "stock", ["part"])
    op.create_table(
        "plans", Column("id", Text, primary_key=True), Column("day", Text), Column("state", Text),
        Column("progress", Float), Column("actor", Text), Column("created", BigInteger),
        Column("started_real", BigInteger), Column("finished", BigInteger), Column("result", JSON),
        Column("error", Text), Column("applied", BigInteger), Column("applied_by", Text), Column("outcome", JSON),
    )  # fmt: skip
    op.create_index("ix_plans_state", "plans", ["state"])
