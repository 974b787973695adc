"""What checks of lots take and answer, and what is known of one lot. Times are ISO 8601 with offset."""

from typing import Literal

from msgspec import Struct

from api.schema.answers import Time

Stage = Literal["purchase", "outbound", "before_sale"]


class NewLotCheck(Struct):
    """A check of a lot (S1 7.5.1, 7.5.2): `ok` false is a failed one, which counts as none."""

    sku: str
    lot: str
    stage: Stage
    ok: bool
    note: str | None = None
    attachment: str | None = None


class LotCheck(Struct):
    """`by`: who made it; `counts`: it is the one of its stage that counts: no newer one has taken its place, and it is
    not forgotten (`policy.lot_checks_days`)."""

    id: str
    sku: str
    lot: str
    stage: Stage
    ok: bool
    note: str | None
    attachment: str | None
    at: Time
    by: str
    counts: bool


class NotedLotCheck(LotCheck):
    """`missing`: stages of the lot without a good check; `failed`: those whose newest check was not good."""

    missing: list[Stage]
    failed: list[Stage]


class LotAir(Struct):
    """Temperature of the air in the cabinet while the lot lay there, degrees Celsius; `mean` of what was measured."""

    min: float
    mean: float
    max: float


class LotStay(Struct, rename={"from_": "from"}):
    """A time that the lot lay in a lane (null: it was not told which). `to` null: it lies there now. `air` null:
    nothing was measured, or it is no longer kept."""

    id: str
    cabinet: str
    lane: int | None
    from_: Time
    to: Time | None
    air: LotAir | None


class LotFile(Struct):
    """All that is known of a lot. `checks` and `stays`: the newest; `checks_total`, `stays_total`: how many there are.
    `cabinets`: those that have it now, as far as `stays` shows."""

    sku: str
    lot: str
    missing: list[Stage]
    failed: list[Stage]
    checks: list[LotCheck]
    checks_total: int
    stays: list[LotStay]
    stays_total: int
    cabinets: list[str]
