"""What bodies and lists look like everywhere."""

import base64
import binascii
import re
from typing import Annotated, Any, Generic, Protocol, TypeVar
from uuid import UUID

from fastapi import Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, Select
from sqlmodel import col

from shared.context import Context
from shared.errors import FieldError, Invalid, Stale

_ETAG = re.compile(r'"[^"]*"')
Item = TypeVar("Item")


class _HasId(Protocol):
    id: UUID


Row = TypeVar("Row", bound=_HasId)


class ApiModel(BaseModel):
    """A request or a response. What it does not know it refuses."""

    model_config = ConfigDict(extra="forbid", from_attributes=True, allow_inf_nan=False, str_strip_whitespace=True)


def example(*bodies: dict[str, Any]) -> ConfigDict:
    """The model configuration that gives the API reference its sample bodies, the most usual one first."""
    return ConfigDict(json_schema_extra={"examples": [*bodies]})


class Page(ApiModel, Generic[Item]):
    items: list[Item] = Field(description="what is on this page")
    next: str | None = Field(description="pass it as `after` to read on; null on the last page")


class PageQuery(ApiModel):
    """Derive from it to add filters: each a named, typed field."""

    limit: int = Field(default=50, ge=1, le=200, description="items on a page")
    after: str | None = Field(default=None, max_length=64, description="`next` of the page before")


Paging = Annotated[PageQuery, Query()]
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", max_length=64, description="the ETag that the change is based on; 412 when stale"),
]


async def paginate(
    context: Context, query: Select[Row], key: UUID, page: PageQuery, *, descending: bool = True
) -> tuple[list[Row], str | None]:
    """One page of rows in the order of `key` (a UUIDv7 column, as in `Link.id`), and the cursor of the next."""
    column: ColumnElement[UUID] = col(key)  # pyright: ignore[reportAssignmentType] - a mapped attribute
    after = after_id(page)
    if after is not None:
        query = query.where(column < after if descending else column > after)
    rows = await context.store.all(query.order_by(column.desc() if descending else column).limit(page.limit + 1))
    if len(rows) <= page.limit:
        return rows, None
    return rows[: page.limit], cursor_of(rows[page.limit - 1].id)


def after_id(page: PageQuery) -> UUID | None:
    """Where the page before ended, for a query that `paginate` cannot build. Raises Invalid."""
    return _cursor(page.after) if page.after is not None else None


def cursor_of(row_id: UUID) -> str:
    """`next` of a page that ends with this row."""
    return base64.urlsafe_b64encode(row_id.bytes).rstrip(b"=").decode()


def _cursor(text: str) -> UUID:
    try:
        return UUID(bytes=base64.urlsafe_b64decode(text + "=="))
    except (ValueError, binascii.Error) as error:
        detail = {"ru": "Возьмите значение next предыдущей страницы", "en": "Use `next` of the page before"}
        raise Invalid(errors=(FieldError("?after", "cursor", detail),)) from error


def created(response: Response, location: str) -> None:
    """Name the new resource's address."""
    response.headers["location"] = location


def etag(response: Response, version: int) -> None:
    """Tag what can be changed. On its way out a GET's tag also gets the mark of its body (`shared.app.answers`)."""
    response.headers["etag"] = f'"{version}"'


def check_match(if_match: str | None, version: int) -> None:
    """Raises Stale unless the caller's ETag is the present one, `*`, or absent; Invalid for what is no ETag."""
    if if_match is None or if_match.strip() == "*":
        return
    given = {part.strip().removeprefix("W/") for part in if_match.split(",")}
    if not all(_ETAG.fullmatch(part) for part in given):
        detail = {"ru": 'ETag в кавычках, вида "4"', "en": 'An ETag in quotes, like "4"'}
        raise Invalid(errors=(FieldError("header:if-match", "etag", detail),))
    if str(version) not in {part.strip('"').partition(".")[0] for part in given}:  # the rest is the answer's own mark
        raise Stale
