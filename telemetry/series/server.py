"""HTTP to a series server, through influxdb-client's connection pool: the only file that knows that library."""

import gzip
from typing import Any, TypeVar

import msgspec
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.rest import ApiException
from urllib3.exceptions import HTTPError  # what influxdb-client lets through untranslated

from telemetry.errors import Unavailable
from telemetry.series.place import Server

REASON = 500  # characters of a server's reason that are passed on
READERS = 8  # connections kept open


class Refused(Unavailable):
    """The server answered, and did not do it: `status` and `reason` say why."""

    def __init__(self, place: str, status: int, reason: str) -> None:
        super().__init__(f"series server {place} answered {status}: {reason}")
        self.status, self.reason = status, reason


_T = TypeVar("_T")


def decoded(place: str, raw: bytes, shape: type[_T]) -> _T:
    """The JSON of an answer. Raises Unavailable: something else answered."""
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.MsgspecError as error:
        raise Unavailable(f"series server {place} answered what it should not: {error}") from error


class Http:
    """Requests to one server, from any thread; every one has a time limit."""

    def __init__(self, server: Server) -> None:
        self._place = server.place
        self._client: Any = InfluxDBClient(  # typed only in parts
            server.place,
            token=server.credentials or "",
            timeout=int(server.timeout_s * 1000),
            auth_basic=server.credentials is not None,
            connection_pool_maxsize=READERS,
        )

    def get(self, path: str, **query: str) -> bytes:
        return self._call("GET", path, {}, query_params=list(query.items()))

    def form(self, path: str, fields: dict[str, str]) -> bytes:
        """POST of a form: queries of any length."""
        header = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._call("POST", path, header, post_params=list(fields.items()))

    def send(self, path: str, body: bytes, **query: str) -> bytes:
        """POST of a body, compressed."""
        header = {"Content-Type": "text/plain; charset=utf-8", "Content-Encoding": "gzip"}
        return self._call("POST", path, header, query_params=list(query.items()), body=gzip.compress(body, 1))

    def close(self) -> None:
        self._client.close()

    def _call(self, method: str, path: str, header: dict[str, str], **more: object) -> bytes:
        """The body of the answer. Raises Unavailable: nobody answered in time; Refused: anything but a success."""
        try:
            answer = self._client.api_client.call_api(
                path, method, header_params=header, _preload_content=False, _return_http_data_only=True, **more
            )
            return bytes(answer.data)
        except ApiException as error:
            raw = error.body if isinstance(error.body, str) else bytes(error.body or b"").decode("utf-8", "replace")
            raise Refused(self._place, error.status, raw.strip()[:REASON] or str(error.reason)) from error
        except (HTTPError, OSError) as error:
            raise Unavailable(f"series server {self._place}: {error}") from error
