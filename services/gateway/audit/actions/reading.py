"""Looking into the audit. It does not say which organization a change was in, so only the whole union's eyes see it."""

from collections.abc import AsyncGenerator
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select

from services.gateway.audit.actions.verifying import export
from services.gateway.audit.rules import WholeUnionOnly
from services.gateway.audit.schemas import AuditEntryView, AuditQuery, AuditSealView
from services.gateway.audit.tables import AuditEntry, AuditSeal, AuditSealed
from shared.app import Page, PageQuery, paginate
from shared.context import Context
from shared.permissions import Permission


def _check_whole_union(context: Context) -> None:
    """Raises WholeUnionOnly for somebody whose right is for a branch."""
    if context.tenant_id not in context.caller.organizations_with(Permission.SEE_AUDIT):
        raise WholeUnionOnly


def export_after(context: Context, sequence: int) -> AsyncGenerator[str, None]:
    """The chain after seal number `sequence`, read in transactions of its own. Raises WholeUnionOnly."""
    _check_whole_union(context)
    return export(context.runtime.database, context.tenant_id, sequence)


async def list_entries(context: Context, query: AuditQuery) -> Page[AuditEntryView]:
    """Newest first. Raises WholeUnionOnly."""
    _check_whole_union(context)
    found = select(AuditEntry).where(*_conditions(context, query))
    rows, after = await paginate(context, found, AuditEntry.id, query)
    seals = await _seals_of(context, [row.id for row in rows])
    return Page(items=[AuditEntryView.of(row, seals.get(row.id)) for row in rows], next=after)


async def list_seals(context: Context, page: PageQuery) -> Page[AuditSealView]:
    """Newest first. Raises WholeUnionOnly."""
    _check_whole_union(context)
    own = select(AuditSeal).where(AuditSeal.tenant_id == context.tenant_id)
    rows, after = await paginate(context, own, AuditSeal.id, page)
    return Page(items=[AuditSealView.of(row) for row in rows], next=after)


def _conditions(context: Context, query: AuditQuery) -> list[ColumnElement[bool]]:
    conditions = [col(AuditEntry.tenant_id) == context.tenant_id]
    if query.operation is not None:
        conditions.append(col(AuditEntry.operation) == query.operation)
    if query.actor is not None:
        conditions.append(col(AuditEntry.actor) == query.actor)
    if query.resource is not None:
        conditions.append(_under(query.resource.rstrip("/")))
    if query.since is not None:
        conditions.append(col(AuditEntry.occurred_at) >= query.since)
    if query.until is not None:
        conditions.append(col(AuditEntry.occurred_at) < query.until)
    return conditions


def _under(path: str) -> ColumnElement[bool]:
    """The path itself and what lies below it: "0" follows "/" in the column's own order."""
    resource = col(AuditEntry.resource)
    return or_(resource == path, and_(resource > f"{path}/", resource < f"{path}0"))


async def _seals_of(context: Context, entry_ids: list[UUID]) -> dict[UUID, int]:
    query = select(AuditSealed).where(
        col(AuditSealed.tenant_id) == context.tenant_id, col(AuditSealed.id).in_(entry_ids)
    )
    return {row.id: row.sequence for row in await context.store.all(query)}
