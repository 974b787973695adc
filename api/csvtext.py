"""Tables as CSV: the one place where they are written, so that no cell of any of them acts in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def text(rows: Iterable[Sequence[Any]]) -> str:
    """The rows as CSV; nothing is an empty cell, and texts that begin like a formula are kept from acting as one."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()


def cell(value: Any) -> Any:
    """A text that begins like a formula would act in a spreadsheet (OWASP, CSV injection); numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
