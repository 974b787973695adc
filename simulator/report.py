"""What a cabinet measures: means over its interval for loads and switches, the newest value for the rest."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from simulator.injections.sensor_implausible import OPEN_CIRCUIT
from simulator.models import AT, DECIMALS, MODELS, REPORTED, SHELF_SIGNALS, signals_of
from simulator.state import F64, I64, Bools, Rng, State, Traits
from simulator.thermal import FAN_W, PROBE_AIR, blowing, current, heater_w, heating, running
from telemetry.signals import WIDTH
from telemetry.units import SECOND

AVERAGED: tuple[str, ...] = (
    "comp_on", "comp_a", "power_w", "defrost_on", "door_open", "lock_closed", "payment_ok", "mdb_ok",
)  # fmt: skip
ELECTRONICS_W = 28.0
LIGHT_W = 14.0
HEATER_A = 0.15
FADE_DB = 14.0
NO_SIGNAL_DBM = -118.0
CAMERA_ABOVE_K = 18.0  # a camera's electronics above the air around the cabinet
SPIKE_K = (8.0, 45.0)
SCALES_AT_C = 4.0
SCALES_G = 14.0  # the width of a scale's scatter
# What a sensor scatters, in its unit; the controller averages, so that little is left.
_NOISE: dict[str, float] = {
    "air_c": 0.05, "evap_c": 0.1, "cond_c": 0.1, "product_c": 0.03, "ambient_c": 0.08, "humidity_pct": 0.4,
    "camera_c": 0.4, "mains_v": 1.5, "fan_rpm": 8.0, "payment_success_pct": 0.3,
}  # fmt: skip
_NOISY = np.array([AT[name] for name in _NOISE])
_SPREAD = np.array(list(_NOISE.values()), np.float32)[:, None]
_MEANS = np.array([AT[name] for name in AVERAGED])
_SHELVES = np.array([AT[name] for name in SHELF_SIGNALS])
_SCALE = np.ones((WIDTH, 1))
_SCALE[list(AT.values()), 0] = [10.0 ** DECIMALS.get(name, 1) for name in REPORTED]
_GAPS = np.full((WIDTH, len(MODELS)), np.nan)  # 0 where a model has the signal
for _i, _model in enumerate(MODELS):
    _GAPS[[AT[name] for name in signals_of(_model)], _i] = 0.0


class Samples(NamedTuple):
    """Telemetry of one substep: cabinet `row[k]` at time `ts[k]` (ms) reads `values[k]`, shape [n, WIDTH].

    Columns are those of `telemetry.signals`; NaN stands for a signal the model does not have.
    """

    row: I64
    ts: I64
    values: F64


class Meter:
    """Sums what is averaged; one per fleet, rows start over when they have reported."""

    def __init__(self, n: int) -> None:
        self._sums = np.zeros((n, len(AVERAGED)))
        self._now = np.empty((len(AVERAGED), n))
        self._steps = np.zeros(n)
        self._rows: I64 = np.empty(0, np.int64)
        self._gaps: F64 = np.empty((WIDTH, 0))

    def add(self, traits: Traits, state: State, now: int, hours: float) -> None:
        """Take the state as it is for one substep of `hours`."""
        on, turning = running(state), blowing(state)
        heats = heating(state)
        amps = on * current(traits, state)
        watts = amps * (traits.compressor_w / traits.compressor_a) + turning * FAN_W + heater_w(traits, heats)
        watts += ELECTRONICS_W + LIGHT_W * state.lamp
        watts *= state.mains
        state.energy += watts * hours
        paying = state.paying(now)
        row = self._now
        row[0], row[1], row[2] = state.call, amps + turning * traits.fan_a + heats * HEATER_A, watts
        row[3], row[4] = state.defrost, state.door * state.part
        row[5] = 1 - (state.lock_dead | (state.door & ~state.forced)) * np.where(state.lock_dead, 1.0, state.part)
        row[6], row[7] = paying, paying & ~state.mdb_dead
        self._sums += row.T
        self._steps += 1

    def take(self, rows: I64) -> F64:
        """The means of these rows, shape [k, AVERAGED]; they start over."""
        means = self._sums[rows] / np.maximum(self._steps[rows], 1)[:, None]
        self._sums[rows] = 0
        self._steps[rows] = 0
        return np.asarray(means)

    def gaps(self, traits: Traits, rows: I64) -> F64:
        """0 where these rows' models have a signal, NaN where not: [WIDTH, k]. Kept, for rows mostly come again."""
        if rows is not self._rows:
            self._rows, self._gaps = rows, np.take(_GAPS, traits.model[rows], axis=1)
        return self._gaps


def due(offset: I64, interval: I64, since: int, now: int) -> tuple[I64, I64]:
    """(row, ts) of the samples due in (since, now]; each cabinet reports at `offset` + k × its interval."""
    first = (since - offset) // interval + 1
    count = (now - offset) // interval - first + 1
    rows = np.flatnonzero(count > 0)
    each = np.repeat(rows, count[rows])
    nth = np.arange(len(each)) - np.repeat(np.cumsum(count[rows]) - count[rows], count[rows])
    ts = offset[each] + (first[each] + nth) * interval[each]
    order = np.argsort(ts, kind="stable")
    return each[order], ts[order]


