"""The public page of a cabinet as HTML: rules, hours, contacts, privacy and a form (S1 5.1.4, 6.3).

It works on a phone, without JavaScript, and loads nothing but its own style sheet. What comes from outside is escaped.
"""

from collections.abc import Callable, Mapping
from html import escape
from typing import NamedTuple, TypeVar
from urllib.parse import quote

from api import publicstyle
from api.publicframe import frame, other, panel, promised
from api.publicwords import Language, span, word
from service.hours import Hours, Window
from service.policy import Policy
from service.promises import Promise
from telemetry.units import DAY, HOUR, MINUTE

T = TypeVar("T")

KINDS = {
    "repair": "repair", "consultation": "consultation", "complaint": "complaint_kind", "return": "return",
    "refund": "refund_kind",
}  # fmt: skip
"""Kind of work that a report may be → its words."""

STYLE = (
    publicstyle.STYLE
    + """
.number { font-size: 1.25rem; font-weight: 700 }
"""
)


class Facts(NamedTuple):
    """What a page shows of a cabinet; None: not known. `down`: channels that are out of order; `promises` in force."""

    cabinet: str
    model: str | None
    site: str | None
    down: tuple[str, ...] = ()
    promises: tuple[Promise, ...] = ()


class Asked(NamedTuple):
    """A page that is wanted: of which cabinet, by which rules, in which language."""

    facts: Facts
    policy: Policy
    language: Language

    def word(self, key: str, **values: object) -> str:
        return escape(word(key, self.language, **values))


Section = Callable[[Asked], str]


def page(asked: Asked) -> str:
    """The whole page."""
    return _whole(asked, "".join(section(asked) for section in SECTIONS))


def thanks(asked: Asked, ticket: str, due: str, *, phone: bool) -> str:
    """What whoever reported something is told: the number, and until when a person answers."""
    lines = [
        f'<section class="panel" role="status"><h2>{asked.word("taken")}</h2>',
        f'<p class="number">{asked.word("number", ticket=ticket)}</p>',
        f"<p>{asked.word('due', due=due)}</p>",
        "" if phone else f"<p>{asked.word('no_phone')}</p>",
        "</section>",
    ]
    return _whole(asked, "".join(lines) + _back(asked))


def missing(asked: Asked) -> str:
    """There is no such cabinet: nothing was sent that could have been taken."""
    return _told(asked, "not_found", "unknown", {"cabinet": asked.facts.cabinet})


def refusal(asked: Asked, why: str, **values: object) -> str:
    """Why something was not taken."""
    return _told(asked, "refused", why, values)


def _told(asked: Asked, heading: str, why: str, values: Mapping[str, object]) -> str:
    """In the reader's language, and below in the other: whoever fails may read either."""
    first, second = asked.language, other(asked.language)
    told = [
        f'<section class="panel" lang="{language}"><h2>{escape(word(heading, language))}</h2>'
        f"<p>{escape(word(why, language, **values))}</p></section>"
        for language in (first, second)
    ]
    return _whole(asked, "".join(told) + _back(asked))


def path(cabinet: str) -> str:
    """Where the page of a cabinet is, on this server."""
    return f"/c/{cabinet}"


def model_path(model: str) -> str:
    """Where the page of a model is, on this server."""
    return f"/m/{quote(model, safe='')}"


def _whole(asked: Asked, body: str) -> str:
    return frame(asked.language, asked.word("title", cabinet=asked.facts.cabinet), path(asked.facts.cabinet), body)


def _back(asked: Asked) -> str:
    return f'<p><a href="{path(escape(asked.facts.cabinet))}?lang={asked.language}">{asked.word("back")}</a></p>'


def _block(asked: Asked, title: str, lines: list[str], after: str = "") -> str:
    listed = "".join(f"<li>{line}</li>" for line in lines)
    return panel(f"<h2>{asked.word(title)}</h2><ul>{listed}</ul>{after}")


def _who(asked: Asked) -> str:
    facts = asked.facts
    lines = [
        asked.word("served_by", unit=asked.policy.front.unit),
        asked.word("where", site=facts.site) if facts.site else "",
        _model(asked, facts.model) if facts.model else "",
    ]
    return panel(f"<p>{'<br>'.join(filter(None, lines))}</p>")


def _model(asked: Asked, model: str) -> str:
    link = f"{model_path(model)}?lang={asked.language}"
    return f'{asked.word("model", model=model)} (<a href="{escape(link)}">{asked.word("model_link")}</a>)'


def _banner(asked: Asked) -> str:
    """What is out of order, and what still works (S3 3.2(1)); this page itself does, or nobody would read it."""
    down = asked.facts.down
    if not down:
        return ""
    front, comma = asked.policy.front, asked.word("comma")
    published = {"hotline": front.hotline, "email": front.email, "account": front.account}
    up = [asked.word(name) for name, address in published.items() if address and name not in down]
    out = comma.join(asked.word(name) for name in down)
    works = comma.join([*up, asked.word("this_form")])
    return panel(
        f'<p class="wrong"><strong>{asked.word("channel_down", channels=out)}</strong></p>'
        f"<p>{asked.word('channel_up', channels=works)}</p>",
        role="alert",
    )


