"""The public page on which a customer checks a technician's badge: a form, and the answer. No script."""

from html import escape
from urllib.parse import quote

from api.badges import Bearer
from api.publicframe import frame, panel
from api.publicwords import Language, word

_CODE = 'name="code" inputmode="numeric" autocomplete="off" pattern="[0-9]{6}" maxlength="6" required'


def path(technician: str) -> str:
    """Where the page of a technician is, on this server."""
    return f"/b/{quote(technician, safe='')}"


def form(technician: str, language: Language) -> str:
    """The page that asks for the code; it says nothing of the technician, nor whether there is one."""
    return _page(technician, language, _form(technician, language))


def valid(technician: str, language: Language, bearer: Bearer, at: str) -> str:
    """The badge is valid: name and certificates, never the phone number."""
    comma = word("comma", language)
    lines = [
        _words("badge_name", language, name=bearer.name),
        _words("badge_skills", language, skills=comma.join(bearer.skills)), _words("badge_at", language, at=at),
    ]  # fmt: skip
    told = f"<h2>{_words('badge_valid', language)}</h2><p>{'<br>'.join(lines)}</p>"
    return _page(technician, language, panel(told, role="status"))


def invalid(technician: str, language: Language) -> str:
    """The same for everything that is no valid badge."""
    told = f'<h2 class="wrong">{_words("badge_invalid", language)}</h2><p>{_words("badge_advice", language)}</p>'
    return _page(technician, language, panel(told, role="alert") + _form(technician, language))


def refused(technician: str, language: Language, why: str, **values: object) -> str:
    """Why nothing was looked at."""
    return _page(technician, language, panel(f'<p class="wrong">{_words(why, language, **values)}</p>', role="alert"))


def _form(technician: str, language: Language) -> str:
    action = escape(f"{path(technician)}?lang={language}")
    return panel(
        f'<p>{_words("badge_lead", language)}</p><form method="post" action="{action}">'
        f"<label>{_words('badge_code', language)}<input {_CODE}></label>"
        f'<button type="submit">{_words("badge_check", language)}</button></form>'
    )


def _page(technician: str, language: Language, body: str) -> str:
    return frame(language, _words("badge_title", language), path(technician), body)


def _words(key: str, language: Language, **values: object) -> str:
    return escape(word(key, language, **values))
