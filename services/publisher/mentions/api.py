"""The world's answers: read under a publication, judged, and entered from elsewhere."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.publisher.enterprises.rules.relationship import SaidByPartner
from services.publisher.mentions.actions.entering import change_mention, enter_mention, list_mentions, mention_for
from services.publisher.mentions.actions.reading import Answered, judge_reaction, list_reactions
from services.publisher.mentions.actions.watching import (
    change_watched_feed,
    let_feed_go,
    list_watched_feeds,
    watch_feed,
    watched_feed_for,
)
from services.publisher.mentions.rules.addresses import NotAnAddress
from services.publisher.mentions.rules.answers import AlreadyKnown, AnswerKind
from services.publisher.mentions.rules.watching import FeedExists, TooManyFeeds
from services.publisher.mentions.schemas import (
    Judgement,
    MentionChange,
    MentionFilter,
    MentionView,
    NewMention,
    NewWatchedFeed,
    ReactionFilter,
    ReactionView,
    WatchedFeedChange,
    WatchedFeedFilter,
    WatchedFeedView,
)
from services.publisher.mentions.tables import Mention
from shared.app import ApiRouter, IfMatch, Page, allowed, created, etag, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.http import UnsafeUrl
from shared.permissions import Permission

router = ApiRouter(tags=["mentions"])

Seeing = Annotated[Context, allowed(Permission.SEE_PUBLICATIONS)]
Publishing = Annotated[Context, allowed(Permission.PUBLISH)]


def _seen(context: Context, answered: Answered) -> ReactionView:
    return ReactionView.of(answered.reaction, answered.sent_at, for_partner=context.caller.key is not None)


def _seen_mention(context: Context, mention: Mention) -> MentionView:
    return MentionView.of(mention, for_partner=context.caller.key is not None)


@router.get("/publications/{publication_id}/reactions", operation_id="publication_reactions_list")
async def publication_reactions_list(
    publication_id: UUID, context: Seeing, page: Annotated[ReactionFilter, Query()]
) -> Page[ReactionView]:
    """Comments and reposts of a publication in all its channels, newest first, with the time that they took.

    The union's own accounts are left out. Partners see who answers for a newspaper, an authority, an enterprise or an
    organization; of persons they see that they answered.
    """
    found, following = await list_reactions(context, publication_id, page, None)
    return Page(items=[_seen(context, each) for each in found], next=following)


@router.get("/publications/{publication_id}/reposts", operation_id="publication_reposts_list")
async def publication_reposts_list(
    publication_id: UUID, context: Seeing, page: Annotated[ReactionFilter, Query()]
) -> Page[ReactionView]:
    """Who carried a publication further, newest first."""
    found, following = await list_reactions(context, publication_id, page, AnswerKind.REPOST)
    return Page(items=[_seen(context, each) for each in found], next=following)


@router.patch(
    "/publications/{publication_id}/reactions/{reaction_id}",
    operation_id="publication_reactions_update",
    responses=problems(NotFound, SaidByPartner, Stale),
)
async def publication_reactions_update(
    publication_id: UUID,
    reaction_id: UUID,
    body: Judgement,
    context: Publishing,
    response: Response,
    if_match: IfMatch = None,
) -> ReactionView:
    """Say in what tone an answer is, or whose voice it is: that holds for everything this account says.

    Whose voice it is, partners do not say.
    """
    answered = await judge_reaction(context, publication_id, reaction_id, body, if_match)
    etag(response, answered.reaction.version)
    return _seen(context, answered)


@router.post(
    "/mentions",
    status_code=201,
    operation_id="mentions_create",
    responses=problems(NotFound, NotAnAddress, AlreadyKnown),
)
async def mentions_create(body: NewMention, context: Publishing, response: Response) -> MentionView:
    """Enter what somebody wrote of the union elsewhere. Each address counts once, however it was linked to."""
    mention = await enter_mention(context, body)
    created(response, f"/v1/mentions/{mention.id}")
    etag(response, mention.version)
    return _seen_mention(context, mention)


@router.get("/mentions", operation_id="mentions_list", responses=problems(NotFound))
async def mentions_list(context: Seeing, page: Annotated[MentionFilter, Query()]) -> Page[MentionView]:
    """Mentions of all organizations whose publications the caller may see, newest first, whatever their tone."""
    mentions, following = await list_mentions(context, page)
    return Page(items=[_seen_mention(context, mention) for mention in mentions], next=following)


@router.get("/mentions/{mention_id}", operation_id="mentions_read")
async def mentions_read(mention_id: UUID, context: Seeing, response: Response) -> MentionView:
    """One mention."""
    mention = await mention_for(context, mention_id, Permission.SEE_PUBLICATIONS)
    etag(response, mention.version)
    return _seen_mention(context, mention)


@router.patch(
    "/mentions/{mention_id}", operation_id="mentions_update", responses=problems(NotFound, SaidByPartner, Stale)
)
async def mentions_update(
    mention_id: UUID, body: MentionChange, context: Publishing, response: Response, if_match: IfMatch = None
) -> MentionView:
    """Judge a mention, say more of it, or put it aside as not about you. Whose voice it is, partners do not say."""
    mention = await change_mention(context, mention_id, body, if_match)
    etag(response, mention.version)
    return _seen_mention(context, mention)


@router.post(
    "/watched_feeds",
    status_code=201,
    operation_id="watched_feeds_create",
    responses=problems(NotFound, UnsafeUrl, FeedExists, TooManyFeeds),
)
async def watched_feeds_create(body: NewWatchedFeed, context: Publishing, response: Response) -> WatchedFeedView:
    """Watch somebody else's feed: what in it names you becomes a mention, once for each address."""
    feed = await watch_feed(context, body)
    created(response, f"/v1/watched_feeds/{feed.id}")
    etag(response, feed.version)
    return WatchedFeedView.of(feed)


@router.get("/watched_feeds", operation_id="watched_feeds_list", responses=problems(NotFound))
async def watched_feeds_list(context: Seeing, page: Annotated[WatchedFeedFilter, Query()]) -> Page[WatchedFeedView]:
    """Feeds that are watched, newest first, each with what is the matter with it."""
    feeds, following = await list_watched_feeds(context, page)
    return Page(items=[WatchedFeedView.of(feed) for feed in feeds], next=following)


@router.get("/watched_feeds/{feed_id}", operation_id="watched_feeds_read")
async def watched_feeds_read(feed_id: UUID, context: Seeing, response: Response) -> WatchedFeedView:
    """One watched feed."""
    feed = await watched_feed_for(context, feed_id, Permission.SEE_PUBLICATIONS)
    etag(response, feed.version)
    return WatchedFeedView.of(feed)


@router.patch("/watched_feeds/{feed_id}", operation_id="watched_feeds_update", responses=problems(NotFound, Stale))
async def watched_feeds_update(
    feed_id: UUID, body: WatchedFeedChange, context: Publishing, response: Response, if_match: IfMatch = None
) -> WatchedFeedView:
    """Look for other words, or leave a feed alone for a while."""
    feed = await change_watched_feed(context, feed_id, body, if_match)
    etag(response, feed.version)
    return WatchedFeedView.of(feed)


@router.delete(
    "/watched_feeds/{feed_id}",
    status_code=204,
    operation_id="watched_feeds_delete",
    responses=problems(NotFound, Stale),
)
async def watched_feeds_delete(feed_id: UUID, context: Publishing, if_match: IfMatch = None) -> None:
    """Watch a feed no longer. The mentions that were found in it stay."""
    await let_feed_go(context, feed_id, if_match)
