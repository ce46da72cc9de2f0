"""A channel's posts: put out, carried further, changed, taken down. Plain text: no parse mode is used."""

import re
from datetime import UTC, datetime
from typing import Final

from services.publisher.networks.accounts import Account, Network
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.contents import Poll, Post, PostFormat
from services.publisher.networks.outcomes import Rejected, Sent
from services.publisher.networks.reasons import reason
from services.publisher.networks.telegram.calls import BotApi, Parameter
from services.publisher.networks.telegram.wire import Message
from services.publisher.networks.transport import Effect, FormFile, Refused, lost_answer

POLL_SECONDS: Final = (5, 2_628_000)  # how long a poll can be open, at least and at most
NOT_MODIFIED: Final = "message is not modified"
_SOURCE: Final = re.compile(r"https?://(?:www\.)?t\.me/(?:s/)?(c/\d{1,20}|[A-Za-z]\w{3,31})/(\d{1,12})/?(?:\?\S*)?")
_TO_LINK: Final = frozenset({"network.chat_not_found", "network.source_refused"})
_CONSECUTIVE: Final = re.compile(r"\d{1,12}", re.ASCII)
_LISTED: Final = re.compile(r"\d{1,12}(?:,\d{1,12})*", re.ASCII)

Parameters = dict[str, Parameter]


class Posts:
    def __init__(self, api: BotApi) -> None:
        self._api = api

    async def put(self, account: Account, post: Post) -> Sent:
        """Raises Refused."""
        to: Parameters = {"chat_id": chat_id(account.target)}
        match post.format:
            case PostFormat.POLL if post.poll is not None:
                return _sent(await self._put_poll(account, to, post, post.poll))
            case PostFormat.REPOST if post.source_url is not None:
                return _sent(await self._carry(account, to, post, post.source_url))
            case _:
                return await self._put_post(account, to, post)

    async def _put_post(self, account: Account, to: Parameters, post: Post) -> Sent:
        """Text alone, one photo, or an album whose first photo carries the text: one call in each case."""
        if not post.images:
            return _sent(await self._say(account, to, post.text))
        files = [_file(post, number) for number in range(len(post.images))]
        caption: dict[str, str] = {"caption": post.text} if post.text else {}
        if len(files) == 1:
            return _sent(await self._send(account, "sendPhoto", {**to, **caption}, [("photo", files[0][1])]))
        media = [{"type": "photo", "media": f"attach://{name}"} for name, _ in files]
        media[0] |= caption
        album = await self._api.call(
            account, "sendMediaGroup", tuple[Message, ...], {**to, "media": media}, files=files, effect=Effect.ONCE
        )
        if not album:
            raise Refused(lost_answer(Effect.ONCE, "empty album"))
        return Sent(_album_id([message.message_id for message in album]), _url(album[0]))

    async def _put_poll(self, account: Account, to: Parameters, post: Post, poll: Poll) -> Message:
        parameters: Parameters = {
            **to,
            "question": poll.question,
            "options": [{"text": option} for option in poll.options],
            "is_anonymous": poll.is_anonymous,
            "allows_multiple_answers": poll.is_multiple,
        }
        if post.text:
            parameters["description"] = post.text
        if poll.closes_at is not None:
            shortest, longest = POLL_SECONDS
            if not shortest <= (poll.closes_at - datetime.now(UTC)).total_seconds() <= longest:
                raise Refused(Rejected(reason("poll_term")))
            parameters["close_date"] = int(poll.closes_at.timestamp())
        if not post.images:
            return await self._send(account, "sendPoll", parameters, [])
        if len(post.images) > 1:
            raise Refused(Rejected(reason("image_refused", "a poll has one image at most")))
        file = _file(post, 0)
        media = {"type": "photo", "media": f"attach://{file[0]}"}
        return await self._send(account, "sendPoll", {**parameters, "media": media}, [file])

    async def _carry(self, account: Account, to: Parameters, post: Post, url: str) -> Message:
        """Forward another channel's post; a link where there is something to say, or Telegram does not give it away."""
        source = _SOURCE.fullmatch(url)
        if source is not None and not post.text:
            place, number = source.groups()
            from_chat: int | str = int(f"-100{place[2:]}") if place.startswith("c/") else f"@{place}"
            try:
                return await self._send(
                    account, "forwardMessage", {**to, "from_chat_id": from_chat, "message_id": int(number)}, []
                )
            except Refused as refused:
                if refused.outcome.reason.code not in _TO_LINK:
                    raise
        return await self._say(account, to, f"{post.text}\n\n{url}".strip())

    async def change(self, account: Account, external_id: str, post: Post) -> None:
        """Let a post have another text; its images stay. Raises Refused."""
        first = message_ids(external_id, 1)[0]
        place: Parameters = {"chat_id": chat_id(account.target), "message_id": first}
        try:
            if post.images:
                parameters: Parameters = {**place, "caption": post.text}
                await self._api.call(account, "editMessageCaption", Message, parameters, effect=Effect.KEYED)
            else:
                parameters = {**place, "text": post.text}
                await self._api.call(account, "editMessageText", Message, parameters, effect=Effect.KEYED)
        except Refused as refused:
            if NOT_MODIFIED not in (refused.outcome.reason.network_code or ""):
                raise

    async def take_down(self, account: Account, external_id: str, images: int) -> None:
        """Raises Refused."""
        place: Parameters = {"chat_id": chat_id(account.target)}
        numbers = message_ids(external_id, max(1, images))
        try:
            if len(numbers) == 1:
                await self._api.call(
                    account, "deleteMessage", bool, {**place, "message_id": numbers[0]}, effect=Effect.KEYED
                )
            else:
                await self._api.call(
                    account, "deleteMessages", bool, {**place, "message_ids": numbers}, effect=Effect.KEYED
                )
        except Refused as refused:
            if refused.outcome.reason.code != "network.post_gone":
                raise

    async def _say(self, account: Account, to: Parameters, text: str) -> Message:
        return await self._send(account, "sendMessage", {**to, "text": text}, [])

    async def _send(self, account: Account, method: str, parameters: Parameters, files: list[FormFile]) -> Message:
        return await self._api.call(account, method, Message, parameters, files=files, effect=Effect.ONCE)


