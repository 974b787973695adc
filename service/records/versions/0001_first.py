"""The schema the product starts with."""

from alembic import op
from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Integer, Text, UniqueConstraint, text

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "meta", Column("key", Text, primary_key=True), Column("value", Text),
    )  # fmt: skip
    op.create_table(
        "sites", Column("id", Text, primary_key=True), Column("name", Text), Column("address", Text),
        Column("zone", Text), Column("lat", Float), Column("lon", Float), Column("contact", JSON),
        Column("version", Integer), Column("created", BigInteger), Column("updated", BigInteger),
    )  # fmt: skip
    op.create_table(
        "cabinets", Column("id", Text, primary_key=True), Column("model", Text), Column("site", Text),
        Column("lat", Float), Column("lon", Float), Column("firmware", Text), Column("interval_s", Float),
        Column("signals", JSON), Column("capabilities", JSON), Column("profile", JSON), Column("credential", JSON),
        Column("epoch", Integer), Column("retired", Boolean), Column("version", Integer),
        Column("created", BigInteger), Column("updated", BigInteger),
    )  # fmt: skip
    op.create_table(
        "accounting", Column("cabinet", Text, primary_key=True), Column("boot", BigInteger),
        Column("seq", BigInteger), Column("received", BigInteger), Column("stored", BigInteger),
        Column("duplicate", BigInteger), Column("quarantined", BigInteger), Column("deferred", BigInteger),
        Column("late", BigInteger), Column("gaps", JSON), Column("updated", BigInteger),
    )  # fmt: skip
    op.create_table(
        "quarantine", Column("id", Text, primary_key=True), Column("cabinet", Text), Column("at", BigInteger),
        Column("reason", Text), Column("topic", Text), Column("head", Text), Column("size", Integer),
        Column("boot", BigInteger), Column("seq", BigInteger),
    )  # fmt: skip
    op.create_table(
        "events", Column("id", Text, primary_key=True), Column("cabinet", Text), Column("ts", BigInteger),
        Column("at", BigInteger), Column("name", Text), Column("data", JSON), Column("boot", BigInteger),
        Column("seq", BigInteger), Column("late", Boolean),
    )  # fmt: skip
    op.create_table(
        "episodes", Column("id", Text, primary_key=True), Column("kind", Text), Column("severity", Text),
        Column("state", Text), Column("cabinet", Text), Column("site", Text), Column("onset", BigInteger),
        Column("detected", BigInteger), Column("cleared", BigInteger), Column("score", Float), Column("cause", Text),
        Column("parent", Text), Column("ticket", Text), Column("why", JSON), Column("acknowledged", JSON),
        Column("snoozed_until", BigInteger), Column("comments", JSON), Column("updated", BigInteger),
    )  # fmt: skip
    op.create_table(
        "tickets", Column("id", Text, primary_key=True), Column("n", Integer), Column("kind", Text),
        Column("state", Text), Column("severity", Text), Column("cabinet", Text), Column("site", Text),
        Column("fault", Text), Column("visit", Text), Column("summary", Text), Column("channel", Text),
        Column("customer", JSON), Column("clocks", JSON), Column("fields", JSON), Column("assignee", Text),
        Column("version", Integer), Column("received", BigInteger), Column("opened", BigInteger),
        Column("updated", BigInteger), Column("closed", BigInteger), Column("due", BigInteger), UniqueConstraint("n"),
    )  # fmt: skip
    op.create_table(
        "timeline", Column("id", Text, primary_key=True), Column("ticket", Text), Column("n", Integer),
        Column("at", BigInteger), Column("actor", Text), Column("type", Text), Column("from", Text),
        Column("to", Text), Column("evidence", JSON), Column("note", Text),
    )  # fmt: skip
    op.create_table(
        "visits", Column("id", Text, primary_key=True), Column("state", Text), Column("technician", Text),
        Column("cabinet", Text), Column("site", Text), Column("tickets", JSON), Column("evidence", JSON),
        Column("level", Integer), Column("provisional", Boolean), Column("version", Integer),
        Column("offered", BigInteger), Column("expires", BigInteger), Column("accepted", BigInteger),
        Column("departed", BigInteger), Column("arrived", BigInteger), Column("finished", BigInteger),
        Column("updated", BigInteger),
    )  # fmt: skip
    op.create_table(
        "technicians", Column("id", Text, primary_key=True), Column("name", Text), Column("phone", Text),
        Column("zones", JSON), Column("skills", JSON), Column("shift", JSON), Column("lat", Float),
        Column("lon", Float), Column("channels", JSON), Column("active", Boolean), Column("version", Integer),
        Column("created", BigInteger), Column("updated", BigInteger),
    )  # fmt: skip
    op.create_table(
        "notices", Column("id", Text, primary_key=True), Column("at", BigInteger), Column("to", Text),
        Column("kind", Text), Column("params", JSON), Column("ticket", Text), Column("visit", Text),
        Column("state", Text), Column("attempts", Integer), Column("next_real", BigInteger),
        Column("delivered", BigInteger), Column("error", Text),
    )  # fmt: skip
    op.create_table(
        "commands", Column("id", Text, primary_key=True), Column("cabinet", Text), Column("name", Text),
        Column("args", JSON), Column("reason", Text), Column("actor", Text), Column("state", Text),
        Column("detail", Text), Column("observed", JSON), Column("created", BigInteger),
        Column("expires", BigInteger), Column("sent", BigInteger), Column("done", BigInteger),
    )  # fmt: skip
    op.create_table(
        "maintenance", Column("id", Text, primary_key=True), Column("cabinet", Text), Column("site", Text),
        Column("from", BigInteger), Column("to", BigInteger), Column("reason", Text), Column("actor", Text),
        Column("created", BigInteger),
    )  # fmt: skip
    op.create_table(
        "blind", Column("id", Text, primary_key=True), Column("from", BigInteger), Column("to", BigInteger),
        Column("from_real", BigInteger), Column("to_real", BigInteger), Column("cause", Text),
    )  # fmt: skip
    op.create_table(
        "inbox", Column("id", Text, primary_key=True), Column("n", BigInteger), Column("actor", Text),
        Column("role", Text), Column("name", Text), Column("target", Text), Column("body", JSON),
        Column("state", Text), Column("status", Text), Column("answer", JSON), Column("at_real", BigInteger),
    )  # fmt: skip
    op.create_table(
        "users", Column("name", Text, primary_key=True), Column("password", Text), Column("role", Text),
        Column("technician", Text), Column("language", Text), Column("created", BigInteger),
    )  # fmt: skip
    op.create_table(
        "tokens", Column("id", Text, primary_key=True), Column("name", Text), Column("role", Text),
        Column("hash", Text), Column("created", BigInteger), Column("last_used", BigInteger),
        Column("revoked", BigInteger), UniqueConstraint("hash"),
    )  # fmt: skip
    op.create_table(
        "sessions", Column("hash", Text, primary_key=True), Column("user", Text), Column("role", Text),
        Column("created", BigInteger), Column("expires", BigInteger), Column("last_seen", BigInteger),
    )  # fmt: skip
    op.create_table(
        "idempotency", Column("key", Text, primary_key=True), Column("status", Integer), Column("body", JSON),
        Column("digest", Text), Column("at", BigInteger),
    )  # fmt: skip
    op.create_table(
        "attachments", Column("id", Text, primary_key=True), Column("name", Text), Column("type", Text),
        Column("size", Integer), Column("sha256", Text), Column("actor", Text), Column("ticket", Text),
        Column("at", BigInteger),
    )  # fmt: skip
    op.create_index("ix_quarantine_cabinet", "quarantine", ["cabinet"])
    op.create_index("ix_events_cabinet", "events", ["cabinet"])
    op.create_index("ix_episodes_cabinet", "episodes", ["cabinet"])
    op.create_index("ix_episodes_state", "episodes", ["state"])
    op.create_index("ix_tickets_cabinet", "tickets", ["cabinet"])
    op.create_index("ix_tickets_state", "tickets", ["state"])
    op.create_index("ix_timeline_ticket", "timeline", ["ticket"])
    op.create_index("ix_visits_state", "visits", ["state"])
    op.create_index("ix_visits_technician", "visits", ["technician"])
    op.create_index("ix_notices_state", "notices", ["state"])
    op.create_index("ix_commands_cabinet", "commands", ["cabinet"])
    op.create_index("ix_commands_state", "commands", ["state"])
    op.create_index("ix_inbox_n", "inbox", ["n"])
    op.create_index("ix_inbox_state", "inbox", ["state"])
    op.create_index(
        "one_open_episode", "episodes", [text("coalesce(cabinet, '')"), text("coalesce(site, '')"), "kind"],
        unique=True, sqlite_where=text("state != 'cleared'"), postgresql_where=text("state != 'cleared'"),
    )  # fmt: skip
