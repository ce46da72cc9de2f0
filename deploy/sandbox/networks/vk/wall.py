"""`wall.*`: posting once per guid, reading back, deleting."""

import re
from datetime import timedelta

from pydantic import JsonValue

from deploy.sandbox.events import Posted
from deploy.sandbox.markup import utf16_length
from deploy.sandbox.networks.vk.caller import Caller
from deploy.sandbox.networks.vk.errors import PARAMETER, WALL_ADD_POST, WALL_POST_ACCESS, VkError
from deploy.sandbox.networks.vk.models import WallDelete, WallGet, WallGetById, WallPost
from deploy.sandbox.networks.vk.views import NETWORK, wall_post
from deploy.sandbox.records import Community, Message, MessageKind

TEXT_LIMIT = 16_000
ATTACHMENTS_LIMIT = 10
POSTS_A_DAY = 50
NUMBERED = re.compile(r"(?:club|public)(\d{1,18})")  # the address that every community has besides its own
PHOTO = re.compile(r"photo(-?\d+)_(\d+)(?:_\w+)?")


def post(caller: Caller, body: WallPost) -> JsonValue:
    if body.owner_id >= 0:
        raise VkError(WALL_ADD_POST, "the stand-in has walls of communities only")
    community = caller.managed(-body.owner_id, WALL_ADD_POST)
    if body.guid:
        known = caller.world.repeated(NETWORK, MessageKind.POST, community.id, body.guid)
        if known is not None:
            return {"post_id": known.number}
    if not body.from_group:
        raise VkError(PARAMETER, "from_group must be 1: the stand-in has posts of communities only")
    if not body.message.strip() and not body.attachments:
        raise VkError(PARAMETER, "message is undefined")
    if utf16_length(body.message) > TEXT_LIMIT:
        raise VkError(PARAMETER, "message is too long")
    pictures = _photos(caller, body.attachments)
    _hold_to_a_day(caller, community)
    number = caller.world.next_number(f"vk:post:{community.id}")
    made = caller.world.keep_message(
        Message(
            network=NETWORK,
            kind=MessageKind.POST,
            owner_id=community.id,
            chat_id=-community.id,
            number=number,
            key=str(number),
            author_id=None,
            outgoing=True,
            text=body.message,
            pictures=pictures,
            at=caller.world.now(),
            repeat_key=body.guid or None,
        )
    )
    caller.sandbox.hooks.tell(NETWORK, Posted(made))
    return {"post_id": number}


def get(caller: Caller, body: WallGet) -> JsonValue:
    caller.person()
    _refuse_extended(body.extended)
    community = _wall(caller, body)
    posts = list(reversed(caller.world.posts(NETWORK, community.id)))
    items: list[JsonValue] = [wall_post(caller.world, p) for p in posts[body.offset : body.offset + body.count]]
    return {"count": len(posts), "items": items}


def get_by_id(caller: Caller, body: WallGetById) -> JsonValue:
    caller.person()
    _refuse_extended(body.extended)
    items: list[JsonValue] = []
    for name in body.posts:
        owner, _, number = name.partition("_")
        if not re.fullmatch(r"-\d+", owner) or not number.isdecimal():
            raise VkError(PARAMETER, "posts is invalid")
        found = caller.world.messages.get(NETWORK, MessageKind.POST, -int(owner), int(number))
        if found is not None and not found.deleted:
            items.append(wall_post(caller.world, found))
    return {"items": items}


def delete(caller: Caller, body: WallDelete) -> JsonValue:
    caller.person()
    found = caller.world.messages.get(NETWORK, MessageKind.POST, -body.owner_id, body.post_id)
    if found is None or found.deleted or not caller.manages(caller.community(-body.owner_id)):
        raise VkError(WALL_POST_ACCESS)
    caller.world.keep_message(found.model_copy(update={"deleted": True}))
    return 1


def _photos(caller: Caller, attachments: list[str]) -> tuple[str, ...]:
    if len(attachments) > ATTACHMENTS_LIMIT:
        raise VkError(PARAMETER, "too many attachments")
    pictures: list[str] = []
    for name in attachments:
        match = PHOTO.fullmatch(name)
        owner, number = (int(match.group(1)), int(match.group(2))) if match else (0, 0)
        saved = (p for p in caller.world.pictures if (p.network, p.owner_id, p.number) == (NETWORK, owner, number))
        picture = next((p for p in saved if p.saved), None)
        if picture is None:
            raise VkError(PARAMETER, "attachments is invalid")
        pictures.append(picture.id)
    return tuple(pictures)


def _hold_to_a_day(caller: Caller, community: Community) -> None:
    if not caller.sandbox.limits.enforced:
        return
    since = caller.world.now() - timedelta(days=1)
    posts = (m for m in caller.world.messages if m.network == NETWORK and m.kind is MessageKind.POST)
    if sum(1 for m in posts if m.owner_id == community.id and m.at > since) >= POSTS_A_DAY:
        raise VkError(WALL_ADD_POST, "you can only add 50 posts a day")


def _wall(caller: Caller, body: WallGet) -> Community:
    if body.domain is not None:
        numbered = NUMBERED.fullmatch(body.domain)
        if numbered is not None:
            return caller.community(int(numbered.group(1)))
        return caller.community_named(body.domain)
    if body.owner_id is None or body.owner_id >= 0:
        raise VkError(PARAMETER, "owner_id is invalid")
    return caller.community(-body.owner_id)


def _refuse_extended(extended: bool) -> None:
    if extended:
        raise VkError(PARAMETER, "extended is not modelled by the stand-in")
