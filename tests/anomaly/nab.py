"""`python -m tests.anomaly.nab`: both forms of the detector on the NAB files at hand, and what they cost.

One configuration for all files, one pass, no look-ahead; one threshold for the corpus, as NAB has it. `--folds` adds
the two-fold figure: configuration and threshold chosen on one half of the files and scored on the other (minutes).
`--json` prints one object.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from tests.anomaly import cost, folds
from tests.anomaly.corpus import TEMPERATURE, Labelled, absent, read
from tests.anomaly.forms import FORMS, Form
from tests.anomaly.sweep import PROFILES, STANDARD, at, joined, sweep, worth

FLEET, SIGNALS = 100_000, 8


def judged(form: Form, files: Sequence[Labelled]) -> dict[str, Any]:
    """Scores by profile, what stands behind the standard one, and the temperature files by themselves."""
    found, rows = form.run(files), [worth(len(f.ts), f.windows) for f in files]
    results = {p.name: sweep(np.concatenate(found), joined(rows), p) for p in PROFILES}
    standard = results[STANDARD.name]
    warm = [k for k, f in enumerate(files) if any(name in f.name for name in TEMPERATURE)]
    alone = at(standard.threshold, np.concatenate([found[k] for k in warm]), joined([rows[k] for k in warm]), STANDARD)
    return {
        **{name: round(result.score, 1) for name, result in results.items()},
        "threshold": round(standard.threshold, 3),
        "hits": standard.hits, "windows": standard.windows, "false_rows": standard.false_rows,
        "temperature": {"files": len(warm), "score": round(alone.score, 1), "hits": alone.hits,
                        "windows": alone.windows, "false_rows": alone.false_rows},
    }  # fmt: skip


def measured(with_folds: bool) -> dict[str, Any]:
    """Everything that is printed."""
    files = read()
    spent = {
        "light": cost.measure(FORMS[1], FLEET, SIGNALS),
        "full": cost.measure(FORMS[0], FLEET, 1),
    }
    report: dict[str, Any] = {
        "files": len(files),
        "rows": sum(len(f.ts) for f in files),
        "nab": {form.name: judged(form, files) for form in FORMS},
        "cost": {name: c._asdict() for name, c in spent.items()},
    }
    if with_folds:
        report["two_fold"] = folds.two_fold(files)._asdict()
    return report


def show(report: dict[str, Any]) -> None:
    """The same as tables."""
    console, table = Console(), Table(title=f"NAB, {report['files']} files, {report['rows']} rows")
    for name in ("form", "standard", "low FP", "low FN", "hits", "false rows", "threshold", "temperature files"):
        table.add_column(name)
    for name, got in report["nab"].items():
        warm = got["temperature"]
        table.add_row(
            name, *(str(got[p.name]) for p in PROFILES), f"{got['hits']}/{got['windows']}", str(got["false_rows"]),
            str(got["threshold"]), f"{warm['score']} ({warm['hits']}/{warm['windows']} hit in {warm['files']})",
        )  # fmt: skip
    console.print(table)
    for name, c in report["cost"].items():
        console.print(f"{name}: {c['ns']:.0f} ns per sample at {c['series']} series, {c['bytes']} bytes per series")
    if "two_fold" in report:
        console.print(f"two-fold: {report['two_fold']}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.anomaly.nab", description=__doc__)
    parser.add_argument("--folds", action="store_true", help="also the two-fold figure")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    if reason := absent():
        print(reason, file=sys.stderr)
        return 1
    report = measured(given.folds)
    if given.json:
        print(json.dumps(report))
    else:
        show(report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
