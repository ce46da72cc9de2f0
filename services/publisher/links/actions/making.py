"""Make short links, change them, end them; and those that other rooms ask for."""

import hashlib
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.publisher.directory.tables import DIRECTORY
from services.publisher.links.actions.hosts import own_hosts
from services.publisher.links.actions.places import Spot, address_of, addresses_of, insert_place, place_at
from services.publisher.links.rules.places import LinkIsOver
from services.publisher.links.rules.targets import TargetKind, normal_target
from services.publisher.links.rules.texts import own_addresses, with_addresses
from services.publisher.links.schemas import LinkChange, LinkFilter, LinkView, NewLink
from services.publisher.links.tables import Link
from shared.app import check_match, paginate
from shared.clock import new_id
from shared.context import Context
from shared.permissions import Permission


async def create_link(context: Context, body: NewLink) -> Link:
    """Raises NotFound, Forbidden, UnsafeTarget."""
    await DIRECTORY.reachable(context, body.organization_id, Permission.PUBLISH)
    link = await context.store.insert(
        Link(
            organization_id=body.organization_id,
            kind=body.kind,
            target=normal_target(body.target, await own_hosts(context, body.organization_id)),
            title=body.title,
            campaign=body.campaign,
            created_at=context.now,
        )
    )
    await insert_place(context, link, Spot.direct())
    return link


async def link_for(context: Context, link_id: UUID, permission: Permission) -> Link:
    """Raises NotFound, Forbidden."""
    return await DIRECTORY.get(context, Link, link_id, permission)


async def list_links(context: Context, page: LinkFilter) -> tuple[list[Link], str | None]:
    """Newest first. Raises NotFound, Forbidden for the organization that is asked for."""
    query = select(Link).where(DIRECTORY.reach_filter(context, Link.organization_id, Permission.SEE_PUBLICATIONS))
    if page.organization_id is not None:
        await DIRECTORY.reachable(context, page.organization_id, Permission.SEE_PUBLICATIONS)
        query = query.where(DIRECTORY.under(context, Link.organization_id, page.organization_id))
    if page.kind is not None:
        query = query.where(Link.kind == page.kind)
    if page.about_id is not None:
        query = query.where(Link.about_id == page.about_id)
    return await paginate(context, query, Link.id, page)


async def change_link(context: Context, link_id: UUID, change: LinkChange, if_match: str | None) -> Link:
    """Raises NotFound, Forbidden, Stale, LinkIsOver, UnsafeTarget."""
    link = await _held(context, link_id, if_match)
    if change.target is not None:
        link.target = normal_target(change.target, await own_hosts(context, link.organization_id))
    if change.title is not None:
        link.title = change.title
    if "campaign" in change.model_fields_set:
        link.campaign = change.campaign
    link.version += 1
    return link


async def end_link(context: Context, link_id: UUID, if_match: str | None) -> Link:
    """From now on it is 410; its figures stay. Raises NotFound, Forbidden, Stale, LinkIsOver."""
    link = await _held(context, link_id, if_match)
    link.ended_at = context.now
    link.version += 1
    return link


async def short_url(
    context: Context, *, organization_id: UUID, kind: TargetKind, about_id: UUID, target: str, spot: Spot
) -> str:
    """For other rooms: the short address of `target` at one place, the same each time for the same `about_id`.

    Asks nobody for leave: the room has done that. Raises UnsafeTarget, NoCodeFree.
    """
    normal = normal_target(target, await own_hosts(context, organization_id))
    return await _short(context, organization_id, kind, about_id, normal, spot)


async def with_short_links(
    context: Context,
    text: str,
    *,
    organization_id: UUID,
    kind: TargetKind,
    about_id: UUID,
    spot: Spot,
    campaign: str | None = None,
) -> str:
    """For other rooms: `text` with every address on the organization's own hosts made short; others stay as they are.

    `campaign` is counted at the target, if the link is new.
    """
    own = own_addresses(text, await own_hosts(context, organization_id))
    short = {
        address: await _short(context, organization_id, kind, about_id, target, spot, campaign)
        for address, target in own.items()
    }
    return with_addresses(text, short)


async def link_view(context: Context, link: Link) -> LinkView:
    return (await link_views(context, [link]))[0]


async def link_views(context: Context, links: list[Link]) -> list[LinkView]:
    addresses = await addresses_of(context, links)
    return [LinkView.of(link, addresses[link.id]) for link in links]


async def _held(context: Context, link_id: UUID, if_match: str | None) -> Link:
    await link_for(context, link_id, Permission.PUBLISH)
    link = await context.store.lock(Link, link_id)
    check_match(if_match, link.version)
    if link.ended_at is not None:
        raise LinkIsOver
    return link


async def _short(
    context: Context,
    organization_id: UUID,
    kind: TargetKind,
    about_id: UUID,
    target: str,
    spot: Spot,
    campaign: str | None = None,
) -> str:
    key = f"{about_id}:{hashlib.sha256(target.encode()).hexdigest()}"
    query = select(Link).where(col(Link.reuse_key) == key)
    link = await context.store.first(query)
    if link is None:
        row = Link(
            tenant_id=context.tenant_id,
            id=new_id(),
            organization_id=organization_id,
            kind=kind,
            about_id=about_id,
            target=target,
            title="",
            campaign=campaign,
            reuse_key=key,
            created_at=context.now,
        )
        await context.store.execute(insert(Link).values(**row.model_dump()).on_conflict_do_nothing())
        link = (await context.store.execute(query)).scalar_one()
    await place_at(context, link, Spot.direct())
    return address_of(context, await place_at(context, link, spot))
