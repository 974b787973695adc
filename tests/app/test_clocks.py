"""`vendwatch clocks`: the examples of the docs are right, and a wrong case is shown and fails."""

from pathlib import Path

import pytest

from app.clocks import run
from telemetry.errors import ConfigError

DOCS = Path(__file__).resolve().parents[2] / "docs" / "clocks.md"


def test_the_cases_of_the_docs_are_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = DOCS.read_text("utf-8")
    (tmp_path / "mine.json").write_text(text.split("```json")[1].split("```")[0], "utf-8")
    assert run(tmp_path / "mine.json", "Asia/Shanghai")
    assert "3 of 3 right" in capsys.readouterr().out


def test_the_docs_say_how_many_ship(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(None, "Asia/Shanghai")
    assert f"`{capsys.readouterr().out.strip().splitlines()[-1]}`" in DOCS.read_text("utf-8")


def test_counted_elsewhere_some_are_wrong_and_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert not run(None, "America/New_York")
    assert "WRONG  complaint before the National Day week" in capsys.readouterr().out


def test_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match="no such time zone: Mars"):
        run(None, "Mars")
