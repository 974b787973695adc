"""Write `workdays_cn.json` from the State Council's days as `chinesecalendar` lists them.

Run `python -m service.data.make_workdays` after upgrading that package (new data comes each November), and look at
the difference: a change of the past is a reason to ask why. Only exceptions are kept: weekdays off, weekends worked,
weekend days that are part of a holiday.
"""

import json
from importlib.metadata import version
from pathlib import Path

from chinese_calendar.constants import holidays, workdays

TARGET = Path(__file__).with_name("workdays_cn.json")


def table() -> dict[str, object]:
    """The calendar as it is written: ISO days, sorted; `official_until` is the last day of the newest listed year."""
    last = max(holidays).year
    return {
        "version": f"cn-{last}-chinesecalendar-{version('chinesecalendar')}",
        "official_from": f"{min(holidays).year}-01-01",
        "official_until": f"{last}-12-31",
        "rest": sorted(d.isoformat() for d in holidays if d.weekday() < 5),
        "weekend": sorted(d.isoformat() for d in holidays if d.weekday() >= 5),
        "work": sorted(d.isoformat() for d in workdays if d.weekday() >= 5),
    }


if __name__ == "__main__":
    TARGET.write_text(json.dumps(table(), indent=0) + "\n", encoding="utf-8")
