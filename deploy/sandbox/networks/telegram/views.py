"""Telegram's own objects, built from what the stand-in remembers."""

from pydantic import JsonValue

from deploy.sandbox.answers import Poll
from deploy.sandbox.records import (
    Bot,
    Button,
    ButtonKind,
    Community,
    Hook,
    InviteLink,
    Message,
    MessageKind,
    Person,
    Picture,
    Span,
)
from deploy.sandbox.wire import JsonObject
from deploy.sandbox.world import World

NETWORK = "telegram"
POST_ADDRESS = "https://t.me/"
NO_GIFTS: JsonObject = {
    "unlimited_gifts": False,
    "limited_gifts": False,
    "unique_gifts": False,
    "premium_subscription": False,
    "gifts_from_channels": False,
}


def person_user(person: Person) -> JsonObject:
    user: JsonObject = {"id": person.id, "is_bot": False, "first_name": person.first_name}
    if person.last_name:
        user["last_name"] = person.last_name
    if person.username:
        user["username"] = person.username
    return user | {"language_code": "ru"}


def bot_user(bot: Bot) -> JsonObject:
    return {"id": bot.id, "is_bot": True, "first_name": bot.name, "username": bot.username}


def own_bot_user(bot: Bot) -> JsonObject:
    """What getMe says, which is more than others hear."""
    return bot_user(bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def channel_chat(community: Community) -> JsonObject:
    return {"id": community.id, "type": "channel", "title": community.title, "username": community.handle}


def discussion_chat(community: Community) -> JsonObject:
    return {"id": community.discussion_id, "type": "supergroup", "title": f"{community.title}: обсуждение"}


def private_chat(person: Person) -> JsonObject:
    chat: JsonObject = {"id": person.id, "type": "private", "first_name": person.first_name}
    if person.last_name:
        chat["last_name"] = person.last_name
    if person.username:
        chat["username"] = person.username
    return chat


def full_chat(chat: JsonObject, community: Community | None) -> JsonObject:
    full: JsonObject = dict(chat)
    full["accent_color_id"] = 0
    full["max_reaction_count"] = 11
    full["accepted_gift_types"] = NO_GIFTS
    if community is not None:
        full["active_usernames"] = [community.handle]
        if community.description:
            full["description"] = community.description
        if community.discussion_id is not None:
            full["linked_chat_id"] = community.discussion_id
    return full


def invite_link(bot: Bot, link: InviteLink) -> JsonObject:
    shown: JsonObject = {
        "invite_link": link.url,
        "creator": bot_user(bot),
        "creates_join_request": False,
        "is_primary": False,
        "is_revoked": False,
    }
    if link.name is not None:
        shown["name"] = link.name
    if link.expires_at is not None:
        shown["expire_date"] = int(link.expires_at.timestamp())
    if link.member_limit is not None:
        shown["member_limit"] = link.member_limit
    return shown


def administrator(bot: Bot) -> JsonObject:
    return {
        "status": "administrator",
        "user": bot_user(bot),
        "can_be_edited": False,
        "is_anonymous": False,
        "can_manage_chat": True,
        "can_delete_messages": True,
        "can_manage_video_chats": True,
        "can_restrict_members": True,
        "can_promote_members": False,
        "can_change_info": True,
        "can_invite_users": True,
        "can_post_messages": True,
        "can_edit_messages": True,
        "can_post_stories": True,
        "can_edit_stories": True,
        "can_delete_stories": True,
    }


def entities(spans: tuple[Span, ...]) -> list[JsonValue]:
    found: list[JsonValue] = []
    for span in spans:
        entity: JsonObject = {"type": span.kind, "offset": span.offset, "length": span.length}
        if span.kind == "text_link":
            entity["url"] = span.url
        if span.kind == "pre" and span.language:
            entity["language"] = span.language
        found.append(entity)
    return found


def photo_sizes(picture: Picture) -> list[JsonValue]:
    """Telegram offers an image in several sizes; the last is the largest."""
    sizes: list[JsonValue] = []
    for edge, letter in ((90, "s"), (320, "m"), (1280, "y")):
        scale = min(1.0, edge / max(picture.width, picture.height))
        sizes.append(
            {
                "file_id": f"AgACAg{letter}{picture.secret}",
                "file_unique_id": f"AQAD{letter}{picture.id[:10]}",
                "width": max(1, round(picture.width * scale)),
                "height": max(1, round(picture.height * scale)),
                "file_size": max(1, int(len(picture.content) * scale * scale)),
            }
        )
    return sizes


def keyboard(buttons: tuple[tuple[Button, ...], ...]) -> JsonObject:
    rows: list[JsonValue] = []
    for row in buttons:
        cells: list[JsonValue] = []
        for button in row:
            action = "url" if button.kind is ButtonKind.LINK else "callback_data"
            cells.append({"text": button.text, action: button.data})
        rows.append(cells)
    return {"inline_keyboard": rows}


def poll_object(poll: Poll) -> JsonObject:
    options: list[JsonValue] = [
        {"persistent_id": str(number), "text": text, "voter_count": votes}
        for number, (text, votes) in enumerate(zip(poll.options, poll.totals, strict=True))
    ]
    shown: JsonObject = {
        "id": poll.id,
        "question": poll.question,
        "options": options,
        "total_voter_count": len(poll.votes),
        "is_closed": poll.is_closed,
        "is_anonymous": poll.is_anonymous,
        "type": "regular",
        "allows_multiple_answers": poll.is_multiple,
        "allows_revoting": True,
        "members_only": False,
    }
    if poll.closes_at is not None:
        shown["close_date"] = int(poll.closes_at.timestamp())
    return shown


def channel_origin(world: World, post: Message) -> JsonObject:
    """Where a channel's post comes from, wherever it is carried."""
    community = world.communities.get(NETWORK, post.owner_id)
    chat: JsonObject = channel_chat(community) if community else {"id": post.owner_id, "type": "channel"}
    return {"type": "channel", "chat": chat, "message_id": post.number, "date": int(post.at.timestamp())}


def message_object(world: World, message: Message) -> JsonObject:
    """A Message: a channel's post or one line of a private chat."""
    shown: JsonObject = {"message_id": message.number, **_chat_and_sender(world, message)}
    shown["date"] = int(message.at.timestamp())
    if message.edited_at is not None:
        shown["edit_date"] = int(message.edited_at.timestamp())
    if message.album is not None:
        shown["media_group_id"] = message.album
    picture = world.pictures.get(NETWORK, message.pictures[0]) if message.pictures else None
    poll = world.polls.get(NETWORK, message.poll_id)
    if poll is not None:
        shown["poll"] = poll_object(poll) | ({"description": message.text} if message.text else {})
    elif picture is not None:
        shown["photo"] = photo_sizes(picture)
    source = forwarded(world, message)
    if source is not None:
        shown["forward_origin"] = channel_origin(world, source)
    text = message.text or message.source_text
    if text and poll is None:
        shown["caption" if picture else "text"] = text
    if message.spans:
        shown["caption_entities" if picture else "entities"] = entities(message.spans)
    if message.buttons:
        shown["reply_markup"] = keyboard(message.buttons)
    answered = world.messages.get(NETWORK, message.kind, message.owner_id, message.reply_to)
    if answered is not None:
        shown["reply_to_message"] = message_object(world, answered.model_copy(update={"reply_to": None}))
    return shown


def forwarded(world: World, message: Message) -> Message | None:
    """The channel's post that this one carries further."""
    if message.source_url is None:
        return None
    handle, _, number = message.source_url.removeprefix(POST_ADDRESS).partition("/")
    community = world.community_by_handle(NETWORK, handle)
    return world.messages.get(NETWORK, MessageKind.POST, community.id, number) if community else None


def post_url(community: Community, number: int) -> str:
    return f"{POST_ADDRESS}{community.handle}/{number}"


def _chat_and_sender(world: World, message: Message) -> JsonObject:
    if message.kind is MessageKind.POST:
        community = world.communities.get(NETWORK, message.owner_id)
        channel: JsonObject = channel_chat(community) if community else {"id": message.chat_id, "type": "channel"}
        return {"sender_chat": channel, "chat": channel}
    person = world.people.get(NETWORK, message.chat_id)
    bot = world.bots.get(NETWORK, message.owner_id)
    chat: JsonObject = private_chat(person) if person else {"id": message.chat_id, "type": "private"}
    if message.outgoing and bot is not None:
        return {"from": bot_user(bot), "chat": chat}
    return {"from": person_user(person), "chat": chat} if person is not None else {"chat": chat}


def webhook_info(hook: Hook | None, waiting: int, last_error: tuple[int, str] | None) -> JsonObject:
    if hook is None:
        return {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
    info: JsonObject = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": waiting,
        "max_connections": 40,
        "ip_address": "127.0.0.1",
    }
    if last_error is not None:
        info["last_error_date"], info["last_error_message"] = last_error
    if hook.events is not None:
        info["allowed_updates"] = list(hook.events)
    return info
