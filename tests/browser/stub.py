"""A server of canned answers under the built pages: the real static files and headers, no product behind them."""

import asyncio
import json
import re
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response, WebSocket
from starlette.websockets import WebSocketDisconnect

from api import static
from api.middleware import Envelope
from tests.browser import account, desk, fleet, food, office, photos, proof, rooms
from tests.browser.fleet import Json

API = "/api/v1"
SVG = "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 2 2'%3E%3Cpath d='M0 0h1v1z'/%3E%3C/svg%3E"
QR = f"data:image/svg+xml,{SVG}"
AFTER = {"accept": "accepted", "depart": "en_route", "check-in": "arrived", "finish": "left"}


class Stage:
    """What a test sets, and what it looks at afterwards."""

    def __init__(self) -> None:
        self.role = "administrator"
        self.signed_in = True
        self.code = ""
        self.total = fleet.TOTAL
        self.refuse: Json | None = None
        self.unwanted: list[int] = []
        self.visit_state = "offered"
        self.food, self.sound = "building", True
        self.down, self.late, self.backing = False, False, False
        self.lines: list[Json] = []
        self.case: Json = {}
        self.arrival: Json = {}
        self.windows: list[Json] = []
        self.posts: list[tuple[str, Json, str | None]] = []
        self.wishes: list[Json] = []
        self.sockets: dict[WebSocket, asyncio.AbstractEventLoop] = {}
        self.deaf = False
        self._posted = threading.Condition()

    def post(self, path: str, body: Json, key: str | None) -> None:
        """Keep what the page sent, and wake who waits for it."""
        with self._posted:
            self.posts.append((path, body, key))
            self._posted.notify_all()

    def sent(self, count: int) -> list[tuple[str, Json, str | None]]:
        """The posts, once there are `count`: pages show an action done before the server has heard of it."""
        with self._posted:
            assert self._posted.wait_for(lambda: len(self.posts) >= count, 20), self.posts
            return list(self.posts)

    def cut(self) -> None:
        """Cut every live connection, and refuse new ones until `deaf` is taken back."""
        self.deaf = True
        for socket, loop in list(self.sockets.items()):
            asyncio.run_coroutine_threadsafe(socket.close(1012), loop)

    def obey(self, verb: str, body: Json) -> None:
        """What a cabinet does about it at once."""
        self.backing = self.backing or verb == "backups"
        if verb in ("outage", "restore"):
            self.down = verb == "outage"
        if verb == "release":
            self.food = "released"
        if verb == "maintenance":
            self.windows.append(fleet.window(f"M-{len(self.posts):06d}", "planned", **{**body, "from": None}))
        if verb == "commands" and body.get("ticket"):
            self.lines += fleet.asked(f"C-{len(self.posts):06d}", body["name"])

    def planned(self, q: str) -> list[Json]:
        """The windows that `cabinet:"…"` or `site:"…"` finds."""
        key, _, whose = q.partition(":")
        return [window for window in self.windows if window[key] == whose.strip('"')]

    def visits(self) -> list[Json]:
        if self.role == "technician":
            return [fleet.visit(0, self.visit_state), fleet.visit(4)]
        return [fleet.visit(i) | self.arrival for i in range(12)]


def problem(status: int, title: str, **extra: Any) -> Response:
    body = {"type": "about:blank", "title": title, "status": status, "detail": title, "request_id": "req-7", **extra}
    return Response(json.dumps(body), status, media_type="application/problem+json")


def page(items: list[Json]) -> Json:
    return {"items": items, "next": None, "total": len(items)}


def me(stage: Stage) -> Any:
    if not stage.signed_in:
        return problem(401, "Sign in first")
    who = {"id": "W-0001" if stage.role == "technician" else "admin", "name": "admin", "role": stage.role}
    return {**who, "second_factor": False}


def series(params: Mapping[str, str]) -> Json:
    points = fleet.series(params["signal"], int(params["from"]), int(params["to"]))
    return {"signal": params["signal"], "unit": "°C", "points": points}


def ticket(stage: Stage, name: str) -> Any:
    number = int(name[2:]) - 1
    if number >= 30:
        return problem(404, "Not found")
    found = fleet.ticket(number, full=True) | stage.case
    return found | {"timeline": [*found["timeline"], *stage.lines]}


def totals(stage: Stage) -> Json:
    found = fleet.totals()
    backup = rooms.backups(sound=not stage.late, running=stage.backing)
    return {**found, "platform": {**found["platform"], "backup": backup}}


