"""Heat: three nodes per cabinet (air, goods, evaporator), a lagged sensor, a thermostat, defrosts, the day's ambient.

    Ca dTa/dt = UA (Tamb-Ta) + UAp (Tp-Ta) - UAe f (Ta-Te) + UAd gap (Tamb-Ta) + fan heat
    Cp dTp/dt = UAp (Ta-Tp);    Ce dTe/dt = UAe f (Ta-Te) - Qc + heater;    dTs/dt = (Ta-Ts)/tau
    Qc = on Q0 (1 + 0.03 (Te+8) - 0.012 (Tcond-36)) capacity

All in product time; nothing here reads a clock or draws a random number.
"""

import numpy as np

from simulator.state import DEFROST_EVERY, F64, Bools, State, Traits
from telemetry.units import DAY, HOUR, MINUTE, SECOND

MIN_OFF = 180 * SECOND  # compressor rest before a new start (makers' default)
DEFROST_MAX = 20 * MINUTE
DEFROST_END_C = 8.0
DOOR_STOPS_COOLING = 180 * SECOND  # door alarm: compressor off, until the switch is taken for broken
DOOR_SWITCH_DOUBTED = 10 * MINUTE
SENSOR_LAG_S = 60.0
HEATER_W = 190.0
FROST = 2.5  # a frosted evaporator takes this much more heat while it thaws
FAN_W = 12.0
STILL_AIR = 0.15  # share of the evaporator's exchange left with its fan off
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
    """Cabinets whose compressor really turns: called for, powered, and able to start."""
    return np.asarray(state.call & state.mains & ~state.stalled)


def advance(traits: Traits, state: State, dt: float) -> None:
    """Move the temperatures on by `dt` seconds (explicit Euler; stable up to 20 s)."""
    on = running(state)
    exchange = traits.evaporator * np.where(state.fan, 1.0, STILL_AIR) * (state.air - state.evap)
    rated = 1 + 0.03 * (state.evap + 8) - 0.012 * (state.cond - 36)
    cold = on * traits.cooling * state.capacity * rated.clip(0.1, 1.6)
    heater = HEATER_W * (state.defrost & state.mains)
    outside = (traits.envelope + traits.door * state.gap) * (state.ambient - state.air)
    goods = traits.coupling * (state.stock - state.air)
    state.air += (outside + goods - exchange + FAN_W * state.fan) * (dt / traits.air)
    state.stock -= goods * (dt / traits.product)
    thawing = np.where(state.defrost, FROST, 1.0)
    state.evap += (exchange - cold + heater) * (dt / (traits.evaporator_heat * thawing))
    state.cond += (state.ambient + 12.0 * on - state.cond) * min(1.0, dt / 120)
    state.probe += (state.air - state.probe) * min(1.0, dt / SENSOR_LAG_S)


def control(traits: Traits, state: State, now: int) -> None:
    """The controller's decisions: fan, defrost, and the call for cooling."""
    _defrost(state, now)
    open_ms = state.door_ms(now)
    state.fan = state.mains & ~state.defrost & (~state.door | (open_ms > DOOR_SWITCH_DOUBTED))
    half = traits.band / 2
    warm, cold = state.seen > state.set_c + half, state.seen < state.set_c - half
    want = (state.call | warm) & ~cold
    blind = state.probe_open == PROBE_AIR
    want = np.where(blind, now // MINUTE % 15 < 6, want)  # probe failure: a fixed duty keeps the goods cool
    barred = state.defrost | ~state.mains | ((open_ms > DOOR_STOPS_COOLING) & (open_ms <= DOOR_SWITCH_DOUBTED))
    rested = now - state.stopped >= MIN_OFF
    call = want & ~barred & (state.call | rested)
    state.stopped[state.call & ~call] = now
    state.call = call


def _defrost(state: State, now: int) -> None:
    begin = (now >= state.defrost_at) & ~state.defrost & state.mains & ~state.door
    state.defrost_at[begin] = now + DEFROST_EVERY
    state.defrost |= begin
    since = now - (state.defrost_at - DEFROST_EVERY)
    state.defrost &= (state.evap < DEFROST_END_C) & (since < DEFROST_MAX) & state.mains
