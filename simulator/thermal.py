"""Heat: three nodes per cabinet (air, goods, evaporator), a lagged sensor, a thermostat, defrosts, frost.

    Ca dTa/dt = UA s (Tamb-Ta) + UAp (Tp-Ta) - UAe f (1-i)(Ta-Te) + UAd gap (Tamb-Ta) + fan heat
    Cp dTp/dt = UAp (Ta-Tp);    Ce dTe/dt = UAe f (1-i)(Ta-Te) - Qc + heater;    dTs/dt = (Ta-Ts)/tau
    Qc = on Q0 r (1 + 0.03 (Te+8) - 0.012 (Tcond-36))
    I = on I0 (1 + 0.0095 (Te+8) + 0.006 (Tcond-36)) (0.66 + 0.34 charge) + fan

All in product time; nothing here reads a clock or draws a random number.
"""

import numpy as np

from simulator.state import F64, Bools, State, Traits
from telemetry.units import DAY, HOUR, MINUTE, SECOND

MIN_OFF = 180 * SECOND  # compressor rest before a new start (makers' default)
DEFROST_MAX = 20 * MINUTE
DEFROST_END_C = 8.0
MELTED_C = 3.0  # an evaporator that got this warm has shed its ice
DOOR_STOPS_COOLING = 180 * SECOND  # door alarm: compressor off, until the switch is taken for broken
DOOR_SWITCH_DOUBTED = 10 * MINUTE
SENSOR_LAG_S = 60.0
COND_LAG_S = 120.0
COND_LIFT_K, DIRT_LIFT_K = 12.0, 42.0  # condenser above ambient: clean, and what a fully blocked one adds
HEATER = 190 / 5.5e3  # W per J/K of coil: makers size it to what it has to thaw within DEFROST_MAX
FROST = 2.5  # a frosted evaporator takes this much more heat while it thaws
FROST_PER_HOUR = 0.03  # share of the exchange that the frost of an hour of running blocks
FAN_W = 12.0
STILL_AIR = 0.22  # share of the evaporator's exchange left with its fan off
ICE_MOST = 0.95
PROBE_AIR = 1  # value of State.probe_open when the controller's own air probe is broken
_SHANGHAI = 8 * HOUR


def hour_of_day(now: int) -> float:
    """The hour of the day in Asia/Shanghai, 0…24."""
    return ((now + _SHANGHAI) % DAY) / HOUR


def ambient(traits: Traits, now: int, heat: float) -> F64:
    """Air around the cabinets (°C): warmest at 15:00, each place a little different, `heat` K on top."""
    swing = np.cos((hour_of_day(now) - 15) / 24 * 2 * np.pi)
    return np.asarray(24.5 + heat + traits.warmth + traits.swing * swing)


def running(state: State) -> Bools:
    """Cabinets whose compressor really turns: called for (or its relay is welded), powered, and able to start."""
    return np.asarray((state.call | state.welded) & state.mains & ~state.stalled)


def blowing(state: State) -> Bools:
    """Cabinets whose evaporator fan really turns."""
    return np.asarray(state.fan & ~state.fan_dead)


def heating(state: State) -> Bools:
    """Cabinets whose defrost heater really heats."""
    return np.asarray(state.defrost & state.mains & ~state.heater_dead)


def heater_w(traits: Traits, on: Bools) -> F64:
    """What the defrost heaters take (W)."""
    return np.asarray(HEATER * traits.evaporator_heat * on)


def current(traits: Traits, state: State) -> F64:
    """What a running compressor draws (A): less when the evaporator starves or gas is missing, more when it is hot."""
    load = 1 + 0.0095 * (state.evap + 8) + 0.006 * (state.cond - 36)
    return np.asarray(traits.compressor_a * load * (0.66 + 0.34 * state.charge) * (1 + state.sag / 230))


def advance(traits: Traits, state: State, dt: float) -> None:
    """Move the temperatures on by `dt` seconds (explicit Euler; stable up to 20 s)."""
    on, turning = running(state), blowing(state)
    flow = np.where(turning, traits.evaporator, traits.evaporator * STILL_AIR)
    exchange = flow * (1 - state.ice) * (state.air - state.evap)
    rated = 1.672 + 0.03 * state.evap - 0.012 * state.cond
    cold = on * traits.cooling * (state.capacity * state.charge) * np.minimum(np.maximum(rated, 0.1), 1.6)
    outside = (traits.envelope * state.seal + traits.door * (state.gap * state.part + state.ajar)) * (
        state.ambient - state.air
    )
    goods = traits.coupling * (state.stock - state.air)
    state.air += (outside + goods - exchange + FAN_W * turning) * (dt / traits.air)
    state.stock -= goods * (dt / traits.product)
    gain = exchange - cold
    if np.count_nonzero(state.defrost):
        gain += heater_w(traits, heating(state))
        gain /= np.where(state.defrost, FROST, 1.0)
    state.evap += gain * (dt / traits.evaporator_heat)
    lift = (COND_LIFT_K + DIRT_LIFT_K * state.dirt) * on
    state.cond += (state.ambient + lift - state.cond) * min(1.0, dt / COND_LAG_S)
    state.probe += (state.air - state.probe) * min(1.0, dt / SENSOR_LAG_S)
    state.ice += (FROST_PER_HOUR + state.frosting) * (dt / 3600) * on
    np.minimum(state.ice, ICE_MOST, out=state.ice)


def control(traits: Traits, state: State, now: int) -> None:
    """The controller's decisions: fan, defrost, and the call for cooling."""
    _defrost(traits, state, now)
    open_ms = state.door_ms(now)
    doubted = open_ms > DOOR_SWITCH_DOUBTED
    state.fan = state.mains & ~state.defrost & (~state.door | doubted)
    half = traits.band / 2
    above = state.seen - (state.set_c + state.back)
    want = (state.call | (above > half)) & (above >= -half)
    if np.count_nonzero(state.probe_open):  # probe failure: a fixed duty keeps the goods cool
        want = np.where(state.probe_open == PROBE_AIR, now // MINUTE % 15 < 6, want)
    barred = state.defrost | ~state.mains | ((open_ms > DOOR_STOPS_COOLING) & ~doubted)
    rested = now - state.stopped >= MIN_OFF
    tripped = now - state.started >= state.trip_ms
    call = want & ~barred & np.where(state.call, ~tripped, rested)
    state.stopped[state.call & ~call] = now
    state.started[call & ~state.call] = now
    state.call = call


def _defrost(traits: Traits, state: State, now: int) -> None:
    begin = (now >= state.defrost_at) & ~state.defrost & state.mains & ~state.door & ~state.timer_dead
    if np.count_nonzero(begin):
        state.defrost_at[begin] = now + traits.defrost_every[begin]
        state.defrost_since[begin] = now
        state.defrost |= begin
    if np.count_nonzero(state.defrost):
        goes_on = (state.evap < DEFROST_END_C) & (now - state.defrost_since < DEFROST_MAX) & state.mains
        melted = state.defrost & ~goes_on & (state.evap > MELTED_C)
        state.ice[melted] *= 1 - state.thaw[melted]
        state.defrost &= goes_on
