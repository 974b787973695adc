"""The HTTP application: routes, errors, envelope, console."""

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api import openapi, problems, static
from api.backend import Backend
from api.context import ApiSettings, Context
from api.fleetview import FleetView
from api.identity import Identity
from api.middleware import BodyLimit, Envelope
from api.routes import (
    attachments,
    cabinets,
    commands,
    credentials,
    dispatch,
    faults,
    foodsafety,
    live,
    maintenance,
    platform,
    readings,
    session,
    sites,
    standards,
    tickets,
    tokens,
)

PREFIX = "/api/v1"
NOUNS = (
    platform, session, tokens, sites, cabinets, readings, credentials, commands, foodsafety, faults, maintenance,
    tickets, dispatch, attachments, standards, live,
)  # fmt: skip


def _short(route: APIRoute) -> str:
    return route.name


def build(backend: Backend, identity: Identity, settings: ApiSettings) -> FastAPI:
    """The ASGI application. No page of it loads anything from another host."""
    app = FastAPI(
        title="Vendwatch",
        version=backend.version,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_short,
    )
    app.state.context = Context(backend, identity, settings, FleetView(backend))
    app.add_middleware(BodyLimit)
    app.add_middleware(Envelope)
    problems.install(app)
    app.include_router(platform.bare)
    app.include_router(session.link)
    for noun in NOUNS:
        app.include_router(noun.router, prefix=PREFIX)
    app.include_router(static.router(settings.web))
    openapi.install(app)
    return app
