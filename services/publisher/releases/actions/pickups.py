"""Where releases were taken up: entered by hand, or noted by rooms that find them."""

from datetime import date
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from services.publisher.releases.actions.drafting import release_for
from services.publisher.releases.rules.states import PickupExists
from services.publisher.releases.schemas.releases import NewPickup
from services.publisher.releases.tables import ReleasePickup
from shared.app import PageQuery, paginate
from shared.clock import new_id
from shared.context import Context
from shared.errors import NotFound
from shared.permissions import Permission


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


async def delete_pickup(context: Context, release_id: UUID, pickup_id: UUID) -> None:
    """Raises NotFound, Forbidden."""
    await release_for(context, release_id, Permission.MANAGE_PARTNERS)
    pickup = await context.store.find(ReleasePickup, pickup_id)
    if pickup is None or pickup.release_id != release_id:
        raise NotFound
    await context.store.delete(pickup)