def _promises(asked: Asked) -> str:
    return promised(asked.language, asked.facts.promises)


def _reach(asked: Asked) -> str:
    front = asked.policy.front
    links = {
        "hotline": f'<a href="tel:{escape(front.hotline)}">{escape(front.hotline)}</a>' if front.hotline else "",
        "email": f'<a href="mailto:{escape(front.email)}">{escape(front.email)}</a>' if front.email else "",
        "account": escape(front.account),
    }
    colon = asked.word("colon")
    lines = [f"{asked.word(name)}{colon}{shown or asked.word('unset')}" for name, shown in links.items()]
    return _block(asked, "reach", lines)


def _hours(asked: Asked) -> str:
    names = ("hotline", "online", "on_site")
    served = [(n, asked.policy.coverage[n]) for n in names if n in asked.policy.coverage]
    lines = [f"{asked.word(n)}{asked.word('colon')}{_times(asked, hours)}" for n, hours in served]
    return _block(asked, "hours", lines)


def _times(asked: Asked, served: Hours) -> str:
    work, rest = (_windows(asked, served.of(day)) for day in ("work", "rest"))
    if work == rest:
        return asked.word("daily", windows=work)
    return f"{asked.word('work', windows=work)}{asked.word('semicolon')}{asked.word('rest', windows=rest)}"


def _windows(asked: Asked, windows: tuple[Window, ...]) -> str:
    next_day = word("next_day", asked.language)
    said = [f"{_clock(begin)}–{next_day if end > DAY else ''}{_clock(end)}" for begin, end in windows]
    return word("comma", asked.language).join(said) or word("closed", asked.language)


def _clock(ms: int) -> str:
    """The time of day; the end of a day is 24:00."""
    of_day = ms if ms == DAY else ms % DAY
    return f"{of_day // HOUR:02d}:{of_day % HOUR // MINUTE:02d}"


def rules(asked: Asked) -> str:
    """The figures of the policy, as every public page tells them."""
    policy, language = asked.policy, asked.language
    days = {"complaint": policy.complaint_days, "refund": policy.refund_days, "follow_up": policy.follow_up_days}
    lines = [
        asked.word("reply", span=span(policy.reply_ms, language)),
        *_by_severity(asked, "arrival", policy.arrival_ms, lambda t: {
            "work": span(t[0], language), "rest": span(t[1], language),
        }),
        *_by_severity(asked, "restore", policy.restore_ms, lambda t: {"span": span(t, language)}),
        *(asked.word(name, n=n) for name, n in days.items()),
        asked.word("warranty", n=policy.warranty_days),
    ]  # fmt: skip
    version = asked.word("rules_version", version=policy.version, zone=policy.zone)
    return _block(asked, "rules", lines, f'<p class="small">{version}</p>')


def _by_severity(asked: Asked, key: str, targets: Mapping[str, T], said: Callable[[T], dict[str, str]]) -> list[str]:
    """One line for each different target, with the severities it is for."""
    alike: dict[T, list[str]] = {}
    for severity, target in targets.items():
        alike.setdefault(target, []).append(word(severity, asked.language))
    comma = word("comma", asked.language)
    return [asked.word(key, severity=comma.join(names), **said(target)) for target, names in alike.items()]


def _privacy(asked: Asked) -> str:
    text, link = asked.word("privacy_text"), asked.word("privacy_link")
    return panel(f'<h2>{asked.word("privacy")}</h2><p>{text} <a href="/privacy">{link}</a></p>')


def _form(asked: Asked) -> str:
    options = "".join(f'<option value="{kind}">{asked.word(key)}</option>' for kind, key in KINDS.items())
    action = f"{path(escape(asked.facts.cabinet))}/report?lang={asked.language}"
    return panel(
        f'<h2>{asked.word("form")}</h2><form method="post" action="{action}">'
        f'<label>{asked.word("kind")}<select name="kind" required>{options}</select></label>'
        f'<label>{asked.word("text")}<textarea name="text" maxlength="500" required></textarea></label>'
        f'<label>{asked.word("name")}<input name="name" maxlength="100" autocomplete="name"></label>'
        f'<label>{asked.word("phone")}<input name="phone" type="tel" maxlength="100" autocomplete="tel"></label>'
        f'<button type="submit">{asked.word("send")}</button></form>'
    )


SECTIONS: tuple[Section, ...] = (_banner, _who, _reach, _form, _hours, rules, _promises, _privacy)
"""What the page consists of, from top to bottom; a further part is one line here."""
