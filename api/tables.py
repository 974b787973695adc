"""How each table is searched, sorted and shown in lists: one row each."""

from typing import get_args

from api.lists import Listing
from api.query import Searchable, at, exact, lower, number, one_of, truth, upper, whole
from faults.model import Severity, State
from service.lots.model import STAGES
from service.tickets import AFTER_RESOLVED, AT_REST, BEFORE_RESOLVED

SEVERITY, FAULT_STATE, STAGE = one_of(get_args(Severity)), one_of(get_args(State)), one_of(STAGES)
TICKET_STATE = one_of(BEFORE_RESOLVED | AFTER_RESOLVED | AT_REST)

SITES = Listing(
    Searchable("sites", {"id": ("id", exact), "name": ("name", exact), "zone": ("zone", exact)}, ("id", "name")),
    {"created": "created", "id": "id", "name": "name", "zone": "zone"},
)
CREDENTIALS = Listing(Searchable("cabinets", {"id": ("id", exact)}, ("id",)), {"id": "id"})
FAULTS = Listing(
    Searchable(
        "episodes",
        {
            "id": ("id", exact), "kind": ("kind", lower), "severity": ("severity", SEVERITY),
            "state": ("state", FAULT_STATE), "cabinet": ("cabinet", upper), "site": ("site", exact),
            "carrier": ("carrier", exact), "ticket": ("ticket", upper),
            "cause": ("cause", exact), "parent": ("parent", exact), "score": ("score", number),
            "onset": ("onset", at), "detected": ("detected", at), "cleared": ("cleared", at),
        },
        ("id", "cabinet", "kind", "site"),
    ),
    {
        "onset": "onset", "detected": "detected", "cleared": "cleared", "severity": "severity", "kind": "kind",
        "state": "state", "cabinet": "cabinet", "score": "score",
    },
)  # fmt: skip
TICKETS = Listing(
    Searchable(
        "tickets",
        {
            "id": ("id", upper), "kind": ("kind", lower), "severity": ("severity", SEVERITY),
            "state": ("state", TICKET_STATE), "cabinet": ("cabinet", upper), "site": ("site", exact),
            "fault": ("fault", exact), "visit": ("visit", upper), "channel": ("channel", lower),
            "assignee": ("assignee", exact), "opened": ("opened", at), "received": ("received", at),
            "due": ("due", at), "closed": ("closed", at),
        },
        ("id", "summary", "cabinet"),
    ),
    {
        "opened": "opened", "id": "n", "due": "due", "received": "received", "updated": "updated",
        "severity": "severity", "state": "state", "kind": "kind", "cabinet": "cabinet",
    },
)  # fmt: skip
VISITS = Listing(
    Searchable(
        "visits",
        {
            "id": ("id", upper), "state": ("state", lower), "technician": ("technician", exact),
            "cabinet": ("cabinet", upper), "site": ("site", exact), "level": ("level", whole),
            "offered": ("offered", at), "arrived": ("arrived", at), "finished": ("finished", at),
        },
        ("id", "cabinet", "technician"),
    ),
    {"offered": "offered", "id": "id", "arrived": "arrived", "state": "state", "updated": "updated"},
)  # fmt: skip
TECHNICIANS = Listing(
    Searchable("technicians", {"id": ("id", exact), "name": ("name", exact)}, ("id", "name")),
    {"created": "created", "id": "id", "name": "name"},
)
EVENTS = Listing(
    Searchable("events", {"name": ("name", lower), "ts": ("ts", at), "boot": ("boot", whole)}, ("name",)),
    {"ts": "ts", "at": "at", "name": "name"},
)
QUARANTINE = Listing(
    Searchable("quarantine", {"reason": ("reason", lower), "at": ("at", at)}, ("reason", "topic")),
    {"at": "at", "reason": "reason", "size": "size"},
)
COMMANDS = Listing(
    Searchable("commands", {"state": ("state", lower), "name": ("name", lower)}, ("id", "name")),
    {"created": "created", "id": "id", "state": "state"},
)
MAINTENANCE = Listing(
    Searchable(
        "maintenance",
        {
            "id": ("id", upper), "cabinet": ("cabinet", upper), "site": ("site", exact), "by": ("actor", exact),
            "from": ("from", at), "to": ("to", at), "created": ("created", at), "ended": ("ended", at),
        },
        ("id", "cabinet", "site", "reason"),
    ),
    {"created": "created", "id": "id", "from": "from", "to": "to", "ended": "ended", "cabinet": "cabinet"},
)  # fmt: skip
TOKENS = Listing(
    Searchable("tokens", {"name": ("name", exact), "role": ("role", lower)}, ("name",)),
    {"created": "created", "name": "name", "role": "role"},
)
USERS = Listing(
    Searchable("users", {"name": ("name", exact), "role": ("role", lower)}, ("name",), "name"),
    {"created": "created", "name": "name", "role": "role"},
)
AUDIT = Listing(
    Searchable(
        "audit",
        {
            "actor": ("actor", exact), "action": ("action", exact), "subject": ("subject", exact),
            "role": ("role", lower), "at": ("at", at), "n": ("n", whole),
        },
        ("actor", "action", "subject"),
    ),
    {"n": "n", "at": "at", "action": "action", "actor": "actor"},
)  # fmt: skip
HOLDS = Listing(
    Searchable(
        "holds", {"id": ("id", upper), "subject": ("subject", exact), "actor": ("actor", exact)}, ("id", "subject")
    ),
    {"at": "at", "id": "id", "until": "until", "ended": "ended"},
)
STOCK = Listing(
    Searchable(
        "stock",
        {
            "holder": ("holder", exact), "kind": ("kind", lower), "part": ("part", exact),
            "quantity": ("quantity", whole), "order": ("order", whole), "updated": ("updated", at),
        },
        ("holder", "part"),
    ),
    {"updated": "updated", "holder": "holder", "part": "part", "quantity": "quantity", "order": "order"},
)  # fmt: skip
PLANS = Listing(
    Searchable("plans", {"id": ("id", exact), "state": ("state", lower), "day": ("day", exact)}, ("id", "day")),
    {"created": "created", "day": "day", "state": "state"},
)
SURVEYS = Listing(
    Searchable(
        "surveys",
        {
            "id": ("id", upper), "state": ("state", lower), "kind": ("kind", lower), "channel": ("channel", lower),
            "cabinet": ("cabinet", upper), "person": ("person", exact), "invited": ("invited", at),
            "answered": ("answered", at), "expires": ("expires", at),
        },
        ("id", "cabinet"),
    ),
    {"invited": "invited", "id": "id", "answered": "answered", "expires": "expires", "state": "state"},
)  # fmt: skip
IMPROVEMENTS = Listing(
    Searchable(
        "improvements",
        {
            "id": ("id", upper), "month": ("month", exact), "indicator": ("indicator", lower),
            "state": ("state", lower), "owner": ("owner", exact), "opened": ("opened", at), "due": ("due", at),
        },
        ("id", "indicator"),
    ),
    {"opened": "opened", "id": "id", "month": "month", "due": "due", "state": "state"},
)  # fmt: skip
RECALLS = Listing(
    Searchable(
        "recalls",
        {"id": ("id", upper), "sku": ("sku", exact), "state": ("state", lower), "party": ("party", lower)},
        ("id", "sku", "reason"),
        through={"cabinet": ("recall_tasks", "cabinet", upper, "recall")},
    ),
    {"created": "created", "id": "n", "state": "state", "sku": "sku", "closed": "closed"},
)
RECALL_TASKS = Listing(
    Searchable(
        "recall_tasks",
        {
            "cabinet": ("cabinet", upper), "state": ("state", lower), "why": ("why", lower), "stop": ("stop", lower),
            "ticket": ("ticket", upper), "done": ("done", at),
        },
        ("cabinet", "ticket"),
    ),
    {"created": "created", "cabinet": "cabinet", "state": "state", "updated": "updated", "done": "done"},
)  # fmt: skip
RECALL_SALES = Listing(
    Searchable(
        "recall_sales",
        {
            "cabinet": ("cabinet", upper), "lot": ("lot", exact), "ticket": ("ticket", upper), "at": ("at", at),
            "vend_id": ("vend_id", exact),
        },
        ("cabinet", "vend_id"),
    ),
    {"at": "at", "cabinet": "cabinet", "lot": "lot"},
)  # fmt: skip
LOT_CHECKS = Listing(
    Searchable(
        "lot_checks",
        {
            "id": ("id", upper), "sku": ("sku", exact), "lot": ("lot", exact), "stage": ("stage", STAGE),
            "ok": ("ok", truth), "counts": ("counts", truth), "by": ("by", exact), "at": ("at", at),
        },
        ("sku", "lot"),
    ),
    {"at": "at", "id": "id", "sku": "sku", "lot": "lot", "stage": "stage"},
)  # fmt: skip
COMPENSATIONS = Listing(
    Searchable(
        "compensations",
        {
            "id": ("id", upper), "ticket": ("ticket", upper), "fund": ("fund", upper), "receipt": ("receipt", exact),
            "by": ("actor", exact), "cents": ("cents", whole), "at": ("at", at),
        },
        ("id", "ticket", "receipt"),
    ),
    {"at": "at", "id": "id", "ticket": "ticket", "fund": "fund", "cents": "cents"},
)  # fmt: skip
PROBLEMS = Listing(
    Searchable(
        "problems",
        {
            "id": ("id", upper), "kind": ("kind", lower), "model": ("model", exact), "firmware": ("firmware", exact),
            "state": ("state", lower), "owner": ("owner", exact), "opened": ("opened", at), "latest": ("latest", at),
            "repeats": ("repeats", whole), "maker_told": ("maker_told", at), "closed": ("closed", at),
        },
        ("id", "kind", "model"),
    ),
    {
        "opened": "opened", "id": "id", "latest": "latest", "repeats": "repeats", "state": "state", "kind": "kind",
        "model": "model", "closed": "closed",
    },
)  # fmt: skip
