"""Every fault the suite can do: where it can be done, what it blinds, which promises must hold under it."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from tests.chaos import disk_faults, link_faults, process_faults, traffic_faults
from tests.chaos.world import World

PROMISES = {
    "P1": "nothing acknowledged is lost",
    "P2": "nothing is stored twice",
    "P3": "no silent gap, the accounts add up",
    "P4": "every value at its own time",
    "P5": "one ticket per episode: here nothing is ill, so none at all",
    "P7": "no cabinet is called offline, one alert at most for each blindness",
    "P11": "it goes on by itself, nothing lost; how soon (10 s are demanded) stands in the column *ready*",
    "P12": "a full disk refuses, the API still reads, ready again within 60 s",
}
ALWAYS = ("P1", "P2", "P3", "P4", "P5", "P7", "P11")


class Fault(NamedTuple):
    """`setup`: the kind of installation it needs ("" any); `kills`: processes die; `outages`: how often it may blind
    us; `weight`: how often it is chosen."""

    act: Callable[[World], Awaitable[None]]
    title: str
    setup: str = ""
    kills: bool = False
    outages: int = 0
    weight: int = 1
    promises: tuple[str, ...] = ALWAYS


_p, _l, _d, _t = process_faults, link_faults, disk_faults, traffic_faults
FAULTS: dict[str, Fault] = {
    "kill_gateway": Fault(_p.kill_gateway, "SIGKILL of the gateway at any moment", kills=True, outages=2, weight=4),
    "kill_between": Fault(
        _p.kill_between, "SIGKILL of the gateway between two steps of the data path", kills=True, outages=6, weight=6
    ),
    "kill_broker": Fault(_p.kill_broker, "SIGKILL of the broker", kills=True, outages=1, weight=3),
    "kill_both": Fault(_p.kill_both, "SIGKILL of gateway and broker", kills=True, outages=2, weight=2),
    "broker_forgets": Fault(_p.broker_forgets, "SIGKILL of the broker, which loses its store", kills=True, outages=2),
    "kill_records": Fault(
        _p.kill_records, "SIGKILL of PostgreSQL, which holds the records", "postgresql", kills=True, outages=3, weight=3
    ),
    "pause_records": Fault(_p.pause_records, "SIGSTOP of PostgreSQL, 5 s", "postgresql", outages=3),
    "pause_gateway": Fault(_p.pause_gateway, "SIGSTOP of the gateway, 5 s (`--patient`: up to 20 s)", outages=2),
    "pause_broker": Fault(_p.pause_broker, "SIGSTOP of the broker, 5 s (`--patient`: up to 20 s)", outages=3),
    "queue_overflow": Fault(_p.queue_overflow, "more messages than the broker's queue holds", outages=2),
    "cut_cabinets": Fault(_l.cut_cabinets, "TCP resets between cabinets and broker"),
    "half_open_cabinets": Fault(_l.half_open_cabinets, "half-open links between cabinets and broker"),
    "slow_cabinets": Fault(_l.slow_cabinets, "slow and late links between cabinets and broker"),
    "cut_gateway": Fault(_l.cut_gateway, "TCP resets between gateway and broker", "outside", outages=4),
    "half_open_gateway": Fault(_l.half_open_gateway, "half-open link of gateway and broker", "outside", outages=3),
    "slow_gateway": Fault(_l.slow_gateway, "a slow link between gateway and broker", "outside", outages=2),
    "full_disk": Fault(
        _d.full_disk, "no byte left on the disk", "small-disk", outages=4, promises=(*ALWAYS, "P12")
    ),
    "fsync_error": Fault(_d.fsync_error, "EIO on the N-th fsync of the gateway", outages=3),
    "duplicates": Fault(_t.duplicates, "every message five times"),
    "reordered": Fault(_t.reordered, "messages in any order"),
    "week_late": Fault(_t.week_late, "samples a week late, messages of an earlier boot after the next"),
    "late_wills": Fault(_t.late_wills, "wills of old connections after new births"),
    "device_clocks": Fault(_t.device_clocks, "device clocks at 1970, +8 h, -8 h, jumping"),
    "server_clock": Fault(_t.server_clock, "jumps of the server's clock", "faked-clock", outages=6),
}  # fmt: skip
