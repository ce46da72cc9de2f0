"""MAX: posts into channels and chats where the bot is an administrator, comments there, private chats with its users."""

import hmac
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx

from services.publisher.networks.accounts import Ability, Account, Missing, Network, Probe
from services.publisher.networks.connector import Connector
from services.publisher.networks.contents import (
    CommentReply,
    DirectMessage,
    MenuItem,
    Post,
    PostFormat,
    button_rows,
)
from services.publisher.networks.inbound import Hook, HookAnswer, Update
from services.publisher.networks.max.calls import BotApi, chat_of, message_of
from services.publisher.networks.max.errors import is_gone
from services.publisher.networks.max.sending import LOOK_AT, Attachment, forwardable, new_message, put, upload
from services.publisher.networks.max.updates import KINDS, updates_in
from services.publisher.networks.max.wire import Anything, Bot, Chat, Membership, Messages, SentMessage, Success
from services.publisher.networks.measures import Measured, PostMeasures
from services.publisher.networks.outcomes import (
    Change,
    Done,
    NoProof,
    Outcome,
    Reconciliation,
    Rejected,
    Unsupported,
)
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Budget, Effect, Refused, Timeouts, of_recipient, why_not

HOME = "https://max.ru"  # where people see messages
CLOCKS_APART = timedelta(minutes=2)  # between MAX's clock and ours
PRESS_ARRIVED = "Принято"  # members read it; MAX takes no answer without words
API_DOMAIN = ".max.ru"


