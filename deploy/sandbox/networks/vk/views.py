"""VK's own objects, built from what the stand-in remembers."""

from pydantic import JsonValue

from deploy.sandbox.answers import Poll
from deploy.sandbox.records import (
    Comment,
    Community,
    Hook,
    HookState,
    Message,
    MessageKind,
    Person,
    Picture,
    Repost,
)
from deploy.sandbox.wire import JsonObject
from deploy.sandbox.world import World

NETWORK = "vk"
WALL_ALBUM = -14
WALL_ADDRESS = "https://vk.com/wall-"
SERVER_STATES = {HookState.WAITING: "wait", HookState.CONFIRMED: "ok", HookState.FAILED: "failed"}


def group(community: Community, fields: list[str], *, managed: bool) -> JsonObject:
    shown: JsonObject = {
        "id": community.id,
        "name": community.title,
        "screen_name": community.handle,
        "is_closed": 0,
        "type": "group",
    }
    if managed:
        shown |= {"is_admin": 1, "admin_level": 3, "is_member": 1}
    if "members_count" in fields:
        shown["members_count"] = community.followers + len(community.members)
    if "description" in fields:
        shown["description"] = community.description
    return shown


def user(person: Person, fields: list[str]) -> JsonObject:
    shown: JsonObject = {
        "id": person.id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "can_access_closed": True,
        "is_closed": False,
    }
    if "screen_name" in fields:
        shown["screen_name"] = person.username or f"id{person.id}"
    return shown


def photo(world: World, picture: Picture) -> JsonObject:
    sizes: list[JsonValue] = []
    for edge, letter in ((130, "m"), (604, "x"), (2560, "w")):
        scale = min(1.0, edge / max(picture.width, picture.height))
        width, height = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
        sizes.append({"type": letter, "url": world.picture_url(picture), "width": width, "height": height})
    return {
        "id": picture.number,
        "owner_id": picture.owner_id,
        "album_id": WALL_ALBUM,
        "user_id": 100,
        "date": int(picture.ready_at.timestamp()),
        "text": picture.caption,
        "has_tags": False,
        "access_key": picture.secret[:18],
        "sizes": sizes,
    }


def wall_post(world: World, post: Message) -> JsonObject:
    shown: JsonObject = {
        "inner_type": "wall_wallpost",
        "id": post.number,
        "owner_id": -post.owner_id,
        "from_id": -post.owner_id if post.author_id is None else post.author_id,
        "date": int(post.at.timestamp()),
        "text": post.text,
        "post_type": "post",
        "marked_as_ads": 0,
        "can_delete": 1,
        "post_source": {"type": "api"},
        "comments": {"count": len(world.comments_of(post)), "can_post": 1},
        "likes": {"count": len(world.reactions_of(post)), "user_likes": 0, "can_like": 1},
        "reposts": {"count": len(world.reposts_of(post)), "user_reposted": 0},
        "views": {"count": post.views},
    }
    if post.edited_at is not None:
        shown["edited"] = int(post.edited_at.timestamp())
    source = carried(world, post)
    if source is not None:
        shown["copy_history"] = [wall_post(world, source)]
    attachments: list[JsonValue] = []
    for picture_id in post.pictures:
        picture = world.pictures.get(NETWORK, picture_id)
        if picture is not None:
            attachments.append({"type": "photo", "photo": photo(world, picture)})
    asked = world.polls.get(NETWORK, post.poll_id)
    if asked is not None:
        attachments.append({"type": "poll", "poll": poll(asked)})
    if attachments:
        shown["attachments"] = attachments
    return shown


def carried(world: World, post: Message) -> Message | None:
    """The post of another wall that this one carries further."""
    if post.source_url is None:
        return None
    owner, _, number = post.source_url.removeprefix(WALL_ADDRESS).partition("_")
    return world.messages.get(NETWORK, MessageKind.POST, owner, number)


def poll(asked: Poll) -> JsonObject:
    answers: list[JsonValue] = [
        {
            "id": int(asked.id) * 100 + number,
            "text": text,
            "votes": votes,
            "rate": round(100 * votes / max(1, len(asked.votes)), 2),
        }
        for number, (text, votes) in enumerate(zip(asked.options, asked.totals, strict=True))
    ]
    return {
        "id": int(asked.id),
        "owner_id": -asked.owner_id,
        "author_id": -asked.owner_id,
        "question": asked.question,
        "answers": answers,
        "votes": len(asked.votes),
        "multiple": asked.is_multiple,
        "anonymous": asked.is_anonymous,
        "closed": asked.is_closed,
        "created": int(asked.created_at.timestamp()) if asked.created_at else 0,
        "end_date": int(asked.closes_at.timestamp()) if asked.closes_at else 0,
        "is_board": False,
        "can_edit": True,
        "can_vote": False,
        "can_report": False,
        "can_share": True,
        "disable_unvote": False,
    }


def story(world: World, told: Message) -> JsonObject:
    shown: JsonObject = {
        "id": told.number,
        "owner_id": -told.owner_id,
        "date": int(told.at.timestamp()),
        "type": "photo",
        "can_see": 1,
        "is_expired": False,
    }
    if told.visible_until is not None:
        shown["expires_at"] = int(told.visible_until.timestamp())
    picture = world.pictures.get(NETWORK, told.pictures[0])
    if picture is not None:
        shown["photo"] = photo(world, picture)
    return shown


def wall_comment(comment: Comment) -> JsonObject:
    shown: JsonObject = {
        "id": comment.number,
        "from_id": -comment.community_id if comment.person_id is None else comment.person_id,
        "owner_id": -comment.community_id,
        "post_id": comment.post_number,
        "date": int(comment.at.timestamp()),
        "text": comment.text,
    }
    if comment.reply_to is not None:
        shown["reply_to_comment"] = comment.reply_to
    return shown


def wall_repost(world: World, repost: Repost, post: Message) -> JsonObject:
    """A post on the reader's own wall that carries ours in `copy_history`."""
    original = wall_post(world, post)
    return {
        "inner_type": "wall_wallpost",
        "id": repost.number,
        "owner_id": repost.person_id,
        "from_id": repost.person_id,
        "date": int(repost.at.timestamp()),
        "text": repost.text,
        "post_type": "post",
        "copy_history": [original],
    }


def direct_message(message: Message) -> JsonObject:
    shown: JsonObject = {
        "id": message.number,
        "conversation_message_id": message.number,
        "date": int(message.at.timestamp()),
        "peer_id": message.chat_id,
        "from_id": -message.owner_id if message.outgoing else message.chat_id,
        "out": 1 if message.outgoing else 0,
        "version": message.number,
        "text": message.text,
        "attachments": [],
        "important": False,
        "is_hidden": False,
        "fwd_messages": [],
    }
    if message.payload is not None:
        shown["payload"] = message.payload
    return shown


def client_info() -> JsonObject:
    actions: list[JsonValue] = ["text", "open_link", "callback"]
    return {"button_actions": actions, "keyboard": True, "inline_keyboard": True, "carousel": True, "lang_id": 0}


def callback_server(hook: Hook) -> JsonObject:
    return {
        "id": hook.id,
        "title": hook.title,
        "creator_id": 0,
        "url": hook.url,
        "secret_key": hook.secret or "",
        "status": SERVER_STATES[hook.state],
    }
