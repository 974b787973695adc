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
    _time("created"), _time("updated"), Column("carrier", Text), Column("warranty_end", Text),
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
    "events", _key(), Column("cabinet", Text), _time("ts"), _time("at"), Column("name", Text),
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
    _time("retain_until"), _time("purged"),
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
    _time("updated"), _time("eta"), _time("planned"), Column("window", JSON), _time("purged"),
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
    Column("sha256", Text), Column("actor", Text), Column("ticket", Text), _time("at"), _time("purged"),
)  # fmt: skip

food_safety = _table(
    "food_safety", _key("cabinet"), Column("profile", JSON), Column("state", Text, index=True),
    Column("breach", JSON), Column("length", BigInteger), Column("head", Text), _time("updated"),
)  # fmt: skip

food_log = _table(
    "food_log", _key(), Column("cabinet", Text), Column("n", BigInteger), _time("at"), _time("ts"),
    Column("type", Text), Column("data", JSON), Column("prev", Text), Column("hash", Text),
)  # fmt: skip

# privacy and retention
audit = _table(
    "audit", _key(), Column("n", BigInteger, unique=True), _time("at"), _time("at_real"), Column("actor", Text),
    Column("role", Text), Column("action", Text), Column("subject", Text, index=True), Column("detail", JSON),
    Column("prev", Text), Column("hash", Text),
)  # fmt: skip

holds = _table(
    "holds", _key(), Column("subject", Text, index=True), Column("reason", Text), _time("until"), _time("at"),
    Column("actor", Text), _time("ended"), Column("ended_by", Text), Column("ended_reason", Text),
)  # fmt: skip

# after the repair
surveys = _table(
    "surveys", _key(), Column("state", Text, index=True), Column("kind", Text), Column("channel", Text),
    Column("cabinet", Text), Column("person", Text), Column("token", Text, index=True), _time("invited"),
    _time("expires"), _time("answered"), Column("attitude", Integer), Column("quality", Integer),
    Column("timeliness", Integer), Column("effectiveness", Integer), Column("other", Text),
)  # fmt: skip

improvements = _table(
    "improvements", _key(), Column("month", Text), Column("indicator", Text), Column("value", Float),
    Column("n", Integer), Column("target", Float), _time("opened"), Column("state", Text, index=True),
    Column("owner", Text), _time("due"), Column("result", Text), _time("closed"), Column("closed_by", Text),
    Column("version", Integer),
)  # fmt: skip

# dispatch
stock = _table(
    "stock", _key(), Column("holder", Text, index=True), Column("kind", Text), Column("part", Text, index=True),
    Column("quantity", Integer), Column("minimum", Integer), Column("order", Integer), _time("updated"),
)  # fmt: skip

plans = _table(
    "plans", _key(), Column("day", Text), Column("state", Text, index=True), Column("progress", Float),
    Column("actor", Text), _time("created"), _time("started_real"), _time("finished"), Column("result", JSON),
    Column("error", Text), _time("applied"), Column("applied_by", Text), Column("outcome", JSON),
)  # fmt: skip

# registers


def _entry() -> tuple[Column[Any], ...]:
    """What every entry of a register has."""
    return (
        Column("version", Integer), _time("created"), _time("updated"), _time("ended"), Column("ended_by", Text),
        Column("ended_reason", Text), Column("void", Boolean),
    )  # fmt: skip


staff = _table(
    "staff", _key(), Column("name", Text), Column("role", Text), Column("technician", Text), Column("account", Text),
    *_entry(),
)  # fmt: skip

certificates = _table(
    "certificates", _key(), Column("person", Text, index=True), Column("skill", Text), Column("number", Text),
    Column("issuer", Text), _time("issued"), _time("expires"), Column("attachment", Text), *_entry(),
)  # fmt: skip

trainings = _table(
    "trainings", _key(), Column("person", Text, index=True), Column("course", Text), _time("planned"), _time("done"),
    Column("pre", Float), Column("post", Float), Column("passed", Boolean), _time("until"), *_entry(),
)  # fmt: skip

rosters = _table(
    "rosters", _key(), Column("channel", Text), Column("person", Text, index=True), Column("windows", JSON),
    Column("from", Text), Column("to", Text), *_entry(),
)  # fmt: skip

documents = _table(
    "documents", _key(), Column("kind", Text, index=True), Column("title", Text), Column("owner", Text),
    _time("from"), _time("until"), Column("body", JSON), Column("attachment", Text),
    Column("edition", Integer), Column("first", Text), Column("superseded_by", Text), *_entry(),
)  # fmt: skip

read_receipts = _table(
    "read_receipts", _key(), Column("document", Text, index=True), Column("edition", Integer), Column("person", Text),
    _time("at"),
)  # fmt: skip

# cases: the register of contacts
contacts = _table(
    "contacts", _key(), Column("n", Integer, unique=True), _time("at"), Column("actor", Text),
    Column("direction", Text), Column("channel", Text), Column("text", Text), Column("customer", JSON),
    Column("cabinet", Text, index=True), Column("ticket", Text, index=True), Column("kind", Text), Column("rule", Text),
    Column("solved", Boolean), _time("promised_at"), Column("source", Text), Column("unverified", Boolean),
    Column("read_back", Boolean), Column("flag", Text, index=True), Column("template", Text),
    Column("template_edition", Integer), Column("guide", Text, index=True), Column("guide_edition", Integer),
)  # fmt: skip

