"""The shipped conformance vectors are all right, and a wrong or broken case is told."""

from pathlib import Path

import msgspec
import pytest

from service.calendars import Calendar
from service.vectors import check, load
from telemetry.errors import ConfigError

CHINA = Calendar.china()
GOOD = {"name": "a day", "source": "test", "start": "2026-10-14T10:00:00+08:00", "days": 1}


def test_the_shipped_vectors_are_right() -> None:
    found = list(check(load(), CHINA))
    assert len(found) > 30
    assert [(c.vector.name, c.got) for c in found if not c.right] == []


def test_a_wrong_answer_is_told_with_ours(tmp_path: Path) -> None:
    (only,) = check(load(written(tmp_path, [GOOD | {"due": "2026-10-15T00:00:00+08:00"}])), CHINA)
    assert not only.right
    assert only.got == "2026-10-16T00:00:00+08:00"


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ({"due": "2026-10-16T00:00:00"}, "needs its offset"), ({}, "needs the right answer"),
        ({"days": None, "due": "2026-10-16T00:00:00+08:00"}, "needs a target"),
        ({"inside": ""}, "needs hours"), ({"hours": {}, "inside": ""}, "a working day needs a window"),
        ({"dew": 1}, "unknown field"),
    ],
)  # fmt: skip
def test_a_broken_case_is_refused_by_name(tmp_path: Path, case: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        list(check(load(written(tmp_path, [GOOD | case])), CHINA))


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot read"):
        load(tmp_path / "none.json")
    (tmp_path / "broken.json").write_text("[{]")
    with pytest.raises(ConfigError, match=r"broken\.json"):
        load(tmp_path / "broken.json")


def written(folder: Path, cases: list[dict[str, object]]) -> Path:
    path = folder / "vectors.json"
    path.write_bytes(msgspec.json.encode(cases))
    return path
