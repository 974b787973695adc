"""Indexes that the reports and lists ask for."""

from alembic import op

revision = "0014"
down_revision = "0013"

NEW = {
    "tickets": ("opened", "received", "closed", "site", "visit"),
    "visits": ("offered", "accepted", "arrived", "cabinet+offered", "site+offered"),
    "episodes": ("onset", "cleared", "parent"),
    "events": ("cabinet+ts",),
    "sales": ("cabinet+at", "sku+lot"),
    "food_log": ("cabinet+n",),
    "contacts": ("at",),
    "surveys": ("expires", "answered"),
    "notices": ("ticket",),
    "attachments": ("ticket",),
    "compensations": ("at",),
    "charges": ("at",),
    "cabinets": ("model",),
    "documents": ("attachment",),
}
"""Table → columns; those joined by + make one index."""
OLD = {"events": "cabinet", "sales": "sku", "food_log": "cabinet"}
"""Table → the index that a new one begins with."""


def upgrade() -> None:
    for table, wanted in NEW.items():
        for columns in wanted:
            op.create_index(f"ix_{table}_{columns.replace('+', '_')}", table, columns.split("+"))
    for table, column in OLD.items():
        op.drop_index(f"ix_{table}_{column}", table)