class Rota:
    """Whose turn it is to report, for a fleet whose cabinets all report once an interval; looked up, not computed."""

    def __init__(self, offset: I64, interval: int, step: int, start: int) -> None:
        self._step, self._start = step, start
        turns = interval // step if interval % step == 0 else 0
        self._turns = [due(offset, np.full(len(offset), interval), start + k * step, start + (k + 1) * step)
                       for k in range(turns)]  # fmt: skip
        self._interval = interval

    def due(self, now: int) -> tuple[I64, I64] | None:
        """(row, ts) of the samples of the substep up to `now`; None when intervals are no multiple of substeps."""
        if not self._turns:
            return None
        rounds, turn = divmod((now - self._start) // self._step - 1, len(self._turns))
        rows, ts = self._turns[turn]
        return rows, ts + rounds * self._interval


def repeated(rows: I64, ts: I64, once: Callable[[I64], F64]) -> Samples:
    """Samples of rows of which some stand several times: their readings are the same, `once` reads each row."""
    unique, back = np.unique(rows, return_inverse=True)
    return Samples(rows, ts, once(unique)[back])


def measure(traits: Traits, state: State, meter: Meter, rng: Rng, rows: I64, now: int, scales_c: float = 0.0) -> F64:
    """Read the sensors of these rows, no row twice: [n, WIDTH]."""
    values = np.zeros((WIDTH, len(rows)))
    values[_MEANS] = meter.take(rows).T
    _newest(traits, state, rows, rng, now, values)
    shelves = (state.goods.load[rows] + state.offset_g[rows]).T
    shelves += scales_c * (state.air[rows] - SCALES_AT_C)
    values[_SHELVES] = shelves + SCALES_G * (rng.random(shelves.shape, np.float32) - 0.5)
    scatter = rng.standard_normal((len(_NOISY), len(rows)), np.float32) * _SPREAD
    values[_NOISY] += scatter * traits.noise[rows]
    _unscattered(state, rows, rng, now, values)
    values *= _SCALE
    np.rint(values, out=values)
    values /= _SCALE
    values += meter.gaps(traits, rows)
    return np.ascontiguousarray(values.T)


def sense(state: State) -> None:
    """What the controller believes of the air: its probe, unless that lies."""
    state.seen = state.probe + state.bias
    stuck = ~np.isnan(state.frozen)
    if np.count_nonzero(stuck):
        state.seen[stuck] = state.frozen[stuck]
    if np.count_nonzero(state.probe_open):
        state.seen[state.probe_open == PROBE_AIR] = OPEN_CIRCUIT[PROBE_AIR][1]


def _newest(traits: Traits, state: State, rows: I64, rng: Rng, now: int, values: F64) -> None:
    """Write what is read at the moment into `values`."""
    n = len(rows)
    mains = state.mains[rows]
    state.rsrp[rows] += 0.02 * (traits.radio[rows] - state.rsrp[rows]) + rng.normal(0, 0.6, n)
    rsrp = state.rsrp[rows] - state.weak[rows] - FADE_DB * (state.fade_until[rows] > now)
    air, evap, ambient = state.air[rows], state.evap[rows], state.ambient[rows]
    read: dict[str, F64 | Bools | float] = {
        "air_c": state.seen[rows],
        "evap_c": evap,
        "cond_c": state.cond[rows],
        "product_c": state.stock[rows],
        "ambient_c": ambient,
        "humidity_pct": (48 + 3 * (air - evap) + 15 * state.gap[rows]).clip(20, 95),
        "set_c": state.set_c[rows] + state.back[rows],
        "energy_wh": state.energy[rows],
        "fan_rpm": 1450.0,
        "door_seconds": (state.door_ms(now)[rows] / SECOND).clip(0, 86_400),
        "mains_v": traits.volts[rows] - state.sag[rows],
        "battery_pct": state.battery[rows],
        "rsrp_dbm": np.where(state.link_back[rows] > now, NO_SIGNAL_DBM, rsrp.clip(-139, -60)),
        "payment_success_pct": 99.2 * state.approved[rows],
        "camera_ok": mains & ~state.camera_dead[rows],
        "camera_c": ambient + CAMERA_ABOVE_K + state.camera_heat[rows],
        "light_on": mains & state.lamp[rows] & ~state.lamp_dead[rows],
        "uptime_s": ((now - state.booted[rows]) / SECOND).clip(0, None),
    }
    for name, column in read.items():
        values[AT[name]] = column


def _unscattered(state: State, rows: I64, rng: Rng, now: int, values: F64) -> None:
    """What no scatter touches: what is off, stuck, torn, or nonsense."""
    values[AT["mains_v"]] *= state.mains[rows]
    values[AT["fan_rpm"]] *= blowing(state)[rows]
    success = values[AT["payment_success_pct"]]
    np.minimum(success, 100, out=success)
    success *= state.paying(now)[rows]
    stuck = ~np.isnan(state.frozen[rows])
    if np.count_nonzero(stuck):
        values[AT["air_c"], stuck] = state.frozen[rows[stuck]]
    wild = np.flatnonzero(rng.random(len(rows)) < state.spikes[rows])
    values[AT["air_c"], wild] += rng.uniform(*SPIKE_K, len(wild)) * rng.choice([-1, 1], len(wild))
    torn = state.probe_open[rows]
    if np.count_nonzero(torn):
        for broken, (name, reads) in OPEN_CIRCUIT.items():
            values[AT[name], torn == broken] = reads
