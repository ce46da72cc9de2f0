"""What MAX tells a bot's subscriptions."""

from deploy.sandbox.events import (
    Commented,
    CommentEdited,
    CommentRemoved,
    Event,
    Joined,
    Left,
    Pressed,
    Started,
    Update,
    Written,
)
from deploy.sandbox.networks.max.views import (
    NETWORK,
    comment_key,
    comment_object,
    message_object,
    milliseconds,
    person_user,
)
from deploy.sandbox.records import Comment, Community, Message, Person
from deploy.sandbox.wire import JsonObject
from deploy.sandbox.world import World


def updates(world: World, event: Event) -> list[Update]:
    """Nothing of reposts, reactions and the channel's own posts: of those MAX tells nothing."""
    now = milliseconds(world.now())
    match event:
        case Written() | Started() | Pressed():
            return [_of_dialog(world, event, now)]
        case Joined(community=community, person=person):
            return _membership(world, "user_added", community, person, now)
        case Left(community=community, person=person):
            return _membership(world, "user_removed", community, person, now)
        case Commented(comment=comment, post=post) | CommentEdited(comment=comment, post=post):
            kind = "comment_created" if isinstance(event, Commented) else "comment_edited"
            return _comment(world, kind, comment, post, now)
        case CommentRemoved(comment=comment, post=post, person=person):
            return _comment_removed(world, comment, post, person, now)
        case _:
            return []


def _of_dialog(world: World, event: Written | Started | Pressed, now: int) -> Update:
    match event:
        case Written(message=message):
            written: JsonObject = {"message": message_object(world, message), "user_locale": "ru"}
            return _update(message.owner_id, "message_created", message.chat_id, now, written)
        case Started(dialog=dialog, person=person, payload=payload):
            started: JsonObject = {
                "chat_id": dialog.chat_id,
                "user": person_user(world, person),
                "user_id": person.id,
                "user_locale": "ru",
            }
            if payload is not None:
                started["payload"] = payload
            return _update(dialog.owner_id, "bot_started", dialog.chat_id, now, started)
        case Pressed(press=press, message=message, person=person):
            callback: JsonObject = {
                "timestamp": now,
                "callback_id": press.id,
                "payload": press.data,
                "user": person_user(world, person),
            }
            pressed: JsonObject = {
                "callback": callback,
                "message": message_object(world, message),
                "user_locale": "ru",
            }
            return _update(message.owner_id, "message_callback", message.chat_id, now, pressed)


def _comment(world: World, kind: str, comment: Comment, post: Message, now: int) -> list[Update]:
    community = world.communities.get(NETWORK, post.owner_id)
    if community is None or community.bot_id is None:
        return []
    return [_update(community.bot_id, kind, community.id, now, {"message": comment_object(world, comment)})]


def _comment_removed(world: World, comment: Comment, post: Message, person: Person, now: int) -> list[Update]:
    community = world.communities.get(NETWORK, post.owner_id)
    if community is None or community.bot_id is None:
        return []
    body: JsonObject = {
        "message_id": comment_key(comment),
        "chat_id": community.id,
        "user_id": person.id,
        "post_id": post.key,
    }
    return [_update(community.bot_id, "comment_removed", community.id, now, body)]


def _membership(world: World, kind: str, community: Community, person: Person, now: int) -> list[Update]:
    if community.bot_id is None:
        return []
    body: JsonObject = {
        "chat_id": community.id,
        "user": person_user(world, person),
        "user_id": person.id,
        "is_channel": True,
    }
    return [_update(community.bot_id, kind, community.id, now, body)]


def _update(bot_id: int, kind: str, chat_id: int, now: int, body: JsonObject) -> Update:
    return Update(bot_id, kind, str(chat_id), body | {"update_type": kind, "timestamp": now})
