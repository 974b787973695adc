"""The page says what the results say, names its commands, and shows what is missing as not measured."""

from pathlib import Path

import msgspec
import numpy as np

from telemetry.units import DAY, HOUR, MINUTE
from tests.score import charts
from tests.score.goals import Goal
from tests.score.live import START
from tests.score.page import COMMANDS, write
from tests.score.results import append
from tests.score.test_score import alarm, label, lived


def seen() -> list[charts.Seen]:
    ts = START + np.arange(600) * MINUTE
    return [charts.Seen(charts.EXAMPLES[0], ts, np.sin(np.arange(600) / 9), int(ts[100]), int(ts[200]), "lock_fault")]


def test_the_page_holds_every_figure_and_what_was_not_measured(tmp_path: Path) -> None:
    truth = [
        label(0, "lock_fault", 10, 20),
        label(1, "refrigerant_leak", 30, 90, slow=True),
        label(2, "offline", 9, 12),
    ]
    told = [alarm(0, "lock_fault", 10.5), alarm(1, "condenser_dirty", 40), alarm(3, "air_too_warm", 60)]
    data, page = tmp_path / "score", tmp_path / "docs" / "faults.md"
    data.mkdir()
    append(data, lived(truth, told))
    write(page, data, seen)
    text = page.read_text("utf-8")
    assert "3 true faults" in text
    assert "| injected faults found | 66.67 % | ≥ 98 % | ≥ 95 % | missed |" in text
    assert "| false alarms per healthy cabinet-year |  | ≤ 0.1 | ≤ 1 | not measured |" in text
    assert COMMANDS["Injected faults"] in text
    assert "Healthy fleets" in text, "the rules stand there although nothing was measured"
    kept = msgspec.json.decode((tmp_path / "docs" / "faults.json").read_bytes())
    assert kept["injected"]["false"] == {"air_too_warm": 1}
    pictures = sorted(path.name for path in (tmp_path / "docs" / "faults").iterdir())
    assert pictures == ["compressor_not_starting.svg", "delays-degrading.svg", "delays-hard.svg", "delays-sudden.svg"]
    assert all(f"faults/{name}" in text for name in pictures)


def test_a_goal_is_met_missed_or_not_measured() -> None:
    less = Goal("x", 0.5, "", 0.1, 1, more=False)
    assert less.verdict == "missed, above the floor"
    assert less._replace(value=0.1).verdict == "met"
    assert less._replace(value=1.1).verdict == "missed"
    assert less._replace(value=None).verdict == "not measured"
    assert less._replace(more=True).verdict == "met"


def test_a_delay_stands_where_its_axis_says() -> None:
    assert charts._at(1 / 60) == charts.LEFT
    assert charts._at(240) == charts.LEFT + charts.WIDTH
    assert charts._at(1) < charts._at(3) < charts._at(DAY / HOUR)
