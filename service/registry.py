"""Which cabinets and sites there are, and what each cabinet says it is. Written by the fold alone."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec

from service.checks import Check, day, demand, json_object, like, optional, text, truth, within
from service.credentials import kept_hash
from service.model import REFUSALS, Action, Answer, Effects, Publish, Status, refusal
from service.records.base import Put, Row
from telemetry.clock import Moment
from telemetry.errors import Conflict, Invalid, NotFound
from telemetry.fleet import Fleet
from telemetry.units import DAY, SECOND
from telemetry.wire import ID, topic

_SITE_ID = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
_INTERVAL = (1.0, float(DAY // SECOND))  # s
_INTERVAL_UNSAID = 60.0
_CHUNK = 1000  # rows

_PLACE: dict[str, Check] = {"lat": optional(within(-90, 90)), "lon": optional(within(-180, 180))}
_CREATE: dict[str, Check] = {
    "id": like(ID.pattern), "model": text, "site": optional(text), "carrier": optional(text), **_PLACE,
    "credential": json_object, "warranty_end": optional(day),
}  # fmt: skip
_PATCH: dict[str, Check] = {
    "model": text, "site": optional(text), "carrier": optional(text), **_PLACE,
    "profile": optional(json_object), "retired": truth, "warranty_end": optional(day),
}  # fmt: skip
_SITE: dict[str, Check] = {
    "name": text, "address": optional(text), "zone": optional(text), **_PLACE, "contact": optional(json_object),
}  # fmt: skip

_RETIRED: Row = {"retired": True, "credential": None}  # who is out of service may not connect


class Registry:
    """The `cabinets` and `sites` rows by id, as in `tables.py`. Pure: rows and messages come back as effects.

    `act` never raises for bad input: the answer says what is wrong. Answers leave the credential out.
    """

    def __init__(self) -> None:
        self.cabinets: dict[str, Row] = {}
        self.sites: dict[str, Row] = {}
        self._acts: dict[str, Callable[[Action, Fleet, Moment], tuple[Answer, Effects]]] = {
            "cabinet.create": self._create_cabinet,
            "cabinet.patch": self._patch_cabinet,
            "cabinet.retire": self._retire_cabinet,
            "cabinet.credential": self._enrol_cabinet,
            "cabinet.revoke": self._revoke_cabinet,
            "site.create": self._create_site,
            "site.patch": self._patch_site,
        }

    def act(self, action: Action, fleet: Fleet, moment: Moment) -> tuple[Answer, Effects]:
        """Judge `cabinet.create|patch|retire|credential|revoke` and `site.create|patch`; a refusal changes nothing.

        "stale": the action's version is not the row's. "conflict" `exists`: the id was given out before, also to
        a cabinet that is retired now. "invalid": one message per field, unknown fields included.
        """
        try:
            if action.name not in self._acts:
                raise Invalid({"name": f"unknown action {action.name}"})
            return self._acts[action.name](action, fleet, moment)
        except REFUSALS as error:
            return refusal(action, error), Effects()

    def known(self, cabinet: str) -> bool:
        """Whether messages of this cabinet are taken: it is registered and not retired."""
        row = self.cabinets.get(cabinet)
        return row is not None and not row["retired"]

    def credential(self, cabinet: str) -> str | None:
        """The hash of a cabinet's secret; None when it may not connect (unknown, retired, revoked, never given one)."""
        row = self.cabinets.get(cabinet)
        return None if row is None or row["retired"] else kept_hash(row["credential"])

    def place(self, site: str | None) -> tuple[str | None, float | None, float | None] | None:
        """Zone, latitude and longitude (degrees, WGS 84) of a site; None for an unknown one."""
        row = self.sites.get(site) if site is not None else None
        return None if row is None else (row["zone"], row["lat"], row["lon"])

    def coordinates(self, cabinet: str) -> tuple[float, float] | None:
        """Latitude and longitude of a cabinet, or else of its site; None when neither is known."""
        row = self.cabinets.get(cabinet, {})
        for place in (row, self.sites.get(row.get("site") or "", {})):
            if place.get("lat") is not None and place.get("lon") is not None:
                return place["lat"], place["lon"]
        return None

    def warranty_end(self, cabinet: str | None) -> str | None:
        """The last day (ISO) of a cabinet's warranty; None when nobody said."""
        end: str | None = self.cabinets.get(cabinet or "", {}).get("warranty_end")
        return end

    def cabinet(self, cabinet: str) -> Row | None:
        """The row of a cabinet, for reading; None for an unknown one."""
        return self.cabinets.get(cabinet)

    def birth(self, cabinet: str, birth: dict[str, Any], fleet: Fleet, moment: Moment) -> Effects:
        """Take what a birth says of its cabinet; one we never saw is taken in (open enrolment).

        What is missing or of the wrong type leaves the row as it is: a cabinet is not refused for it. A retired
        cabinet stays retired. The version counts the edits of people, so a birth does not raise it.
        """
        row = self.cabinets.get(cabinet)
        said = _said(birth)
        before = None if row is None else row["firmware"]
        if row is None:
            row = self._enlist(_new_cabinet(cabinet, said, moment), fleet)
        elif row["retired"] or all(row[key] == value for key, value in said.items()):
            return Effects()
        else:
            row.update(said, updated=moment.now)
            _follow(row, fleet)
        return Effects(changes=[Put("cabinets", dict(row)), *_firmware(row, before, moment)])

    def configs(self, since: int) -> list[Publish]:
        """The retained configurations of cabinets that changed since then (product ms): a broker that was away may not
        have got them."""
        return [
            _config(row) for row in self.cabinets.values() if row["profile"] is not None and row["updated"] >= since
        ]

    def dump(self) -> bytes:
        """All rows; the cabinets' in chunks, so that `load` never has all the texts in hand that it does not keep."""
        rows = list(self.cabinets.values())
        chunks = [msgspec.msgpack.encode(rows[at : at + _CHUNK]) for at in range(0, len(rows), _CHUNK)]
        return msgspec.msgpack.encode([chunks, list(self.sites.values())])

    def load(self, data: bytes, fleet: Fleet) -> None:
        """Take over a dump; cabinets new to the fleet get their rows in the order they were registered in."""
        chunks, sites = msgspec.msgpack.decode(data, type=tuple[list[bytes], list[Row]])
        self.cabinets, self.sites = {}, {row["id"]: row for row in sites}
        for chunk in chunks:
            for row in msgspec.msgpack.decode(chunk, type=list[Row]):
                row.update(_said(row))  # what like cabinets share is one object again
                self._enlist(row, fleet)

    def _create_cabinet(self, action: Action, fleet: Fleet, moment: Moment) -> tuple[Answer, Effects]:
        body = action.body
        demand(body, _CREATE, required=("id", "model"))
        self._check_place(body)
        if body["id"] in self.cabinets:
            raise Conflict("exists")
        return _done("created", "cabinets", self._enlist(_new_cabinet(body["id"], body, moment), fleet))

    def _patch_cabinet(self, action: Action, fleet: Fleet, moment: Moment) -> tuple[Answer, Effects]:
        row = _target(self.cabinets, action)
        demand(action.body, _PATCH)
        self._check_place({**row, **action.body})
        _edit(row, {**action.body, **(_RETIRED if action.body.get("retired") else {})}, moment)
        _follow(row, fleet)
        answer, effects = _done("ok", "cabinets", row)
        if "profile" in action.body:
            effects.publish.append(_config(row))
        return answer, effects

    def _retire_cabinet(self, action: Action, fleet: Fleet, moment: Moment) -> tuple[Answer, Effects]:
        row = _target(self.cabinets, action)
        if row["retired"]:
            return Answer(status="ok", body=_shown(row)), Effects()
        _edit(row, _RETIRED, moment)
        _follow(row, fleet)
        return _done("ok", "cabinets", row)

    def _enrol_cabinet(self, action: Action, _fleet: Fleet, moment: Moment) -> tuple[Answer, Effects]:
        """A new secret in the place of the old one; a retired cabinet gets none."""
        row = _target(self.cabinets, action)
        demand(action.body, {"credential": json_object}, required=("credential",))
        if row["retired"]:
            raise Conflict("retired")
        _edit(row, action.body, moment)
        return _done("created", "cabinets", row)

    def _revoke_cabinet(self, action: Action, _fleet: Fleet, moment: Moment) -> tuple[Answer, Effects]:
        row = _target(self.cabinets, action)
        demand(action.body, {})
        _edit(row, {"credential": None}, moment)
        return _done("ok", "cabinets", row)

    def _create_site(self, action: Action, _fleet: Fleet, moment: Moment) -> tuple[Answer, Effects]:
        body = action.body
        demand(body, {"id": like(_SITE_ID), **_SITE}, required=("name",))
        _check_pair(body)
        site = body.get("id") or self._next_site()
        if site in self.sites:
            raise Conflict("exists")
        self.sites[site] = {**dict.fromkeys(_SITE), **body, "id": site, **_stamps(moment)}
        return _done("created", "sites", self.sites[site])

    def _patch_site(self, action: Action, _fleet: Fleet, moment: Moment) -> tuple[Answer, Effects]:
        row = _target(self.sites, action)
        demand(action.body, _SITE)
        _check_pair({**row, **action.body})
        _edit(row, action.body, moment)
        return _done("ok", "sites", row)

    def _check_place(self, row: Row) -> None:
        _check_pair(row)
        if row.get("site") is not None and row["site"] not in self.sites:
            raise Invalid({"site": f"there is no site {row['site']}"})

    def _enlist(self, row: Row, fleet: Fleet) -> Row:
        fleet.add(row["id"], row["site"])
        row["id"] = fleet.named(row["id"])
        self.cabinets[row["id"]] = row
        _follow(row, fleet)
        return row

    def _next_site(self) -> str:
        n = len(self.sites) + 1
        while (site := f"S-{n:04d}") in self.sites:
            n += 1
        return site


