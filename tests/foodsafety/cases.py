"""One table of cases for every clock that keeps a rule: the platform's and the cabinet's own must read it alike."""

from collections.abc import Callable
from typing import NamedTuple

COLD, WARM = 4.0, 9.0


class Minute(NamedTuple):
    """What is so in one minute: air and food (°C), the door open all through it, a defrost, what somebody just said."""

    air: float = COLD
    door: bool = False
    defrost: bool = False
    says: str = ""


class Case(NamedTuple):
    """`breach`: the minute in which the rule is broken, None when it is kept to the end."""

    name: str
    pack: str
    product: str | None
    minutes: int
    story: Callable[[int], Minute]
    breach: int | None


def _warm_from(start: int, air: float = WARM) -> Callable[[int], Minute]:
    return lambda m: Minute(air if m >= start else COLD)


def _restock(start: int, end: int, cold_at: int | None) -> Callable[[int], Minute]:
    def story(m: int) -> Minute:
        air = WARM if m >= start and (cold_at is None or m < cold_at) else COLD
        return Minute(air, door=start <= m < end, says="restocked" if m == end else "")

    return story


CASES = (
    Case("warm with the door shut", "nama", None, 60, _warm_from(5), 20),
    Case("exactly at the limit", "nama", None, 300, lambda _: Minute(5.0), None),
    Case("a shopper every 20 minutes", "nama", None, 720, lambda m: Minute(18.0, door=m % 20 == 0), 15),
    Case("a shopper every 4 minutes", "nama", None, 720, lambda m: Minute(18.0, door=m % 4 == 0), 15),
    Case("the same, by the Food Code", "fda", None, 720, lambda m: Minute(18.0, door=m % 20 == 0), 15),
    Case("shoppers, and cold in between", "nama", None, 300, lambda m: Minute(WARM if m % 20 < 12 else COLD), None),
    Case("a restock that recovers", "nama", None, 120, _restock(10, 22, 45), None),
    Case("a restock that does not", "nama", None, 120, _restock(10, 22, None), 52),
    Case("a door of two minutes is no service", "nama", None, 120, lambda m: Minute(WARM, door=3 <= m < 5), 15),
    Case("a service code", "nama", None, 120, lambda m: Minute(WARM, says="service_code_entered" * (m == 10)), 40),
    Case("a door left open", "nama", None, 300, lambda _: Minute(15.0, door=True), 50),
    Case("a defrost and then no recovery", "nama", None, 90, lambda m: Minute(8.0, defrost=m < 20), 49),
    Case("a defrost without end", "nama", None, 300, lambda _: Minute(8.0, defrost=True), 60),
    Case(
        "services again and again end after two hours", "nama", None, 400,
        lambda m: Minute(WARM, says="service_code_entered" if m % 10 == 0 else ""), 150,
    ),
    Case("hot food after filling", "fda", "hot", 300, lambda m: Minute(40.0, door=m < 10), 129),
    Case("hot food and shoppers", "fda", "hot", 300, lambda m: Minute(40.0, door=m % 20 == 0), 15),
    Case("the food itself, four hours", "uk-8c", None, 300, lambda m: Minute(WARM, door=m % 20 == 0), 240),
    Case("an hour is a breach whoever buys", "cn-cold-chain", None, 120, lambda m: Minute(WARM, door=m % 7 == 0), 60),
)  # fmt: skip
