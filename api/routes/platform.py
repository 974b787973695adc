"""Is it alive, can it serve, what time is it, what came in."""

from typing import Annotated

from fastapi import APIRouter, Response

from api import metrics, views
from api.access import Ask, allowed
from api.actions import respond
from api.context import Ctx
from api.openapi import returns

bare = APIRouter(tags=["platform"])
router = APIRouter(tags=["platform"])


@bare.get("/livez", responses=returns("Alive"))
def livez() -> Response:
    return respond({"alive": True})


@bare.get("/readyz", responses=returns("Ready", also=(503,)))
def readyz(ctx: Ctx) -> Response:
    """200 when everything the product needs is there, 503 otherwise; the reasons in both cases."""
    checks = [{"check": check, "ok": ok, "reason": reason} for check, ok, reason in ctx.backend.ready()]
    ready = all(check["ok"] for check in checks)
    answer = respond({"ready": ready, "checks": checks})
    answer.status_code = 200 if ready else 503
    return answer


@bare.get("/metrics", responses={200: {"content": {"text/plain": {}}}})
def metrics_text(ctx: Ctx) -> Response:
    """Aggregates of the fleet as Prometheus text."""
    return Response(metrics.text(ctx.backend), media_type="text/plain; version=0.0.4; charset=utf-8")


@router.get("/time", responses=returns("ProductTime"))
def time(ctx: Ctx) -> Response:
    """Product time, its speed against real time, and the time zone of the policy."""
    return respond({"now": views.iso(ctx.now()), "speed": ctx.backend.speed, "zone": ctx.backend.zone})


@router.get("/ingest", responses=returns("Totals"))
def ingest(ask: Annotated[Ask, allowed("fleet.read")]) -> Response:
    """Messages of the whole fleet by outcome, and the state of the platform under them."""
    backend = ask.ctx.backend
    return respond({**backend.ingest_totals(), "platform": views.times(backend.platform())})