def _target(rows: dict[str, Row], action: Action) -> Row:
    """The row an action means, at the version it means; raises NotFound, or Conflict `stale`."""
    row = rows.get(action.target)
    if row is None:
        raise NotFound(action.target)
    action.expects(row["version"])
    return row


def _check_pair(row: Row) -> None:
    if (row.get("lat") is None) != (row.get("lon") is None):
        missing = "lat" if row.get("lat") is None else "lon"
        raise Invalid({missing: "latitude and longitude come together"})


def _new_cabinet(cabinet: str, facts: Row, moment: Moment) -> Row:
    unsaid: Row = dict.fromkeys(
        ("model", "site", "carrier", "lat", "lon", "firmware", "profile", "credential", "warranty_end")
    )
    start: Row = {"interval_s": _INTERVAL_UNSAID, "signals": [], "capabilities": [], "epoch": 1, "retired": False}
    return {**unsaid, **start, **facts, "id": cabinet, **_stamps(moment)}


def _stamps(moment: Moment) -> Row:
    return {"version": 1, "created": moment.now, "updated": moment.now}


def _said(birth: dict[str, Any]) -> Row:
    """The well-formed facts of a birth; those of like cabinets are one object, which nobody changes."""
    names = (tuple(v) if isinstance(v := birth.get(key), list | tuple) else None for key in ("signals", "capabilities"))
    told = tuple((key, v) for key in ("model", "firmware", "carrier") if text(v := birth.get(key)) is None)
    return _facts(told, birth.get("interval_s", _INTERVAL_UNSAID), *names)


