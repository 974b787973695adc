"""The second factor of people who sign in."""

from alembic import op
from sqlalchemy import JSON, BigInteger, Column, Text

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "second_factors", Column("user", Text, primary_key=True), Column("secret", Text), Column("step", BigInteger),
        Column("recovery", JSON), Column("since", BigInteger),
    )  # fmt: skip
