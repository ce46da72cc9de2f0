"""What the Graph API shows of accounts, posts and comments, field by field as it is asked."""

import re
from collections.abc import Callable, Mapping

from pydantic import JsonValue

from deploy.sandbox.answers import Mention
from deploy.sandbox.networks.instagram.errors import NO_FIELD, refused
from deploy.sandbox.records import Comment, Community, Message, Person
from deploy.sandbox.wire import JsonObject
from deploy.sandbox.world import World

NETWORK = "instagram"
FIRST_ACCOUNT = 17_841_400_000_000_001
FIRST_MEDIA = 17_900_000_000_000_001
FIRST_CONTAINER = 17_880_000_000_000_001
_COMMENTS = 18_000_000_000_000_000
_MENTIONS = 18_500_000_000_000_000
_EACH = 1_000_000  # comments or mentions of one account
_FIELD = re.compile(r"([a-z_]+)((?:\.[a-z_]+\(\d+\))?)(?:\{([^{}]*(?:\{[^{}]*\})?[^{}]*)\})?(?:,|$)")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

Fields = Mapping[str, Callable[[str], JsonValue]]


def pick(shown: Fields, fields: str) -> JsonObject:
    """Of `shown` what was asked for, and the id. Raises Refusal for what there is not."""
    found: JsonObject = {}
    position = 0
    while position < len(fields):
        match = _FIELD.match(fields, position)
        if match is None or match.group(1) not in shown:
            raise refused(NO_FIELD, f"({fields[position:].partition(',')[0]})")
        found[match.group(1)] = shown[match.group(1)](match.group(2) + (match.group(3) or ""))
        position = match.end()
    if "id" in shown:
        found["id"] = shown["id"]("")
    return {name: value for name, value in found.items() if value is not None}


def comment_id(comment: Comment) -> str:
    return str(_COMMENTS + (comment.community_id - FIRST_ACCOUNT) * _EACH + comment.number)


def comment_at(number: int) -> tuple[int, int]:
    """The account and the comment's number there."""
    account, comment = divmod(number - _COMMENTS, _EACH)
    return FIRST_ACCOUNT + account, comment


def mention_id(mention: Mention) -> str:
    return str(_MENTIONS + (mention.community_id - FIRST_ACCOUNT) * _EACH + mention.number)


def username_of(person: Person) -> str:
    return person.username or f"person{person.id}"


def permalink(number: int) -> str:
    code = ""
    while number:
        number, rest = divmod(number, len(_LETTERS))
        code = _LETTERS[rest] + code
    return f"https://www.instagram.com/p/{code}/"


def stamp(post: Message | Mention) -> str:
    return post.at.strftime("%Y-%m-%dT%H:%M:%S+0000")


def account_fields(world: World, community: Community) -> Fields:
    handle = community.handle.lower()
    posts = len(world.posts(NETWORK, community.id))
    return {
        "id": lambda _: str(community.id),
        "user_id": lambda _: str(community.id),
        "username": lambda _: handle,
        "name": lambda _: community.title,
        "account_type": lambda _: "BUSINESS",
        "followers_count": lambda _: community.followers + len(community.members),
        "media_count": lambda _: posts,
    }


def media_fields(world: World, post: Message) -> Fields:
    children: JsonValue = {"data": [{"id": str(post.number * 100 + place)} for place in range(len(post.pictures))]}
    several = len(post.pictures) > 1
    return {
        "id": lambda _: post.key,
        "caption": lambda _: post.text or None,
        "media_type": lambda _: "CAROUSEL_ALBUM" if several else "IMAGE",
        "timestamp": lambda _: stamp(post),
        "permalink": lambda _: permalink(post.number),
        "children": lambda _: children if several else None,
        "like_count": lambda _: len(world.reactions_of(post)),
        "comments_count": lambda _: len(world.comments_of(post)),
    }


def mention_fields(mention: Mention, person: Person) -> Fields:
    return {
        "id": lambda _: mention_id(mention),
        "caption": lambda _: mention.text,
        "timestamp": lambda _: stamp(mention),
        "permalink": lambda _: mention.url or permalink(int(mention_id(mention))),
        "username": lambda _: username_of(person),
    }
