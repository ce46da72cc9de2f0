"""Acknowledge what one is to know; see who did, and how far it has come."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_
from sqlalchemy import select as select_columns
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.publisher.acknowledgements.rules import ACKNOWLEDGED, Coverage, NotToBeAcknowledged
from services.publisher.acknowledgements.schemas import WantedFilter
from services.publisher.acknowledgements.tables import Acknowledgement
from services.publisher.directory.tables import DIRECTORY, Membership, OrganizationReach, Person
from services.publisher.publications.actions.drafting import publication_for
from services.publisher.publications.rules.states import OUT
from services.publisher.publications.schemas.contents import AudienceBody, AudienceKind
from services.publisher.publications.tables import Publication
from shared.app import PageQuery, paginate
from shared.clock import new_id
from shared.context import Context
from shared.db import table_of
from shared.errors import Forbidden, NotFound
from shared.permissions import Permission
from shared.reach import Reach

Wanted = tuple[Publication, datetime | None]
_STATUS = {AudienceKind.MEMBER: "member", AudienceKind.PROSPECTIVE: "prospective"}


async def acknowledge(context: Context, publication_id: UUID) -> Acknowledgement:
    """By somebody whom it is for, or who sees it; again is the same. Raises NotFound, NotToBeAcknowledged."""
    sees = DIRECTORY.reach_filter(context, Publication.organization_id, Permission.SEE_PUBLICATIONS)
    publication = await context.store.first(
        select(Publication).where(
            col(Publication.tenant_id) == context.tenant_id,
            col(Publication.id) == publication_id,
            or_(sees, and_(col(Publication.state).in_(OUT), _from_above(context))),
        )
    )
    if publication is None:
        raise NotFound
    if not await _is_for_caller(context, publication):
        await publication_for(context, publication_id, Permission.SEE_PUBLICATIONS)
    if publication.state not in OUT or publication.kind not in ACKNOWLEDGED:
        raise NotToBeAcknowledged
    person_id = context.caller.own_id
    values = {
        "tenant_id": context.tenant_id,
        "id": new_id(),
        "publication_id": publication_id,
        "person_id": person_id,
        "acknowledged_at": context.now,
    }
    await context.store.execute(insert(table_of(Acknowledgement)).values(values).on_conflict_do_nothing())
    query = select(Acknowledgement).where(
        col(Acknowledgement.publication_id) == publication_id, col(Acknowledgement.person_id) == person_id
    )
    return (await context.store.execute(query)).scalar_one()


async def list_wanted(context: Context, page: WantedFilter) -> tuple[list[Wanted], str | None]:
    """What the caller is to know, newest first. A page may be shorter than asked for although more follows."""
    person_id = context.caller.own_id
    query = select(Publication).where(
        col(Publication.kind).in_(ACKNOWLEDGED),
        col(Publication.state).in_(OUT),
        _from_above(context),
    )
    if page.pending is not None:
        done = select(Acknowledgement.publication_id).where(
            col(Acknowledgement.tenant_id) == context.tenant_id, col(Acknowledgement.person_id) == person_id
        )
        query = query.where(col(Publication.id).not_in(done) if page.pending else col(Publication.id).in_(done))
    publications, following = await paginate(context, query, Publication.id, page)
    for_caller = [each for each in publications if await _is_for_caller(context, each)]
    times = await _acknowledged_at(context, person_id, for_caller)
    return [(each, times.get(each.id)) for each in for_caller], following


def _from_above(context: Context) -> ColumnElement[bool]:
    """Of the caller's organizations, or of those above them."""
    mine = select(Membership.organization_id).where(
        col(Membership.tenant_id) == context.tenant_id, col(Membership.person_id) == context.caller.own_id
    )
    at = or_(
        col(OrganizationReach.organization_id).in_(mine),
        col(OrganizationReach.organization_id).in_(context.caller.organizations),
    )
    above = select(OrganizationReach.ancestor_id).where(col(OrganizationReach.tenant_id) == context.tenant_id, at)
    return col(Publication.organization_id).in_(above)


