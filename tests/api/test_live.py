"""The live feed: a snap, then what changed, at most once a second; bad wishes and lost rights end politely."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from api.context import ApiSettings, Context
from api.fleetview import FleetView
from api.identity import Caller
from api.live import Watch, Wish, wish
from telemetry.errors import Invalid, Unavailable
from telemetry.units import MINUTE
from tests.api.fake import NOW, FakeBackend, Product

CALLER = Caller("x", "operator", "token", "key")


@pytest.fixture
def context(product: Product) -> Context:
    context: Context = product.app.state.context
    return context


@pytest.fixture
def socket(admin: TestClient) -> Iterator[WebSocketTestSession]:
    with admin.websocket_connect("/api/v1/live") as session:
        assert session.receive_json()["type"] == "hello"
        yield session


def _slow(context: Context) -> Context:
    """The product's own second between frames."""
    settings = ApiSettings(b"s", context.settings.attachments)
    return Context(context.backend, context.identity, settings, FleetView(context.backend))


class TestWatch:
    def test_first_a_snap_of_the_window_then_only_what_changed(self, context: Context, backend: FakeBackend) -> None:
        for name in ("A", "B", "C"):
            backend.cabinet(name, air_c=5)
        watch = Watch(context, CALLER, Wish("cabinets", "", "id", (0, 2)))
        snap = watch.frame(NOW)
        assert snap is not None
        assert {k: snap[k] for k in ("type", "sub", "seq", "total", "window")} == {
            "type": "snap", "sub": "cabinets", "seq": 1, "total": 3, "window": [0, 2],
        }  # fmt: skip
        assert [item["id"] for item in snap["items"]] == ["A", "B"]
        backend.cabinet("B", air_c=9)
        delta = watch.frame(NOW)
        assert delta is not None
        assert (delta["type"], delta["seq"], [item["id"] for item in delta["items"]]) == ("delta", 2, ["B"])
        assert "order" not in delta

    def test_a_row_that_moves_brings_the_new_order(self, context: Context, backend: FakeBackend) -> None:
        backend.cabinet("A", air_c=5)
        backend.cabinet("B", air_c=6)
        watch = Watch(context, CALLER, Wish("cabinets", "", "air_c", (0, 2)))
        watch.frame(NOW)
        backend.cabinet("A", air_c=7)
        delta = watch.frame(NOW)
        assert delta is not None
        assert delta["order"] == ["B", "A"]

    def test_nothing_is_sent_when_nothing_of_the_window_changed(self, context: Context, backend: FakeBackend) -> None:
        backend.cabinet("A")
        watch = Watch(context, CALLER, Wish("cabinets"))
        watch.frame(NOW)
        assert not watch.ready(NOW + 5)
        backend.feed.publish(["cabinets"])
        assert watch.ready(NOW + 5)
        assert watch.frame(NOW + 5) is None

    def test_frames_keep_a_second_apart_and_the_newest_state_wins(self, context: Context, backend: FakeBackend) -> None:
        backend.cabinet("A", air_c=1)
        watch = Watch(_slow(context), CALLER, Wish("cabinets"))
        watch.frame(NOW)
        for value in (2, 3, 4):
            backend.cabinet("A", air_c=value)
            assert not watch.ready(NOW + 999)
        assert watch.ready(NOW + 1000)
        delta = watch.frame(NOW + 1000)
        assert delta is not None
        assert delta["items"][0]["latest"]["air_c"]["value"] == 4

    def test_a_watcher_that_takes_every_frame_sees_what_a_fresh_snap_shows(
        self, context: Context, backend: FakeBackend
    ) -> None:
        watch = Watch(context, CALLER, Wish("tickets", "-state:closed", "-severity", (0, 3)))
        rows: dict[str, Any] = {}
        order: list[str] = []
        for n in range(12):
            state = "closed" if n % 4 == 3 else "new"
            backend.put("tickets", id=f"T-{n % 5}", n=n % 5, state=state, severity=("minor", "major")[n % 2])
            frame = watch.frame(NOW + n)
            assert frame is not None or n
            if frame:
                rows |= {item["id"]: item for item in frame["items"]}
                order = frame.get("order", order if frame["type"] == "delta" else list(rows))
            fresh = Watch(context, CALLER, watch.asked).frame(NOW)
            assert fresh is not None
            assert [rows[key] for key in order] == fresh["items"]

    def test_a_technician_watches_own_tickets_only(self, context: Context, backend: FakeBackend) -> None:
        backend.put("visits", id="V-1", technician="T1")
        backend.put("tickets", id="T-1", n=1, visit="V-1")
        backend.put("tickets", id="T-2", n=2)
        frame = Watch(context, Caller("T1", "technician", "token", "k", "T1"), Wish("tickets")).frame(NOW)
        assert frame is not None
        assert (frame["total"], [t["id"] for t in frame["items"]]) == (1, ["T-1"])

    def test_counts_show_the_fleet_in_one_row(self, context: Context, backend: FakeBackend) -> None:
        online, retired = backend.cabinet("A"), backend.cabinet("B")
        backend.fleet.status[online], backend.fleet.retired[retired] = 1, True
        backend.put("episodes", id="F-1")
        backend.put("visits", id="V-1")
        frame = Watch(context, CALLER, Wish("counts")).frame(NOW)
        assert frame is not None
        row = frame["items"][0]
        assert (row["online"], row["offline"], row["unknown"], row["open_visits"]) == (1, 0, 0, 1)
        assert row["faults"]["major"] == 1


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"sub":"users"}', '{"sub":"cabinets","x":1}', '{"sub":"cabinets","window":[5,2]}',
             '{"sub":"cabinets","window":[0,1001]}', '{"sub":"cabinets","window":[-1,2]}', "[" * 50_000],
)  # fmt: skip
def test_wishes_are_checked(text: str) -> None:
    with pytest.raises(Invalid):
        wish(text)


