"""What a records store does. Every store passes the same contract suite (`tests/contracts/test_record_store.py`).

Rows are plain dicts of the columns in `tables.py`; times are integer ms; JSON columns hold plain Python values.
"""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, Protocol

Row = dict[str, Any]
Op = Literal["=", "!=", "<", "<=", ">", ">=", "!<", "!<=", "!>", "!>=", "in", "like", "null", "notnull"]


class Put(NamedTuple):
    """Insert the row, or update the given columns of the row with the same primary key; others stay."""

    table: str
    row: Row


class Drop(NamedTuple):
    """Delete the row with this primary key, if there is one."""

    table: str
    key: Any


Change = Put | Drop


class Where(NamedTuple):
    """One condition; conditions are joined by AND. `like` matches case-insensitively anywhere in the text.

    A null meets `null`, and `=` None, which asks the same (`!=` None: `notnull`), and whatever denies: it is not equal
    to anything (`!=`), not less (`!<`) and not greater (`!>`). JSON columns know only `null` and `notnull`.
    """

    column: str
    op: Op
    value: Any = None


def visible(text: str) -> str:
    """Text that a machine said, as every store can keep it: no server takes U+0000 (people are refused it)."""
    return text.replace("\0", "\\x00")


class RecordStore(Protocol):
    """Few rows, exact, transactional. One writer at a time (the store serialises writers itself)."""

    def commit(self, batch: int, changes: Sequence[Change]) -> bool:
        """Apply the changes of one decided batch and remember its number, in ONE transaction.

        False, and nothing is done, when `batch` is already decided (<= last_batch()). Raises Conflict when a
        uniqueness rule is broken (one open episode per cabinet and kind), Invalid when a value fits no column (text
        with U+0000 included), Unavailable when the store is away: then the batch may have been decided all the same,
        and committing it again finds out.
        """
        ...

    def last_batch(self) -> int:
        """The number of the last decided batch; 0 at first."""
        ...

    def write(self, changes: Sequence[Change]) -> None:
        """Apply changes that the fold does not own (sessions, tokens, inbox, outbox delivery), in one transaction."""

    def get(self, table: str, key: Any) -> Row | None:
        """The row with this primary key."""
        ...

    def find(
        self, table: str, where: Sequence[Where] = (), order: Sequence[str] = (), limit: int = 100, offset: int = 0
    ) -> list[Row]:
        """Rows that meet every condition; `order` names columns, `-` in front for descending."""
        ...

    def count(self, table: str, where: Sequence[Where] = ()) -> int:
        """How many rows meet every condition."""
        ...

    def trim(self, table: str, where: Sequence[Where]) -> int:
        """Delete the rows that meet every condition (retention), perhaps piece by piece; how many."""
        ...

    def sync(self) -> None:
        """What is committed survives a power cut from now on (a killed process never loses it). Raises Unavailable."""

    def close(self) -> None: ...
