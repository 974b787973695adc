"""A maintenance window that was ended before its time: when, and by whom."""

from alembic import op
from sqlalchemy import BigInteger, Column, Text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("maintenance", Column("ended", BigInteger))
    op.add_column("maintenance", Column("ended_by", Text))
