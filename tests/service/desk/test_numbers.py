"""What is asked for by its number may be any text: of a number that no one gave out there is nothing, however long."""

from typing import Any

import pytest

from service.step import Books
from tests.service.desk.world import World

LONG = "9" * 5000  # more digits than Python makes a number of

ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "ticket.comment": ("T", {"note": "n"}),
    "visit.accept": ("V", {}),
    "certificate.end": ("CE", {"reason": "r"}),
    "problem.patch": ("PR", {"owner": "o"}),
    "recall.close": ("R", {"reason": "r"}),
    "hold.end": ("H", {"reason": "r"}),
    "improvement.drop": ("I", {"reason": "r"}),
    "contact.review": ("C", {"ok": True, "ticket": "T-000001"}),
}


@pytest.mark.parametrize("action", ASKED)
def test_nothing_has_a_number_that_was_never_given_out(action: str) -> None:
    prefix, body = ASKED[action]
    world = World()
    for digits in (LONG, "000001", "²", "", "-1"):
        assert world.act(action, f"{prefix}-{digits}", **body).status == "not_found", digits[:9]


def test_a_number_given_out_is_known_by_its_one_name() -> None:
    books = Books(counts={"T": 1_234_567})
    assert all(books.given_out("T", key) for key in ("T-000001", "T-1234567"))
    assert not any(books.given_out("T", key) for key in ("T-1", "T-0000001", "T-000000", "V-000001", "T-٠٠٠٠٠١"))
