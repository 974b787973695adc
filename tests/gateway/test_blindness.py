"""Our own blindness: the broker away, or nothing taken in; never a cabinet's silence."""

from gateway.blindness import Blindness
from telemetry.clock import Moment
from telemetry.journal import Blind
from tests.gateway.rig import T0, Rig, birth


def at(seconds):
    return Moment(T0 + 1000 * seconds, T0 + 1000 * seconds)


def test_a_start_tells_how_long_we_were_away_and_the_first_sight_ends_it():
    blindness = Blindness()
    blindness.begin(at(0), at(60))
    blindness.sight(True, at(61))
    assert blindness.take(at(61)) == [Blind("gateway", at(0), at(60)), Blind("broker", at(60), at(61))]
    assert not blindness


def test_a_blindness_that_lasts_is_told_once_while_it_lasts():
    blindness = Blindness()
    blindness.begin(None, at(0))
    for second in range(10):
        blindness.tick(at(second))
    assert blindness.take(at(10)) == [Blind("broker", at(0))]


def test_a_pause_between_entries_is_blindness_whatever_made_it():
    """A full disk, a store that is away, a suspended machine: entries come twice a second or we were not there."""
    blindness = Blindness()
    blindness.begin(None, at(0))
    blindness.sight(True, at(0))
    blindness.take(at(0))
    assert blindness.take(at(4)) == []
    assert blindness.take(at(604)) == [Blind("gateway", at(4), at(604))]
    assert blindness.take(at(605)) == []


def test_nobody_is_offline_for_what_we_did_not_take_in():
    rig = Rig()
    rig.take(birth(1, 1, 1))
    rig.now, rig.real = rig.now + 600_000, rig.real + 600_000
    rig.fleet.sighted = Moment(rig.now, rig.real)
    rig.fleet.presence(Moment(rig.now, rig.real))
    assert rig.fleet.status[0] == 1
