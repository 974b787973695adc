"""Food safety: what each cabinet is held to and how it stands, and its log."""

from alembic import op
from sqlalchemy import JSON, BigInteger, Column, Text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "food_safety", Column("cabinet", Text, primary_key=True), Column("profile", JSON), Column("state", Text),
        Column("breach", JSON), Column("length", BigInteger), Column("head", Text), Column("updated", BigInteger),
    )  # fmt: skip
    op.create_table(
        "food_log", Column("id", Text, primary_key=True), Column("cabinet", Text), Column("n", BigInteger),
        Column("at", BigInteger), Column("ts", BigInteger), Column("type", Text), Column("data", JSON),
        Column("prev", Text), Column("hash", Text),
    )  # fmt: skip
    op.create_index("ix_food_safety_state", "food_safety", ["state"])
    op.create_index("ix_food_log_cabinet", "food_log", ["cabinet"])
