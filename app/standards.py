"""`./vendwatch standards`: the table of clauses."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from service.clauses import STATES, clauses, page


def run(path: Path | None) -> None:
    """Write the page, or show the clauses and their states. Raises OSError when it cannot be written."""
    found = clauses()
    if path is not None:
        path.write_text(page(found), encoding="utf-8")
        return
    table = Table("Clause", "What it asks", "State")
    for clause in found:
        table.add_row(f"{clause.standard} {clause.clause}", clause.en, STATES[clause.state][0])
    Console().print(table)
