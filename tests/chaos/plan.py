"""What is done to which installation, drawn from a seed: the same seed, the same plan."""

import os
import random
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tests import postgres
from tests.chaos.brokers import mosquitto
from tests.chaos.faults import FAULTS, Fault
from tests.chaos.injector import Injector

PER_STAGE = 8
SETUPS = {
    "nats": ("plain", "outside", "plain", "small-disk", "plain", "faked-clock", "postgresql"),
    "mosquitto": ("plain", "plain", "small-disk", "plain", "faked-clock", "postgresql"),
    "mosquitto-defaults": ("plain",),
}


class Stage(NamedTuple):
    """One installation and the faults done to it, in order."""

    broker: str
    setup: str
    seed: int
    faults: list[str]


def stages(broker: str, names: Sequence[str], cycles: int, seed: int, setup: str | None = None) -> Iterator[Stage]:
    """Stages with `cycles` faults in all. Each has a seed of its own, with which it can be repeated alone."""
    fitting = [s for s in SETUPS[broker] if s == setup or (setup is None and _pools(broker, names, s))]
    for index in range(0, cycles, PER_STAGE):
        number = seed + index // PER_STAGE
        yield stage(broker, names, min(PER_STAGE, cycles - index), number, fitting[number % len(fitting)])


def stage(broker: str, names: Sequence[str], count: int, seed: int, setup: str) -> Stage:
    """Faults by weight; in a special installation half of them are those it is for."""
    rng = random.Random(f"{seed} {broker} {setup}")
    pools = _pools(broker, names, setup)
    chosen: list[str] = []
    while len(chosen) < count:
        pool = rng.choice(pools)
        chosen += rng.choices(pool, [FAULTS[n].weight for n in pool])
    return Stage(broker, setup, seed, chosen)


def impossible(names: Sequence[str], brokers: Sequence[str], injector: Injector) -> dict[str, str]:
    """What this machine does not let us do, and why."""
    found: dict[str, str] = {}
    if "fsync_error" in names and injector.errors is None:
        found["fsync_error"] = "gcc is not installed"
    if "server_clock" in names and not injector.clock:
        found["server_clock"] = "libfaketime is not installed (apt-get install faketime)"
    if "full_disk" in names and not may_mount():
        found["full_disk"] = "a tmpfs cannot be mounted (it takes root)"
    if not (postgres.BIN / "postgres").exists():
        why = "PostgreSQL is not installed (apt-get install postgresql-15)"
        found |= {n: why for n in names if FAULTS[n].setup == "postgresql"}
    if any(b != "nats" for b in brokers):
        try:
            mosquitto()
        except FileNotFoundError as error:
            found["mosquitto"] = str(error)
    return found


def may_mount() -> bool:
    """Try it: containers allow it or not, whoever we are."""
    if os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as folder:
        made = subprocess.run(["mount", "-t", "tmpfs", "none", folder], capture_output=True, check=False)
        if made.returncode == 0:
            subprocess.run(["umount", folder], check=True)
        return made.returncode == 0


def _pools(broker: str, names: Sequence[str], setup: str) -> list[list[str]]:
    """The faults that need this installation, and those that can be done in any; none of them empty. An installation
    that none of the faults needs is no use, but for the plain one."""
    special = [n for n in names if FAULTS[n].setup and _fits(FAULTS[n], broker, setup)]
    common = [n for n in names if not FAULTS[n].setup]
    return [pool for pool in (special, common) if pool] if special or setup == "plain" else []


def _fits(fault: Fault, broker: str, setup: str) -> bool:
    """Every other broker than the embedded one is an outside one."""
    return fault.setup == setup or (fault.setup == "outside" and broker != "nats" and setup == "plain")
