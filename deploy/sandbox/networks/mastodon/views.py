"""What the server shows, built from what the stand-in remembers."""

import html
from datetime import datetime

from pydantic import JsonValue

from deploy.sandbox.answers import Poll
from deploy.sandbox.networks.mastodon.models import LINK
from deploy.sandbox.records import Comment, Community, Message, MessageKind, Person, Picture, PostFormat
from deploy.sandbox.wire import JsonObject
from deploy.sandbox.world import World

NETWORK = "mastodon"
DOMAIN = "mastodon.test"
COMMENTS_FROM = 900_000_000_000_000_000  # ids of comments; those of the other statuses stay below
ROOM = 1_000_000  # comments of one community


def moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def comment_id(comment: Comment) -> str:
    return str(COMMENTS_FROM + comment.community_id * ROOM + comment.number)


def username(account: Community | Person) -> str:
    return account.handle if isinstance(account, Community) else account.username or f"person{account.id}"


def account_named(world: World, name: str) -> Community | Person | None:
    here = (account for account in [*world.communities, *world.people] if account.network == NETWORK)
    return next((account for account in here if username(account).lower() == name.lower()), None)


def account(world: World, shown: Community | Person) -> JsonObject:
    page = f"https://{DOMAIN}/@{username(shown)}"
    is_community = isinstance(shown, Community)
    picture = f"https://{DOMAIN}/avatars/original/missing.png"
    return {
        "id": str(shown.id),
        "username": username(shown),
        "acct": username(shown),
        "display_name": shown.title if isinstance(shown, Community) else shown.full_name,
        "note": f"<p>{html.escape(shown.description)}</p>" if isinstance(shown, Community) else "",
        "url": page,
        "uri": f"https://{DOMAIN}/users/{username(shown)}",
        "avatar": picture,
        "avatar_static": picture,
        "header": picture,
        "header_static": picture,
        "bot": False,
        "group": False,
        "locked": False,
        "indexable": True,
        "created_at": "2024-01-01T00:00:00.000Z",
        "emojis": [],
        "fields": [],
        "followers_count": shown.followers + len(shown.members) if isinstance(shown, Community) else 0,
        "following_count": 0,
        "statuses_count": len(world.posts(NETWORK, shown.id)) if is_community else 0,
    }


def credential_account(world: World, community: Community) -> JsonObject:
    source: JsonObject = {
        "note": community.description,
        "fields": [],
        "privacy": "public",
        "sensitive": False,
        "language": "ru",
        "follow_requests_count": 0,
        "quote_policy": "public",
        "attribution_domains": [],
        "hide_collections": False,
        "discoverable": True,
        "indexable": True,
    }
    role: JsonObject = {"id": "-99", "name": "", "color": "", "permissions": "65536", "highlighted": False}
    return {**account(world, community), "source": source, "role": role}


def content(text: str) -> str:
    """As HTML: paragraphs, line breaks, links with their scheme hidden."""
    shown = LINK.sub(lambda found: _anchor(found[0]), html.escape(text, quote=False))
    return "".join(f"<p>{part.replace(chr(10), '<br />')}</p>" for part in shown.split("\n\n")) if text else ""


def _anchor(url: str) -> str:
    scheme, _, rest = url.partition("://")
    hidden = f'<span class="invisible">{scheme}://</span><span class="">{rest}</span>'
    return f'<a href="{url}" target="_blank" rel="nofollow noopener" translate="no">{hidden}</a>'


def attachment(world: World, picture: Picture) -> JsonObject:
    url = world.picture_url(picture)
    size: JsonObject = {"width": picture.width, "height": picture.height}
    size |= {"size": f"{picture.width}x{picture.height}", "aspect": picture.width / picture.height}
    return {
        "id": str(picture.number),
        "type": "image",
        "url": url,
        "preview_url": url,
        "remote_url": None,
        "meta": {"original": size},
        "description": picture.caption or None,
        "blurhash": None,
    }


