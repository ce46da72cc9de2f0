"""MAX: posts into channels and chats where the bot is an administrator, private chats with the bot's users."""

import asyncio
import hmac
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

import httpx
from pydantic import BaseModel, ConfigDict

from services.publisher.networks.accounts import Ability, Account, Missing, Network, Probe
from services.publisher.networks.connector import Connector
from services.publisher.networks.contents import DirectMessage, Image, Post, button_rows
from services.publisher.networks.inbound import (
    Hook,
    HookAnswer,
    Update,
)
from services.publisher.networks.max.calls import BotApi, chat_of
from services.publisher.networks.max.updates import KINDS, updates_in
from services.publisher.networks.outcomes import (
    NoProof,
    Outcome,
    Reconciliation,
    Rejected,
    Retry,
    Sent,
    Unsupported,
)
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Budget, Effect, Refused, Timeouts, of_recipient, why_not

CLOCKS_APART = timedelta(minutes=2)  # between MAX's clock and ours
LOOK_AT = 100  # the latest messages, at most what one call gives
PRESS_ARRIVED = "Принято"  # members read it; MAX takes no answer without words
FIRST_PAUSE = 0.5  # seconds before a post is tried again whose image MAX still works on; doubles


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Bot(_Wire):
    user_id: int
    username: str | None = None


class _Chat(_Wire):
    status: str
    title: str | None = None
    link: str | None = None
    participants_count: int | None = None


class _Membership(_Wire):
    is_owner: bool = False
    is_admin: bool = False
    permissions: tuple[str, ...] | None = None


class _UploadAddress(_Wire):
    url: str


class _PhotoToken(_Wire):
    token: str


class _Uploaded(_Wire):
    photos: dict[str, _PhotoToken]


class _Attachment(_Wire):
    type: str


class _Body(_Wire):
    mid: str
    text: str | None = None
    attachments: tuple[_Attachment, ...] | None = None

    @property
    def images(self) -> int:
        return sum(attachment.type == "image" for attachment in self.attachments or ())


class _Message(_Wire):
    timestamp: int
    body: _Body
    url: str | None = None

    def sent(self) -> Sent:
        shown = self.url if self.url is not None and self.url.startswith(("https://", "http://")) else None
        return Sent(self.body.mid, shown)


class _SentMessage(_Wire):
    message: _Message


class _Messages(_Wire):
    messages: tuple[_Message, ...]


class _Success(_Wire):
    success: bool
    message: str = ""


