"""The public page of a model: what a customer may know before buying (S0 4.1.2, 4.2.1). What is missing is said so."""

from html import escape

from api.models import Published
from api.publicframe import frame, panel, promised
from api.publicpage import Asked, model_path, rules
from api.publicwords import word


def page(asked: Asked, found: Published, day: str) -> str:
    """The whole page. `asked.facts` has no cabinet; `day`: since when its document holds."""
    return _framed(asked, found.model, "".join((
        _part(asked, "specification", _specification(asked, found)), _part(asked, "price", _price(asked, found)),
        _part(asked, "service", _lines([found.service(asked.language)])), rules(asked),
        _part(asked, "papers", _lines(found.papers(asked.language))), _edition(asked, found, day),
        promised(asked.language, asked.facts.promises),
    )))  # fmt: skip


def unknown(asked: Asked, model: str) -> str:
    """There is nothing of this name."""
    return _framed(asked, model, panel(f"<p>{asked.word('model_unknown', model=model)}</p>"))


def _framed(asked: Asked, model: str, body: str) -> str:
    return frame(asked.language, asked.word("model_title", model=model), model_path(model), body)


def _part(asked: Asked, title: str, inner: str) -> str:
    return panel(f"<h2>{asked.word(title)}</h2>{inner or '<p>' + asked.word('unpublished') + '</p>'}")


def _specification(asked: Asked, found: Published) -> str:
    colon = word("colon", asked.language)
    return _lines([f"{name}{colon}{value}" if name else value for name, value in found.specification(asked.language)])


def _price(asked: Asked, found: Published) -> str:
    cents = found.price_cents()
    return "" if cents is None else f"<p>{asked.word('yuan', amount=f'{cents // 100}.{cents % 100:02d}')}</p>"


def _edition(asked: Asked, found: Published, day: str) -> str:
    if found.document is None:
        return ""
    return f'<p class="small">{asked.word("model_edition", edition=found.document["edition"] or 1, day=day)}</p>'


def _lines(said: list[str]) -> str:
    """As a list; nothing for nothing."""
    lines = "".join(f"<li>{escape(line)}</li>" for line in said if line)
    return f"<ul>{lines}</ul>" if lines else ""
