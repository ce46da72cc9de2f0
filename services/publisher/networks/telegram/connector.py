"""Telegram: posts into channels and groups, private chats with the bot's users. Plain text: no parse mode is used."""

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime

import httpx
from pydantic import BaseModel, ConfigDict

from services.publisher.networks.accounts import Ability, Account, Missing, Network, Probe
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.connector import Connector
from services.publisher.networks.contents import DirectMessage, Invitation, Invited, Post, button_rows
from services.publisher.networks.inbound import (
    Hook,
    HookAnswer,
    Update,
)
from services.publisher.networks.outcomes import Outcome, Refusal, Rejected, Sent, Unsupported
from services.publisher.networks.reasons import reason
from services.publisher.networks.telegram.calls import BotApi, Parameter
from services.publisher.networks.telegram.updates import KINDS, pressed_query, updates_in
from services.publisher.networks.transport import (
    Budget,
    Effect,
    FormFile,
    Refused,
    Timeouts,
    lost_answer,
    of_recipient,
    why_not,
)


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Bot(_Wire):
    id: int
    username: str | None = None


class _Chat(_Wire):
    id: int
    type: str = ""
    title: str | None = None
    username: str | None = None


class _Member(_Wire):
    status: str
    can_post_messages: bool = False  # stands only for administrators of channels


class _Message(_Wire):
    message_id: int
    chat: _Chat


class _InviteLink(_Wire):
    invite_link: str


class TelegramConnector(Connector):
    network = Network.TELEGRAM

    def __init__(self, client: httpx.AsyncClient, base_url: str, timeouts: Timeouts) -> None:
        self._api = BotApi(client, base_url, timeouts)
        self._timeouts = timeouts

    async def probe(self, account: Account) -> Probe:
        try:
            of_chat: dict[str, Parameter] = {"chat_id": _chat_id(account.target)}
            bot = await self._api.call(account, "getMe", _Bot, {})
            chat = await self._api.call(account, "getChat", _Chat, of_chat)
            followers = await self._api.call(account, "getChatMemberCount", int, of_chat)
            member = await self._api.call(account, "getChatMember", _Member, {**of_chat, "user_id": bot.id})
        except Refused as refused:
            return Probe(missing=(Missing(Ability.PUBLISH, why_not(refused.outcome)),))
        missing = () if _may_post(chat, member) else (Missing(Ability.PUBLISH, reason("no_rights", member.status)),)
        url = None if chat.username is None else f"https://t.me/{chat.username}"
        return Probe(
            mailbox=str(bot.id),
            mailbox_url=None if bot.username is None else f"https://t.me/{bot.username}",
            title=chat.title,
            url=url,
            follower_count=followers,
            missing=missing,
        )

    async def publish(self, account: Account, post: Post) -> Outcome:
        """Text alone, one photo, or an album whose first photo carries the text: one call in each case."""
        try:
            async with Budget(self._timeouts).effect():
                message = await self._put_out(account, post)
        except Refused as refused:
            return refused.outcome
        return Sent(str(message.message_id), _url(message))

    async def _put_out(self, account: Account, post: Post) -> _Message:
        to: dict[str, Parameter] = {"chat_id": _chat_id(account.target)}
        once = Effect.ONCE
        if not post.images:
            return await self._api.call(account, "sendMessage", _Message, {**to, "text": post.text}, effect=once)
        files = [_file(post, number) for number in range(len(post.images))]
        caption: dict[str, str] = {"caption": post.text} if post.text else {}
        if len(files) == 1:
            return await self._api.call(
                account, "sendPhoto", _Message, {**to, **caption}, files=[("photo", files[0][1])], effect=once
            )
        media = [{"type": "photo", "media": f"attach://{name}"} for name, _ in files]
        media[0] |= caption
        album = await self._api.call(
            account, "sendMediaGroup", tuple[_Message, ...], {**to, "media": media}, files=files, effect=once
        )
        if not album:
            raise Refused(lost_answer(once, "empty album"))
        return album[0]

    async def send_direct(self, account: Account, message: DirectMessage) -> Outcome:
        keyboard: dict[str, Parameter] = {}
        if message.buttons:
            rows = [
                [{"text": button.label, "callback_data": button.payload} for button in row]
                for row in button_rows(message.buttons)
            ]
            keyboard["reply_markup"] = {"inline_keyboard": rows}
        try:
            parameters = {"chat_id": _chat_id(message.recipient), "text": message.text, **keyboard}
            async with Budget(self._timeouts).effect():
                sent = await self._api.call(account, "sendMessage", _Message, parameters, effect=Effect.ONCE)
        except Refused as refused:
            return of_recipient(refused.outcome)
        return Sent(str(sent.message_id))

    async def invite(self, account: Account, invitation: Invitation) -> Invited | Unsupported | Refusal:
        """A link that nobody was told of is never followed: a lost answer is as if nothing had been made."""
        try:
            parameters: dict[str, Parameter] = {
                "chat_id": _chat_id(account.target),
                "name": invitation.name,
                "expire_date": int(invitation.expires_at.timestamp()),
                "member_limit": 1,
            }
            link = await self._api.call(account, "createChatInviteLink", _InviteLink, parameters)
        except Refused as refused:
            return refused.outcome
        return Invited(link.invite_link)

    async def register_hook(self, account: Account, hook: Hook) -> Missing | None:
        parameters: dict[str, Parameter] = {
            "url": hook.url,
            "secret_token": hook.secret,
            "allowed_updates": list(KINDS),
        }
        try:
            await self._api.call(account, "setWebhook", bool, parameters)
        except Refused as refused:
            return Missing(Ability.UPDATES, why_not(refused.outcome))
        return None

    def verify_hook(self, headers: Mapping[str, str], body: bytes, secret: str) -> bool:  # noqa: ARG002 by header alone
        said = headers.get("x-telegram-bot-api-secret-token", "")
        return hmac.compare_digest(said.encode(), secret.encode())

    def answer_to_hook(self, account: Account, body: bytes) -> HookAnswer:  # noqa: ARG002 the same for every account
        """A press is answered by a method call in the answer itself, as the Bot API allows."""
        query = pressed_query(body)
        if query is None:
            return HookAnswer(b"{}", "application/json")
        call = {"method": "answerCallbackQuery", "callback_query_id": query}
        return HookAnswer(json.dumps(call).encode(), "application/json")

    def parse_updates(self, body: bytes) -> list[Update]:
        return updates_in(body, datetime.now(UTC))


def _chat_id(target: str) -> int | str:
    """A number, or the name of a public channel. Raises Refused when it is neither."""
    if CAPABILITIES[Network.TELEGRAM].target.fullmatch(target) is None:
        raise Refused(Rejected(reason("chat_not_found")))
    return target if target.startswith("@") else int(target)


def _may_post(chat: _Chat, member: _Member) -> bool:
    if chat.type == "channel":
        return member.status == "creator" or (member.status == "administrator" and member.can_post_messages)
    return member.status in ("creator", "administrator", "member")


def _file(post: Post, number: int) -> FormFile:
    image = post.images[number]
    extension = "png" if image.content_type == "image/png" else "jpg"
    return f"image{number}", (f"image{number}.{extension}", image.content, image.content_type)


def _url(message: _Message) -> str | None:
    """Where the post can be seen: by the channel's name, or for its members by its number."""
    if message.chat.username is not None:
        return f"https://t.me/{message.chat.username}/{message.message_id}"
    number = str(message.chat.id)
    if number.startswith("-100"):
        return f"https://t.me/c/{number.removeprefix('-100')}/{message.message_id}"
    return None
