"""Commands on a data directory: through the running product when there is one, else directly."""

from typing import Any

import httpx2
import structlog
from rich.console import Console

from api.identity import Identity
from app.home import Home
from app.records import FILE, open_store
from app.settings import Settings
from service.privacy.audit import checked
from telemetry.clock import real_ms
from telemetry.errors import Invalid, NotFound, Unavailable

log = structlog.get_logger()


def create_token(settings: Settings, name: str, role: str) -> str:
    """A new API token. Raises Invalid (unknown role, empty name)."""
    home = _home(settings)
    running = home.running()
    if running:
        return str(ask(running, "POST", "/tokens", {"name": name, "role": role})["token"])
    with home.lock():
        records = open_store(settings, home)
        try:
            return Identity(records).create_token(name, role, real_ms())[1]
        finally:
            records.close()


def create_user(settings: Settings, name: str, password: str, role: str, technician: str | None) -> None:
    """A new person who signs in. Raises Invalid, Conflict."""
    home = _home(settings)
    running = home.running()
    if running:
        body = {"name": name, "password": password, "role": role}
        ask(running, "POST", "/users", body | ({"technician": technician} if technician else {}))
        return
    with home.lock():
        records = open_store(settings, home)
        try:
            Identity(records).create_user(name, password, role, technician, real_ms())
        finally:
            records.close()


def set_password(settings: Settings, name: str, password: str) -> None:
    """Replace a user's password. Raises NotFound, Invalid."""
    home = _home(settings)
    running = home.running()
    if running:
        ask(running, "POST", f"/users/{name}/password", {"password": password})
        return
    with home.lock():
        records = open_store(settings, home)
        try:
            Identity(records).set_password(name, password)
        finally:
            records.close()


def end_factor(settings: Settings, name: str) -> None:
    """End a user's second factor. Raises NotFound, Invalid (there is none), Unavailable (no product runs)."""
    running = _home(settings).running()
    if not running:
        raise Unavailable("the product does not run here: start it first, so that the audit log tells who ended it")
    ask(running, "DELETE", f"/users/{name}/second-factor", None)


def verify_audit(settings: Settings) -> bool:
    """Check the audit chain and say what came of it. The running product also knows its newest row; on a directory at
    rest a tail that was cut off cannot show. Raises Unavailable."""
    home = _home(settings)
    running = home.running()
    if running:
        found = ask(running, "GET", "/audit/verify", None)
    else:
        with home.lock():
            records = open_store(settings, home)
            try:
                found = checked(records, None)
            finally:
                records.close()
    state = "whole" if found["ok"] else f"broken at row {found['broken_at']}: {found['what']}"
    Console(highlight=False, soft_wrap=True).print(f"{found['rows']} rows, {state}")
    return bool(found["ok"])


def _home(settings: Settings) -> Home:
    """The data directory; says so when it was not one before, because then `--data` may be mistyped."""
    if settings.records == "sqlite" and not (settings.data / FILE).exists():
        log.warning("new_data_directory", path=str(settings.data))
    return Home(settings.data)


def ask(running: dict[str, Any], method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
    """One request to the running product's API."""
    headers = {"Authorization": f"Bearer {running['token']}"}
    try:
        answer = httpx2.request(method, f"{running['url']}/api/v1{path}", json=body, headers=headers, timeout=30)
    except httpx2.HTTPError as error:
        raise Unavailable(f"process {running['pid']} owns the directory but does not answer: {error}") from error
    if answer.status_code == 404:
        raise NotFound(answer.json().get("detail", "not found"))
    if answer.status_code >= 400:
        problem = answer.json()
        raise Invalid(problem.get("fields") or {"refused": problem.get("detail", answer.text)})
    found: dict[str, Any] = answer.json() if answer.content else {}
    return found
