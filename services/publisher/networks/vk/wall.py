"""A community's wall: what is put on it, carried there from elsewhere, changed, taken down and read back."""

import json
import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from services.publisher.networks.accounts import Account
from services.publisher.networks.contents import Poll, Post, PostFormat
from services.publisher.networks.outcomes import Rejected, Sent
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Budget, Effect, Refused
from services.publisher.networks.vk.calls import Parameter, VkApi, group_of, token_of
from services.publisher.networks.vk.uploads import upload_photos
from services.publisher.networks.vk.wire import Posted, Saved, WallPost, WallPosts

CLOCKS_APART = timedelta(minutes=2)  # between VK's clock and ours
LOOK_AT = 100  # the latest posts, at most what one call gives
GONE = ("104 ", "210 ")  # a post that is not there, and one that may not be touched, are told by the same errors
_SOURCE = re.compile(
    r"https?://(?:www\.|m\.)?vk\.(?:com|ru)/(?:\S*[?&]w=)?(wall-?\d{1,18}_\d{1,18})(?:[?&#%]\S*)?", re.ASCII
)
_NUMBER = re.compile(r"[1-9]\d{0,18}", re.ASCII)

Parameters = dict[str, Parameter]


class Wall:
    def __init__(self, api: VkApi) -> None:
        self._api = api

    async def put(self, account: Account, post: Post, budget: Budget) -> Sent:
        """Raises Refused."""
        match post.format:
            case PostFormat.POLL if post.poll is not None:
                return await self._put_poll(account, post, post.poll, budget)
            case PostFormat.REPOST if post.source_url is not None:
                return await self._carry(account, post, post.source_url, budget)
            case _:
                return await self._put_post(account, post, post.text, [], budget)

    async def _put_post(self, account: Account, post: Post, text: str, attached: list[str], budget: Budget) -> Sent:
        """Upload the images by the user's token, then post."""
        token = token_of(account, "community_token")
        attachments: list[str] = []
        if post.images:
            token = users_token(account, "user_token_needed")
            async with budget.preparation():
                attachments = await upload_photos(self._api, token, group_of(account), post.images)
        parameters: Parameters = {
            "owner_id": -group_of(account),
            "from_group": True,
            "guid": str(post.delivery_id),
        }
        if text:
            parameters["message"] = text
        if attachments or attached:
            parameters["attachments"] = [*attachments, *attached]
        async with budget.effect():
            posted = await self._api.call(token, "wall.post", Posted, parameters, effect=Effect.KEYED)
        return self._sent(account, posted.post_id)

    async def _put_poll(self, account: Account, post: Post, poll: Poll, budget: Budget) -> Sent:
        """A poll may not stand alone: without a text its question is one.

        A repeat makes a poll that nobody sees, and the post keeps its first: so it is asked which one it has.
        """
        token = users_token(account)
        asked: Parameters = {
            "owner_id": -group_of(account),
            "question": poll.question,
            "add_answers": json.dumps(poll.options, ensure_ascii=False),
            "is_anonymous": poll.is_anonymous,
            "is_multiple": poll.is_multiple,
        }
        if poll.closes_at is not None:
            asked["end_date"] = int(poll.closes_at.timestamp())
        async with budget.preparation():
            made = await self._api.call(token, "polls.create", Saved, asked)
        sent = await self._put_post(account, post, _said(post), [made.attachment("poll")], budget)
        attached = await self._attached_poll(account, sent.external_id, budget)
        return Sent(sent.external_id, sent.url, str((attached or made).id))

    async def _attached_poll(self, account: Account, external_id: str, budget: Budget) -> Saved | None:
        """None also where it cannot be asked now: what is out is out."""
        try:
            async with budget.effect():
                post = await self.read(account, external_id)
        except Refused:
            return None
        return None if post is None else post.poll

    async def _carry(self, account: Account, post: Post, url: str, budget: Budget) -> Sent:
        """A repost by the user's token, where it is a post of VK: else a link."""
        source = source_of(url)
        if source is None or "user_token" not in account.secrets:
            return await self._put_post(account, post, _said(post), [url], budget)
        parameters: Parameters = {"object": source, "group_id": group_of(account)}
        if post.text:
            parameters["message"] = post.text
        async with budget.effect():
            posted = await self._api.call(users_token(account), "wall.repost", Posted, parameters, effect=Effect.ONCE)
        return self._sent(account, posted.post_id)

    async def read(self, account: Account, external_id: str) -> WallPost | None:
        """The post as it stands, by the user's token. Raises Refused."""
        name = f"-{group_of(account)}_{number_of(external_id)}"
        found = await self._api.call(users_token(account), "wall.getById", WallPosts, {"posts": [name]})
        return next((post for post in found.items if not post.is_deleted), None)

    async def change(self, account: Account, external_id: str, post: Post) -> None:
        """Let a post have another text; what is attached stays. Raises Refused."""
        there = await self.read(account, external_id)
        if there is None:
            raise Refused(Rejected(reason("post_gone")))
        text = post.text if there.copy_history else _said(post)
        parameters: Parameters = {"owner_id": -group_of(account), "post_id": there.id, "message": text}
        attached = [written for one in there.attachments if (written := one.written()) is not None]
        if attached:
            parameters["attachments"] = attached
        await self._api.call(users_token(account), "wall.edit", Posted, parameters, effect=Effect.KEYED)

    async def take_down(self, account: Account, external_id: str) -> None:
        """Raises Refused."""
        parameters: Parameters = {"owner_id": -group_of(account), "post_id": number_of(external_id)}
        try:
            await self._api.call(users_token(account), "wall.delete", int, parameters, effect=Effect.KEYED)
        except Refused as refused:
            maybe_gone = (refused.outcome.reason.network_code or "").startswith(GONE)
            if not maybe_gone or await self.read(account, external_id) is not None:
                raise

    async def find(self, account: Account, post: Post, since: datetime, others: Collection[str]) -> Sent | None:
        """The earliest post since then that shows what `post` shows. Raises Refused."""
        name = "user_token" if "user_token" in account.secrets else "community_token"
        parameters: Parameters = {"domain": f"club{group_of(account)}", "count": LOOK_AT, "filter": "owner"}
        wall = await self._api.call(token_of(account, name), "wall.get", WallPosts, parameters)
        matches = [
            item
            for item in wall.items
            if datetime.fromtimestamp(item.date, UTC) >= since - CLOCKS_APART
            and _shows(item, post)
            and str(item.id) not in others
        ]
        earliest = min(matches, key=lambda item: item.date, default=None)
        if earliest is None:
            return None
        sent = self._sent(account, earliest.id)
        return sent if earliest.poll is None else Sent(sent.external_id, sent.url, str(earliest.poll.id))

    @staticmethod
    def _sent(account: Account, post_id: int) -> Sent:
        return Sent(str(post_id), f"https://vk.com/wall-{account.target}_{post_id}")


