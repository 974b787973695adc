"""Mutants of literal tables. mutmut mutates functions only; a ticket's moves, and which clock rests when, are tables.

A mutant is one entry left out, one word or figure changed, one yes turned into no, or a union made an intersection.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import libcst as cst

_FLIPPED = {"True": "False", "False": "True"}
_TYPES = (cst.Subscript, cst.Name, cst.Attribute)  # `Pause = tuple[int, int]` is no table
_Change = tuple[cst.CSTNode, cst.CSTNode, str]


class Mutant(NamedTuple):
    """`place` is `module.TABLE`, `change` what differs there, `source` the whole mutated module."""

    place: str
    change: str
    source: str


def mutants(module: str, source: str) -> list[Mutant]:
    """Every mutant of the module's tables, in order; `change` is told apart by its count where it happens twice."""
    tree, seen = cst.parse_module(source), dict[tuple[str, str], int]()
    found = []
    for table, value in _tables(tree):
        for old, new, said in _changes(value):
            changed = tree.deep_replace(old, new)
            assert isinstance(changed, cst.Module)
            key = (table, said)
            seen[key] = seen.get(key, 0) + 1
            found.append(Mutant(f"{module}.{table}", f"{said} #{seen[key]}", changed.code))
    return found


def _tables(tree: cst.Module) -> Iterator[tuple[str, cst.BaseExpression]]:
    """Name and value of each constant of the module."""
    for line in tree.body:
        for statement in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            match statement:
                case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value):
                    pass
                case cst.AnnAssign(target=cst.Name(value=name), value=cst.BaseExpression() as value):
                    pass
                case _:
                    continue
            if not isinstance(value, _TYPES):
                yield name, value


def _changes(value: cst.CSTNode) -> Iterator[_Change]:
    """A part, what stands there instead, and how it is told. What functions do is mutmut's."""
    match value:
        case cst.Lambda():
            return
        case cst.Set(elements=parts) if len(parts) == 1:
            pass  # a set without entries is written otherwise; whoever holds it is left without it
        case cst.Set(elements=parts) | cst.List(elements=parts) | cst.Tuple(elements=parts) | cst.Dict(elements=parts):
            yield from ((value, value.with_changes(elements=kept), said) for kept, said in _one_less(parts))
        case cst.Call(args=parts):
            yield from ((value, value.with_changes(args=kept), said) for kept, said in _one_less(parts))
        case cst.DictElement(value=cst.SimpleString(value=text) as word):
            yield word, cst.SimpleString(f"{text[:-1]}X{text[-1]}"), f"{_code(value)} wrong"
        case cst.Integer(value=digits):
            yield value, cst.Integer(str(int(digits) + 1)), f"{digits} + 1"
        case cst.Name(value=word) if word in _FLIPPED:
            yield value, cst.Name(_FLIPPED[word]), f"not {word}"
        case cst.BinaryOperation(operator=cst.BitOr()):
            yield value, value.with_changes(operator=cst.BitAnd()), f"{_code(value)} intersected"
    for part in value.children:
        yield from _changes(part)


def _one_less(parts: Sequence[cst.CSTNode]) -> Iterator[tuple[list[cst.CSTNode], str]]:
    return (([*parts[:n], *parts[n + 1 :]], f"without {_code(part)}") for n, part in enumerate(parts))


def _code(node: cst.CSTNode) -> str:
    return " ".join(cst.Module([]).code_for_node(node).split()).rstrip(", ")