async def list_acknowledgements(
    context: Context, publication_id: UUID, page: PageQuery
) -> tuple[list[Acknowledgement], str | None]:
    """Who did, newest first: for those who publish, never for a partner. Raises NotFound, Forbidden."""
    await publication_for(context, publication_id, Permission.PUBLISH)
    if context.caller.key is not None:
        raise Forbidden({"ru": "Партнёрам людей не называют", "en": "Partners are not told who people are"})
    query = select(Acknowledgement).where(col(Acknowledgement.publication_id) == publication_id)
    return await paginate(context, query, Acknowledgement.id, page)


async def coverage_of(context: Context, publication_id: UUID) -> tuple[Coverage, int]:
    """And how many acknowledged it in all. Raises NotFound, Forbidden, NotToBeAcknowledged."""
    publication = await publication_for(context, publication_id, Permission.SEE_PUBLICATIONS)
    if publication.kind not in ACKNOWLEDGED:
        raise NotToBeAcknowledged
    did = select(Acknowledgement.person_id).where(
        col(Acknowledgement.tenant_id) == context.tenant_id, col(Acknowledgement.publication_id) == publication_id
    )
    total = (await context.store.execute(select_columns(func.count()).select_from(did.subquery()))).scalar_one()
    audiences = _audiences(publication)
    if any(audience.kind not in _STATUS for audience in audiences):
        return Coverage.of(total, None), total
    query = (
        select_columns(
            func.count(col(Person.id).distinct()).label("targeted"),
            func.count(col(Person.id).distinct()).filter(col(Person.id).in_(did)).label("acknowledged"),
        )
        .join(
            Membership,
            and_(col(Membership.tenant_id) == col(Person.tenant_id), col(Membership.person_id) == col(Person.id)),
        )
        .where(
            col(Person.tenant_id) == context.tenant_id,
            or_(false(), *(_people_of(context, publication, audience) for audience in audiences)),
        )
    )
    counted = (await context.store.execute(query)).one()
    return Coverage.of(counted.acknowledged, counted.targeted), total


def _audiences(publication: Publication) -> list[AudienceBody]:
    """Its members, when nobody is named."""
    named = [AudienceBody.model_validate(audience) for audience in publication.audiences]
    return named or [AudienceBody(kind=AudienceKind.MEMBER)]


def _people_of(context: Context, publication: Publication, audience: AudienceBody) -> ColumnElement[bool]:
    root = audience.organization_id or publication.organization_id
    return and_(
        col(Person.status) == _STATUS[audience.kind],
        col(Person.erased).is_(False),
        DIRECTORY.under(context, Membership.organization_id, root),
    )


async def _is_for_caller(context: Context, publication: Publication) -> bool:
    audiences = _audiences(publication)
    reach = Reach(OrganizationReach)
    for audience in audiences:
        root = audience.organization_id or publication.organization_id
        if audience.role is not None:
            for grant in context.caller.grants:
                if grant.role is audience.role and await reach.ancestors_among(context, grant.organization_id, {root}):
                    return True
    people = [_people_of(context, publication, audience) for audience in audiences if audience.kind in _STATUS]
    query = (
        select(Person.id)
        .join(
            Membership,
            and_(col(Membership.tenant_id) == col(Person.tenant_id), col(Membership.person_id) == col(Person.id)),
        )
        .where(
            col(Person.tenant_id) == context.tenant_id,
            col(Person.id) == context.caller.own_id,
            or_(false(), *people),
        )
    )
    return await context.store.first(query) is not None


async def _acknowledged_at(
    context: Context, person_id: UUID, publications: Sequence[Publication]
) -> Mapping[UUID, datetime]:
    query = select(Acknowledgement).where(
        col(Acknowledgement.person_id) == person_id,
        col(Acknowledgement.publication_id).in_([each.id for each in publications]),
    )
    return {row.publication_id: row.acknowledged_at for row in await context.store.all(query)}
