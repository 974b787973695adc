"""The channels by which customers reach the desk, and the register of their outages (S3 3.2(1), S4 4.1.3)."""

from typing import Annotated

from fastapi import APIRouter, Response

from api.access import Ask, allowed
from api.actions import perform, respond
from api.body import Body
from api.lists import Listing, Page, answer, page
from api.openapi import lists, returns, takes
from api.query import Searchable, at, exact, lower, upper
from api.views import times
from service.channels.model import CHANNELS
from service.records.base import RecordStore, Row, Where

router = APIRouter(tags=["cases"])
Read = Annotated[Ask, allowed("channel.read")]
OUTAGES = Listing(
    Searchable(
        "channel_outages",
        {
            "id": ("id", upper), "channel": ("channel", lower), "by": ("by", exact), "since": ("since", at),
            "alarmed": ("alarmed", at), "ended": ("ended", at),
        },
        ("id", "channel", "reason"),
    ),
    {"since": "since", "id": "id", "channel": "channel", "ended": "ended"},
)  # fmt: skip


def out_of_order(records: RecordStore) -> dict[str, Row]:
    """Channel → its open outage."""
    found = records.find("channel_outages", [Where("ended", "null")], ["since"], len(CHANNELS))
    return {row["channel"]: row for row in found}


@router.get("/channels", responses=returns("ServiceChannels"))
def channels(ask: Read) -> Response:
    """Every channel with its published address and what is out of order now."""
    open_, front = out_of_order(ask.records), ask.ctx.backend.policy.front
    published = {"hotline": front.hotline, "email": front.email, "account": front.account}
    items = [
        {
            "channel": channel, "en": en, "zh": zh, "address": published.get(channel) or None,
            "outage": times(open_[channel]) if channel in open_ else None,
        }
        for channel, (en, zh) in CHANNELS.items()
    ]  # fmt: skip
    return respond({"items": items})


@router.get("/channels/outages", responses=lists("ChannelOutage"))
def outages(ask: Read, paging: Page) -> Response:
    """The register of outages, newest first, those that ended too."""
    rows, following, total = page(ask.records, OUTAGES, paging)
    return respond(answer([dict(times(row)) for row in rows], following, total))


@router.post(
    "/channels/{channel}/outage", responses=returns("ChannelOutage", status=201), openapi_extra=takes("NewOutage")
)
async def channel_outage(ask: Annotated[Ask, allowed("channel.outage")], channel: str, body: Body) -> Response:
    """The channel is out of order: the public pages say so at once. Guard: `channel_down`, it is already."""
    return await perform(ask, "channel.outage", channel, body, times)


@router.post("/channels/{channel}/restore", responses=returns("ChannelOutage"), openapi_extra=takes("OutageEnd"))
async def channel_restore(ask: Annotated[Ask, allowed("channel.restore")], channel: str, body: Body) -> Response:
    """The channel works again. Guard: `channel_up`, nothing is out of order."""
    return await perform(ask, "channel.restore", channel, body, times)
