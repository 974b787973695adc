"""The OpenAPI document: routes name their shapes, the shapes come from `api/schema`, errors are problem documents."""

import inspect
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts

from api.problems import MEDIA
from api.schema import (
    after,
    answers,
    backups,
    cases,
    dispatching,
    food,
    goods,
    knowledge,
    lots,
    offers,
    privacy,
    proving,
    registers,
    reports,
    requests,
    signin,
)

Responses = dict[int | str, dict[str, Any]]
REF = "#/components/schemas/{name}"
_own: dict[str, type[msgspec.Struct]] = {}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": REF.format(name=name)}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def returns(name: str, status: int = 200, also: tuple[int, ...] = ()) -> Responses:
    """The responses of a route that answers one object; `also`: other statuses with the same shape."""
    return {code: {"description": name, **_json(_ref(name))} for code in (status, *also)}


def lists(name: str) -> Responses:
    """The responses of a route that answers a page of objects."""
    properties = {
        "items": {"type": "array", "items": _ref(name)},
        "next": {"type": ["string", "null"]},
        "total": {"type": "integer"},
    }
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return {200: {"description": f"A page of {name}", **_json(schema)}}


def takes(shape: str | type[msgspec.Struct]) -> dict[str, Any]:
    """The request body of a route: the name of a shape in `api/schema`, or the route's own struct."""
    if isinstance(shape, str):
        return {"requestBody": _json(_ref(shape))}
    _own[shape.__name__] = shape
    return {"requestBody": _json(_ref(shape.__name__)) | {"required": True}}


def _structs() -> list[type[msgspec.Struct]]:
    found = {
        name: value
        for module in (
            answers, requests, food, cases, registers, privacy, proving, dispatching, after, goods, reports, knowledge,
            backups, offers, lots, signin,
        )
        for name, value in vars(module).items()
        if inspect.isclass(value) and issubclass(value, msgspec.Struct) and value is not msgspec.Struct
    }  # fmt: skip
    return list({**found, **_own}.values())


def install(app: FastAPI) -> None:
    """Complete FastAPI's document once: shapes, errors, security."""
    plain = app.openapi

    def complete() -> dict[str, Any]:
        if app.openapi_schema is not None:
            return app.openapi_schema
        document = plain()
        _, schemas = msgspec.json.schema_components(_structs(), ref_template=REF)
        components = document.setdefault("components", {})
        components["schemas"] = {**components.get("schemas", {}), **schemas}
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        document["security"] = [{"token": []}]
        for path in document["paths"].values():
            for operation in path.values():
                _errors(operation)
        for route in iter_route_contexts(app.routes):
            _permit(document["paths"], route)
        app.openapi_schema = document
        return document

    app.openapi = complete  # type: ignore[method-assign]  # FastAPI's documented way to extend the document


def _permit(paths: dict[str, Any], route: RouteContext) -> None:
    """Say in the document which permission an operation needs (`x-permission`); none: everybody who signed in."""
    operations = paths.get(route.path_format or "", {})
    needed = [getattr(d.call, "permission", None) for d in route.dependant.dependencies] if operations else []
    for method in route.methods or ():
        for permission in filter(None, needed):
            operations[method.lower()]["x-permission"] = permission


def _errors(operation: dict[str, Any]) -> None:
    """Every operation may answer a problem document, whatever the status."""
    operation["responses"].pop("422", None)
    operation["responses"]["default"] = {
        "description": "A problem",
        "content": {MEDIA: {"schema": _ref("Problem")}},
    }
