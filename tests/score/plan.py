"""What is lived and judged: chunks of cabinets and days, each with its own seed."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from simulator.scenario import Scenario, load_scenario
from telemetry.units import DAY, MINUTE, SECOND

ROOT = Path(__file__).resolve().parents[2]
Mode = Literal["healthy", "injected", "steady"]
# Every chunk has all disturbances on. Injected: every kind equally often; steady: the trade's four a year, site cuts.
SCENARIOS: dict[Mode, str] = {"healthy": "healthy", "injected": "evidence", "steady": "steady"}
LEARNING = 4  # days before the first is counted: a model that has seen nothing says nothing
TAIL = 7  # days before the end in which no true fault that begins is counted: it may need as long to show


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One chunk: `days` that count behind the `learning` ones. `rate`: faults per cabinet and year of an injected one;
    `kinds`: only these (none: all of the scenario); `held_out`: cabinets and places of `held_out.toml`; `named`: not
    the scenario of the mode but this shipped one."""

    mode: Mode
    seed: int
    cabinets: int
    days: float
    rate: float = 24.0
    kinds: tuple[str, ...] = ()
    held_out: bool = True
    learning: float = LEARNING
    tail: float = TAIL
    named: str = ""

    @property
    def years(self) -> float:
        """Cabinet-years that count."""
        return self.cabinets * self.days / 365

    @property
    def lasts(self) -> int:
        """How long it is lived (ms), in whole minutes."""
        return round((self.learning + self.days) * DAY) // MINUTE * MINUTE

    @property
    def scenario(self) -> Scenario:
        """Raises ConfigError when a shipped scenario is broken."""
        base = load_scenario(Path(self.named or SCENARIOS[self.mode]))
        ranges = load_scenario(Path("held_out")).ranges if self.held_out else None
        chance = msgspec.structs.replace(base.chance, after_s=self.learning * DAY / SECOND)
        if self.mode == "injected":
            weights = dict.fromkeys(self.kinds, 1.0) or chance.weights
            chance = msgspec.structs.replace(chance, per_cabinet_year=self.rate, weights=weights)
        return msgspec.structs.replace(base, chance=chance, ranges=ranges)


@cache
def code() -> str:
    """A digest of what is measured and of what measures: results of other code are not added up with it. Taken once:
    what was loaded is what runs, whatever is edited meanwhile."""
    digest = hashlib.blake2b(digest_size=6)
    folders = ("telemetry", "faults", "simulator")
    files = [p for folder in folders for p in (ROOT / folder).rglob("*") if p.suffix in (".py", ".toml")]
    for path in sorted([*files, *(ROOT / "tests/score" / name for name in ("plan.py", "judge.py", "live.py"))]):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
