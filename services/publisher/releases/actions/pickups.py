"""Where releases were taken up: entered by hand, or noted by rooms that find them."""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select as choose
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.publisher.links.rules.targets import TargetKind
from services.publisher.links.tables import Link, LinkPlace
from services.publisher.releases.actions.drafting import release_for
from services.publisher.releases.rules.pickups import TAKEN_UP_WITHIN, codes_in, says_headline
from services.publisher.releases.rules.states import PickupExists, ReleaseState
from services.publisher.releases.schemas.releases import NewPickup
from services.publisher.releases.tables import Release, ReleasePickup
from shared.app import PageQuery, paginate
from shared.clock import new_id
from shared.context import Context
from shared.db import table_of
from shared.errors import NotFound
from shared.permissions import Permission

_MOST_COMPARED: Final = 200  # the newest
_CLOCKS_DIFFER: Final = timedelta(days=1)  # papers tell days without hours


async def note_pickup(
    context: Context, release_id: UUID, *, url: str, outlet: str, published_on: date
) -> ReleasePickup | None:
    """For other rooms too: a release was taken up at `url`. None when that is known."""
    row = ReleasePickup(
        tenant_id=context.tenant_id,
        id=new_id(),
        release_id=release_id,
        url=url,
        outlet=outlet,
        published_on=published_on,
        created_at=context.now,
    )
    added = await context.store.changed(insert(ReleasePickup).values(**row.model_dump()).on_conflict_do_nothing())
    return await context.store.get(ReleasePickup, row.id) if added else None


async def note_taken_up(context: Context, text: str, *, url: str, outlet: str, published_at: datetime) -> None:
    """For other rooms: what stands at `url` may take up releases of the union that were sent not long before."""
    sent = select(Release).where(
        col(Release.state) != ReleaseState.DRAFT,
        col(Release.sent_at) <= published_at + _CLOCKS_DIFFER,
        col(Release.sent_at) > published_at - TAKEN_UP_WITHIN,
    )
    linked = await _linked_from(context, text)
    for release in await context.store.all(sent.order_by(col(Release.id).desc()).limit(_MOST_COMPARED)):
        if release.id in linked or says_headline(release.title, text):
            await note_pickup(context, release.id, url=url, outlet=outlet, published_on=published_at.date())


async def _linked_from(context: Context, text: str) -> set[UUID]:
    """The releases that the short links of ours in it are about."""
    codes = codes_in(text)
    if not codes:
        return set()
    link, place = table_of(Link).c, table_of(LinkPlace).c
    query = (
        choose(link.about_id)
        .join_from(
            table_of(LinkPlace), table_of(Link), (link.tenant_id == place.tenant_id) & (link.id == place.link_id)
        )
        .where(place.tenant_id == context.tenant_id, place.code.in_(codes), link.kind == TargetKind.RELEASE)
    )
    return set((await context.store.execute(query)).scalars())


async def add_pickup(context: Context, release_id: UUID, body: NewPickup) -> ReleasePickup:
    """Raises NotFound, Forbidden, PickupExists."""
    await release_for(context, release_id, Permission.MANAGE_PARTNERS)
    pickup = await note_pickup(
        context, release_id, url=str(body.url), outlet=body.outlet, published_on=body.published_on
    )
    if pickup is None:
        raise PickupExists
    return pickup


async def list_pickups(context: Context, release_id: UUID, page: PageQuery) -> tuple[list[ReleasePickup], str | None]:
    """Those last entered first. Raises NotFound, Forbidden."""
    await release_for(context, release_id, Permission.SEE_PUBLICATIONS)
    query = select(ReleasePickup).where(ReleasePickup.release_id == release_id)
    return await paginate(context, query, ReleasePickup.id, page)


async def read_pickup(context: Context, release_id: UUID, pickup_id: UUID) -> ReleasePickup:
    """Raises NotFound, Forbidden."""
    await release_for(context, release_id, Permission.SEE_PUBLICATIONS)
    return await _pickup_of(context, release_id, pickup_id)


async def delete_pickup(context: Context, release_id: UUID, pickup_id: UUID) -> None:
    """Raises NotFound, Forbidden."""
    await release_for(context, release_id, Permission.MANAGE_PARTNERS)
    await _pickup_of(context, release_id, pickup_id)
    await context.store.delete(await context.store.lock(ReleasePickup, pickup_id))


async def _pickup_of(context: Context, release_id: UUID, pickup_id: UUID) -> ReleasePickup:
    pickup = await context.store.find(ReleasePickup, pickup_id)
    if pickup is None or pickup.release_id != release_id:
        raise NotFound
    return pickup
