"""What the measured load says: births and telemetry of healthy cabinets, about 255 bytes each, as the contract has it.

The loader in C gets the same bytes from a file (`write`): one shape for every part.
"""

import random
from pathlib import Path

BIRTH_TAIL = b',"interval_s":60,"model":"BENCH-1","firmware":"1.0","protocol":1}'  # after conn and holds
VARIANTS = 257  # prime: no cabinet says the same values every round

SIGNALS = (
    "air_c", "evap_c", "cond_c", "ambient_c", "humidity_pct", "set_c", "comp_on", "comp_a", "power_w", "door_open",
    "mains_v", "rsrp_dbm", "payment_success_pct",
)  # fmt: skip


def cabinet(index: int) -> str:
    """The id of the index-th cabinet."""
    return f"BENCH-{index:06d}"


def _telemetry_tail(chance: random.Random) -> bytes:
    on = chance.random() < 0.5
    values = (
        f"{chance.uniform(2, 6):.2f}", f"{chance.uniform(-14, -6):.2f}", f"{chance.uniform(30, 42):.2f}",
        f"{chance.uniform(20, 26):.2f}", f"{chance.uniform(40, 60):.1f}", "4.0", str(int(on)),
        f"{chance.uniform(2, 3) if on else 0.2:.2f}", f"{chance.uniform(250, 350) if on else 41.5:.1f}", "0",
        f"{chance.uniform(225, 235):.1f}", f"{chance.uniform(-95, -70):.0f}", f"{chance.uniform(97, 100):.1f}",
    )  # fmt: skip
    return ',"m":{{{}}}}}'.format(",".join(f'"{n}":{v}' for n, v in zip(SIGNALS, values, strict=True))).encode()


_CHANCE = random.Random(1)
TELEMETRY_TAILS = [_telemetry_tail(_CHANCE) for _ in range(VARIANTS)]


def payload(seq: int, ts: int, tail: bytes) -> bytes:
    """A message of boot 1."""
    return b'{"boot":1,"seq":%d,"ts":%d' % (seq, ts) + tail


def birth(seq: int, ts: int) -> bytes:
    """The birth of a first connection that holds nothing."""
    return payload(seq, ts, b',"conn":1,"holds":[]' + BIRTH_TAIL)


def write(path: Path) -> Path:
    """The tails as lines, the birth first, for the loader."""
    path.write_bytes(b"\n".join([BIRTH_TAIL, *TELEMETRY_TAILS]) + b"\n")
    return path
