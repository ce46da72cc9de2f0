"""The history of the relationship with an enterprise: noted by rooms and by hand, read and summed up."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as choose
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from services.publisher.enterprises.actions.keeping import enterprise_for
from services.publisher.enterprises.rules.relationship import (
    BY_HAND,
    EventKind,
    InTheFuture,
    NotByHand,
    seconds_after,
)
from services.publisher.enterprises.schemas import EventFilter, NewEvent, ReactionTimeView, RelationshipView
from services.publisher.enterprises.tables import Enterprise, EnterpriseEvent
from shared.app import paginate
from shared.clock import new_id
from shared.context import Context
from shared.db import table_of
from shared.errors import NotFound
from shared.permissions import Permission


async def note_event(
    context: Context,
    enterprise_id: UUID,
    kind: EventKind,
    *,
    source_key: str,
    happened_at: datetime,
    publication_id: UUID | None = None,
    published_at: datetime | None = None,
    url: str | None = None,
) -> None:
    """For other rooms: something happened with an enterprise. Told again under the same `source_key`, it is the same.

    `published_at` of the publication that it answers gives the reaction time.
    """
    event = EnterpriseEvent(
        tenant_id=context.tenant_id,
        id=new_id(),
        enterprise_id=enterprise_id,
        kind=kind,
        source_key=source_key,
        happened_at=happened_at,
        publication_id=publication_id,
        url=url,
        reaction_seconds=seconds_after(published_at, happened_at),
    )
    await context.store.execute(insert(EnterpriseEvent).values(**event.model_dump()).on_conflict_do_nothing())


async def add_event(context: Context, enterprise_id: UUID, body: NewEvent) -> EnterpriseEvent:
    """What no network told of. Raises NotFound, Forbidden, NotByHand, InTheFuture."""
    await enterprise_for(context, enterprise_id, Permission.PUBLISH)
    if body.kind not in BY_HAND:
        raise NotByHand
    if body.happened_at > context.now:
        raise InTheFuture
    event_id = new_id()
    return await context.store.insert(
        EnterpriseEvent(
            id=event_id,
            enterprise_id=enterprise_id,
            kind=body.kind,
            source_key=f"hand:{event_id}",
            happened_at=body.happened_at,
            url=None if body.url is None else str(body.url),
            words=body.words,
        )
    )


async def list_events(
    context: Context, enterprise: Enterprise, page: EventFilter
) -> tuple[list[EnterpriseEvent], str | None]:
    """Those last noted first."""
    query = select(EnterpriseEvent).where(EnterpriseEvent.enterprise_id == enterprise.id)
    if page.kind is not None:
        query = query.where(EnterpriseEvent.kind == page.kind)
    return await paginate(context, query, EnterpriseEvent.id, page)


async def event_of(context: Context, enterprise: Enterprise, event_id: UUID) -> EnterpriseEvent:
    """Raises NotFound."""
    event = await context.store.find(EnterpriseEvent, event_id)
    if event is None or event.enterprise_id != enterprise.id:
        raise NotFound
    return event


async def relationship_with(context: Context, enterprise: Enterprise) -> RelationshipView:
    event = table_of(EnterpriseEvent)
    mine = (event.c.tenant_id == context.tenant_id, event.c.enterprise_id == enterprise.id)
    counted = choose(event.c.kind.label("kind"), func.count().label("times")).where(*mine).group_by(event.c.kind)
    measured = choose(
        func.min(event.c.happened_at).label("first"),
        func.max(event.c.happened_at).label("last"),
        func.count(event.c.reaction_seconds).label("n"),
        func.percentile_cont(0.5).within_group(event.c.reaction_seconds).label("median"),
    ).where(*mine)
    counts = {row["kind"]: int(row["times"]) for row in (await context.store.execute(counted)).mappings()}
    found = (await context.store.execute(measured)).mappings().one()
    return RelationshipView(
        counts={kind: counts.get(kind, 0) for kind in EventKind},
        first_at=found["first"],
        last_at=found["last"],
        reaction=ReactionTimeView(
            value=found["median"], n=found["n"], reason_if_null="no_answers" if found["median"] is None else None
        ),
    )