class TestSocket:
    def test_hello_tells_product_time_speed_and_version(self, admin: TestClient) -> None:
        with admin.websocket_connect("/api/v1/live") as socket:
            hello = socket.receive_json()
        time = {"now": "2026-09-21T14:13:20.000+00:00", "speed": 1.0, "zone": "Asia/Shanghai"}
        assert hello == {"type": "hello", **time, "version": "0.1.0"}

    def test_subscribe_change_resubscribe(self, socket: WebSocketTestSession, backend: FakeBackend) -> None:
        backend.cabinet("A", air_c=1)
        socket.send_json({"sub": "cabinets", "q": "", "sort": "", "window": [0, 10]})
        snap = socket.receive_json()
        assert (snap["type"], snap["seq"]) == ("snap", 1)
        backend.cabinet("A", air_c=2)
        delta = socket.receive_json()
        assert (delta["type"], delta["seq"]) == ("delta", 2)
        socket.send_json({"sub": "cabinets", "q": "air_c:>5"})
        snap = socket.receive_json()
        assert (snap["type"], snap["seq"], snap["total"]) == ("snap", 1, 0)

    def test_a_wrong_wish_is_answered_and_the_connection_lives(self, socket: WebSocketTestSession) -> None:
        socket.send_text("nonsense")
        error = socket.receive_json()
        assert (error["type"], error["problem"]["status"]) == ("error", 422)
        socket.send_json({"sub": "faults", "q": "colour:red"})
        error = socket.receive_json()
        assert (error["type"], error["sub"], list(error["problem"]["fields"])) == ("error", "faults", ["q"])
        socket.send_json({"sub": "counts"})
        assert socket.receive_json()["type"] == "snap"

    def test_a_store_that_was_away_is_told_once_and_then_asks_for_a_new_start(
        self, socket: WebSocketTestSession, backend: FakeBackend
    ) -> None:
        find = backend.records.find

        def away(*_: Any, **__: Any) -> list[Any]:
            raise Unavailable("the store is away")

        backend.records.find = away  # type: ignore[method-assign]
        socket.send_json({"sub": "faults"})
        assert socket.receive_json()["problem"]["status"] == 503
        backend.records.find = find  # type: ignore[method-assign]
        assert socket.receive_json() == {"type": "resync", "sub": "faults"}
        socket.send_json({"sub": "faults"})
        assert socket.receive_json()["type"] == "snap"

    def test_a_revoked_token_ends_the_feed_within_a_minute(
        self, admin: TestClient, socket: WebSocketTestSession, product: Product, backend: FakeBackend
    ) -> None:
        token = backend.records.find("tokens")[0]
        product.identity.revoke_token(token["id"], NOW)
        backend.clock.advance(MINUTE)
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
        assert closed.value.code == 1008

    def test_strangers_and_foreign_pages_are_kept_out(self, product: Product) -> None:
        product.identity.ensure_admin("secret-word", NOW)
        browser = product.anyone()
        with pytest.raises(WebSocketDisconnect), browser.websocket_connect("/api/v1/live"):
            pass
        browser.post("/api/v1/session", json={"username": "admin", "password": "secret-word"})
        with browser.websocket_connect("/api/v1/live") as socket:
            assert socket.receive_json()["type"] == "hello"
        browser.headers["Origin"] = "https://evil.example"
        with pytest.raises(WebSocketDisconnect), browser.websocket_connect("/api/v1/live"):
            pass