def poll(shown: Poll, now: datetime) -> JsonObject:
    options: list[JsonValue] = [
        {"title": title, "votes_count": votes} for title, votes in zip(shown.options, shown.totals, strict=True)
    ]
    return {
        "id": shown.id,
        "expires_at": None if shown.closes_at is None else moment(shown.closes_at),
        "expired": shown.is_closed or (shown.closes_at is not None and shown.closes_at <= now),
        "multiple": shown.is_multiple,
        "votes_count": sum(shown.totals),
        "voters_count": len(shown.votes),
        "options": options,
        "emojis": [],
        "voted": False,
        "own_votes": [],
    }


def _status(world: World, status_id: str, author: Community | Person, text: str, at: datetime) -> JsonObject:
    page = f"https://{DOMAIN}/@{username(author)}/{status_id}"
    return {
        "id": status_id,
        "uri": f"https://{DOMAIN}/users/{username(author)}/statuses/{status_id}",
        "url": page,
        "account": account(world, author),
        "content": content(text),
        "created_at": moment(at),
        "edited_at": None,
        "emojis": [],
        "favourites_count": 0,
        "reblogs_count": 0,
        "replies_count": 0,
        "quotes_count": 0,
        "media_attachments": [],
        "mentions": [],
        "tags": [],
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "ru",
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "reblog": None,
        "poll": None,
        "card": None,
    }


def said(world: World, status_id: str, author: Community | Person, text: str, at: datetime) -> JsonObject:
    """A status of a person that the stand-in keeps nowhere: a mention, a quote."""
    return _status(world, status_id, author, text, at)


def post_status(world: World, post: Message) -> JsonObject:
    community = world.communities.get(NETWORK, post.owner_id)
    if community is None:
        raise LookupError(post.key)
    shown = _status(world, post.key, community, post.text, post.at)
    pictures = (world.pictures.get(NETWORK, picture_id) for picture_id in post.pictures)
    shown["media_attachments"] = [attachment(world, picture) for picture in pictures if picture is not None]
    reposts = world.reposts_of(post)
    shown |= {
        "favourites_count": len(world.reactions_of(post)),
        "replies_count": len(world.comments_of(post)),
        "reblogs_count": sum(not repost.text for repost in reposts),
        "quotes_count": sum(bool(repost.text) for repost in reposts),
    }
    if post.edited_at is not None:
        shown["edited_at"] = moment(post.edited_at)
    asked = None if post.poll_id is None else world.polls.get(NETWORK, post.poll_id)
    if asked is not None:
        shown["poll"] = poll(asked, world.now())
    if post.kind is MessageKind.DIRECT:
        shown["visibility"] = "direct"
    source = _source(world, post) if post.format is PostFormat.REPOST else None
    return shown if source is None else {**shown, "reblog": post_status(world, source)}


def _source(world: World, post: Message) -> Message | None:
    status_id = (post.source_url or "").rsplit("/", 1)[-1]
    return next((m for m in world.messages if m.network == NETWORK and m.key == status_id and not m.deleted), None)


def comment_status(world: World, comment: Comment) -> JsonObject:
    community = world.communities.get(NETWORK, comment.community_id)
    person = None if comment.person_id is None else world.people.get(NETWORK, comment.person_id)
    author = person or community
    if author is None or community is None:
        raise LookupError(comment.number)
    text = comment.text if person is None else f"@{username(community)} {comment.text}"
    shown = _status(world, comment_id(comment), author, text, comment.at)
    answered = world.comments.get(NETWORK, comment.community_id, comment.reply_to)
    shown["in_reply_to_id"] = comment_id(answered) if answered is not None else _root(world, comment)
    return shown


def _root(world: World, comment: Comment) -> str | None:
    posts = world.put_out(NETWORK, comment.community_id)
    return next((post.key for post in posts if post.number == comment.post_number), None)


def ancestors(world: World, comment: Comment) -> list[JsonValue]:
    """From the post down to what the comment answers."""
    chain: list[JsonValue] = []
    answered = world.comments.get(NETWORK, comment.community_id, comment.reply_to)
    while answered is not None:
        chain.insert(0, comment_status(world, answered))
        answered = world.comments.get(NETWORK, answered.community_id, answered.reply_to)
    root = next((p for p in world.posts(NETWORK, comment.community_id) if p.number == comment.post_number), None)
    return chain if root is None else [post_status(world, root), *chain]