def _shows(item: WallPost, post: Post) -> bool:
    source = None if post.source_url is None else source_of(post.source_url)
    carried = tuple(f"wall{copied.owner_id}_{copied.id}" for copied in item.copy_history[:1])
    if source in carried:
        return item.text.split() == post.text.split()
    same_poll = (item.poll is not None) is (post.format is PostFormat.POLL)
    same_text = item.text.split() == _said(post).split()
    return not carried and same_poll and same_text and item.photos == len(post.images)


def _said(post: Post) -> str:
    """Neither a poll nor a link may stand alone."""
    return post.text or (post.poll.question if post.poll is not None else post.source_url or "")


def source_of(url: str) -> str | None:
    """How VK names the post at this address; None where it is not VK's."""
    match = _SOURCE.fullmatch(url)
    return None if match is None else match.group(1)


def number_of(external_id: str) -> int:
    """Raises Refused when it is no post of a wall."""
    if _NUMBER.fullmatch(external_id) is None:
        raise Refused(Rejected(reason("post_gone")))
    return int(external_id)


def users_token(account: Account, lack: str = "user_token_required") -> str:
    """The token of the person who manages the community. Raises Refused with `lack` where there is none."""
    if "user_token" not in account.secrets:
        raise Refused(Rejected(reason(lack)))
    return token_of(account, "user_token")
