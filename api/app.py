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
    appointments,
    arrivals,
    assessment,
    attachments,
    audit,
    cabinets,
    channels,
    commands,
    contacts,
    coverage,
    credentials,
    dispatch,
    faults,
    foodsafety,
    improvements,
    knowledge,
    lifefiles,
    live,
    lots,
    maintenance,
    monthly,
    offers,
    plans,
    platform,
    privacy,
    public,
    publicpages,
    quotes,
    readings,
    recalls,
    records_forms,
    registers,
    returns,
    secondfactor,
    session,
    sites,
    standards,
    stock,
    surveys,
    tickets,
    tokens,
)

PREFIX = "/api/v1"
NOUNS = (
    platform, session, secondfactor, tokens,
    sites, cabinets, readings, credentials, commands, foodsafety, faults, maintenance,
    tickets, dispatch, appointments, stock, plans, attachments, standards, live,
    audit, privacy,
    registers, coverage,
    arrivals, quotes,
    records_forms, surveys, improvements,
    knowledge, contacts, public,
    returns, recalls, lots, assessment, monthly,
    channels, publicpages, offers, lifefiles,
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
    app.include_router(public.pages)
    app.include_router(publicpages.pages)
    app.include_router(privacy.public)
    app.include_router(surveys.public)
    for noun in NOUNS:
        app.include_router(noun.router, prefix=PREFIX)
    app.include_router(static.router(settings.web))
    openapi.install(app)
    return app
