"""What a Bluesky account is notified of, read page by page from the newest back to where we were."""

from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, ConfigDict, JsonValue, TypeAdapter, ValidationError

from services.publisher.networks.accounts import Account
from services.publisher.networks.bluesky.calls import Xrpc
from services.publisher.networks.bluesky.posts import Posts
from services.publisher.networks.bluesky.records import address_in
from services.publisher.networks.inbound import (
    CommentReceived,
    Fetched,
    MemberJoined,
    Mentioned,
    ReactionsCounted,
    Reposted,
    Sender,
    Update,
)
from services.publisher.networks.outcomes import UpdatesRefused
from services.publisher.networks.transport import Refused, why_not

PAGE = 100  # at most what one call gives
MOST_PAGES = 10  # after a long absence: of more, the oldest are not told
LATE = timedelta(minutes=5)  # the index may show something after what is newer: keys keep it from being news twice
_MOMENT = TypeAdapter(datetime)


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Author(_Wire):
    did: str
    handle: str
    displayName: str | None = None  # noqa: N815 - here and below: the network's names


class _Ref(_Wire):
    uri: str


class _ReplyRefs(_Wire):
    root: _Ref
    parent: _Ref


class _Record(_Wire):
    text: str = ""
    reply: _ReplyRefs | None = None


class Notification(_Wire):
    uri: str
    author: _Author
    reason: str
    reasonSubject: str | None = None  # noqa: N815
    record: JsonValue = None
    indexedAt: datetime  # noqa: N815

    @property
    def at(self) -> datetime:
        return self.indexedAt.astimezone(UTC)

    @property
    def said(self) -> _Record:
        try:
            return _Record.model_validate(self.record)
        except ValidationError:  # a record of a kind that we do not read
            return _Record()


class _Page(_Wire):
    notifications: tuple[Notification, ...]
    cursor: str | None = None


async def fetch(api: Xrpc, posts: Posts, account: Account, cursor: str | None, now: datetime) -> Fetched:
    """Raises Unreachable, UpdatesRefused."""
    if cursor is None:
        return Fetched((), now.isoformat())
    since = _MOMENT.validate_python(cursor)
    try:
        did = (await api.session(account)).did
        found = await _since(api, account, since)
        liked = list(dict.fromkeys(one.reasonSubject for one in found if one.reason == "like" and one.reasonSubject))
        counts = {view.uri: view.likeCount for view in await posts.look_up(account, liked)}
    except Refused as refused:
        raise UpdatesRefused(why_not(refused.outcome)) from refused
    newest = max((one.at for one in found), default=since)
    updates = [update for one in reversed(found) if (update := update_of(one, did, account.target)) is not None]
    updates += [_reactions(uri, count, newest) for uri, count in counts.items() if count is not None]
    return Fetched(tuple(updates), max(since, newest - LATE).isoformat())


async def _since(api: Xrpc, account: Account, since: datetime) -> list[Notification]:
    """Newest first."""
    found: list[Notification] = []
    query = {"limit": str(PAGE)}
    for _ in range(MOST_PAGES):
        page = await api.query(account, "app.bsky.notification.listNotifications", _Page, query)
        new = [one for one in page.notifications if one.at >= since]
        found += new
        if page.cursor is None or len(new) < len(page.notifications) or not new:
            break
        query = {**query, "cursor": page.cursor}
    return found


def update_of(one: Notification, did: str, target: str) -> Update | None:
    """None for what we do nothing with, and for what the account did itself. Reactions are counted apart."""
    address = address_in(one.uri)
    if one.author.did == did or address is None:
        return None
    sender = Sender(one.author.did, one.author.displayName or one.author.handle)
    match one.reason:
        case "reply" if (refs := one.said.reply) is not None and refs.root.uri.startswith(f"at://{did}/"):
            root, parent = refs.root.uri, refs.parent.uri
            reply_to = None if parent == root else parent
            return CommentReceived(one.uri, sender, root, one.uri, one.said.text, one.at, reply_to)
        case "mention" | "reply":  # what is said to us elsewhere names us
            return Mentioned(one.uri, sender, address.page, one.said.text, one.at)
        case "repost" | "quote" if one.reasonSubject is not None:
            page = address.page if one.reason == "quote" else None
            return Reposted(one.uri, sender, one.reasonSubject, page, one.said.text, one.at)
        case "follow":
            return MemberJoined(one.uri, sender, (did, target), None, one.at)
        case _:
            return None


def _reactions(uri: str, count: int, at: datetime) -> Update:
    return ReactionsCounted(f"{uri}#likes={count}", uri, count, at)