@lru_cache(maxsize=1024, typed=True)
def _facts(told: tuple[tuple[str, str], ...], interval: Any, signals: Any, capabilities: Any) -> Row:
    """Unsaid, the interval is 60 s (contract); bounded, so that silence tells."""
    said: Row = dict(told)
    for key, names in (("signals", signals), ("capabilities", capabilities)):
        if names is not None:
            said[key] = [name for name in names if isinstance(name, str)]
    if within(0, 1e9)(interval) is None:
        low, high = _INTERVAL
        said["interval_s"] = min(max(float(interval), low), high)
    return said


def _firmware(row: Row, before: str | None, moment: Moment) -> list[Put]:
    """A row of the firmware history when another one runs than before (S0 4.1.9); the first is the cabinet's own."""
    firmware = row["firmware"]
    if before is None or firmware == before:
        return []
    told = {"cabinet": row["id"], "at": moment.now, "firmware": firmware, "before": before}
    return [Put("firmwares", {"id": f"{row['id']}/{moment.now}/{firmware}", **told})]


@lru_cache(maxsize=1024)
def _info(model: str | None, firmware: str | None) -> dict[str, Any]:
    """What the fleet shows of a cabinet beside its columns; one object for like cabinets."""
    return {"model": model, "firmware": firmware}


def _edit(row: Row, fields: Row, moment: Moment) -> None:
    row.update(fields, version=row["version"] + 1, updated=moment.now)


def _follow(row: Row, fleet: Fleet) -> None:
    """Bring the fleet's columns of one cabinet into line with its row."""
    at = fleet.index[row["id"]]
    fleet.place(at, row["site"], row.get("carrier"))
    fleet.retired[at] = row["retired"]
    fleet.interval_ms[at] = int(row["interval_s"] * SECOND)
    fleet.info[at] = _info(row["model"], row["firmware"])


def _done(status: Status, table: str, row: Row) -> tuple[Answer, Effects]:
    return Answer(status=status, body=_shown(row)), Effects(changes=[Put(table, dict(row))])


def _shown(row: Row) -> Row:
    """A row for everybody: whether a cabinet has a credential, not what is kept of it."""
    shown = {key: value for key, value in row.items() if key != "credential"}
    return {**shown, "enrolled": kept_hash(row["credential"]) is not None} if "credential" in row else shown


def _config(row: Row) -> Publish:
    """The retained configuration of a cabinet (contract, `down/config`)."""
    payload = msgspec.json.encode({"version": row["version"], "profile": row["profile"] or {}})
    return Publish(topic=topic(row["id"], "down", "config"), payload=payload, retain=True)
