"""Feeds of others are asked what is new, one after the other, as long as they are watched. A broken one less often."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

import httpx
import structlog

from services.publisher.channels.actions.accounts import words_of
from services.publisher.mentions.actions.keeping import keep_mention
from services.publisher.mentions.rules.addresses import NotAnAddress, one_address
from services.publisher.mentions.rules.feeds import Entry, NotAFeed, entries_in
from services.publisher.mentions.rules.naming import names
from services.publisher.mentions.rules.tones import ToneSource, tone_of
from services.publisher.mentions.rules.watching import LARGEST, LIMIT, broken, pause_after, why_refused
from services.publisher.mentions.tables import Mention, WatchedFeed
from services.publisher.networks.outcomes import Reason
from services.publisher.runtime import feeds_lane_of, publisher_of
from shared.consumers import Work
from shared.context import Context
from shared.contracts.publisher import WatchedFeedDue
from shared.http import OutboundClient, UnsafeUrl

_log = structlog.get_logger()
_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"


@dataclass(frozen=True)
class Answer:
    """`etag` and `last_modified` are told with the next question."""

    entries: Sequence[Entry]
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True)
class Broken:
    reason: Reason
    retry_after: timedelta = timedelta(0)  # as the server asks


async def ask_feed(work: Work, due: WatchedFeedDue) -> None:
    """Ask once, and see to it that it is done again. A repeat finds it done; of two at once the later one gives up."""
    async with work.transaction() as context:
        feed = await context.store.find(WatchedFeed, due.feed_id)
    if feed is None or not _is_due(feed, due):
        return
    with feeds_lane_of(work.runtime):
        answer = await _answer_of(publisher_of(work.runtime).web, feed)
    async with work.transaction() as context:
        if await context.store.find(WatchedFeed, due.feed_id) is None:
            return
        feed = await context.store.lock(WatchedFeed, due.feed_id)
        if not _is_due(feed, due):
            return
        if isinstance(answer, Answer):
            await _take_in(context, feed, answer)
        await go_on(context, feed, answer if isinstance(answer, Broken) else None)


async def ask_at_once(context: Context, feed: WatchedFeed) -> None:
    """For all that it holds, whatever was read before."""
    feed.etag = feed.last_modified = None
    feed.asked += 1
    feed.failures = 0
    feed.next_at = context.now
    await context.emit(WatchedFeedDue(feed_id=feed.id, asked=feed.asked))


async def go_on(context: Context, feed: WatchedFeed, failed: Broken | None) -> None:
    feed.asked += 1
    feed.asked_at = context.now
    feed.failures = 0 if failed is None else feed.failures + 1
    feed.problem = None if failed is None else words_of(failed.reason)
    pause = pause_after(feed.failures, context.chance.below)
    feed.next_at = context.now + (pause if failed is None else max(pause, failed.retry_after))
    await context.emit(WatchedFeedDue(feed_id=feed.id, asked=feed.asked), available_at=feed.next_at)


def _is_due(feed: WatchedFeed, due: WatchedFeedDue) -> bool:
    return feed.asked == due.asked and not feed.paused


async def _answer_of(web: OutboundClient, feed: WatchedFeed) -> Answer | Broken:
    headers = {"accept": _ACCEPT, "accept-encoding": "identity"}
    if feed.etag is not None:
        headers["if-none-match"] = feed.etag
    if feed.last_modified is not None:
        headers["if-modified-since"] = feed.last_modified
    try:
        async with asyncio.timeout(LIMIT.total_seconds()), web.stream("GET", feed.url, headers=headers) as response:
            return await _read(feed, response)
    except UnsafeUrl:
        return Broken(broken("unsafe"))
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        _log.info("watched_feed.no_answer", error=type(error).__name__)
        return Broken(broken("no_answer"))


async def _read(feed: WatchedFeed, response: httpx.Response) -> Answer | Broken:
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        return Answer((), feed.etag, feed.last_modified)
    if response.status_code != HTTPStatus.OK:
        return Broken(why_refused(response.status_code), _asked_to_wait(response))
    content = bytearray()
    async for part in response.aiter_bytes():
        content += part
        if len(content) > LARGEST:
            return Broken(broken("too_large"))
    try:
        entries = await asyncio.to_thread(entries_in, bytes(content), feed.url)
    except NotAFeed:
        return Broken(broken("not_a_feed"))
    return Answer(entries, response.headers.get("etag"), response.headers.get("last-modified"))


def _asked_to_wait(response: httpx.Response) -> timedelta:
    """By `Retry-After`, as far as it is in seconds: whoever names a moment is asked at the usual pace."""
    told = response.headers.get("retry-after", "")
    return timedelta(seconds=int(told)) if told.isascii() and told.isdigit() and len(told) < 7 else timedelta(0)  # noqa: PLR2004 - days


async def _take_in(context: Context, feed: WatchedFeed, answer: Answer) -> None:
    for entry in answer.entries:
        if names(f"{entry.title}\n{entry.text}", feed.words):
            await _keep(context, feed, entry)
    feed.etag, feed.last_modified = answer.etag, answer.last_modified


async def _keep(context: Context, feed: WatchedFeed, entry: Entry) -> None:
    try:
        url = one_address(entry.url)
    except NotAnAddress:
        return
    published_at = min(entry.published_at or context.now, context.now)
    mention = Mention(
        tenant_id=context.tenant_id,
        organization_id=feed.organization_id,
        about=feed.about,
        url=url,
        title=entry.title,
        text=entry.text,
        source_name=feed.source_name,
        source_type=feed.source_type,
        tone=tone_of(f"{entry.title} {entry.text}"),
        tone_source=ToneSource.WORDS,
        published_at=published_at,
        created_at=context.now,
    )
    await keep_mention(context, mention)
