"""Mutants that no test could kill, since they do what the code does. Each with the reason; one that is not found any
more is an error, so that nothing hides here."""

from typing import NamedTuple

from tests.mutation.workshop import Tried


class Equal(NamedTuple):
    """`place` and `change` as the table of survivors shows them (`change`: the line that took the other's place)."""

    place: str
    change: str
    reason: str


_READ = "begin, end = (times[0] * 60 + times[1], times[2] * 60 + times[3]) if times else "
EQUAL: tuple[Equal, ...] = (
    *(
        Equal("service.hours._window", _READ + none, "what begins at 24:00 or later is refused in the next line")
        for none in ("(25 * 60, 0)", "(24 * 61, 0)", "(24 * 60, 1)")
    ),
    Equal(
        "service.hours.spans", "day, covered = calendar.local(since).date() - timedelta(days=3), 0",
        "looks a day further back, where no window can reach the present: what is over is passed over",
    ),
    Equal(
        "service.hours.spans", "day, covered = calendar.local(since).date() - timedelta(days=2), 1",
        "covered up to a millisecond after 1970 instead of 1970: no service was before either",
    ),
    Equal(
        "service.hours.worked", "if span.begin > until:",
        "a stretch that begins at the end adds nothing, and the next one ends the count",
    ),
    *(
        Equal(
            "service.hours.Hours.of", f"return self.windows.get(kind, self.windows.get(like.get(kind{rest}), ()))",
            "the type itself was looked up before: asked for again, or for none, it gives no windows",
        )
        for rest in (", None", "", ", ")
    ),
    Equal(
        "service.deadlines.on_appointment", "level = clocks.level(clock, step.policy.warn_levels, None, step.now)",
        "an arrival is owed at an instant or after elapsed time: only service hours would ask the calendar",
    ),
    *(
        Equal("service.deadlines._NEVER", change, "an instant that never comes, the one as little as the other")
        for change in ("2 + 1 #1", "62 + 1 #1")
    ),
    Equal(
        "service.deadlines._tell", "if level < min(clock.told, clock.noticed):",
        "at the level that was told and noticed nothing more is told either way: this only ends sooner",
    ),
    Equal(
        "service.deadlines._tell", "if level >= clock.noticed and _on_duty(step, clock):",
        "nobody is noticed of more than was told, and what was told is not above the level here",
    ),
    Equal(
        "service.privacy.masking.scrubbed",
        'return _NUMBER.sub(lambda found: phone(found[0]) or "XXXX", _MAIL.sub(HIDDEN, value))',
        "a number that was found is never empty, so something always stands in its place",
    ),
    Equal(
        "service.deadlines._void", "clocks.stop(clock, step.now, None)",
        "the calendar is asked only for a clock that rests, and on entering a state all that must not rest were woken",
    ),
)  # fmt: skip


def is_equal(tried: Tried) -> bool:
    return any(e.place == tried.place and e.change in tried.change for e in EQUAL)


def vanished(found: list[Tried], modules: set[str]) -> list[Equal]:
    """Entries about these modules that no survivor answers to."""
    about = [
        e for e in EQUAL if any(e.place.startswith(m.removesuffix(".py").replace("/", ".") + ".") for m in modules)
    ]
    return [e for e in about if not any(t.place == e.place and e.change in t.change for t in found if not t.killed)]
