"""What an app's hook is told: comments on posts of accounts that let it, and that somebody named one of them."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import JsonValue

from deploy.sandbox.events import Commented, Event, Mentioned, Update
from deploy.sandbox.networks.instagram.views import NETWORK, comment_id, mention_id, username_of
from deploy.sandbox.records import Comment, Community, Message, Person
from deploy.sandbox.wire import JsonObject
from deploy.sandbox.world import World


def updates(world: World, event: Event) -> list[Update]:
    match event:
        case Commented(comment=comment, post=post, person=person):
            community = world.communities.get(NETWORK, post.owner_id)
            return _for_app(community, "comments", _comment(world, comment, post, person), comment.at)
        case Mentioned(mention=mention, community=community):
            return _for_app(community, "mentions", {"media_id": mention_id(mention)}, mention.at)
        case _:
            return []  # of likes, shares and followers Instagram tells no hook


def _comment(world: World, comment: Comment, post: Message, person: Person) -> JsonObject:
    told: JsonObject = {
        "id": comment_id(comment),
        "text": comment.text,
        "from": {"id": str(person.id), "username": username_of(person)},
        "media": {"id": post.key, "media_product_type": "FEED"},
    }
    answered = world.comments.get(NETWORK, comment.community_id, comment.reply_to) if comment.reply_to else None
    return told if answered is None else {**told, "parent_id": comment_id(answered)}


def _for_app(community: Community | None, field: str, value: Mapping[str, JsonValue], at: datetime) -> list[Update]:
    if community is None or community.bot_id is None or not community.tells_its_app:
        return []
    change: JsonValue = {"field": field, "value": dict(value)}
    entry: JsonValue = {"id": str(community.id), "time": int(at.timestamp()), "changes": [change]}
    return [Update(community.bot_id, field, str(community.id), {"object": NETWORK, "entry": [entry]})]
