"""Knowledge: compensations, reviews of contacts, problems."""

from alembic import op
from sqlalchemy import JSON, BigInteger, Boolean, Column, Integer, Text

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "compensations", Column("id", Text, primary_key=True), Column("ticket", Text), Column("cents", BigInteger),
        Column("reason", Text), Column("basis", Text), Column("fund", Text), Column("fund_edition", Integer),
        Column("receipt", Text), Column("at", BigInteger), Column("actor", Text),
    )  # fmt: skip
    op.create_index("ix_compensations_ticket", "compensations", ["ticket"])
    op.create_index("ix_compensations_fund", "compensations", ["fund"])
    op.create_table(
        "contact_reviews", Column("id", Text, primary_key=True), Column("contact", Text), Column("ticket", Text),
        Column("ok", Boolean), Column("note", Text), Column("at", BigInteger), Column("actor", Text),
    )  # fmt: skip
    op.create_index("ix_contact_reviews_contact", "contact_reviews", ["contact"])
    op.create_index("ix_contact_reviews_ticket", "contact_reviews", ["ticket"])
    _problems()
    for name, kind in (("template", Text), ("template_edition", Integer), ("guide", Text), ("guide_edition", Integer)):
        op.add_column("contacts", Column(name, kind))
    op.create_index("ix_contacts_guide", "contacts", ["guide"])


def _problems() -> None:
    op.create_table(
        "problems", Column("id", Text, primary_key=True), Column("kind", Text), Column("model", Text),
        Column("firmware", Text), Column("state", Text), Column("opened", BigInteger), Column("repeats", Integer),
        Column("tickets", JSON), Column("latest", BigInteger), Column("owner", Text), Column("maker", Text),
        Column("maker_told", BigInteger), Column("result", Text), Column("closed", BigInteger),
        Column("closed_by", Text), Column("updated", BigInteger), Column("version", Integer),
    )  # fmt: skip
    op.create_index("ix_problems_state", "problems", ["state"])
