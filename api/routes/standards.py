"""The clauses the product serves, each with what the records say about it now."""

from typing import Annotated

from fastapi import APIRouter, Response

from api.access import Ask, allowed
from api.actions import respond
from api.lists import answer
from api.openapi import lists
from api.standards import served

router = APIRouter(tags=["standards"])


@router.get("/standards", responses=lists("Clause"))
def standards(ask: Annotated[Ask, allowed("standard.read")]) -> Response:
    clauses = served(ask.records)
    return respond(answer(clauses, None, len(clauses)))