def chat_id(target: str) -> int | str:
    """A number, or the name of a public channel. Raises Refused when it is neither."""
    if CAPABILITIES[Network.TELEGRAM].target.fullmatch(target) is None:
        raise Refused(Rejected(reason("chat_not_found")))
    return target if target.startswith("@") else int(target)


def message_ids(external_id: str, count: int) -> list[int]:
    """The messages of a post. Those of an album follow each other, or are all named. Raises Refused."""
    if _CONSECUTIVE.fullmatch(external_id) is not None:
        return list(range(int(external_id), int(external_id) + count))
    if _LISTED.fullmatch(external_id) is None:
        raise Refused(Rejected(reason("post_gone")))
    return [int(number) for number in external_id.split(",")]


def _album_id(numbers: list[int]) -> str:
    first = numbers[0]
    return str(first) if numbers == list(range(first, first + len(numbers))) else ",".join(map(str, numbers))


def _sent(message: Message) -> Sent:
    poll_id = None if message.poll is None else message.poll.id
    return Sent(str(message.message_id), _url(message), poll_id)


def _file(post: Post, number: int) -> FormFile:
    image = post.images[number]
    extension = "png" if image.content_type == "image/png" else "jpg"
    return f"image{number}", (f"image{number}.{extension}", image.content, image.content_type)


def _url(message: Message) -> str | None:
    """Where the post can be seen: by the channel's name, or for its members by its number."""
    if message.chat.username is not None:
        return f"https://t.me/{message.chat.username}/{message.message_id}"
    number = str(message.chat.id)
    if number.startswith("-100"):
        return f"https://t.me/c/{number.removeprefix('-100')}/{message.message_id}"
    return None