class MaxConnector(Connector):
    network = Network.MAX

    def __init__(self, client: httpx.AsyncClient, base_url: str, timeouts: Timeouts) -> None:
        self._api = BotApi(client, base_url, timeouts)
        self._timeouts = timeouts
        self._home = HOME if (urlsplit(base_url).hostname or "").endswith(API_DOMAIN) else base_url  # a stand-in's own

    async def probe(self, account: Account) -> Probe:
        try:
            path = f"/chats/{chat_of(account)}"
            bot = await self._api.call(account, "GET", "/me", Bot)
            chat = await self._api.call(account, "GET", path, Chat)
            membership = await self._api.call(account, "GET", f"{path}/members/me", Membership)
        except Refused as refused:
            return Probe(missing=(Missing(Ability.PUBLISH, why_not(refused.outcome)),))
        missing: list[Missing] = []
        if not membership.may("write") or chat.status != "active":
            missing.append(Missing(Ability.PUBLISH, reason("no_rights")))
        elif not membership.may("edit", "delete"):
            missing.append(Missing(Ability.CHANGES, reason("no_rights")))
        return Probe(
            mailbox=str(bot.user_id),
            mailbox_url=None if bot.username is None else f"https://max.ru/{bot.username}",
            title=chat.title,
            url=chat.link,
            follower_count=chat.participants_count,
            missing=tuple(missing),
        )

    async def publish(self, account: Account, post: Post) -> Outcome:
        try:
            budget = Budget(self._timeouts)
            query = {"chat_id": str(chat_of(account))}
            async with budget.preparation():
                body = await self._body_of(account, post)
            return (await put(self._api, account, "POST", query, body, SentMessage, budget)).message.sent()
        except Refused as refused:
            return refused.outcome

    async def _body_of(self, account: Account, post: Post) -> dict[str, object]:
        """A repost of a message that cannot be forwarded is its address below the text. Raises Refused."""
        attachments = [await upload(self._api, account, image) for image in post.images]
        if post.format is not PostFormat.REPOST or post.source_url is None:
            return new_message(post.text, attachments)
        source = await forwardable(self._api, account, post.source_url, self._home)
        return new_message(_with_link(post) if source is None else post.text, attachments, source)

    async def reconcile(
        self, account: Account, post: Post, since: datetime, others: Collection[str] = ()
    ) -> Reconciliation:
        """The earliest message since then with this text and as many images."""
        try:
            query = {"chat_id": str(chat_of(account)), "count": str(LOOK_AT)}
            messages = (await self._api.call(account, "GET", "/messages", Messages, query=query)).messages
        except Refused as refused:
            return Unsupported(why_not(refused.outcome))
        texts = [post.text.split(), _with_link(post).split()]
        matches = [
            message
            for message in messages
            if datetime.fromtimestamp(message.timestamp / 1000, UTC) >= since - CLOCKS_APART
            and (message.body.text or "").split() in texts
            and message.body.images == len(post.images)
            and message.body.mid not in others
        ]
        earliest = min(matches, key=lambda message: message.timestamp, default=None)
        return NoProof() if earliest is None else earliest.sent()

    async def edit(self, account: Account, external_id: str, post: Post) -> Change:
        try:
            budget = Budget(self._timeouts)
            async with budget.preparation():
                body = await self._body_of(account, post)
            body |= {"text": body["text"] or "", "attachments": body["attachments"] or []}  # null would leave the old
            changed = await put(
                self._api, account, "PUT", {"message_id": message_of(external_id)}, body, Success, budget
            )
        except Refused as refused:
            return refused.outcome
        return _done(changed)

    async def withdraw(self, account: Account, external_id: str, images: int = 0) -> Change:  # noqa: ARG002 one message
        try:
            query = {"message_id": message_of(external_id)}
            gone = await self._api.call(account, "DELETE", "/messages", Success, query=query, effect=Effect.KEYED)
        except Refused as refused:
            return Done() if is_gone(refused.outcome) else refused.outcome
        return _done(gone)

    async def reply(self, account: Account, answer: CommentReply) -> Outcome:
        body = {"text": answer.text, "link": {"type": "reply", "mid": answer.comment_id}}
        try:
            async with Budget(self._timeouts).effect():
                path = f"/messages/{message_of(answer.post_id)}/comments"
                sent = await self._api.call(account, "POST", path, SentMessage, body=body, effect=Effect.ONCE)
        except Refused as refused:
            return refused.outcome
        return sent.message.sent()

    async def measure(self, account: Account, external_id: str) -> PostMeasures | Unsupported:
        """MAX counts views of a channel's posts, and nothing else that a bot may see."""
        try:
            query = {"message_ids": message_of(external_id)}
            messages = (await self._api.call(account, "GET", "/messages", Messages, query=query)).messages
        except Refused as refused:
            return Unsupported(reason("post_gone") if is_gone(refused.outcome) else why_not(refused.outcome))
        if not messages:
            return Unsupported(reason("post_gone"))
        untold = Measured.untold(reason("cannot_measure"))
        views = untold if messages[0].stat is None else Measured(messages[0].stat.views)
        return PostMeasures(views=views, reach=untold, reactions=untold, comments=untold, reposts=untold)

    async def set_menu(self, account: Account, items: Sequence[MenuItem]) -> Change:
        """The bot's commands: MAX offers them to whoever types a slash."""
        body = {"commands": [{"name": item.action, "description": item.label} for item in items]}
        try:
            await self._api.call(account, "PATCH", "/me/commands", Anything, body=body, effect=Effect.KEYED)
        except Refused as refused:
            return refused.outcome
        return Done()

    async def send_direct(self, account: Account, message: DirectMessage) -> Outcome:
        attachments: list[Attachment] = []
        if message.buttons:
            rows = [
                [{"type": "callback", "text": button.label, "payload": button.payload} for button in row]
                for row in button_rows(message.buttons)
            ]
            attachments = [{"type": "inline_keyboard", "payload": {"buttons": rows}}]
        try:
            query, body = {"user_id": message.recipient}, new_message(message.text, attachments)
            budget = Budget(self._timeouts)
            return (await put(self._api, account, "POST", query, body, SentMessage, budget)).message.sent()
        except Refused as refused:
            return of_recipient(refused.outcome)

    async def register_hook(self, account: Account, hook: Hook) -> Missing | None:
        body: dict[str, object] = {"url": hook.url, "secret": hook.secret, "update_types": list(KINDS)}
        try:
            result = await self._api.call(account, "POST", "/subscriptions", Success, body=body)
        except Refused as refused:
            return Missing(Ability.UPDATES, why_not(refused.outcome))
        return None if result.success else Missing(Ability.UPDATES, reason("refused", result.message[:200]))

    async def acknowledge(self, account: Account, press_id: str) -> None:
        try:
            query, body = {"callback_id": press_id}, {"notification": PRESS_ARRIVED}
            await self._api.call(account, "POST", "/answers", Success, query=query, body=body)
        except Refused as refused:
            why_not(refused.outcome)

    def verify_hook(self, headers: Mapping[str, str], body: bytes, secret: str) -> bool:  # noqa: ARG002 by header alone
        return hmac.compare_digest(headers.get("x-max-bot-api-secret", "").encode(), secret.encode())

    def answer_to_hook(self, account: Account, body: bytes) -> HookAnswer:  # noqa: ARG002 the same for every update
        return HookAnswer(b"{}", "application/json")

    def parse_updates(self, body: bytes) -> list[Update]:
        return updates_in(body)


def _with_link(post: Post) -> str:
    return "\n\n".join(part for part in (post.text, post.source_url) if part)


def _done(answer: Success) -> Change:
    return Done() if answer.success else Rejected(reason("refused", answer.message[:200]))
