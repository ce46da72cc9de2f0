"""Containers: an image that was fetched, or several, on their way into a post. Each lives for a day."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from deploy.sandbox.networks.instagram.errors import (
    CAPTION,
    CAROUSEL,
    NO_CONTAINER,
    NOT_FETCHED,
    NOT_JPEG,
    NOT_READY,
    QUOTA,
    TOO_LARGE,
    WRONG_SHAPE,
    refused,
)
from deploy.sandbox.networks.instagram.models import NewContainer
from deploy.sandbox.networks.instagram.views import FIRST_CONTAINER, FIRST_MEDIA, NETWORK
from deploy.sandbox.pictures import NotAnImage, image_facts, keep_picture
from deploy.sandbox.records import Community, Message, MessageKind, PostFormat
from deploy.sandbox.sandbox import Sandbox

IMAGE_BYTES = 8_000_000
SHAPES = (0.795, 1.915)  # 4:5 to 1.91:1, with a pixel's rounding
CAPTION_LIMIT, HASHTAGS, MENTIONS = 2200, 30, 20
ITEMS = (2, 10)
A_DAY = timedelta(hours=24)
POSTS_A_DAY = 100
JPEG = "image/jpeg"


@dataclass(frozen=True)
class Container:
    id: str
    owner_id: int
    kind: str  # IMAGE, STORIES, CAROUSEL
    pictures: tuple[str, ...]
    caption: str
    is_item: bool
    made_at: datetime
    ready_at: datetime
    published: bool = False


class Containers:
    """Kept by the process alone: nobody looks for them after a day."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._known: dict[str, Container] = {}

    def get(self, container_id: str) -> Container | None:
        return self._known.get(container_id)

    def status_of(self, container: Container) -> str:
        now = self._sandbox.world.now()
        if container.published:
            return "PUBLISHED"
        if now - container.made_at > A_DAY:
            return "EXPIRED"
        return "IN_PROGRESS" if now < container.ready_at else "FINISHED"

    def make(self, community: Community, order: NewContainer, content: bytes | None) -> Container:
        """Raises Refusal."""
        caption = order.caption or ""
        _check_caption(caption)
        if order.media_type == "CAROUSEL":
            pictures = self._pictures_of(community, order.children)
        else:
            pictures = (self._kept(community, order, content),)
        now = self._sandbox.world.now()
        number = self._sandbox.world.next_number(f"{NETWORK}:container", first=FIRST_CONTAINER)
        seconds = self._sandbox.settings.upload_processing_seconds
        container = Container(
            id=str(number),
            owner_id=community.id,
            kind=order.media_type or "IMAGE",
            pictures=pictures,
            caption=caption,
            is_item=order.is_carousel_item,
            made_at=now,
            ready_at=now + timedelta(seconds=seconds),
        )
        self._known[container.id] = container
        return container

    def publish(self, community: Community, container_id: str) -> Message:
        """Raises Refusal. A container goes out once."""
        world = self._sandbox.world
        container = self._known.get(container_id)
        if container is None or container.owner_id != community.id or container.is_item:
            raise refused(NO_CONTAINER)
        status = self.status_of(container)
        if status == "IN_PROGRESS":
            raise refused(NOT_READY)
        if status != "FINISHED":
            raise refused(NO_CONTAINER)
        if self.used_today(community) >= POSTS_A_DAY:
            raise refused(QUOTA)
        self._known[container_id] = replace(container, published=True)
        number = world.next_number(f"{NETWORK}:media", first=FIRST_MEDIA)
        is_story = container.kind == "STORIES"
        return world.keep_message(
            Message(
                network=NETWORK,
                kind=MessageKind.POST,
                owner_id=community.id,
                chat_id=community.id,
                number=number,
                key=str(number),
                author_id=None,
                outgoing=True,
                text=container.caption,
                pictures=container.pictures,
                at=world.now(),
                format=PostFormat.STORY if is_story else PostFormat.POST,
                visible_until=world.now() + A_DAY if is_story else None,
            )
        )

    def used_today(self, community: Community) -> int:
        """How much of the day's quota; nothing while limits are not kept to."""
        if not self._sandbox.limits.enforced:
            return 0
        since = self._sandbox.world.now() - A_DAY
        return sum(post.at > since for post in self._sandbox.world.put_out(NETWORK, community.id))

    def _pictures_of(self, community: Community, children: list[str]) -> tuple[str, ...]:
        if not ITEMS[0] <= len(children) <= ITEMS[1]:
            raise refused(CAROUSEL)
        found = [self._known.get(child) for child in children]
        pictures: list[str] = []
        for one in found:
            if one is None or one.owner_id != community.id or not one.is_item or self.status_of(one) != "FINISHED":
                raise refused(NO_CONTAINER)
            pictures += one.pictures
        return tuple(pictures)

    def _kept(self, community: Community, order: NewContainer, content: bytes | None) -> str:
        if content is None:
            raise refused(NOT_FETCHED)
        if len(content) > IMAGE_BYTES:
            raise refused(TOO_LARGE)
        try:
            facts = image_facts(content)
        except NotAnImage as error:
            raise refused(NOT_JPEG) from error
        if facts.content_type != JPEG:
            raise refused(NOT_JPEG)
        if order.media_type is None and not SHAPES[0] <= facts.width / facts.height <= SHAPES[1]:
            raise refused(WRONG_SHAPE)
        picture = keep_picture(self._sandbox.world, NETWORK, content, owner_id=community.id)
        self._sandbox.world.pictures.put(picture.model_copy(update={"caption": order.alt_text or ""}))
        return picture.id


def _check_caption(caption: str) -> None:
    hashtags, mentions = len(re.findall(r"#\w+", caption)), len(re.findall(r"(?<![\w/])@\w[\w.]*", caption))
    if len(caption) > CAPTION_LIMIT or hashtags > HASHTAGS or mentions > MENTIONS:
        raise refused(CAPTION)
