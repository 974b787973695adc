"""SQLite, PostgreSQL and a dict of Python are told the same and asked the same: they must answer the same."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from service.records import RECORDS
from service.records.base import Change, Drop, Put, Where
from service.records.migrate import open_postgresql
from service.records.sql import SqlRecords
from telemetry.errors import Conflict, Invalid
from tests.postgres import Postgres, emptied

KEYS = st.sampled_from(["a", "b", "c", "d"])
TEXTS = st.one_of(
    st.none(), st.sampled_from(["", "Ab", "aB", "b%", "É_", "柜"]), st.text("ab%_/\\ÉéİKΣς柜😀\0\ud800", max_size=3)
)
NUMBERS = st.one_of(st.none(), st.integers(-2, 3), st.integers(-(2**63) - 1, 2**63), st.booleans())
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.text(max_size=2) | st.just("\0\u2028"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=4,
)

EPISODE = st.fixed_dictionaries(
    {"id": KEYS},
    optional={
        "kind": st.sampled_from(["offline", "power_lost", None]),
        "state": st.sampled_from(["pending", "active", "cleared", None]),
        "cabinet": st.sampled_from(["C1", "C2", "", None]),
        "site": st.sampled_from(["S1", None]),
        "onset": NUMBERS,
        "score": st.none() | st.integers(0, 3) | st.floats(),
        "why": JSONS,
    },
)
TICKET = st.fixed_dictionaries(
    {"id": KEYS},
    optional={"n": st.none() | st.integers(1, 4) | st.just(2**31), "summary": TEXTS, "due": NUMBERS, "clocks": JSONS},
)
CHANGE: st.SearchStrategy[Change] = st.one_of(
    EPISODE.map(lambda row: Put("episodes", row)),
    TICKET.map(lambda row: Put("tickets", row)),
    KEYS.map(lambda key: Drop("episodes", key)),
    KEYS.map(lambda key: Drop("tickets", key)),
    st.just(Put("tickets", {"id": "a", "n": "one"})),
)
CONDITION = st.one_of(
    st.builds(Where, st.sampled_from(["summary", "id"]), st.sampled_from(["=", "!=", "<", ">=", "like"]), TEXTS),
    st.builds(
        Where, st.sampled_from(["due", "n"]), st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "!<", "!>="]), NUMBERS
    ),
    st.builds(Where, st.just("n"), st.just("in"), st.lists(NUMBERS, max_size=3)),
    st.builds(Where, st.sampled_from(["due", "summary", "clocks"]), st.sampled_from(["null", "notnull"]), st.none()),
)
ORDER = st.lists(st.sampled_from(["due", "-due", "summary", "-summary", "n", "-n", "-id"]), max_size=3)


@pytest.fixture(scope="module", autouse=True)
def served(postgres: Postgres) -> Iterator[None]:
    """The one that is a server is opened once."""
    Twins.served = open_postgresql(postgres.make("twins"))
    yield
    Twins.served.close()


def answer(ask: Any, *arguments: Any) -> Any:
    """What a store answers, refusals included."""
    try:
        return ask(*arguments)
    except Conflict as error:
        return "conflict", error.guard, error.missing
    except Invalid:
        return "invalid"


class Twins(RuleBasedStateMachine):
    served: ClassVar[SqlRecords]

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        file = str(Path(self.folder.name) / "records.sqlite")
        self.stores = [RECORDS["sqlite"](file), RECORDS["memory"](""), emptied(self.served)]
        self.batch = 0

    def teardown(self) -> None:
        if hasattr(self, "stores"):
            for store in self.stores[:2]:
                store.close()
            self.folder.cleanup()

    @rule(changes=st.lists(CHANGE, max_size=8), step=st.integers(0, 2))
    def commit(self, changes: list[Change], step: int) -> None:
        self.batch += step
        self.same("commit", self.batch, changes)

    @rule(changes=st.lists(CHANGE, max_size=3))
    def write(self, changes: list[Change]) -> None:
        self.same("write", changes)

    @rule(where=st.lists(CONDITION, min_size=1, max_size=2))
    def trim(self, where: list[Where]) -> None:
        self.same("trim", "tickets", where)

    @rule(where=st.lists(CONDITION, max_size=2), order=ORDER, limit=st.integers(-1, 4), offset=st.integers(0, 2))
    def find(self, where: list[Where], order: list[str], limit: int, offset: int) -> None:
        self.same("find", "tickets", where, order, limit, offset)
        self.same("count", "tickets", where)

    @invariant()
    def same_rows(self) -> None:
        if hasattr(self, "stores"):
            self.same("last_batch")
            for table in ("episodes", "tickets"):
                self.same("find", table, [], ["id"], 1000)

    def same(self, method: str, *arguments: Any) -> None:
        sqlite, memory, postgresql = (answer(getattr(store, method), *arguments) for store in self.stores)
        assert sqlite == memory
        assert postgresql == memory


TestTwins = Twins.TestCase
TestTwins.settings = settings(max_examples=20, stateful_step_count=15, deadline=None)
