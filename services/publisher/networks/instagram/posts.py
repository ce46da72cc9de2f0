"""Posts and stories: a container is made of images that Instagram fetches, waited for, and published once."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from services.publisher.networks.accounts import Account
from services.publisher.networks.contents import CommentReply, Image, Post, PostFormat
from services.publisher.networks.instagram.calls import Graph, in_path, user_of
from services.publisher.networks.instagram.errors import HOUR, refusal_of_container
from services.publisher.networks.instagram.wire import Container, Made, Media, MediaList, PublishingLimit, utc
from services.publisher.networks.outcomes import Rejected, Retry, Sent, Throttled
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Budget, Effect, Refused

CLOCKS_APART = timedelta(minutes=2)  # between Instagram's clock and ours
LOOK_AT = 40  # the latest posts
FIRST_PAUSE = 0.5  # seconds before a container is asked for again; doubles
ALT_LIMIT = 1000  # characters
_READY = frozenset({"FINISHED", "PUBLISHED"})
_SHOWN = "id,caption,media_type,timestamp,permalink,children{id}"


class Posts:
    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    async def put(self, account: Account, post: Post, budget: Budget) -> Sent:
        """Raises Refused."""
        async with budget.preparation():
            await self.check_quota(account)
            container = await self._container(account, post, budget)
        async with budget.effect():
            made = await self._graph.post(
                account, f"/{user_of(account)}/media_publish", Made, {"creation_id": container}, effect=Effect.ONCE
            )
        return Sent(made.id, await self._address(account, made.id, budget))

    async def answer(self, account: Account, answer: CommentReply, budget: Budget) -> Sent:
        """Raises Refused."""
        path = f"/{in_path(answer.comment_id)}/replies"
        async with budget.effect():
            made = await self._graph.post(account, path, Made, {"message": answer.text}, effect=Effect.ONCE)
        return Sent(made.id)

    async def find(self, account: Account, post: Post, since: datetime, others: Collection[str]) -> Sent | None:
        """The earliest post since then with this caption and as many images. Raises Refused."""
        query = {"fields": _SHOWN, "limit": str(LOOK_AT)}
        posts = (await self._graph.get(account, f"/{user_of(account)}/media", MediaList, query)).data
        matches = [
            (utc(one.timestamp), one)
            for one in posts
            if one.timestamp is not None
            and utc(one.timestamp) >= since - CLOCKS_APART
            and one.id not in others
            and _compared(one.caption or "") == _compared(post.text)
            and one.images == len(post.images)
        ]
        if not matches:
            return None
        _, earliest = min(matches, key=lambda match: match[0])
        return Sent(earliest.id, earliest.permalink)

    async def check_quota(self, account: Account) -> None:
        """Instagram itself tells how many posts a day an account may make. Raises Refused."""
        path = f"/{user_of(account)}/content_publishing_limit"
        told = (await self._graph.get(account, path, PublishingLimit, {"fields": "quota_usage,config"})).data
        if any(one.config is not None and one.quota_usage >= one.config.quota_total for one in told):
            raise Refused(Throttled(reason("quota", "content_publishing_limit"), HOUR))

    async def _container(self, account: Account, post: Post, budget: Budget) -> str:
        """Ready to be published."""
        if not post.images:
            raise Refused(Rejected(reason("image_refused", "there is none")))
        if post.format is PostFormat.STORY:
            return await self._made(account, {**_fetched(post.images[0]), "media_type": "STORIES"}, budget)
        if len(post.images) == 1:
            return await self._made(account, {**_described(post.images[0]), "caption": post.text}, budget)
        children = await self._children(account, post.images, budget)
        carousel: dict[str, object] = {"media_type": "CAROUSEL", "children": children, "caption": post.text}
        return await self._made(account, carousel, budget)

    async def _children(self, account: Account, images: Sequence[Image], budget: Budget) -> list[str]:
        """All at once: one after the other they would take longer than an attempt may."""
        bodies = [{**_described(image), "is_carousel_item": True} for image in images]
        found = await asyncio.gather(*(self._made(account, body, budget) for body in bodies), return_exceptions=True)
        made: list[str] = []
        for one in found:
            if isinstance(one, BaseException):
                raise one
            made.append(one)
        return made

    async def _made(self, account: Account, body: dict[str, object], budget: Budget) -> str:
        """A container that Instagram has done with. What was made and is never published is gone in a day."""
        made = await self._graph.post(account, f"/{user_of(account)}/media", Made, body)
        pause = FIRST_PAUSE
        while True:
            query = {"fields": "status_code,status"}
            container = await self._graph.get(account, f"/{in_path(made.id)}", Container, query)
            if container.status_code in _READY:
                return made.id
            if container.status_code != "IN_PROGRESS":
                raise Refused(refusal_of_container(container.status))
            if budget.spare < pause:
                raise Refused(Retry(reason("image_not_ready")))
            await asyncio.sleep(pause)
            pause *= 2

    async def _address(self, account: Account, media_id: str, budget: Budget) -> str | None:
        """Where the public sees it. It is out already: without an answer there is no address, and no doubt."""
        try:
            async with asyncio.timeout(max(0.0, budget.spare)):
                found = await self._graph.get(account, f"/{in_path(media_id)}", Media, {"fields": "id,permalink"})
        except (TimeoutError, Refused):
            return None
        return found.permalink


def _fetched(image: Image) -> dict[str, object]:
    if image.url is None:
        raise Refused(Rejected(reason("image_refused", "it has no address")))
    return {"image_url": image.url}


def _described(image: Image) -> dict[str, object]:
    alt_text = image.alt_text[:ALT_LIMIT]
    return {**_fetched(image), "alt_text": alt_text} if alt_text else _fetched(image)


def _compared(text: str) -> str:
    return " ".join(text.split())
