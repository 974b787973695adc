"""The schema of the records: the words that the fold, the API and the console share. Times are integer ms UTC."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Index, Integer, MetaData, Table, Text, text

metadata = MetaData()


def _table(name: str, *columns: Column[Any]) -> Table:
    return Table(name, metadata, *columns)


def _key(name: str = "id") -> Column[str]:
    return Column(name, Text, primary_key=True)


def _time(name: str) -> Column[int]:
    return Column(name, BigInteger)


meta = _table("meta", _key("key"), Column("value", Text))

sites = _table(
    "sites", _key(), Column("name", Text), Column("address", Text), Column("zone", Text),
    Column("lat", Float), Column("lon", Float), Column("contact", JSON),
    Column("version", Integer), _time("created"), _time("updated"),
)  # fmt: skip

cabinets = _table(
    "cabinets", _key(), Column("model", Text), Column("site", Text),
    Column("lat", Float), Column("lon", Float), Column("firmware", Text), Column("interval_s", Float),
    Column("signals", JSON), Column("capabilities", JSON), Column("profile", JSON), Column("credential", JSON),
    Column("epoch", Integer), Column("retired", Boolean), Column("version", Integer),
    _time("created"), _time("updated"), Column("carrier", Text),
)  # fmt: skip

accounting = _table(
    "accounting", _key("cabinet"), Column("boot", BigInteger), Column("seq", BigInteger),
    Column("received", BigInteger), Column("stored", BigInteger), Column("duplicate", BigInteger),
    Column("quarantined", BigInteger), Column("deferred", BigInteger), Column("late", BigInteger),
    Column("gaps", JSON), _time("updated"),
)  # fmt: skip

quarantine = _table(
    "quarantine", _key(), Column("cabinet", Text, index=True), _time("at"), Column("reason", Text),
    Column("topic", Text), Column("head", Text), Column("size", Integer),
    Column("boot", BigInteger), Column("seq", BigInteger),
)  # fmt: skip

events = _table(
    "events", _key(), Column("cabinet", Text, index=True), _time("ts"), _time("at"), Column("name", Text),
    Column("data", JSON), Column("boot", BigInteger), Column("seq", BigInteger), Column("late", Boolean),
)  # fmt: skip

episodes = _table(
    "episodes", _key(), Column("kind", Text), Column("severity", Text), Column("state", Text, index=True),
    Column("cabinet", Text, index=True), Column("site", Text),
    _time("onset"), _time("detected"), _time("cleared"), Column("score", Float), Column("cause", Text),
    Column("parent", Text), Column("ticket", Text),
    Column("why", JSON), Column("acknowledged", JSON), _time("snoozed_until"), Column("comments", JSON),
    _time("updated"), Column("carrier", Text),
)  # fmt: skip
Index(
    "one_open_episode",
    text("coalesce(cabinet, '')"), text("coalesce(site, '')"), text("coalesce(carrier, '')"), episodes.c.kind,
    unique=True,
    sqlite_where=text("state != 'cleared'"), postgresql_where=text("state != 'cleared'"),
)  # fmt: skip

tickets = _table(
    "tickets", _key(), Column("n", Integer, unique=True), Column("kind", Text), Column("state", Text, index=True),
    Column("severity", Text), Column("cabinet", Text, index=True), Column("site", Text), Column("fault", Text),
    Column("visit", Text), Column("summary", Text), Column("channel", Text), Column("customer", JSON),
    Column("clocks", JSON), Column("fields", JSON), Column("assignee", Text), Column("version", Integer),
    _time("received"), _time("opened"), _time("updated"), _time("closed"), _time("due"),
)  # fmt: skip

timeline = _table(
    "timeline", _key(), Column("ticket", Text, index=True), Column("n", Integer), _time("at"),
    Column("actor", Text), Column("type", Text), Column("from", Text), Column("to", Text),
    Column("evidence", JSON), Column("note", Text),
)  # fmt: skip

visits = _table(
    "visits", _key(), Column("state", Text, index=True), Column("technician", Text, index=True),
    Column("cabinet", Text), Column("site", Text), Column("tickets", JSON), Column("evidence", JSON),
    Column("level", Integer), Column("provisional", Boolean), Column("version", Integer),
    _time("offered"), _time("expires"), _time("accepted"), _time("departed"), _time("arrived"), _time("finished"),
    _time("updated"),
)  # fmt: skip

technicians = _table(
    "technicians", _key(), Column("name", Text), Column("phone", Text), Column("zones", JSON),
    Column("skills", JSON), Column("shift", JSON), Column("lat", Float), Column("lon", Float),
    Column("channels", JSON), Column("active", Boolean), Column("version", Integer),
    _time("created"), _time("updated"),
)  # fmt: skip

notices = _table(
    "notices", _key(), _time("at"), Column("to", Text), Column("kind", Text), Column("params", JSON),
    Column("ticket", Text), Column("visit", Text), Column("state", Text, index=True), Column("attempts", Integer),
    _time("next_real"), _time("delivered"), Column("error", Text),
)  # fmt: skip

commands = _table(
    "commands", _key(), Column("cabinet", Text, index=True), Column("name", Text), Column("args", JSON),
    Column("reason", Text), Column("actor", Text), Column("state", Text, index=True), Column("detail", Text),
    Column("observed", JSON), _time("created"), _time("expires"), _time("sent"), _time("done"),
)  # fmt: skip

maintenance = _table(
    "maintenance", _key(), Column("cabinet", Text), Column("site", Text), _time("from"), _time("to"),
    Column("reason", Text), Column("actor", Text), _time("created"), _time("ended"), Column("ended_by", Text),
)  # fmt: skip

blind = _table(
    "blind", _key(), _time("from"), _time("to"), _time("from_real"), _time("to_real"), Column("cause", Text),
)  # fmt: skip

inbox = _table(
    "inbox", _key(), Column("n", BigInteger, index=True), Column("actor", Text), Column("role", Text),
    Column("name", Text), Column("target", Text), Column("body", JSON), Column("state", Text, index=True),
    Column("status", Text), Column("answer", JSON), _time("at_real"),
)  # fmt: skip

users = _table(
    "users", _key("name"), Column("password", Text), Column("role", Text), Column("technician", Text),
    Column("language", Text), _time("created"),
)  # fmt: skip

tokens = _table(
    "tokens", _key(), Column("name", Text), Column("role", Text), Column("hash", Text, unique=True),
    _time("created"), _time("last_used"), _time("revoked"),
)  # fmt: skip

sessions = _table(
    "sessions", _key("hash"), Column("user", Text), Column("role", Text), _time("created"), _time("expires"),
    _time("last_seen"),
)  # fmt: skip

idempotency = _table(
    "idempotency", _key("key"), Column("status", Integer), Column("body", JSON), Column("digest", Text), _time("at"),
)  # fmt: skip

attachments = _table(
    "attachments", _key(), Column("name", Text), Column("type", Text), Column("size", Integer),
    Column("sha256", Text), Column("actor", Text), Column("ticket", Text), _time("at"),
)  # fmt: skip

food_safety = _table(
    "food_safety", _key("cabinet"), Column("profile", JSON), Column("state", Text, index=True),
    Column("breach", JSON), Column("length", BigInteger), Column("head", Text), _time("updated"),
)  # fmt: skip

food_log = _table(
    "food_log", _key(), Column("cabinet", Text, index=True), Column("n", BigInteger), _time("at"), _time("ts"),
    Column("type", Text), Column("data", JSON), Column("prev", Text), Column("hash", Text),
)  # fmt: skip
