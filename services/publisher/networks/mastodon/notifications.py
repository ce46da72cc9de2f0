"""What a Mastodon account is notified of, read on from the last one that was read, oldest first."""

import asyncio
from collections.abc import AsyncGenerator

from services.publisher.networks.accounts import Account
from services.publisher.networks.inbound import (
    CommentReceived,
    Fetched,
    MemberJoined,
    Mentioned,
    MessageReceived,
    PollVoted,
    ReactionsCounted,
    Reposted,
    Sender,
    Update,
)
from services.publisher.networks.mastodon.calls import Server, in_path, server_of
from services.publisher.networks.mastodon.texts import without_addressees
from services.publisher.networks.mastodon.wire import Author, Context, Notification, Poll, Status
from services.publisher.networks.measures import PollTotals
from services.publisher.networks.outcomes import Rejected, UpdatesRefused
from services.publisher.networks.transport import Refused, why_not

PATH = "/api/v1/notifications"
PAGE = 40
MOST_PAGES = 5  # of one asking; the rest comes with the next one
WITHIN = 8.0  # seconds, after which it leaves the rest too: for each answer the server is asked what it answers
KINDS = ("mention", "reblog", "quote", "favourite", "follow", "poll")


async def fetch(server: Server, account: Account, cursor: str | None) -> Fetched:
    """Raises Unreachable, UpdatesRefused.

    What was read before the server refused, or the time was over, is told: the next asking goes on behind it.
    """
    updates: list[Update] = []
    place = cursor
    try:
        if place is None:
            newest = await server.list(account, PATH, Notification, {"limit": "1"})
            return Fetched((), newest[0].id if newest else "0")
        async for one, update in _since(server, account, place):
            place = one.id
            updates += [] if update is None else [update]
    except Refused as refused:
        if place == cursor or place is None:
            raise UpdatesRefused(why_not(refused.outcome)) from refused
    return Fetched(tuple(updates), place)


async def _since(server: Server, account: Account, place: str) -> AsyncGenerator[tuple[Notification, Update | None]]:
    """Oldest first, each with what it means to us. Raises Refused."""
    loop = asyncio.get_running_loop()
    end = loop.time() + WITHIN
    own_id = (await server.me(account)).id
    for _ in range(MOST_PAGES):
        query = {"limit": str(PAGE), "min_id": place, "types[]": KINDS}
        page = sorted(await server.list(account, PATH, Notification, query), key=_place)
        for one in page:
            yield one, await _update_of(server, account, own_id, one)
            if loop.time() > end:
                return
        if len(page) < PAGE:
            return
        place = page[-1].id


def _place(one: Notification) -> tuple[int, str]:
    """Ids are numbers, written without leading zeros."""
    return len(one.id), one.id


async def _update_of(server: Server, account: Account, own_id: str, one: Notification) -> Update | None:
    """None for what we do nothing with."""
    sender, status = _sender(account, one.account), one.status
    if one.type == "follow":
        return MemberJoined(one.id, sender, (account.target, own_id), None, one.created_at)
    if one.type == "mention" and status is not None:
        return await _said(server, account, own_id, one.id, sender, status)
    return None if status is None else _of_status(own_id, one, sender, status)


def _of_status(own_id: str, one: Notification, sender: Sender, status: Status) -> Update | None:
    """What happened to one of our statuses."""
    quoted = None if status.quote is None else status.quote.quoted_status
    match one.type:
        case "reblog":
            return Reposted(one.id, sender, status.id, None, "", one.created_at)
        case "quote" if quoted is not None:
            return Reposted(one.id, sender, quoted.id, status.page, status.plain_text, one.created_at)
        case "favourite" if status.favourites_count is not None:
            return ReactionsCounted(one.id, status.id, status.favourites_count, one.created_at)
        case "poll" if status.poll is not None and status.account.id == own_id:
            return PollVoted(one.id, status.poll.id, totals_of(status.poll), one.created_at)
        case _:
            return None


async def _said(
    server: Server, account: Account, own_id: str, update_id: str, sender: Sender, status: Status
) -> Update:
    """To us alone, below a post of ours, or somewhere else."""
    text = status.plain_text
    if status.visibility == "direct":
        kinds = ("image",) * len(status.media_attachments)
        return MessageReceived(update_id, sender, without_addressees(text), status.created_at, kinds)
    root = await _root(server, account, status)
    if root is None or root.account.id != own_id:
        return Mentioned(update_id, sender, status.page, text, status.created_at)
    reply_to = None if status.in_reply_to_id == root.id else status.in_reply_to_id
    said = without_addressees(text)
    return CommentReceived(update_id, sender, root.id, status.id, said, status.created_at, reply_to)


async def _root(server: Server, account: Account, status: Status) -> Status | None:
    """What the talk began with; None when this begins it, or when it is gone meanwhile."""
    if status.in_reply_to_id is None:
        return None
    try:
        context = await server.get(account, f"/api/v1/statuses/{in_path(status.id)}/context", Context)
    except Refused as refused:
        if not isinstance(refused.outcome, Rejected):
            raise
        return None
    return context.ancestors[0] if context.ancestors else None


def _sender(account: Account, author: Author) -> Sender:
    """By a name that is good on every server: those of this one are told without it."""
    full = author.acct if "@" in author.acct else f"{author.acct}@{server_of(account)}"
    return Sender(full, author.display_name or author.acct)


def totals_of(poll: Poll) -> PollTotals | None:
    """None while the server hides them."""
    votes = [option.votes_count for option in poll.options]
    known = tuple(count for count in votes if count is not None)
    return PollTotals(known, poll.voters_count) if len(known) == len(votes) else None
