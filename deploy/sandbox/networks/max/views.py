"""MAX's own objects, built from what the stand-in remembers. As in the official samples, null is left out."""

from datetime import datetime

from pydantic import JsonValue

from deploy.sandbox.records import (
    Bot,
    Button,
    ButtonKind,
    Comment,
    Community,
    Dialog,
    Hook,
    Message,
    MessageKind,
    Person,
    PostFormat,
    Span,
)
from deploy.sandbox.wire import JsonObject
from deploy.sandbox.world import World

NETWORK = "max"
RIGHTS = ("read_all_messages", "add_remove_members", "change_chat_info", "pin_message", "write", "edit", "delete")


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def person_user(world: World, person: Person) -> JsonObject:
    user: JsonObject = {
        "user_id": person.id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "is_bot": False,
        "last_activity_time": milliseconds(world.now()),
        "name": person.full_name,
    }
    if person.username is not None:
        user["username"] = person.username
    return user


def bot_user(world: World, bot: Bot) -> JsonObject:
    return {
        "user_id": bot.id,
        "first_name": bot.name,
        "username": bot.username,
        "is_bot": True,
        "last_activity_time": milliseconds(world.now()),
        "name": bot.name,
    }


def channel(world: World, community: Community) -> JsonObject:
    posts = world.posts(NETWORK, community.id)
    last = posts[-1].at if posts else world.now()
    return {
        "chat_id": community.id,
        "type": "channel",
        "status": "active",
        "title": community.title,
        "last_event_time": milliseconds(last),
        "participants_count": community.followers + len(community.members) + 1,
        "is_public": True,
        "link": f"{world.address}/#{community.handle}",
        "description": community.description,
        "messages_count": len(posts),
    }


def dialog_chat(world: World, dialog: Dialog, person: Person) -> JsonObject:
    return {
        "chat_id": dialog.chat_id,
        "type": "dialog",
        "status": "active",
        "last_event_time": milliseconds(world.now()),
        "participants_count": 2,
        "is_public": False,
        "dialog_with_user": person_user(world, person),
    }


def membership(world: World, bot: Bot) -> JsonObject:
    rights: list[JsonValue] = [*RIGHTS]
    shown = bot_user(world, bot)
    shown["last_access_time"] = shown["join_time"] = milliseconds(world.now())
    shown["is_owner"] = False
    shown["is_admin"] = True
    shown["permissions"] = rights
    return shown


def message_object(world: World, message: Message) -> JsonObject:
    shown: JsonObject = {
        "recipient": _recipient(world, message),
        "timestamp": milliseconds(message.at),
        "body": _body(world, message),
    }
    sender = _sender(world, message)
    if sender is not None:
        shown["sender"] = sender
    if message.kind is MessageKind.POST:
        shown["url"] = message_url(world, message)
    answered = next((m for m in world.messages if m.network == NETWORK and m.number == message.reply_to), None)
    if message.reply_to is not None and answered is not None:
        shown["link"] = {"type": "reply", "message": _body(world, answered)}
    if message.format is PostFormat.REPOST:
        body: JsonObject = {"mid": message.key, "seq": message.number, "text": message.source_text}
        shown["link"] = {"type": "forward", "message": body}
    return shown


def message_url(world: World, message: Message) -> str:
    """Under the link of its channel, as in MAX; the stand-in leads on to its own page."""
    community = world.communities.get(NETWORK, message.owner_id)
    return f"{world.address}/max/{community.handle if community else message.owner_id}/{message.key}"


def comment_key(comment: Comment) -> str:
    return f"mid.{comment.community_id & 0xFFFFFFFFFFFFFFFF:016x}c{comment.number:015x}"


def comment_object(world: World, comment: Comment) -> JsonObject:
    """A comment's message: without a sender where it is the channel that speaks."""
    post = next((m for m in world.put_out(NETWORK, comment.community_id) if m.number == comment.post_number), None)
    shown: JsonObject = {
        "recipient": {
            "chat_id": comment.community_id,
            "chat_type": "channel",
            "post_id": post.key if post is not None else "",
        },
        "timestamp": milliseconds(comment.at),
        "body": {"mid": comment_key(comment), "seq": comment.number, "text": comment.text},
    }
    person = world.people.get(NETWORK, comment.person_id) if comment.person_id is not None else None
    if person is not None:
        shown["sender"] = person_user(world, person)
    answered = world.comments.get(NETWORK, comment.community_id, comment.reply_to)
    if comment.reply_to is not None and answered is not None:
        said: JsonObject = {"mid": comment_key(answered), "seq": answered.number, "text": answered.text}
        shown["link"] = {"type": "reply", "message": said}
    return shown


def subscription(hook: Hook) -> JsonObject:
    events: JsonValue = None if hook.events is None else list(hook.events)
    return {"url": hook.url, "time": milliseconds(hook.created_at), "update_types": events, "version": "0.0.30"}


def _recipient(world: World, message: Message) -> JsonObject:
    if message.kind is MessageKind.POST:
        return {"chat_id": message.chat_id, "chat_type": "channel"}
    recipient: JsonObject = {"chat_id": message.chat_id, "chat_type": "dialog"}
    if not message.outgoing:
        return recipient | {"user_id": message.owner_id}
    dialog = next((d for d in world.dialogs if d.network == NETWORK and d.chat_id == message.chat_id), None)
    return recipient | {"user_id": dialog.person_id} if dialog else recipient


def _sender(world: World, message: Message) -> JsonObject | None:
    """None for a channel's post: it is written on behalf of the channel."""
    if message.author_id is None:
        return None
    bot = world.bots.get(NETWORK, message.author_id)
    if bot is not None:
        return bot_user(world, bot)
    person = world.people.get(NETWORK, message.author_id)
    return person_user(world, person) if person else None


def _body(world: World, message: Message) -> JsonObject:
    body: JsonObject = {"mid": message.key, "seq": message.number, "text": message.text}
    attachments: list[JsonValue] = []
    for picture_id in message.pictures:
        picture = world.pictures.get(NETWORK, picture_id)
        if picture is not None:
            payload: JsonObject = {
                "photo_id": picture.number,
                "token": picture.secret,
                "url": world.picture_url(picture),
            }
            attachments.append({"type": "image", "payload": payload})
    if message.buttons:
        rows: list[JsonValue] = [[_button(button) for button in row] for row in message.buttons]
        attachments.append({"type": "inline_keyboard", "payload": {"buttons": rows}})
    if attachments:
        body["attachments"] = attachments
    if message.spans:
        body["markup"] = [_markup(span) for span in message.spans]
    return body


def _button(button: Button) -> JsonObject:
    if button.kind is ButtonKind.LINK:
        return {"type": "link", "text": button.text, "url": button.data}
    if button.kind is ButtonKind.TEXT:
        return {"type": "message", "text": button.text}
    return {"type": "callback", "text": button.text, "payload": button.data, "intent": "default"}


def _markup(span: Span) -> JsonObject:
    shown: JsonObject = {"type": span.kind, "from": span.offset, "length": span.length}
    if span.url is not None:
        shown["url"] = span.url
    return shown
