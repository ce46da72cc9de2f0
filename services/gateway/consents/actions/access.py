"""The access log: kept by message, read by those who look after personal data, and by auditors without names."""

import hmac
from uuid import UUID

from sqlalchemy import ColumnElement, insert
from sqlmodel import col

from services.gateway.consents.actions.reaching import list_books, of_reached
from services.gateway.consents.schemas.subjects import AccessQuery, AccessView
from services.gateway.consents.tables import AccessEntry
from services.gateway.people.actions.records import is_record_of
from shared.clock import new_id
from shared.context import Context
from shared.contracts.gateway import AccessRecorded
from shared.db import table_of
from shared.errors import Forbidden
from shared.permissions import Permission

_SHOWN_LENGTH = 16  # hexadecimal digits of a pseudonym: one in 2**64 for a clash


async def keep_access(context: Context, told: AccessRecorded) -> None:
    """A row for each person whose file was in the answer."""
    rows = [
        {
            "tenant_id": context.tenant_id,
            "id": new_id(),
            "person_id": person_id,
            "reader_kind": told.actor_kind,
            "reader_id": told.actor_id,
            "service": told.service,
            "operation": told.operation,
            "request_id": told.request_id,
            "read_at": told.occurred_at,
        }
        for person_id in told.person_ids
    ]
    if rows:
        await context.store.execute(insert(table_of(AccessEntry)), rows)


async def list_access(context: Context, query: AccessQuery) -> tuple[list[AccessView], str | None]:
    """Newest first. Raises Forbidden for an auditor who asks for one reader: it would tell who a pseudonym is."""
    names_readers = bool(context.caller.organizations_with(Permission.MANAGE_PERSONAL_DATA))
    if query.reader_id is not None and not names_readers:
        raise Forbidden
    permission = Permission.MANAGE_PERSONAL_DATA if names_readers else Permission.SEE_AUDIT
    narrowed: list[ColumnElement[bool]] = []
    if query.person_id is not None:
        narrowed.append(is_record_of(AccessEntry.person_id, query.person_id))
    if query.reader_id is not None:
        narrowed.append(col(AccessEntry.reader_id) == query.reader_id)
    if query.since is not None:
        narrowed.append(col(AccessEntry.read_at) >= query.since)
    if query.until is not None:
        narrowed.append(col(AccessEntry.read_at) < query.until)
    reached = of_reached(context, AccessEntry.person_id, permission)
    rows, after = await list_books(context, AccessEntry, query, reached, narrowed)
    return [_view(context, row, names_readers=names_readers) for row in rows], after


def _view(context: Context, row: AccessEntry, *, names_readers: bool) -> AccessView:
    reader = row.reader_id
    shown = None if reader is None else str(reader) if names_readers else _pseudonym(context, reader)
    return AccessView(
        id=row.id,
        person_id=row.person_id,
        reader_kind=row.reader_kind,
        reader=shown,
        service=row.service,
        operation=row.operation,
        request_id=row.request_id,
        read_at=row.read_at,
    )


def _pseudonym(context: Context, reader_id: UUID) -> str:
    """The same for the same reader in this tenant, for as long as the house's key."""
    key = context.runtime.cipher.derive("readers' pseudonyms in the access log")
    return hmac.digest(key, context.tenant_id.bytes + reader_id.bytes, "sha256").hex()[:_SHOWN_LENGTH]
