"""Registers: staff, training, certificates, rosters, documents."""

from typing import Any

from alembic import op
from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Integer, Text

revision = "0011"
down_revision = "0010"


def _key() -> Column[Any]:
    return Column("id", Text, primary_key=True)


def _times(*names: str) -> list[Column[Any]]:
    return [Column(name, BigInteger) for name in names]


def _texts(*names: str) -> list[Column[Any]]:
    return [Column(name, Text) for name in names]


def _entry() -> list[Column[Any]]:
    """What every entry of a register has."""
    return [
        Column("version", Integer), *_times("created", "updated", "ended"), *_texts("ended_by", "ended_reason"),
        Column("void", Boolean),
    ]  # fmt: skip


def upgrade() -> None:
    op.create_table("staff", _key(), *_texts("name", "role", "technician", "account"), *_entry())
    op.create_table(
        "certificates", _key(), *_texts("person", "skill", "number", "issuer"), *_times("issued", "expires"),
        *_texts("attachment"), *_entry(),
    )  # fmt: skip
    op.create_index("ix_certificates_person", "certificates", ["person"])
    op.create_table(
        "trainings", _key(), *_texts("person", "course"), *_times("planned", "done"), Column("pre", Float),
        Column("post", Float), Column("passed", Boolean), *_times("until"), *_entry(),
    )  # fmt: skip
    op.create_index("ix_trainings_person", "trainings", ["person"])
    op.create_table(
        "rosters", _key(), *_texts("channel", "person"), Column("windows", JSON), *_texts("from", "to"), *_entry()
    )
    op.create_index("ix_rosters_person", "rosters", ["person"])
    op.create_table(
        "documents", _key(), *_texts("kind", "title", "owner"), *_times("from", "until"), Column("body", JSON),
        *_texts("attachment"), Column("edition", Integer), *_texts("first", "superseded_by"), *_entry(),
    )  # fmt: skip
    op.create_index("ix_documents_kind", "documents", ["kind"])
    op.create_table(
        "read_receipts", _key(), *_texts("document"), Column("edition", Integer), *_texts("person"), *_times("at")
    )
    op.create_index("ix_read_receipts_document", "read_receipts", ["document"])
