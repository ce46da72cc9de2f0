"""Reading the tree, as far as the caller reaches."""

import base64
import binascii
from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, exists, true, tuple_
from sqlmodel import col, select

from services.gateway.organizations.rules import OrganizationClosed
from services.gateway.organizations.schemas import OrganizationQuery, OrganizationView, SubtreePart, SubtreeQuery
from services.gateway.organizations.tables import Organization, OrganizationReach, organization_word
from shared.app import Page, paginate
from shared.context import Context
from shared.errors import FieldError, Invalid
from shared.permissions import Permission
from shared.reach import Reach
from shared.words import range_of, searched_words

REACH: Final = Reach(OrganizationReach)


async def read_organization(
    context: Context, organization_id: UUID, permission: Permission = Permission.SEE_ORGANIZATION
) -> Organization:
    """Raises NotFound, Forbidden."""
    await REACH.check(context, organization_id, permission)
    return await context.store.get(Organization, organization_id)


async def check_open(context: Context, organization_ids: Collection[UUID]) -> None:
    """Raises OrganizationClosed when any of them is: it takes nothing new."""
    query = select(Organization.id).where(col(Organization.id).in_(organization_ids), col(Organization.closed))
    if await context.store.first(query) is not None:
        raise OrganizationClosed


async def list_organizations(context: Context, query: OrganizationQuery) -> tuple[list[Organization], str | None]:
    """In the order in which they were made."""
    statement = select(Organization).where(_is_seen(context))
    if query.kind is not None:
        statement = statement.where(col(Organization.kind) == query.kind)
    if query.parent_id is not None:
        statement = statement.where(col(Organization.parent_id) == query.parent_id)
    if query.search is not None:
        words = searched_words(query.search)
        if not words:
            return [], None
        for word in words:
            statement = statement.where(_has_word(context, word))
    return await paginate(context, statement, Organization.id, query, descending=False)


async def read_subtree(context: Context, organization_id: UUID, query: SubtreeQuery) -> Page[SubtreePart]:
    """The organization and what is under it, level by level. Raises NotFound, Forbidden."""
    await REACH.check(context, organization_id, Permission.SEE_ORGANIZATION)
    statement = (
        select(Organization, OrganizationReach.depth)
        .join(
            OrganizationReach,
            (col(OrganizationReach.tenant_id) == Organization.tenant_id)
            & (col(OrganizationReach.organization_id) == Organization.id),
        )
        .where(
            OrganizationReach.tenant_id == context.tenant_id,
            OrganizationReach.ancestor_id == organization_id,
        )
        .order_by(col(OrganizationReach.depth), col(OrganizationReach.organization_id))
        .limit(query.limit + 1)
    )
    if query.kind is not None:
        statement = statement.where(col(Organization.kind) == query.kind)
    if query.depth is not None:
        statement = statement.where(col(OrganizationReach.depth) <= query.depth)
    if query.after is not None:
        place = tuple_(col(OrganizationReach.depth), col(OrganizationReach.organization_id))
        statement = statement.where(place > _place(query.after))
    rows = (await context.store.execute(statement)).mappings().all()
    parts = [
        SubtreePart(depth=row["depth"], organization=OrganizationView.of(row["Organization"]))
        for row in rows[: query.limit]
    ]
    return Page(items=parts, next=_cursor(parts[-1]) if len(rows) > query.limit else None)


def _is_seen(context: Context) -> ColumnElement[bool]:
    """A grant at the root reaches everything, and nothing is asked."""
    if context.tenant_id in context.caller.organizations_with(Permission.SEE_ORGANIZATION):
        return true()
    return REACH.allowed(context, Organization.id, Permission.SEE_ORGANIZATION)


def _has_word(context: Context, prefix: str) -> ColumnElement[bool]:
    first, after = range_of(prefix)
    kept = organization_word.c
    return exists().where(
        kept.tenant_id == context.tenant_id,
        kept.organization_id == col(Organization.id),
        kept.word >= first,
        kept.word < after,
    )


def _cursor(part: SubtreePart) -> str:
    raw = bytes([part.depth]) + part.organization.id.bytes
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _place(after: str) -> tuple[int, UUID]:
    """Raises Invalid."""
    try:
        raw = base64.urlsafe_b64decode(after + "=")
        return raw[0], UUID(bytes=raw[1:])
    except (ValueError, IndexError, binascii.Error) as error:
        detail = {"ru": "Возьмите значение next предыдущей страницы", "en": "Use `next` of the page before"}
        raise Invalid(errors=(FieldError("?after", "cursor", detail),)) from error
