"""Is it alive, can it serve, what time is it, what came in."""

from typing import Annotated

from fastapi import APIRouter, Response

from api import auditing, metrics, views
from api.access import Ask, allowed
from api.actions import respond
from api.body import Body, shaped
from api.context import Ctx
from api.openapi import returns, takes
from api.roles import may
from api.schema.backups import BackupAsked

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
    """Messages of the whole fleet by outcome, and the state of the platform under them; `backup` is of those who may
    read it at `GET /backups`."""
    backend = ask.ctx.backend
    state = backend.platform()
    if not may(ask.caller.role, "backup.read"):
        state.pop("backup", None)
    return respond({**backend.ingest_totals(), "platform": views.times(state)})


@router.get("/backups", responses=returns("BackupState"))
def backup_state(ask: Annotated[Ask, allowed("backup.read")]) -> Response:
    """When there are backups by themselves, the newest of them, the one that is being made, what came of the last."""
    return respond(views.times(ask.ctx.backend.backup_state()))


@router.post("/backups", responses=returns("BackupState", status=202), openapi_extra=takes(BackupAsked))
async def create_backup(ask: Annotated[Ask, allowed("backup.create")], body: Body) -> Response:
    """Begin a backup into the directory of the schedule; it goes on after the answer. It holds personal data: who began
    it is written into the audit chain before."""
    asked = shaped(body, BackupAsked)
    await auditing.note(ask, "backup.create", "backup", {"to": asked.to})
    return respond(views.times(await ask.ctx.backend.back_up(asked.to, ask.caller.key)), 202)
