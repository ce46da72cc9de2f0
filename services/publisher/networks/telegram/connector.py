"""Telegram: posts into channels and groups, private chats with the bot's users. Plain text: no parse mode is used."""

import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import httpx

from services.publisher.networks.accounts import Ability, Account, Missing, Network, Probe
from services.publisher.networks.connector import Connector
from services.publisher.networks.contents import (
    CommentReply,
    DirectMessage,
    Invitation,
    Invited,
    MenuItem,
    Post,
    PostFormat,
    button_rows,
)
from services.publisher.networks.inbound import Hook, HookAnswer, Update
from services.publisher.networks.measures import Measured, PostMeasures
from services.publisher.networks.outcomes import Change, Done, Outcome, Refusal, Sent, Unsupported
from services.publisher.networks.reasons import reason
from services.publisher.networks.telegram.calls import BotApi, Parameter
from services.publisher.networks.telegram.posts import Posts, chat_id, message_ids
from services.publisher.networks.telegram.updates import KINDS, pressed_query, updates_in
from services.publisher.networks.telegram.wire import Bot, Chat, InviteLink, Member, Message
from services.publisher.networks.transport import Budget, Effect, Refused, Timeouts, of_recipient, why_not


class TelegramConnector(Connector):
    network = Network.TELEGRAM

    def __init__(self, client: httpx.AsyncClient, base_url: str, timeouts: Timeouts) -> None:
        self._api = BotApi(client, base_url, timeouts)
        self._posts = Posts(self._api)
        self._timeouts = timeouts

    async def probe(self, account: Account) -> Probe:
        try:
            of_chat: dict[str, Parameter] = {"chat_id": chat_id(account.target)}
            bot = await self._api.call(account, "getMe", Bot, {})
            chat = await self._api.call(account, "getChat", Chat, of_chat)
            followers = await self._api.call(account, "getChatMemberCount", int, of_chat)
            member = await self._api.call(account, "getChatMember", Member, {**of_chat, "user_id": bot.id})
        except Refused as refused:
            return Probe(missing=(Missing(Ability.PUBLISH, why_not(refused.outcome)),))
        url = None if chat.username is None else f"https://t.me/{chat.username}"
        return Probe(
            mailbox=str(bot.id),
            mailbox_url=None if bot.username is None else f"https://t.me/{bot.username}",
            title=chat.title,
            url=url,
            follower_count=followers,
            missing=_missing_rights(chat, member),
        )

    async def publish(self, account: Account, post: Post) -> Outcome:
        try:
            async with Budget(self._timeouts).effect():
                return await self._posts.put(account, post)
        except Refused as refused:
            return refused.outcome

    async def edit(self, account: Account, external_id: str, post: Post) -> Change:
        """Of a poll and of what was forwarded nothing can be changed; of a post its text."""
        if post.format in (PostFormat.POLL, PostFormat.REPOST):
            return Unsupported(reason("cannot_edit"))
        try:
            async with Budget(self._timeouts).effect():
                await self._posts.change(account, external_id, post)
        except Refused as refused:
            return refused.outcome
        return Done()

    async def withdraw(self, account: Account, external_id: str, images: int = 0) -> Change:
        try:
            async with Budget(self._timeouts).effect():
                await self._posts.take_down(account, external_id, images)
        except Refused as refused:
            return refused.outcome
        return Done()

    async def reply(self, account: Account, answer: CommentReply) -> Outcome | Unsupported:
        """In the channel's discussion group, where comments are written."""
        budget = Budget(self._timeouts)
        try:
            async with budget.preparation():
                place: dict[str, Parameter] = {"chat_id": chat_id(account.target)}
                discussion = (await self._api.call(account, "getChat", Chat, place)).linked_chat_id
                comment = message_ids(answer.comment_id, 1)[0]
            if discussion is None:
                return Unsupported(reason("cannot_reply"))
            said: dict[str, Parameter] = {"text": answer.text, "reply_parameters": {"message_id": comment}}
            async with budget.effect():
                sent = await self._api.call(
                    account, "sendMessage", Message, {"chat_id": discussion, **said}, effect=Effect.ONCE
                )
        except Refused as refused:
            return refused.outcome
        return Sent(str(sent.message_id))

    async def measure(self, account: Account, external_id: str) -> PostMeasures | Unsupported:  # noqa: ARG002
        """Bots are told no figures of a channel's posts; reactions come by updates alone."""
        untold = Measured.untold(reason("cannot_measure"))
        return PostMeasures(views=untold, reach=untold, reactions=untold, comments=untold, reposts=untold)

    async def set_menu(self, account: Account, items: Sequence[MenuItem]) -> Change:
        """The bot's commands, in private chats alone."""
        commands = [{"command": item.action.value, "description": item.label} for item in items]
        scope = {"type": "all_private_chats"}
        try:
            await self._api.call(
                account, "setMyCommands", bool, {"commands": commands, "scope": scope}, effect=Effect.KEYED
            )
        except Refused as refused:
            return refused.outcome
        return Done()

    async def send_direct(self, account: Account, message: DirectMessage) -> Outcome:
        keyboard: dict[str, Parameter] = {}
        if message.buttons:
            rows = [
                [{"text": button.label, "callback_data": button.payload} for button in row]
                for row in button_rows(message.buttons)
            ]
            keyboard["reply_markup"] = {"inline_keyboard": rows}
        try:
            parameters = {"chat_id": chat_id(message.recipient), "text": message.text, **keyboard}
            async with Budget(self._timeouts).effect():
                sent = await self._api.call(account, "sendMessage", Message, parameters, effect=Effect.ONCE)
        except Refused as refused:
            return of_recipient(refused.outcome)
        return Sent(str(sent.message_id))

    async def invite(self, account: Account, invitation: Invitation) -> Invited | Unsupported | Refusal:
        """A link that nobody was told of is never followed: a lost answer is as if nothing had been made."""
        try:
            parameters: dict[str, Parameter] = {
                "chat_id": chat_id(account.target),
                "name": invitation.name,
                "expire_date": int(invitation.expires_at.timestamp()),
                "member_limit": 1,
            }
            link = await self._api.call(account, "createChatInviteLink", InviteLink, parameters)
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


def _missing_rights(chat: Chat, member: Member) -> tuple[Missing, ...]:
    """A channel's administrator is given each right by itself; whoever is in a group may write there."""
    if member.status == "creator":
        return ()
    if chat.type != "channel":
        writes = member.status in ("administrator", "member")
        return () if writes else (Missing(Ability.PUBLISH, reason("no_rights", member.status)),)
    is_administrator = member.status == "administrator"
    missing: list[Missing] = []
    if not (is_administrator and member.can_post_messages):
        missing.append(Missing(Ability.PUBLISH, reason("no_rights", member.status)))
    if not (is_administrator and member.can_edit_messages and member.can_delete_messages):
        missing.append(Missing(Ability.CHANGES, reason("no_rights", "can_edit_messages, can_delete_messages")))
    return tuple(missing)
