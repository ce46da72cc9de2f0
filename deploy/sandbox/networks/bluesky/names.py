"""DIDs, handles, content ids and addresses, made of what the stand-ins know an account or a record by."""

import hashlib
import re
from base64 import b32encode
from dataclasses import dataclass

from deploy.sandbox.records import Comment, Community, Message, MessageKind, Person, Repost
from deploy.sandbox.world import World

NETWORK = "bluesky"
POST = "app.bsky.feed.post"
REPOST = "app.bsky.feed.repost"
LIKE = "app.bsky.feed.like"
FOLLOW = "app.bsky.graph.follow"
DOMAIN = "bsky.test"
_URI = re.compile(r"at://([^/]+)/([^/]+)/([^/]+)")
_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Place:
    repo: str
    collection: str
    key: str


def _letters(seed: str, length: int) -> str:
    return b32encode(hashlib.sha256(seed.encode()).digest()).decode().lower()[:length]


def did_of(account_id: int) -> str:
    return f"did:plc:{_letters(f'{NETWORK} account {account_id}', 24)}"


def record_cid(seed: str) -> str:
    return f"bafyrei{_letters(seed, 52)}"


def blob_cid(picture_id: str) -> str:
    return f"bafkrei{_letters(picture_id, 52)}"


def key_of(number: int) -> str:
    """A TID of a record that a person made."""
    return "3k" + "".join(_DIGITS[number >> 5 * place & 31] for place in reversed(range(11)))


def handle_of(account: Community | Person) -> str:
    name = account.handle if isinstance(account, Community) else account.username or f"person{account.id}"
    return f"{name.replace('_', '-').lower()}.{DOMAIN}"


def address(did: str, collection: str, key: str) -> str:
    return f"at://{did}/{collection}/{key}"


def place_in(uri: str) -> Place | None:
    found = _URI.fullmatch(uri)
    return None if found is None else Place(*found.groups())


def account_called(world: World, name: str) -> Community | Person | None:
    """By DID or handle."""
    accounts = [*world.communities, *world.people]
    here = (account for account in accounts if account.network == NETWORK)
    return next((account for account in here if name.lower() in (did_of(account.id), handle_of(account))), None)


def comment_uri(comment: Comment) -> str:
    if comment.person_id is None:
        return address(did_of(comment.community_id), POST, comment.repeat_key or "")
    return address(did_of(comment.person_id), POST, key_of(comment.community_id << 24 | comment.number))


def repost_uri(repost: Repost) -> str:
    collection = POST if repost.text else REPOST
    return address(did_of(repost.person_id), collection, key_of(1 << 50 | repost.community_id << 24 | repost.number))


def post_at(world: World, uri: str) -> Message | None:
    """A community's post or repost that is still there."""
    place = place_in(uri)
    account = account_called(world, place.repo) if place else None
    found = world.messages.get(NETWORK, MessageKind.POST, account.id, uri) if account else None
    return None if found is None or found.deleted else found


def comment_at(world: World, uri: str) -> Comment | None:
    comments = (c for c in world.comments if c.network == NETWORK and not c.deleted)
    return next((c for c in comments if comment_uri(c) == uri), None)
