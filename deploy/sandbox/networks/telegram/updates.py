"""What Telegram tells a bot, as Update objects."""

from pydantic import JsonValue

from deploy.sandbox.events import Commented, Event, Joined, Left, Pressed, Started, Update, Written
from deploy.sandbox.networks.telegram.views import (
    NETWORK,
    channel_chat,
    discussion_chat,
    invite_link,
    message_object,
    person_user,
)
from deploy.sandbox.records import Community, InviteLink, Message, Person
from deploy.sandbox.wire import JsonObject
from deploy.sandbox.world import World

# The Bot API sends these only to those who name them in `allowed_updates`.
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


def updates(world: World, event: Event) -> list[Update]:
    match event:
        case Written(message=message) | Started(message=Message() as message):
            return [_update(message.owner_id, "message", message.chat_id, message_object(world, message))]
        case Pressed(press=press, message=message, person=person):
            query: JsonObject = {
                "id": press.id,
                "from": person_user(person),
                "message": message_object(world, message),
                "chat_instance": str(abs(hash_of(message.chat_id, message.owner_id))),
                "data": press.data,
            }
            return [_update(message.owner_id, "callback_query", message.chat_id, query)]
        case Commented():
            return _comment(world, event)
        case Joined(community=community, person=person, link=link):
            return _membership(world, community, person, ("left", "member"), link)
        case Left(community=community, person=person):
            return _membership(world, community, person, ("member", "left"))
        case _:
            return []  # bots do not hear of reposts, nor of their own posts


def hash_of(*parts: int) -> int:
    """A number that stays the same over restarts, unlike `hash`."""
    mixed = 1_469_598_103_934_665_603
    for part in parts:
        mixed = (mixed ^ (part & 0xFFFFFFFFFFFFFFFF)) * 1_099_511_628_211 & 0x7FFFFFFFFFFFFFFF
    return mixed


def _update(bot_id: int, event: str, chat_id: int, body: JsonObject) -> Update:
    return Update(owner_id=bot_id, event=event, lane=str(chat_id), body=body)


def _comment(world: World, event: Commented) -> list[Update]:
    """A comment is an answer in the channel's discussion group to the copy of the post there."""
    community = world.communities.get(NETWORK, event.comment.community_id)
    if community is None or community.bot_id is None or community.discussion_id is None:
        return []
    chat: JsonObject = channel_chat(community)
    date = int(event.post.at.timestamp())
    origin: JsonObject = {"type": "channel", "chat": chat, "message_id": event.post.number, "date": date}
    copied = message_object(world, event.post)
    copied["message_id"] = event.post.number * 1_000
    copied["chat"] = discussion_chat(community)
    copied["is_automatic_forward"] = True
    copied["forward_origin"] = origin
    message: JsonObject = {
        "message_id": event.post.number * 1_000 + event.comment.number,
        "message_thread_id": event.post.number * 1_000,
        "from": person_user(event.person),
        "chat": discussion_chat(community),
        "date": int(event.comment.at.timestamp()),
        "reply_to_message": copied,
        "text": event.comment.text,
    }
    return [_update(community.bot_id, "message", community.discussion_id, message)]


def _membership(
    world: World, community: Community, person: Person, change: tuple[str, str], link: InviteLink | None = None
) -> list[Update]:
    if community.bot_id is None:
        return []
    old, new = change
    user: JsonValue = person_user(person)
    body: JsonObject = {
        "chat": channel_chat(community),
        "from": user,
        "date": int(world.now().timestamp()),
        "old_chat_member": {"status": old, "user": user},
        "new_chat_member": {"status": new, "user": user},
    }
    bot = None if link is None else world.bots.get(NETWORK, link.bot_id)
    if link is not None and bot is not None:
        body["invite_link"] = invite_link(bot, link)
    return [_update(community.bot_id, "chat_member", community.id, body)]