Answer = Callable[[Stage, str, Mapping[str, str]], Any]
# pattern of the path → answer from (stage, the id in the path, query parameters)
GET: dict[str, Answer] = {
    r"me": lambda stage, _, __: me(stage),
    r"time": lambda *_: {"now": fleet.iso(fleet.NOW), "speed": 60, "zone": "Asia/Shanghai"},
    r"faults/kinds": lambda *_: page(fleet.kinds()),
    r"faults": lambda *_: page([fleet.fault(0), fleet.fault(2)]),
    r"faults/([^/]+)": lambda _, name, __: fleet.fault(int(name[2:])),
    r"tickets": lambda *_: page([fleet.ticket(0)]),
    r"tickets/([^/]+)": lambda stage, name, __: ticket(stage, name),
    r"cabinets/([^/]+)": lambda _, name, __: fleet.cabinet(int(name[3:])),
    r"cabinets/([^/]+)/series": lambda _, __, params: series(params),
    r"cabinets/([^/]+)/ingest": lambda *_: fleet.ingest(),
    r"cabinets/([^/]+)/quarantine": lambda *_: page(
        [{"id": "q1", "at": fleet.iso(fleet.NOW), "reason": "not_json", "head": '{"boot":3,"seq":', "size": 16}]
    ),
    r"cabinets/([^/]+)/events": lambda *_: page(fleet.events()),
    r"cabinets/([^/]+)/qr": lambda _, name, __: {"cabinet": name, "payload": "signed", "image": QR},
    r"cabinets/([^/]+)/food-safety": lambda stage, name, __: food.state(name, stage.food),
    r"cabinets/([^/]+)/food-safety/report": lambda stage, _, __: food.report(stage.sound),
    r"food-safety/packs": lambda *_: page(food.packs()),
    r"maintenance": lambda stage, _, params: page(stage.planned(params["q"])),
    r"visits": lambda stage, _, __: page(stage.visits()),
    r"sites": lambda *_: page(fleet.sites()),
    r"technicians": lambda *_: page(fleet.technicians()),
    r"standards": lambda *_: page([fleet.clause()]),
    r"ingest": lambda stage, _, __: totals(stage),
    r"cabinets": lambda *_: page([fleet.cabinet(1)]),
    **rooms.GET,
    **office.GET,
    **desk.GET,
    **proof.GET,
    **photos.GET,
}


def build(stage: Stage, web: Path) -> FastAPI:
    """The API's GETs, POSTs and live feed on the stage, and the built pages as the product serves them."""
    app = FastAPI(openapi_url=None)
    app.add_middleware(Envelope)
    app.include_router(uploads(stage), prefix=API)
    app.include_router(answers(stage), prefix=API)
    app.include_router(endings(stage), prefix=API)
    app.include_router(feed(stage), prefix=API)
    app.include_router(static.router(web))
    return app


def uploads(stage: Stage) -> APIRouter:
    router = APIRouter()

    @router.post("/attachments", status_code=201)
    async def attach(request: Request) -> Any:
        async with request.form() as form:
            content = await form["file"].read()  # type: ignore[union-attr]  # it is a file
            body = {"ticket": form["ticket"], "file": content}
            stage.post("attachments", body, request.headers.get("idempotency-key"))
        if stage.unwanted:
            return problem(stage.unwanted.pop(0), "Not taken")
        return {"id": f"A-{sum(path == 'attachments' for path, _, _ in stage.posts)}"}

    return router


def answers(stage: Stage) -> APIRouter:
    router = APIRouter()

    @router.get("/{path:path}")
    def get(request: Request, path: str) -> Any:
        for pattern, answer in GET.items():
            if match := re.fullmatch(pattern, path):
                return answer(stage, "".join(match.groups()), request.query_params)
        return problem(404, "Not found")

    @router.post("/session", status_code=201)
    async def sign_in(request: Request) -> Any:
        body = await request.json()
        if stage.code and body["password"] == "right" and body.get("code") != stage.code:
            return problem(401, "Sign in first", guard="second_factor")
        stage.signed_in = body["password"] == "right"
        return me(stage)

    @router.post("/{path:path}", status_code=201)
    async def act(request: Request, path: str) -> Any:
        body = await request.json()
        stage.post(path, body, request.headers.get("idempotency-key"))
        if stage.refuse:
            return problem(409, "Illegal move", **stage.refuse)
        noun, verb = path.split("/", maxsplit=1)[0], path.rsplit("/", 1)[-1]
        if noun == "visits":
            stage.visit_state = AFTER.get(verb, stage.visit_state)
        stage.obey(verb, body)
        if verb == "commands":
            observed = {"signal": "set_c", "value": 3.5, "ts": fleet.iso(fleet.NOW)}
            return {"id": "C-000001", **body, "state": "done", "observed": observed, "matches": True}
        shown = desk.revealed(path, fleet.ticket(0, full=True) | stage.case)
        said = shown or account.acted(path, QR) or office.acted(path, body) or proof.acted(path)
        return said or fleet.ticket(0, full=True)

    return router


