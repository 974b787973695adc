"""The table of clauses says only what is true: its code and its tests exist, and nothing is left out."""

import ast
from pathlib import Path

import pytest

from service.clauses import STANDARDS, Clause, clauses, page

ROOT = Path(__file__).resolve().parents[2]
ROWS = {"S0": 8, "S1": 41, "S2": 9, "S3": 14, "S4": 22}


def _defined(path: Path) -> set[str]:
    """The names at the top of a module, and `Class.method`, `Class::method`."""
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            inner = [n.name for n in node.body if isinstance(n, ast.FunctionDef)]
            found |= {f"{node.name}{mark}{name}" for name in inner for mark in (".", "::")}
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        found |= {t.id for t in targets if isinstance(t, ast.Name)}
    return found


def test_no_clause_is_left_out_or_named_twice() -> None:
    found = clauses()
    assert {s: sum(c.standard == s for c in found) for s in STANDARDS} == ROWS
    assert len({(c.standard, c.clause) for c in found}) == len(found)


@pytest.mark.parametrize("clause", clauses(), ids=lambda c: f"{c.standard}-{c.clause}")
def test_what_a_clause_names_is_there(clause: Clause) -> None:
    for name in (*clause.code, *clause.tests):
        file, _, inner = name.partition("::" if "::" in name else ":")
        assert (ROOT / file).exists(), name
        assert not inner or inner in _defined(ROOT / file), name


@pytest.mark.parametrize("clause", clauses(), ids=lambda c: f"{c.standard}-{c.clause}")
def test_a_clause_says_how_it_is_served_or_why_not(clause: Clause) -> None:
    assert clause.zh
    if clause.state == "outside":
        assert clause.lacks_en
        assert clause.lacks_zh
    else:
        assert clause.how_en
        assert clause.how_zh
        assert clause.code
        assert clause.tests
    assert bool(clause.lacks_en) == bool(clause.lacks_zh) == (clause.state in ("partly", "outside"))


def test_the_page_is_what_the_table_says() -> None:
    assert (ROOT / "docs" / "standards.md").read_text() == page(clauses())
