"""Real series servers that are killed, do not answer, refuse, or are something else: what the stores do then."""

import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from telemetry.errors import Unavailable
from telemetry.series import line as line_store
from telemetry.series import on_server
from telemetry.series.influx import Influx
from telemetry.series.line import LineSeries
from telemetry.series.place import Server
from telemetry.series.victoria import Victoria
from telemetry.units import SECOND
from tests.contracts.series_data import line
from tests.contracts.series_servers import Running, append, at_once, running, values
from tests.live.outside import wait_for

NOW = 1_790_000_000_000
KINDS = ("influxdb", "victoriametrics")


class Steady:
    """A clock that stands until it is moved."""

    now = 0

    def __call__(self) -> int:
        return self.now


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_killed_server_answered_is_there_when_it_is_back(kind: str, tmp_path: Path) -> None:
    steady = Steady()
    with running(kind, tmp_path / "server") as server:
        address = server.server()
        dialect = {"influxdb": Influx, "victoriametrics": Victoria}[kind](address)
        store = LineSeries(tmp_path / "held", dialect, steady)
        for batch in range(1, 41):
            append(store, batch, *(line(NOW + batch * 100 + n, float(n), seq=batch) for n in range(50)))
            store.flush()
        before = store.last_batch()
        server.kill()
        append(store, 41, line(NOW + 4100, 1.0, seq=41))
        steady.now += 60 * SECOND
        for use in (store.flush, partial(values, store), partial(store.prune, 5)):
            with pytest.raises(Unavailable):
                use()
        assert store.last_batch() == before
        assert "refused" in store.trouble()
        server.start()
        steady.now += 60 * SECOND
        store.flush()
        steady.now += 60 * SECOND
        assert store.flush() == 41
        assert not store.trouble()
        assert not store._pieces
        store.close()
        told = [(NOW + b * 100 + n, float(n)) for b in range(1, 41) for n in range(50)] + [(NOW + 4100, 1.0)]
        again = on_server(kind, tmp_path / "held", address)
        assert again.last_batch() == 41
        server.show()
        assert values(again) == told
        again.close()


@pytest.mark.long
def test_what_counts_as_held_survives_a_kill(tmp_path: Path) -> None:
    """In real time, at the shortest wait that can be set."""
    with running("victoriametrics", tmp_path / "server") as server:
        store = on_server("victoriametrics", tmp_path / "held", server.server(settle_s=15))
        for batch in range(1, 101):
            append(store, batch, *(line(NOW + batch * 100 + n, float(n), seq=batch) for n in range(50)))
            store.flush()
        wait_for("everything to be held", lambda: store.flush() == 100, 60)
        server.kill()
        server.start()
        assert values(store) == [(NOW + b * 100 + n, float(n)) for b in range(1, 101) for n in range(50)]
        store.close()


def test_nothing_counts_as_held_before_its_time(victoria: Running, tmp_path: Path) -> None:
    steady = Steady()
    store = LineSeries(tmp_path / "held", Victoria(victoria.server(settle_s=30)), steady)
    append(store, 1, line(NOW, 1.0))
    assert store.flush() == 0
    steady.now += 20 * SECOND
    append(store, 2, line(NOW + 1, 1.0))
    assert store.flush() == 0
    steady.now += 10 * SECOND
    assert store.flush() == 1
    steady.now += 20 * SECOND
    assert store.flush() == 2
    store.close()


def test_no_more_waits_than_memory_is_meant_for(
    victoria: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steady = Steady()
    monkeypatch.setattr(line_store, "MEMORY", 10_000)
    store = LineSeries(tmp_path / "held", Victoria(victoria.server()), steady)
    append(store, 1, *(line(NOW + n, 1.0) for n in range(1000)))
    with pytest.raises(Unavailable, match="surely"):
        store.flush()
    steady.now += 60 * SECOND
    assert store.flush() == 1
    store.close()


def test_a_server_that_does_not_answer_is_given_up_in_time(tmp_path: Path) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        address = Server(f"http://127.0.0.1:{deaf.getsockname()[1]}", timeout_s=0.2)
        for kind in KINDS:
            store = on_server(kind, tmp_path / kind, address)
            append(store, 1, line(NOW, 1.0))
            for use in (store.flush, partial(values, store)):
                with pytest.raises(Unavailable):
                    use()
            store.close()


@pytest.mark.parametrize("kind", KINDS)
def test_what_answers_like_no_server_is_unavailable(kind: str, tmp_path: Path) -> None:
    """A proxy's own page, for instance."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.send_header("Content-Length", "6")
            self.end_headers()
            self.wfile.write(b"<html>")

        do_POST = do_GET  # noqa: N815 - the name is the base class's

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as proxy, ThreadPoolExecutor(1) as pool:
        pool.submit(proxy.serve_forever)
        store = on_server(kind, tmp_path / "held", Server(f"http://127.0.0.1:{proxy.server_port}"))
        append(store, 1, line(NOW, 1.0))
        for use in (store.flush, partial(values, store)):
            with pytest.raises(Unavailable):
                use()
        store.close()
        proxy.shutdown()


def test_another_server_holds_nothing_of_ours(server: Running, tmp_path: Path) -> None:
    first, second = server.server(settle_s=0), server.server(settle_s=0)
    store = at_once(server, tmp_path / "held", first)
    append(store, 7, line(NOW, 1.0))
    assert store.flush() == 7
    store.close()
    store = at_once(server, tmp_path / "held", second)
    assert (store.last_batch(), store.size()[0], values(store)) == (0, 0, [])
    store.close()


def test_an_address_of_something_else_is_told(influx: Running, tmp_path: Path) -> None:
    store = on_server("victoriametrics", tmp_path / "held", influx.server())
    append(store, 1, line(NOW, 1.0))
    with pytest.raises(Unavailable, match="is it VictoriaMetrics"):
        store.flush()
    store.close()


def test_a_file_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        on_server("influxdb", tmp_path / "no such folder" / "held", Server("http://127.0.0.1:1"))


def test_values_beyond_the_retention_of_the_server_do_not_stop_the_others(influx: Running, tmp_path: Path) -> None:
    address = influx.server()
    store = on_server("influxdb", tmp_path / "held", address)
    store.flush()
    store._dialect._ask(f'ALTER RETENTION POLICY "autogen" ON "{address.database}" DURATION 2400w')
    append(store, 1, line(1000, 1.0), line(NOW, 2.0))
    assert store.flush() == 1
    assert values(store) == [(NOW, 2.0)]
    store.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_password_is_sent_and_never_told(kind: str, tmp_path: Path) -> None:
    flags = ("-httpAuth.username=me", "-httpAuth.password=secret?/@", "-retentionPeriod=100y")
    with running(kind, tmp_path / "server", *flags, http="auth-enabled = true") as server:
        if kind == "influxdb":
            Influx(server.server())._ask("CREATE USER \"me\" WITH PASSWORD 'secret?/@' WITH ALL PRIVILEGES")
        url = server.url.replace("http://", "http://me:{}@")
        wrong = on_server(kind, tmp_path / "wrong", Server(url.format("guessed")))
        append(wrong, 1, line(NOW, 1.0))
        with pytest.raises(Unavailable, match="401") as told:
            wrong.flush()
        assert "guessed" not in str(told.value)
        wrong.close()
        store = on_server(kind, tmp_path / "right", Server(url.format("secret%3F%2F%40")))
        append(store, 1, line(NOW, 1.0))
        store.flush()
        assert values(store) == [(NOW, 1.0)]
        store.close()
