"""Which feeds of others are watched: entered, listed, changed, paused, let go."""

from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as choose
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from services.publisher.directory.tables import DIRECTORY
from services.publisher.mentions.actions.asking import ask_at_once
from services.publisher.mentions.rules.watching import MOST_FEEDS, FeedExists, TooManyFeeds
from services.publisher.mentions.schemas import NewWatchedFeed, WatchedFeedChange, WatchedFeedFilter
from services.publisher.mentions.tables import WatchedFeed
from services.publisher.runtime import publisher_of
from shared.app import check_match, paginate
from shared.context import Context
from shared.db import table_of
from shared.http import UnsafeUrl
from shared.permissions import Permission

_PLAIN = ("title", "source_name", "source_type", "words", "paused")


async def watch_feed(context: Context, body: NewWatchedFeed) -> WatchedFeed:
    """Asked at once. Raises NotFound, Forbidden, UnsafeUrl, FeedExists, TooManyFeeds."""
    await DIRECTORY.reachable(context, body.organization_id, Permission.PUBLISH)
    try:
        await publisher_of(context.runtime).web.check(body.url)
    except UnsafeUrl as error:
        raise UnsafeUrl("/url") from error
    watched = table_of(WatchedFeed).c
    counted = choose(func.count()).where(
        watched.tenant_id == context.tenant_id, watched.organization_id == body.organization_id
    )
    if (await context.store.execute(counted)).scalar_one() >= MOST_FEEDS:
        raise TooManyFeeds
    made = WatchedFeed(tenant_id=context.tenant_id, created_at=context.now, **body.model_dump())
    statement = insert(table_of(WatchedFeed)).values(made.model_dump()).on_conflict_do_nothing()
    if await context.store.changed(statement) == 0:
        raise FeedExists
    feed = await context.store.get(WatchedFeed, made.id)
    await ask_at_once(context, feed)
    return feed


async def watched_feed_for(context: Context, feed_id: UUID, permission: Permission) -> WatchedFeed:
    """Raises NotFound, Forbidden."""
    return await DIRECTORY.get(context, WatchedFeed, feed_id, permission)


async def list_watched_feeds(context: Context, page: WatchedFeedFilter) -> tuple[list[WatchedFeed], str | None]:
    """Newest first. Raises NotFound, Forbidden for the organization that is asked for."""
    query = select(WatchedFeed).where(
        DIRECTORY.reach_filter(context, WatchedFeed.organization_id, Permission.SEE_PUBLICATIONS)
    )
    if page.organization_id is not None:
        await DIRECTORY.reachable(context, page.organization_id, Permission.SEE_PUBLICATIONS)
        query = query.where(DIRECTORY.under(context, WatchedFeed.organization_id, page.organization_id))
    return await paginate(context, query, WatchedFeed.id, page)


async def change_watched_feed(
    context: Context, feed_id: UUID, change: WatchedFeedChange, if_match: str | None
) -> WatchedFeed:
    """With other words, and when it is watched again, all that it holds is read anew. Raises NotFound, Forbidden, Stale."""
    await watched_feed_for(context, feed_id, Permission.PUBLISH)
    feed = await context.store.lock(WatchedFeed, feed_id)
    check_match(if_match, feed.version)
    was = (feed.paused, feed.words)
    for name in _PLAIN:
        if (value := getattr(change, name)) is not None:
            setattr(feed, name, value)
    if (feed.paused, feed.words) != was and not feed.paused:
        await ask_at_once(context, feed)
    if feed.paused:
        feed.next_at = None
    feed.version += 1
    return feed


async def let_feed_go(context: Context, feed_id: UUID, if_match: str | None) -> None:
    """What was found in it stays. Raises NotFound, Forbidden, Stale."""
    await watched_feed_for(context, feed_id, Permission.PUBLISH)
    feed = await context.store.lock(WatchedFeed, feed_id)
    check_match(if_match, feed.version)
    await context.store.delete(feed)
