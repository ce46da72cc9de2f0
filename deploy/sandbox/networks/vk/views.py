"""VK's own objects, built from what the stand-in remembers."""

from pydantic import JsonValue

from deploy.sandbox.records import (
    Comment,
    Community,
    Hook,
    HookState,
    Message,
    Person,
    Picture,
    Repost,
)
from deploy.sandbox.wire import JsonObject
from deploy.sandbox.world import World

NETWORK = "vk"
WALL_ALBUM = -14
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
    comments = sum(1 for c in world.comments if (c.network, c.community_id, c.post_number) == _place(post))
    reposts = sum(1 for r in world.reposts if (r.network, r.community_id, r.post_number) == _place(post))
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
        "comments": {"count": comments, "can_post": 1},
        "likes": {"count": 0, "user_likes": 0, "can_like": 1},
        "reposts": {"count": reposts, "user_reposted": 0},
    }
    attachments: list[JsonValue] = []
    for picture_id in post.pictures:
        picture = world.pictures.get(NETWORK, picture_id)
        if picture is not None:
            attachments.append({"type": "photo", "photo": photo(world, picture)})
    if attachments:
        shown["attachments"] = attachments
    return shown


def wall_comment(comment: Comment) -> JsonObject:
    return {
        "id": comment.number,
        "from_id": -comment.community_id if comment.person_id is None else comment.person_id,
        "owner_id": -comment.community_id,
        "post_id": comment.post_number,
        "date": int(comment.at.timestamp()),
        "text": comment.text,
    }


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


def _place(post: Message) -> tuple[str, int, int]:
    return post.network, post.owner_id, post.number
