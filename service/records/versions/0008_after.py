"""After the repair: surveys, improvements."""

from alembic import op
from sqlalchemy import BigInteger, Column, Float, Integer, Text

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "surveys", Column("id", Text, primary_key=True), Column("state", Text), Column("kind", Text),
        Column("channel", Text), Column("cabinet", Text), Column("person", Text), Column("token", Text),
        Column("invited", BigInteger), Column("expires", BigInteger), Column("answered", BigInteger),
        Column("attitude", Integer), Column("quality", Integer), Column("timeliness", Integer),
        Column("effectiveness", Integer), Column("other", Text),
    )  # fmt: skip
    op.create_index("ix_surveys_state", "surveys", ["state"])
    op.create_index("ix_surveys_token", "surveys", ["token"])
    op.create_table(
        "improvements", Column("id", Text, primary_key=True), Column("month", Text), Column("indicator", Text),
        Column("value", Float), Column("n", Integer), Column("target", Float), Column("opened", BigInteger),
        Column("state", Text), Column("owner", Text), Column("due", BigInteger), Column("result", Text),
        Column("closed", BigInteger), Column("closed_by", Text), Column("version", Integer),
    )  # fmt: skip
    op.create_index("ix_improvements_state", "improvements", ["state"])
