"""Write releases, choose who gets them, read them with their figures."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func
from sqlalchemy import select as choose
from sqlmodel import col, select

from services.publisher.channels.rules.attempts import DeliveryState
from services.publisher.directory.tables import DIRECTORY
from services.publisher.links.tables import Link, LinkClicks
from services.publisher.releases.rules.states import ReleaseState, check_draft
from services.publisher.releases.schemas.releases import (
    NewRelease,
    ReleaseChange,
    ReleaseFigures,
    ReleaseFilter,
    ReleaseView,
)
from services.publisher.releases.tables import Contact, Release, ReleasePickup, ReleaseRecipient
from shared.app import check_match, paginate
from shared.context import Context
from shared.db import table_of
from shared.errors import NotFound
from shared.permissions import Permission


async def create_release(context: Context, body: NewRelease) -> Release:
    """Raises NotFound, Forbidden."""
    await DIRECTORY.reachable(context, body.organization_id, Permission.MANAGE_PARTNERS)
    release = await context.store.insert(
        Release(
            **body.model_dump(exclude={"contact_ids"}),
            state=ReleaseState.DRAFT,
            created_at=context.now,
        )
    )
    await _choose(context, release, body.contact_ids)
    return release


async def release_for(context: Context, release_id: UUID, permission: Permission) -> Release:
    """Raises NotFound, Forbidden."""
    return await DIRECTORY.get(context, Release, release_id, permission)


async def held_release(context: Context, release_id: UUID, if_match: str | None) -> Release:
    """To be changed by whoever may. Raises NotFound, Forbidden, Stale."""
    await release_for(context, release_id, Permission.MANAGE_PARTNERS)
    release = await context.store.lock(Release, release_id)
    check_match(if_match, release.version)
    return release


async def list_releases(context: Context, page: ReleaseFilter) -> tuple[list[Release], str | None]:
    """Newest first. Raises NotFound, Forbidden for the organization that is asked for."""
    query = select(Release).where(DIRECTORY.reach_filter(context, Release.organization_id, Permission.SEE_PUBLICATIONS))
    if page.organization_id is not None:
        await DIRECTORY.reachable(context, page.organization_id, Permission.SEE_PUBLICATIONS)
        query = query.where(DIRECTORY.under(context, Release.organization_id, page.organization_id))
    if page.state is not None:
        query = query.where(Release.state == page.state)
    return await paginate(context, query, Release.id, page)


async def change_release(context: Context, release_id: UUID, change: ReleaseChange, if_match: str | None) -> Release:
    """Raises NotFound, Forbidden, Stale, ReleaseStateForbids."""
    release = await held_release(context, release_id, if_match)
    check_draft(release.state)
    if change.title is not None:
        release.title = change.title
    if change.text is not None:
        release.text = change.text
    if "embargo_until" in change.model_fields_set:
        release.embargo_until = change.embargo_until
    release.version += 1
    if change.contact_ids is not None:
        await _choose(context, release, change.contact_ids)
    return release


async def release_views(context: Context, releases: Sequence[Release]) -> list[ReleaseView]:
    """With their figures: three questions, however many they are."""
    ids = [release.id for release in releases]
    recipient, link, clicks = table_of(ReleaseRecipient), table_of(Link), table_of(LinkClicks)
    pickup = table_of(ReleasePickup)
    letters = (
        choose(
            recipient.c.release_id.label("of"),
            recipient.c.state.label("state"),
            func.count().label("number"),
            func.count().filter(recipient.c.opens > 0).label("opened"),
        )
        .where(recipient.c.tenant_id == context.tenant_id, recipient.c.release_id.in_(ids))
        .group_by(recipient.c.release_id, recipient.c.state)
    )
    followed = (
        choose(link.c.about_id.label("of"), func.sum(clicks.c.clicks).label("number"))
        .join(clicks, (clicks.c.tenant_id == link.c.tenant_id) & (clicks.c.link_id == link.c.id))
        .where(link.c.tenant_id == context.tenant_id, link.c.about_id.in_(ids))
        .group_by(link.c.about_id)
    )
    taken_up = (
        choose(pickup.c.release_id.label("of"), func.count().label("number"))
        .where(pickup.c.tenant_id == context.tenant_id, pickup.c.release_id.in_(ids))
        .group_by(pickup.c.release_id)
    )
    states: defaultdict[UUID, dict[DeliveryState, int]] = defaultdict(dict)
    opened: defaultdict[UUID, int] = defaultdict(int)
    for row in (await context.store.execute(letters)).mappings():
        states[row["of"]][DeliveryState(row["state"])] = int(row["number"])
        opened[row["of"]] += int(row["opened"])
    by_link = {row["of"]: int(row["number"]) for row in (await context.store.execute(followed)).mappings()}
    by_pickup = {row["of"]: int(row["number"]) for row in (await context.store.execute(taken_up)).mappings()}
    return [
        ReleaseView.of(
            one,
            ReleaseFigures(
                recipients=states[one.id],
                opened=opened[one.id],
                clicks=by_link.get(one.id, 0),
                pickups=by_pickup.get(one.id, 0),
            ),
        )
        for one in releases
    ]


async def _choose(context: Context, release: Release, contact_ids: Sequence[UUID]) -> None:
    """These get it, and nobody else. Raises NotFound when one of them is not the caller's to write to."""
    wanted = list(dict.fromkeys(contact_ids))
    query = select(Contact.id).where(
        col(Contact.tenant_id) == context.tenant_id,
        col(Contact.id).in_(wanted),
        DIRECTORY.reach_filter(context, Contact.organization_id, Permission.MANAGE_PARTNERS),
    )
    if len(await context.store.all(query)) != len(wanted):
        raise NotFound
    await context.store.execute(
        delete(ReleaseRecipient).where(
            col(ReleaseRecipient.tenant_id) == context.tenant_id, col(ReleaseRecipient.release_id) == release.id
        )
    )
    for contact_id in wanted:
        context.store.add(ReleaseRecipient(release_id=release.id, contact_id=contact_id, state=DeliveryState.PENDING))
    await context.store.flush()
