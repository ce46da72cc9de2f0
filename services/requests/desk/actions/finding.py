"""Finding requests, as far as the caller may see them."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.requests.desk.schemas import RequestQuery
from services.requests.desk.tables import HelpRequest, RequestMessage, StateChange
from services.requests.directory.tables import DIRECTORY
from shared.app import PageQuery, check_match, id_within, paginate
from shared.context import Context
from shared.errors import NotFound
from shared.permissions import Permission


def _visible(context: Context) -> SelectOfScalar[HelpRequest]:
    return select(HelpRequest).where(
        HelpRequest.tenant_id == context.tenant_id,
        DIRECTORY.reach_filter(context, HelpRequest.organization_id, Permission.SEE_REQUESTS),
    )


async def find_request(context: Context, request_id: str) -> HelpRequest:
    """Raises NotFound, also for what the caller may not see."""
    request = await context.store.first(
        _visible(context).where(HelpRequest.id == id_within(context.tenant_id, request_id))
    )
    if request is None:
        raise NotFound
    _note_reading(context, [request])
    return request


async def hold_request(
    context: Context, request_id: str, permission: Permission, if_match: str | None = None
) -> HelpRequest:
    """The request as it is now, held until the end of the transaction.

    Raises NotFound; Forbidden for what the caller sees without `permission`; Stale.
    """
    query = _visible(context).where(HelpRequest.id == id_within(context.tenant_id, request_id))
    request = await context.store.first(query.with_for_update().execution_options(populate_existing=True))
    if request is None:
        raise NotFound
    await DIRECTORY.reachable(context, request.organization_id, permission)
    check_match(if_match, request.version)
    return request


async def list_requests(context: Context, page: RequestQuery) -> tuple[list[HelpRequest], str | None]:
    """Newest first. An organization that the caller does not reach is NotFound."""
    query = _visible(context).where(*_conditions(context, page))
    if page.organization_id is not None:
        await DIRECTORY.reachable(context, page.organization_id, Permission.SEE_REQUESTS)
    rows, after = await paginate(context, query, HelpRequest.id, page)
    _note_reading(context, rows)
    return rows, after


def _note_reading(context: Context, requests: Iterable[HelpRequest]) -> None:
    """A request is part of its requester's file."""
    people = (request.requester_person_id for request in requests)
    context.has_read(*(person_id for person_id in people if person_id is not None))


def _conditions(context: Context, page: RequestQuery) -> list[ColumnElement[bool]]:
    named = {
        "state": page.state,
        "assignee_id": page.assignee_id,
        "source": page.source,
        "kind": page.kind,
    }
    conditions = [col(getattr(HelpRequest, name)) == value for name, value in named.items() if value is not None]
    if page.organization_id is not None:
        conditions.append(DIRECTORY.under(context, HelpRequest.organization_id, page.organization_id))
    return conditions


async def list_messages(context: Context, request_id: str, page: PageQuery) -> tuple[list[RequestMessage], str | None]:
    """Oldest first. Raises NotFound."""
    request = await find_request(context, request_id)
    query = select(RequestMessage).where(
        RequestMessage.tenant_id == context.tenant_id, RequestMessage.request_id == request.id
    )
    return await paginate(context, query, RequestMessage.id, page, descending=False)


async def find_message(context: Context, request_id: str, message_id: UUID) -> RequestMessage:
    """Raises NotFound."""
    request = await find_request(context, request_id)
    message = await context.store.get(RequestMessage, message_id)
    if message.request_id != request.id:
        raise NotFound
    return message


async def list_state_changes(
    context: Context, request_id: str, page: PageQuery
) -> tuple[list[StateChange], str | None]:
    """Oldest first. Raises NotFound."""
    request = await find_request(context, request_id)
    query = select(StateChange).where(StateChange.tenant_id == context.tenant_id, StateChange.request_id == request.id)
    return await paginate(context, query, StateChange.id, page, descending=False)
