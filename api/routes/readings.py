"""Every reading of a signal, streamed: what exports are made of."""

from collections.abc import Iterator
from itertools import chain, islice
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query
from starlette.responses import StreamingResponse

from api.access import Ask, allowed
from api.openapi import Responses
from api.period import FOREVER, From, To, period
from telemetry.errors import NotFound
from telemetry.series.base import Point
from telemetry.series.walk import days

router = APIRouter(tags=["cabinets"])
MEDIA = "application/x-ndjson"
LATEST = 1 << 52
_LINES: Responses = {
    200: {"description": "Per day a line `[[ms, min, mean, max], …]`", "content": {MEDIA: {"schema": {}}}}
}


@router.get("/cabinets/{cabinet}/readings", response_class=StreamingResponse, responses=_LINES)
def readings(
    ask: Annotated[Ask, allowed("fleet.read")],
    cabinet: str,
    signal: Annotated[str, Query(min_length=1, max_length=100)],
    start: From = None,
    end: To = None,
) -> StreamingResponse:
    """All readings with `from` <= time < `to` (both may be left out), one line of JSON per day. Where readings are
    gone, the finest summaries left stand for them."""
    if ask.ctx.view.row(cabinet) is None:
        raise NotFound(f"no cabinet {cabinet}")
    first, last = period(start or "0", end, until=LATEST, back=0, longest=FOREVER)
    found = days(ask.ctx.backend.series, cabinet, signal, first, last)
    begun = list(islice(found, 1))  # so that a store that is away is answered as such
    return StreamingResponse(_lines(chain(begun, found)), media_type=MEDIA)


def _lines(found: Iterator[list[Point]]) -> Iterator[bytes]:
    for day in found:
        yield msgspec.json.encode(day) + b"\n"