class MaxConnector(Connector):
    network = Network.MAX

    def __init__(self, client: httpx.AsyncClient, base_url: str, timeouts: Timeouts) -> None:
        self._api = BotApi(client, base_url, timeouts)
        self._timeouts = timeouts

    async def probe(self, account: Account) -> Probe:
        try:
            path = f"/chats/{chat_of(account)}"
            bot = await self._api.call(account, "GET", "/me", _Bot)
            chat = await self._api.call(account, "GET", path, _Chat)
            membership = await self._api.call(account, "GET", f"{path}/members/me", _Membership)
        except Refused as refused:
            return Probe(missing=(Missing(Ability.PUBLISH, why_not(refused.outcome)),))
        may_write = membership.is_owner or (membership.is_admin and "write" in (membership.permissions or ()))
        missing = () if may_write and chat.status == "active" else (Missing(Ability.PUBLISH, reason("no_rights")),)
        return Probe(
            mailbox=str(bot.user_id),
            mailbox_url=None if bot.username is None else f"https://max.ru/{bot.username}",
            title=chat.title,
            url=chat.link,
            follower_count=chat.participants_count,
            missing=missing,
        )

    async def publish(self, account: Account, post: Post) -> Outcome:
        try:
            budget = Budget(self._timeouts)
            query = {"chat_id": str(chat_of(account))}
            async with budget.preparation():
                attachments = [await self._upload(account, image) for image in post.images]
            return await self._send(account, query, post.text, attachments, budget)
        except Refused as refused:
            return refused.outcome

    async def _upload(self, account: Account, image: Image) -> dict[str, object]:
        address = await self._api.call(account, "POST", "/uploads", _UploadAddress, query={"type": "image"})
        extension = "png" if image.content_type == "image/png" else "jpg"
        file = ("data", (f"image.{extension}", image.content, image.content_type))
        uploaded = await self._api.upload(address.url, file, _Uploaded)
        if not uploaded.photos:
            raise Refused(Rejected(reason("image_refused")))
        return {"type": "image", "payload": uploaded.model_dump()}

    async def _send(
        self,
        account: Account,
        query: Mapping[str, str],
        text: str,
        attachments: list[dict[str, object]],
        budget: Budget,
    ) -> Sent:
        """Send once; again only after MAX said that it had not taken the message, its image not being ready."""
        body = {"text": text or None, "attachments": attachments or None, "link": None}
        pause = FIRST_PAUSE
        while True:
            try:
                async with budget.effect():
                    sent = await self._api.call(
                        account, "POST", "/messages", _SentMessage, query=query, body=body, effect=Effect.ONCE
                    )
            except Refused as refused:
                if not _not_ready(refused) or budget.spare < pause:
                    raise
            else:
                return sent.message.sent()
            await asyncio.sleep(pause)
            pause *= 2

    async def reconcile(
        self, account: Account, post: Post, since: datetime, others: Collection[str] = ()
    ) -> Reconciliation:
        """The earliest message since then with this text and as many images."""
        try:
            query = {"chat_id": str(chat_of(account)), "count": str(LOOK_AT)}
            messages = (await self._api.call(account, "GET", "/messages", _Messages, query=query)).messages
        except Refused as refused:
            return Unsupported(why_not(refused.outcome))
        matches = [
            message
            for message in messages
            if datetime.fromtimestamp(message.timestamp / 1000, UTC) >= since - CLOCKS_APART
            and (message.body.text or "").split() == post.text.split()
            and message.body.images == len(post.images)
            and message.body.mid not in others
        ]
        earliest = min(matches, key=lambda message: message.timestamp, default=None)
        return NoProof() if earliest is None else earliest.sent()

    async def send_direct(self, account: Account, message: DirectMessage) -> Outcome:
        attachments: list[dict[str, object]] = []
        if message.buttons:
            rows = [
                [{"type": "callback", "text": button.label, "payload": button.payload} for button in row]
                for row in button_rows(message.buttons)
            ]
            attachments = [{"type": "inline_keyboard", "payload": {"buttons": rows}}]
        try:
            budget = Budget(self._timeouts)
            return await self._send(account, {"user_id": message.recipient}, message.text, attachments, budget)
        except Refused as refused:
            return of_recipient(refused.outcome)

    async def register_hook(self, account: Account, hook: Hook) -> Missing | None:
        body: dict[str, object] = {"url": hook.url, "secret": hook.secret, "update_types": list(KINDS)}
        try:
            result = await self._api.call(account, "POST", "/subscriptions", _Success, body=body)
        except Refused as refused:
            return Missing(Ability.UPDATES, why_not(refused.outcome))
        return None if result.success else Missing(Ability.UPDATES, reason("refused", result.message[:200]))

    async def acknowledge(self, account: Account, press_id: str) -> None:
        try:
            query, body = {"callback_id": press_id}, {"notification": PRESS_ARRIVED}
            await self._api.call(account, "POST", "/answers", _Success, query=query, body=body)
        except Refused as refused:
            why_not(refused.outcome)

    def verify_hook(self, headers: Mapping[str, str], body: bytes, secret: str) -> bool:  # noqa: ARG002 by header alone
        return hmac.compare_digest(headers.get("x-max-bot-api-secret", "").encode(), secret.encode())

    def answer_to_hook(self, account: Account, body: bytes) -> HookAnswer:  # noqa: ARG002 the same for every update
        return HookAnswer(b"{}", "application/json")

    def parse_updates(self, body: bytes) -> list[Update]:
        return updates_in(body)


def _not_ready(refused: Refused) -> bool:
    return isinstance(refused.outcome, Retry) and refused.outcome.reason.code == "network.image_not_ready"
