"""Bodies of the few hot routes, parsed once and straight from bytes; the API document knows them all the same.

@router.post("/things", responses=..., openapi_extra=body_of(NewThing))
async def things_create(request: Request, person: Person) -> Response:
    body = await read_body(request, NewThing)
"""

from typing import Any, TypeVar

from fastapi import Request, Response
from pydantic import BaseModel, ValidationError

from shared.app.strict import strict_json
from shared.app.validation import invalid

Body = TypeVar("Body", bound=BaseModel)


async def read_body(request: Request, model: type[Body]) -> Body:
    """As strict as every other body. Raises Invalid."""
    body = await request.body()
    strict_json(body)
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise invalid({**each, "loc": ("body", *each["loc"])} for each in found) from None  # its text quotes the input


def body_of(model: type[BaseModel]) -> dict[str, Any]:
    """`openapi_extra=` of a route that reads `model` by `read_body`. The model refers to no other models."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": model.model_json_schema()}}}}


def answer(model: BaseModel, status: int = 201, *, location: str | None = None) -> Response:
    """The answer, written once."""
    headers = {"location": location} if location is not None else None
    return Response(model.model_dump_json(), status, headers=headers, media_type="application/json")
