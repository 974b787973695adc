"""The fold as a whole: what it sends again, how healthy it says a cabinet is, what it takes over from a dump."""

from telemetry.clock import Moment
from telemetry.journal import Blind, Entry
from tests.gateway.lab import action
from tests.gateway.rig import T0, birth, telemetry
from tests.scenarios.life import new_fold


class Bench:
    def __init__(self):
        self.fold, self.number, self.now = new_fold(), 0, T0

    def step(self, *messages, ms=500, **more):
        self.number, self.now = self.number + 1, self.now + ms
        entry = Entry(number=self.number, now=self.now, real=self.now, messages=list(messages), **more)
        return self.fold.step(entry)

    def blind(self, cause, seconds):
        start = Moment(self.now, self.now)
        end = Moment(self.now + 1000 * seconds, self.now + 1000 * seconds)
        return self.step(ms=1000 * seconds, blinds=[Blind(cause, start, end)])


def command():
    return action("command.create", "HZ-01", "c1", name="self_test", reason="x")


def profile():
    return action("cabinet.patch", "HZ-01", "p1", profile={"max_c": 8})


def topics(outcome):
    return [p.topic for p in outcome.publish]


def test_what_the_broker_may_not_have_got_is_sent_again_when_it_is_back():
    for cause in ("broker", "gateway"):
        bench = Bench()
        bench.step(birth(1, 1, 1))
        assert topics(bench.step(actions=[command()])) == ["cabinets/HZ-01/down/command"]
        assert topics(bench.step(actions=[profile()])) == ["cabinets/HZ-01/down/config"]
        again = bench.blind(cause, 10)
        assert topics(again) == ["cabinets/HZ-01/down/command", "cabinets/HZ-01/down/config"]
        assert again.publish[1].retain
        assert "cabinets/HZ-01/down/config" not in topics(bench.blind(cause, 120) and bench.blind(cause, 120))


def test_health_follows_every_change_of_a_fault():
    bench = Bench()
    bench.step(birth(1, 1, 1, ts=T0))
    for n in range(2, 30):
        bench.step(telemetry(1, n, ts=T0 + n * 60_000, mains_v=0.0, air_c=4.0), ms=60_000, tick=True)
    worst = bench.fold.fleet.health[0]
    assert worst > 0
    for n in range(30, 90):
        bench.step(telemetry(1, n, ts=T0 + n * 60_000, mains_v=230.0, air_c=4.0), ms=60_000, tick=True)
    assert bench.fold.fleet.health[0] == 0


def test_a_dump_takes_the_place_of_whatever_was():
    """The state is taken back, in the same objects, after the fold died in the middle of an entry."""
    bench = Bench()
    bench.step(birth(1, 1, 1), telemetry(1, 2, strange_signal=1.0))
    dump = bench.fold.dump()
    bench.step(*(birth(1, 1, 1, cabinet=f"N-{n:03d}") for n in range(200)), actions=[command(), profile()])
    bench.step(telemetry(1, 3, other_signal=2.0), tick=True)
    fleet = bench.fold.fleet
    bench.fold.load(dump)
    assert bench.fold.fleet is fleet
    assert bench.fold.dump() == dump
    assert (len(fleet), "other_signal" in fleet.name_index) == (1, False)


def test_a_cabinet_whose_silence_ends_is_online_before_the_next_tick():
    bench = Bench()
    bench.step(birth(1, 1, 1))
    bench.step(ms=600_000, tick=True)
    assert bench.fold.fleet.status[0] == 2
    bench.step(telemetry(1, 2))
    assert bench.fold.fleet.status[0] == 1


def test_an_unknown_action_is_answered_and_hurts_nothing():
    bench = Bench()
    odd = [action(name, "", f"o{i}") for i, name in enumerate(("", "x", "cabinet.", "fault.x", "command.x", "site.x"))]
    assert {a.status for a in bench.step(actions=odd).answers.values()} <= {"invalid", "not_found"}
