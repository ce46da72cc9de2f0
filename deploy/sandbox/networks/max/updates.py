"""What MAX tells a bot's subscriptions."""

from deploy.sandbox.events import Event, Joined, Left, Pressed, Started, Update, Written
from deploy.sandbox.networks.max.views import message_object, milliseconds, person_user
from deploy.sandbox.records import Community, Person
from deploy.sandbox.wire import JsonObject
from deploy.sandbox.world import World


def updates(world: World, event: Event) -> list[Update]:
    now = milliseconds(world.now())
    match event:
        case Written(message=message):
            written: JsonObject = {"message": message_object(world, message), "user_locale": "ru"}
            return [_update(message.owner_id, "message_created", message.chat_id, now, written)]
        case Started(dialog=dialog, person=person, payload=payload):
            started: JsonObject = {
                "chat_id": dialog.chat_id,
                "user": person_user(world, person),
                "user_id": person.id,
                "user_locale": "ru",
            }
            if payload is not None:
                started["payload"] = payload
            return [_update(dialog.owner_id, "bot_started", dialog.chat_id, now, started)]
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
            return [_update(message.owner_id, "message_callback", message.chat_id, now, pressed)]
        case Joined(community=community, person=person):
            return _membership(world, "user_added", community, person, now)
        case Left(community=community, person=person):
            return _membership(world, "user_removed", community, person, now)
        case _:
            return []  # of its channels' posts, comments and reposts MAX 0.0.30 tells nothing


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
