"""Offers to customers: channel outages; the firmware history of cabinets."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Text

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "channel_outages", Column("id", Text, primary_key=True), Column("channel", Text), Column("reason", Text),
        Column("by", Text), Column("by_probe", Boolean), Column("since", BigInteger), Column("alarmed", BigInteger),
        Column("ended", BigInteger), Column("ended_by", Text), Column("note", Text),
    )  # fmt: skip
    op.create_index("ix_channel_outages_channel", "channel_outages", ["channel"])
    op.create_table(
        "firmwares", Column("id", Text, primary_key=True), Column("cabinet", Text), Column("at", BigInteger),
        Column("firmware", Text), Column("before", Text),
    )  # fmt: skip
    op.create_index("ix_firmwares_cabinet", "firmwares", ["cabinet"])
