"""`wall.*`: posting once per guid, reading back, deleting."""

import re
from dataclasses import dataclass
from datetime import timedelta

from pydantic import JsonValue

from deploy.sandbox.events import Posted
from deploy.sandbox.markup import utf16_length
from deploy.sandbox.networks.vk.caller import Caller
from deploy.sandbox.networks.vk.errors import ACCESS, PARAMETER, WALL_ADD_POST, WALL_POST_ACCESS, VkError
from deploy.sandbox.networks.vk.models import WallDelete, WallEdit, WallGet, WallGetById, WallPost, WallRepost
from deploy.sandbox.networks.vk.views import NETWORK, WALL_ADDRESS, wall_post
from deploy.sandbox.records import Community, Message, MessageKind, PostFormat

TEXT_LIMIT = 16_000
ATTACHMENTS_LIMIT = 10
POSTS_A_DAY = 50
NUMBERED = re.compile(r"(?:club|public)(\d{1,18})")  # the address that every community has besides its own
POLL = re.compile(r"poll(-?\d+)_(\d+)")
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
    attached = _attached(caller, body.attachments)
    _check_content(body.message, attached)
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
            pictures=attached.pictures,
            format=PostFormat.POLL if attached.poll_id else PostFormat.POST,
            poll_id=attached.poll_id,
            at=caller.world.now(),
            repeat_key=body.guid or None,
        )
    )
    caller.sandbox.hooks.tell(NETWORK, Posted(made))
    return {"post_id": number}


def repost(caller: Caller, body: WallRepost) -> JsonValue:
    """By a person, into a community that they manage. There is no key against doubles."""
    caller.person()
    community = caller.managed(body.group_id, WALL_ADD_POST)
    world = caller.world
    owner, _, number = body.object.removeprefix("wall").partition("_")
    source = world.messages.get(NETWORK, MessageKind.POST, -int(owner), int(number))
    if source is None or source.deleted:
        raise VkError(ACCESS)
    _hold_to_a_day(caller, community)
    made_number = world.next_number(f"vk:post:{community.id}")
    made = world.keep_message(
        Message(
            network=NETWORK,
            kind=MessageKind.POST,
            owner_id=community.id,
            chat_id=-community.id,
            number=made_number,
            key=str(made_number),
            author_id=None,
            outgoing=True,
            text=body.message,
            format=PostFormat.REPOST,
            source_url=f"{WALL_ADDRESS}{source.owner_id}_{source.number}",
            source_text=source.text,
            at=world.now(),
        )
    )
    caller.sandbox.hooks.tell(NETWORK, Posted(made))
    return {"success": 1, "post_id": made.number, "reposts_count": 1, "wall_repost_count": 1, "likes_count": 0}


def edit(caller: Caller, body: WallEdit) -> JsonValue:
    """What is not attached again is no longer attached."""
    caller.person()
    found = _own(caller, body.owner_id, body.post_id)
    attached = _attached(caller, body.attachments)
    if found.format is not PostFormat.REPOST:
        _check_content(body.message, attached)
    change = {
        "text": body.message,
        "pictures": attached.pictures,
        "poll_id": attached.poll_id,
        "edited_at": caller.world.now(),
    }
    caller.world.keep_message(found.model_copy(update=change))
    return {"post_id": found.number}


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
    found = _own(caller, body.owner_id, body.post_id)
    caller.world.keep_message(found.model_copy(update={"deleted": True}))
    return 1


def _own(caller: Caller, owner_id: int, number: int) -> Message:
    found = caller.world.messages.get(NETWORK, MessageKind.POST, -owner_id, number)
    if found is None or found.deleted or not caller.manages(caller.community(-owner_id)):
        raise VkError(WALL_POST_ACCESS)
    return found


def _check_content(message: str, attached: "Attached") -> None:
    if not message.strip() and not attached.pictures and not attached.has_link:
        raise VkError(PARAMETER, "message is undefined")  # a poll alone is not enough
    if utf16_length(message) > TEXT_LIMIT:
        raise VkError(PARAMETER, "message is too long")


@dataclass(frozen=True)
class Attached:
    pictures: tuple[str, ...]
    poll_id: str | None
    has_link: bool


def _attached(caller: Caller, attachments: list[str]) -> Attached:
    if len(attachments) > ATTACHMENTS_LIMIT:
        raise VkError(PARAMETER, "too many attachments")
    links = [name for name in attachments if name.startswith(("http://", "https://"))]
    polls = [match for name in attachments if (match := POLL.fullmatch(name)) is not None]
    if len(links) > 1 or len(polls) > 1:
        raise VkError(PARAMETER, "attachments is invalid")
    known = [caller.world.polls.get(NETWORK, match.group(2)) for match in polls]
    if any(poll is None or -poll.owner_id != int(match.group(1)) for poll, match in zip(known, polls, strict=True)):
        raise VkError(PARAMETER, "attachments is invalid")
    rest = [name for name in attachments if name not in links and POLL.fullmatch(name) is None]
    return Attached(_photos(caller, rest), polls[0].group(2) if polls else None, bool(links))


def _photos(caller: Caller, attachments: list[str]) -> tuple[str, ...]:
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
