"""Food safety: what a cabinet is held to, how it stands, the inspector's report, and the release of a lock."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from api import foodreport, views
from api.access import Ask, allowed
from api.actions import perform, respond
from api.body import Body
from api.openapi import Responses, returns, takes
from api.period import From, To, period
from telemetry.errors import NotFound
from telemetry.units import DAY

router = APIRouter(tags=["food safety"])
Read = Annotated[Ask, allowed("fleet.read")]
_REPORT: Responses = {
    200: {
        "description": "FoodReport",
        "content": {
            "application/pdf": {"schema": {"type": "string", "format": "binary"}},
            "application/json": {"schema": {"$ref": "#/components/schemas/FoodReport"}},
        },
    }
}


def _known(ask: Ask, cabinet: str) -> None:
    if ask.ctx.view.row(cabinet) is None:
        raise NotFound(f"no cabinet {cabinet}")


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return foodreport.state(row["cabinet"], row)


@router.get("/food-safety/packs", responses=returns("FoodPacks"))
def food_packs(ask: Read) -> Response:
    """The rule packs there are, every figure with its source."""
    del ask
    return respond({"items": foodreport.packs()})


@router.get("/cabinets/{cabinet}/food-safety", responses=returns("FoodSafety"))
def food_safety(ask: Read, cabinet: str) -> Response:
    """Which rule the cabinet keeps, how it stands, and the breach that is open."""
    _known(ask, cabinet)
    row = ask.records.get("food_safety", cabinet)
    runs = row is not None and row["state"] == "building"
    return respond(foodreport.state(cabinet, row, foodreport.building(ask.records, cabinet) if runs else None))


@router.get("/cabinets/{cabinet}/food-safety/report", responses=_REPORT)
def food_safety_report(
    ask: Read,
    cabinet: str,
    start: From = None,
    end: To = None,
    kind: Annotated[Literal["pdf", "json"], Query(alias="format")] = "pdf",
    lang: Literal["en", "zh"] | None = None,
) -> Response:
    """The inspector's report for a period (the last 24 h), as PDF or JSON: readings, log, the check of its chain."""
    _known(ask, cabinet)
    first, last = period(start, end, until=ask.ctx.now(), back=DAY)
    found = foodreport.collect(ask.records, ask.ctx.backend.series, cabinet, first, last)
    if kind == "json":
        return respond(views.times(found))
    from api.foodpdf import draw  # noqa: PLC0415 - loads a library that few starts need

    language: Literal["en", "zh"] = lang or ("zh" if ask.ctx.backend.language == "zh" else "en")
    name = f"food-safety-{cabinet}.pdf"
    content = draw(found, language, ask.ctx.backend.zone, ask.ctx.now())
    return Response(
        content, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


@router.post(
    "/cabinets/{cabinet}/food-safety/profile", responses=returns("FoodSafety"), openapi_extra=takes("FoodProfile")
)
async def set_food_profile(ask: Annotated[Ask, allowed("food.profile")], cabinet: str, body: Body) -> Response:
    """Hold a cabinet to a rule pack, or with `{"pack": null}` to none."""
    return await perform(ask, "food.profile", cabinet, body, _shown)


@router.post(
    "/cabinets/{cabinet}/food-safety/release", responses=returns("FoodSafety"), openapi_extra=takes("FoodRelease")
)
async def release_food_lock(ask: Annotated[Ask, allowed("food.release")], cabinet: str, body: Body) -> Response:
    """Let a locked cabinet sell again, after an inspection on site. Guards: `state`, `arrival`, `records`."""
    return await perform(ask, "food.release", cabinet, body, _shown)
