"""`python -m tests.mutation`: change the code in a thousand small ways, and count how often a test notices.

A run that was killed goes on where it was; other code is measured anew. Exit code 1 when too many mutants survive.
"""

import argparse
import json
import sys
from pathlib import Path

from rich.console import Console

from tests.mutation.equivalent import is_equal, vanished
from tests.mutation.results import keep, of_groups, page, report, rows, show
from tests.mutation.targets import GROUPS, LEAST
from tests.mutation.workshop import ROOT, everything, opened

WIDTH = 150


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(GROUPS)} [all]")
    parser.add_argument(
        "--data", type=Path, default=ROOT / "var/mutation", help="where results are kept [var/mutation]"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object in the place of the table")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="make docs/mutation.md from the results")
    given = parser.parse_args()
    if unknown := [name for name in given.groups if name not in GROUPS]:
        parser.error(f"no group {unknown[0]}; there are {', '.join(GROUPS)}")
    given.groups = given.groups or list(GROUPS)
    return given


def main() -> int:
    given, err = arguments(), Console(stderr=True, highlight=False)
    folder = opened(given.data / "trees")
    found = everything(folder, given.groups, err.print)
    table = rows(found, given.groups, folder.name)  # the code that was tried, whatever is edited meanwhile
    survivors = [tried for tried in found if not tried.killed and not is_equal(tried)]
    told = report(table, survivors)
    keep(given.data, told)
    if given.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        out = Console(highlight=False)
        show(out if out.is_terminal else Console(highlight=False, width=WIDTH), table, survivors)
    if given.write:
        given.write.write_text(page(table), "utf-8")
    gone = vanished(found, {row.module for row in table})
    for entry in gone:
        err.print(f"no such survivor any more: {entry.place}: {entry.change}", markup=False, soft_wrap=True)
    return int(bool(gone) or any(share < LEAST for share in of_groups(table).values()))


if __name__ == "__main__":
    sys.exit(main())