# proof: what was charged, each against an accepted quote; a ticket's total is their sum
charges = _table(
    "charges", _key(), Column("ticket", Text, index=True), Column("cents", BigInteger), Column("quote", Integer),
    Column("receipt", Text), _time("at"), Column("actor", Text),
)  # fmt: skip

# returns and recalls: what was sold, claims and rulings, recall campaigns
sales = _table(
    "sales", _key(), Column("cabinet", Text), _time("at"), Column("sku", Text), Column("lot", Text),
    Column("lane", Integer), Column("price_cents", BigInteger), Column("vend_id", Text),
)  # fmt: skip

claims = _table(
    "claims", _key(), Column("cabinet", Text), Column("sale", Text, index=True), Column("sku", Text, index=True),
    Column("lot", Text), Column("allowed", Boolean), Column("rule", Text), Column("clause", Text),
    Column("facts", JSON), Column("override", JSON), Column("by", Text), _time("at"),
)  # fmt: skip

recalls = _table(
    "recalls", _key(), Column("n", Integer, unique=True), Column("sku", Text), Column("lots", JSON),
    Column("reason", Text), Column("party", Text), Column("instructions_zh", Text), Column("instructions_en", Text),
    Column("notice_zh", Text), Column("notice_en", Text), Column("state", Text, index=True), _time("created"),
    Column("by", Text), _time("closed"), Column("closed_by", Text), Column("close_reason", Text),
    Column("units", JSON), _time("updated"), Column("version", Integer),
)  # fmt: skip

recall_tasks = _table(
    "recall_tasks", _key(), Column("recall", Text, index=True), Column("cabinet", Text), Column("state", Text),
    Column("why", Text), Column("lanes", JSON), Column("lock", Text), Column("stop", Text), Column("command", Text),
    Column("ticket", Text), Column("door", JSON), Column("proof", JSON), _time("online"), _time("created"),
    _time("updated"), _time("done"),
)  # fmt: skip

recall_sales = _table(
    "recall_sales", _key(), Column("recall", Text, index=True), Column("sale", Text), Column("cabinet", Text),
    _time("at"), Column("lot", Text), Column("vend_id", Text), Column("price_cents", BigInteger),
    Column("certain", Boolean), Column("reachable", Boolean), Column("ticket", Text),
)  # fmt: skip

# knowledge: what was paid to customers, verdicts on contacts, problems made of repeated faults
compensations = _table(
    "compensations", _key(), Column("ticket", Text, index=True), Column("cents", BigInteger), Column("reason", Text),
    Column("basis", Text), Column("fund", Text, index=True), Column("fund_edition", Integer), Column("receipt", Text),
    _time("at"), Column("actor", Text),
)  # fmt: skip

contact_reviews = _table(
    "contact_reviews", _key(), Column("contact", Text, index=True), Column("ticket", Text, index=True),
    Column("ok", Boolean), Column("note", Text), _time("at"), Column("actor", Text),
)  # fmt: skip

problems = _table(
    "problems", _key(), Column("kind", Text), Column("model", Text), Column("firmware", Text),
    Column("state", Text, index=True), _time("opened"), Column("repeats", Integer), Column("tickets", JSON),
    _time("latest"), Column("owner", Text), Column("maker", Text), _time("maker_told"), Column("result", Text),
    _time("closed"), Column("closed_by", Text), _time("updated"), Column("version", Integer),
)  # fmt: skip

# offers to customers: channels out of order; and which firmware a cabinet ran before
channel_outages = _table(
    "channel_outages", _key(), Column("channel", Text, index=True), Column("reason", Text), Column("by", Text),
    Column("by_probe", Boolean), _time("since"), _time("alarmed"), _time("ended"), Column("ended_by", Text),
    Column("note", Text),
)  # fmt: skip

firmwares = _table(
    "firmwares", _key(), Column("cabinet", Text, index=True), _time("at"), Column("firmware", Text),
    Column("before", Text),
)  # fmt: skip

# lots: checks before they are sold, and where they lay
lot_checks = _table(
    "lot_checks", _key(), Column("lot_key", Text, index=True), Column("sku", Text), Column("lot", Text),
    Column("stage", Text), Column("ok", Boolean), Column("note", Text), Column("attachment", Text), _time("at"),
    Column("by", Text), Column("counts", Boolean),
)  # fmt: skip

lot_stays = _table(
    "lot_stays", _key(), Column("lot_key", Text, index=True), Column("sku", Text), Column("lot", Text),
    Column("cabinet", Text), Column("lane", Integer), _time("from"), _time("to"),
)  # fmt: skip

# people: the second factor; `step` is the newest time step of which a code was used, `since` is null until confirmed
second_factors = _table(
    "second_factors", _key("user"), Column("secret", Text), Column("step", BigInteger), Column("recovery", JSON),
    _time("since"),
)  # fmt: skip

# lists and reports: what they filter and sort by; an order "newest first" reads an index backwards
_SOUGHT = {
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
for _name, _wanted in _SOUGHT.items():
    for _columns in _wanted:
        Index(f"ix_{_name}_{_columns.replace('+', '_')}", *(metadata.tables[_name].c[c] for c in _columns.split("+")))
