"""The service record and the feedback form of a ticket as data: every field of the form, in order, with its value."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from api import csvtext
from api.localtime import Told
from api.servicewords import CHOICES, SAID, TRUTH, VERIFIED, Field, Form
from api.views import iso, times
from service.bodies import instant, when
from service.records.base import Row

Json = dict[str, Any]
_VERIFIED = re.compile(r"verified minutes=(\d+)")


def fill(
    form: Form, ticket: Row, visit: Row | None, survey: Row | None, *, changed: bool = False,
    photos: Sequence[Json] = (),
) -> Json:  # fmt: skip
    """The form of a ticket, which is as its reader may see it. Times are ISO 8601, money is in cents.

    `changed`: what was signed is not what the record says now; `photos`: `id` and `sha256` of each photo of the work.
    """
    fields = ticket["fields"] or {}
    sources = {
        "ticket": ticket, "fields": fields, "record": fields.get("record") or {}, "visit": visit or {},
        "survey": survey or {}, "photos": list(photos),
    }  # fmt: skip
    signed = fields.get("sign_off")
    return {
        "form": form.id, "title_zh": form.zh, "title_en": form.en, "note_zh": form.note_zh, "note_en": form.note_en,
        "ticket": ticket["id"], "state": ticket["state"],
        "groups": [
            {
                "id": group.id, "name_zh": group.zh, "name_en": group.en,
                "fields": [_shown(field, sources) for field in group.fields],
            }
            for group in form.groups
        ],
        "signed": None if signed is None else {
            "sha256": signed["sha256"], "at": times(signed)["at"], "signature": signed.get("signature"),
            "changed": changed,
        },
    }  # fmt: skip


def _shown(field: Field, sources: Mapping[str, Any]) -> Json:
    value = next((v for path in field.path if (v := _at(sources, path)) not in (None, "", [])), None)
    moment = field.shape == "time" and isinstance(value, int)
    return {
        "id": field.id, "name_zh": field.zh, "name_en": field.en, "shape": field.shape, "wide": field.wide,
        "value": iso(value) if moment else times(value),
    }  # fmt: skip


def _at(sources: Mapping[str, Any], path: str) -> Any:
    value: Any = sources
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def words(field: Json, told: Told) -> tuple[str, str]:
    """A field's value as people read it: (Chinese, English; empty where one text serves both)."""
    value, shape = field["value"], field["shape"]
    if value is None:
        return "", ""
    match shape:
        case "time":
            return _moment(value, told), ""
        case "cents":
            return (f"¥{value / 100:.2f}" if isinstance(value, int | float) else str(value)), ""
        case "choice":
            return CHOICES.get(str(value), (str(value), ""))
        case "truth":
            return TRUTH[bool(value)]
        case "score":
            return f"{value} / 5", ""
        case "things":
            return "；".join(_thing(one, told) for one in value) if isinstance(value, list) else str(value), ""
        case "confirmation":
            return _confirmed(value, told)
    return _said(str(value))


def _moment(value: Any, told: Told) -> str:
    """A time of ours; what people wrote about one stays as they wrote it."""
    return told(instant(value)) if isinstance(value, str) and when(value) is None else str(value)


def _thing(one: Any, told: Told) -> str:
    """A part, a charge or an attempt: a text, or an object with keys of the caller's own."""
    if not isinstance(one, Mapping):
        return str(one)
    return " ".join(_member(key, value, told) for key, value in one.items() if value not in (None, ""))


def _member(key: str, value: Any, told: Told) -> str:
    if (key == "cents" or key.endswith("_cents")) and isinstance(value, int | float):
        return f"¥{value / 100:.2f}"
    if key in ("qty", "quantity", "count"):
        return f"×{value}"
    if key == "channel":
        return CHOICES.get(str(value), (str(value), ""))[0]
    return _moment(value, told)


def _confirmed(value: Any, told: Told) -> tuple[str, str]:
    if not isinstance(value, Mapping):
        return str(value), ""
    who, how = (CHOICES.get(str(value.get(key)), (str(value.get(key) or ""), "")) for key in ("by", "how"))
    if value.get("by") == "telemetry":
        who = ("遥测确认", "confirmed by telemetry")
    at = _moment(value["at"], told) if value.get("at") is not None else ""
    return " ".join(filter(None, (who[0], how[0], at))), " ".join(filter(None, (who[1], how[1])))


def _said(text: str) -> tuple[str, str]:
    """Words of people as they are; those of the desk itself, which are codes, in both languages."""
    if text in SAID:
        return SAID[text]
    found = _VERIFIED.fullmatch(text)
    return (VERIFIED[0].format(n=found[1]), VERIFIED[1].format(n=found[1])) if found else (text, "")


def table(form: Json, told: Told) -> str:
    """The form as CSV with a byte-order mark, so that spreadsheets read Chinese; no cell acts as a formula."""
    rows: list[tuple[str, ...]] = [("表", "组", "group", "项目", "field", "内容", "value")]
    for group in form["groups"]:
        for field in group["fields"]:
            zh, en = words(field, told)
            rows.append((form["form"], group["name_zh"], group["name_en"], field["name_zh"], field["name_en"], zh, en))
    if form["signed"] is not None:
        digest = form["signed"]["sha256"]
        rows.append(
            (form["form"], "顾客签收", "Sign-off", "签收内容 SHA-256", "SHA-256 of what was signed", digest, "")
        )
    return "\ufeff" + csvtext.text(rows)
