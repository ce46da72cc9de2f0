"""Statuses: uploaded for, put out under a key, changed, answered with, looked for."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

from services.publisher.networks.accounts import Account
from services.publisher.networks.contents import CommentReply, DirectMessage, Image, Poll, Post, PostFormat
from services.publisher.networks.mastodon.calls import Server, in_path
from services.publisher.networks.mastodon.texts import addressing_nobody, compared
from services.publisher.networks.mastodon.wire import Attachment, Found, Status
from services.publisher.networks.outcomes import Rejected, Retry, Sent
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Budget, Refused

PATH = "/api/v1/statuses"
CLOCKS_APART = timedelta(minutes=2)  # between the server's clock and ours
LOOK_AT = 40  # the latest statuses, at most what one call gives
ALT_LIMIT = 1500  # characters, where the server tells no other before it is asked
FIRST_PAUSE = 0.5  # seconds before it is asked again for an image that it still works on; doubles
POLL_TERM = (timedelta(minutes=5), timedelta(days=30))  # at least and at most
USUAL_TERM = timedelta(days=7)


class Statuses:
    def __init__(self, server: Server) -> None:
        self._server = server

    async def put(self, account: Account, post: Post, budget: Budget) -> Sent:
        """Raises Refused."""
        async with budget.preparation():
            await self._server.me(account)
            source = await self._source(account, post)
        if source is not None and not post.text and not post.images:
            async with budget.effect():  # a repeat is the same one: nobody carries a status further twice
                return _sent(await self._server.write(account, "POST", f"{PATH}/{source.id}/reblog", Status))
        async with budget.preparation():
            body = await self._body(account, post, budget)
        async with budget.effect():
            return _sent(await self._server.write(account, "POST", PATH, Status, body, key=str(post.delivery_id)))

    async def change(self, account: Account, external_id: str, post: Post, budget: Budget) -> None:
        """Raises Refused."""
        async with budget.preparation():
            body = await self._body(account, post, budget)
        async with budget.effect():
            await self._server.write(account, "PUT", f"{PATH}/{in_path(external_id)}", Status, body)

    async def take_down(self, account: Account, external_id: str, budget: Budget) -> None:
        """Raises Refused."""
        async with budget.effect():
            await self._server.write(account, "DELETE", f"{PATH}/{in_path(external_id)}", Status)

    async def answer(self, account: Account, answer: CommentReply, budget: Budget) -> Sent:
        """Raises Refused. Who wrote the comment is named in it: else they would hear nothing of it."""
        async with budget.preparation():
            comment = await self.read(account, answer.comment_id)
        said = addressing_nobody(answer.text) if comment.visibility == "direct" else answer.text
        body: dict[str, object] = {
            "status": f"@{comment.account.acct} {said}",
            "in_reply_to_id": comment.id,
            "visibility": comment.visibility,
        }
        async with budget.effect():
            return _sent(await self._server.write(account, "POST", PATH, Status, body, key=str(answer.reference_id)))

    async def write(self, account: Account, message: DirectMessage, budget: Budget) -> Sent:
        """To one person alone, whoever is named in it. There are no buttons: what they would say can be written.

        Raises Refused.
        """
        choices = " · ".join(button.label for button in message.buttons)
        said = addressing_nobody(message.text + (f"\n\n{choices}" if choices else ""))
        text = f"@{message.recipient} {said}"
        body: dict[str, object] = {"status": text, "visibility": "direct"}
        async with budget.effect():
            return _sent(await self._server.write(account, "POST", PATH, Status, body, key=str(message.reference_id)))

    async def read(self, account: Account, status_id: str) -> Status:
        """Raises Refused."""
        return await self._server.get(account, f"{PATH}/{in_path(status_id)}", Status)

    async def find(self, account: Account, post: Post, since: datetime, others: Collection[str]) -> Sent | None:
        """The earliest status since then with this text and as many images. Raises Refused."""
        me = await self._server.me(account)
        query = {"limit": str(LOOK_AT)}
        path = f"/api/v1/accounts/{in_path(me.id)}/statuses"
        statuses = await self._server.list(account, path, Status, query)
        matches = [
            status
            for status in statuses
            if status.created_at.astimezone(UTC) >= since - CLOCKS_APART
            and status.id not in others
            and _is_same(status, post)
        ]
        earliest = min(matches, key=lambda status: status.created_at, default=None)
        return None if earliest is None else _sent(earliest)

    async def _source(self, account: Account, post: Post) -> Status | None:
        """What is to be carried further, as this server knows it; None when it is no status."""
        if post.format is not PostFormat.REPOST or post.source_url is None:
            return None
        query = {"q": post.source_url, "resolve": "true", "type": "statuses", "limit": "1"}
        found = (await self._server.get(account, "/api/v2/search", Found, query)).statuses
        return found[0] if found else None

    async def _body(self, account: Account, post: Post, budget: Budget) -> dict[str, object]:
        body: dict[str, object] = {"status": _text(post)}
        if post.poll is not None:
            if post.images:
                raise Refused(Rejected(reason("poll_refused", "a poll has no images")))
            return {**body, "poll": _asked(post.poll, datetime.now(UTC))}
        if post.images:
            body["media_ids"] = await self._upload(account, post.images, budget)
        return body

    async def _upload(self, account: Account, images: Sequence[Image], budget: Budget) -> list[str]:
        ids: list[str] = []
        for image in images:
            extension = "png" if image.content_type == "image/png" else "jpg"
            file = ("file", (f"image.{extension}", image.content, image.content_type))
            form = {"description": image.alt_text[:ALT_LIMIT]}
            kept, is_ready = await self._server.upload(account, file, form, Attachment)
            if not is_ready:
                await self._wait_for(account, kept.id, budget)
            ids.append(kept.id)
        return ids

    async def _wait_for(self, account: Account, media_id: str, budget: Budget) -> None:
        pause = FIRST_PAUSE
        while not await self._server.is_ready(account, media_id):
            if budget.spare < pause:
                raise Refused(Retry(reason("image_not_ready")))
            await asyncio.sleep(pause)
            pause *= 2


def _is_same(status: Status, post: Post) -> bool:
    if status.reblog is not None:
        bare = post.format is PostFormat.REPOST and not post.text and not post.images
        return bare and post.source_url in (status.reblog.url, status.reblog.uri)
    return compared(status.plain_text) == compared(_text(post)) and len(status.media_attachments) == len(post.images)


def _text(post: Post) -> str:
    """A poll's question stands in the text, and the address of what cannot be carried further."""
    parts = [post.text]
    if post.poll is not None:
        parts.append(post.poll.question)
    if post.format is PostFormat.REPOST and post.source_url is not None:
        parts.append(post.source_url)
    return "\n\n".join(part for part in parts if part)


def _asked(poll: Poll, now: datetime) -> dict[str, object]:
    term = USUAL_TERM if poll.closes_at is None else poll.closes_at - now
    seconds = int(min(max(term, POLL_TERM[0]), POLL_TERM[1]).total_seconds())
    return {"options": list(poll.options), "expires_in": seconds, "multiple": poll.is_multiple}


def _sent(status: Status) -> Sent:
    page = status.page if status.page.startswith(("https://", "http://")) else None
    return Sent(status.id, page, None if status.poll is None else status.poll.id)