def endings(stage: Stage) -> APIRouter:
    router = APIRouter()

    @router.patch("/{path:path}")
    async def change(request: Request, path: str) -> Any:
        body = await request.json()
        stage.post(path, body, request.headers.get("if-match"))
        if stage.refuse:
            return problem(**{"status": 409, "title": "Illegal move", **stage.refuse})
        return proof.entry(path)

    @router.delete("/holds/{key}")
    async def end_hold(request: Request, key: str) -> Any:
        stage.post(f"holds/{key}", await request.json(), None)
        return proof.hold()

    @router.delete("/me/second-factor", status_code=204)
    async def end_second_factor(request: Request) -> None:
        stage.post("me/second-factor", await request.json(), None)

    @router.delete("/maintenance/{key}")
    def end(key: str) -> Any:
        stage.post(f"maintenance/{key}", {}, None)
        if stage.refuse:
            return problem(409, "Illegal move", **stage.refuse)
        stage.windows = [window for window in stage.windows if window["id"] != key]
        return fleet.window(key)

    return router


def rows(stage: Stage, wish: Json) -> tuple[int, list[Json]]:
    """(total, items of the window) of a subscription."""
    start, end = wish["window"]
    if "nothing" in wish["q"]:
        return 0, []
    if wish["sub"] == "counts":
        faults, tickets = {"critical": 3, "major": 12, "minor": 21, "warning": 8}, {"dispatching": 6, "closed": 9}
        shown = {"online": stage.total - 1887, "offline": 1887, "unknown": 0, "faults": faults, "tickets": tickets}
        return 1, [{"id": "counts", **shown, "open_visits": 5}]
    makers: dict[str, tuple[Callable[[int], Json], int]] = {
        "cabinets": (fleet.cabinet, fleet.TOTAL), "faults": (fleet.fault, 40), "tickets": (fleet.ticket, 30),
    }  # fmt: skip
    make, most = makers[wish["sub"]]
    total = min(most, stage.total)
    return total, [make(i) for i in range(start, min(end, total))]


def feed(stage: Stage) -> APIRouter:
    router = APIRouter()

    @router.websocket("/live")
    async def live(socket: WebSocket) -> None:
        await socket.accept()
        if stage.deaf:
            await socket.close(1013)
            return
        stage.sockets[socket] = asyncio.get_running_loop()
        await socket.send_json(
            {"type": "hello", "now": fleet.iso(fleet.NOW), "speed": 60, "zone": "Asia/Shanghai", "version": "0.1.0"}
        )
        watches: dict[str, Json] = {}
        ticker = asyncio.create_task(_tick(socket, watches))
        try:
            while True:
                await _serve(stage, socket, watches, await socket.receive_json())
        except (WebSocketDisconnect, RuntimeError):
            pass  # the page went away, or the test cut it off
        finally:
            stage.sockets.pop(socket, None)
            ticker.cancel()

    return router


async def _serve(stage: Stage, socket: WebSocket, watches: dict[str, Json], wish: Json) -> None:
    stage.wishes.append(wish)
    if "bad:" in wish["q"]:
        body = {"title": "Invalid input", "status": 422, "detail": "unknown key bad", "request_id": "req-9"}
        await socket.send_json({"type": "error", "sub": wish["sub"], "problem": body})
        return
    total, items = rows(stage, wish)
    head = {"sub": wish["sub"], "seq": 1, "total": total, "window": wish["window"], "items": items}
    watches[wish["sub"]] = head
    await socket.send_json({"type": "snap", **head})


async def _tick(socket: WebSocket, watches: dict[str, Json]) -> None:
    """Once a second some cabinets change."""
    for tick in range(1, 10_000):
        await asyncio.sleep(1)
        watch = watches.get("cabinets")
        if watch is None or not watch["items"]:
            continue
        watch["seq"] += 1
        start = watch["window"][0]
        changed = [fleet.cabinet(start + i, tick) for i in range(0, len(watch["items"]), 7)]
        await socket.send_json({"type": "delta", **watch, "items": changed})
