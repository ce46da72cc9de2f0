"""The modelled methods by name, and those that ask or set up rather than send."""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

from pydantic import JsonValue, ValidationError

from deploy.sandbox.loopback import is_loopback_url
from deploy.sandbox.networks.telegram import forwarding, polls, sending
from deploy.sandbox.networks.telegram.chats import Caller, find_chat
from deploy.sandbox.networks.telegram.errors import bad_request, forbidden
from deploy.sandbox.networks.telegram.models import (
    AnswerCallbackQuery,
    ChatMemberParameters,
    ChatParameters,
    CreateChatInviteLink,
    DeleteMessage,
    DeleteMessages,
    DeleteWebhook,
    EditMessageCaption,
    EditMessageReplyMarkup,
    EditMessageText,
    ForwardMessage,
    NoParameters,
    Parameters,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
    SendPoll,
    SetMyCommands,
    SetWebhook,
)
from deploy.sandbox.networks.telegram.views import (
    NETWORK,
    administrator,
    bot_user,
    full_chat,
    invite_link,
    own_bot_user,
    person_user,
    webhook_info,
)
from deploy.sandbox.records import Button, ButtonKind, Hook, InviteLink
from deploy.sandbox.wire import JsonObject, Refusal

EMPTY = {"chat_id": "chat_id is empty", "message_id": "message identifier is not specified", "media": "media is empty"}
WORDED = re.compile(r"Value error, (can't parse .*|BUTTON_\w+|object expected as JSON)", re.DOTALL)
P = TypeVar("P", bound=Parameters)


Act = Callable[[Caller, JsonObject], JsonValue]


def method(parameters: type[P], act: Callable[[Caller, P], JsonValue]) -> Act:
    """`act` behind the check of its parameters, which refuses in the original's words."""

    def call(caller: Caller, given: JsonObject) -> JsonValue:
        try:
            body = parameters.model_validate(given)
        except ValidationError as error:
            raise _worded(error) from error
        return act(caller, body)

    return call


def _worded(error: ValidationError) -> Refusal:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"] if not str(part).startswith("function-"))
    if first["type"] == "extra_forbidden":
        return bad_request(f'parameter "{name}" is not modelled by the stand-in')
    if first["type"] == "missing":
        return bad_request(EMPTY.get(name, f'parameter "{name}" is required'))
    if name == "parse_mode":
        return bad_request("unsupported parse_mode")
    if name == "secret_token":
        return bad_request("secret token contains unallowed characters")
    worded = WORDED.match(first["msg"])
    return bad_request(worded.group(1) if worded else f'invalid value of parameter "{name}"')


def _get_me(caller: Caller, _: NoParameters) -> JsonValue:
    return own_bot_user(caller.bot)


def _get_chat(caller: Caller, body: ChatParameters) -> JsonValue:
    target = find_chat(caller, body.chat_id)
    if target.person is not None and caller.sandbox.world.dialogs.get(NETWORK, caller.bot.id, target.id) is None:
        raise bad_request("chat not found")
    return full_chat(target.chat, target.community)


def _get_chat_member(caller: Caller, body: ChatMemberParameters) -> JsonValue:
    target = find_chat(caller, body.chat_id)
    community = target.community
    if community is None:
        raise bad_request("method is available for supergroup and channel chats only")
    if community.bot_id != caller.bot.id:
        raise forbidden("bot is not a member of the channel chat")
    bot = caller.sandbox.world.bots.get(NETWORK, body.user_id)
    if bot is not None:
        return administrator(bot) if bot.id == community.bot_id else {"status": "left", "user": bot_user(bot)}
    person = caller.sandbox.world.people.get(NETWORK, body.user_id)
    if person is None:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return {"status": "member" if person.id in community.members else "left", "user": person_user(person)}


def _get_chat_member_count(caller: Caller, body: ChatParameters) -> JsonValue:
    target = find_chat(caller, body.chat_id)
    if target.community is None:
        return 2
    if target.community.bot_id != caller.bot.id:
        raise forbidden("bot is not a member of the channel chat")
    return target.community.followers + len(target.community.members) + 1


def _create_chat_invite_link(caller: Caller, body: CreateChatInviteLink) -> JsonValue:
    world = caller.sandbox.world
    community = find_chat(caller, body.chat_id).community
    if community is None:
        raise bad_request("chat not found")
    if community.bot_id != caller.bot.id:
        raise bad_request("not enough rights to manage chat invite link")
    number = world.next_number("telegram:invite_link")
    secret = urlsafe_b64encode(hashlib.sha256(f"telegram:invite:{number}".encode()).digest()).decode()[:16]
    link = InviteLink(
        network=NETWORK,
        url=f"https://t.me/+{secret}",
        community_id=community.id,
        bot_id=caller.bot.id,
        name=body.name or None,
        expires_at=None if body.expire_date is None else datetime.fromtimestamp(body.expire_date, UTC),
        member_limit=body.member_limit,
    )
    return invite_link(caller.bot, world.invite_links.put(link))


def _answer_callback_query(caller: Caller, body: AnswerCallbackQuery) -> JsonValue:
    world = caller.sandbox.world
    press = world.presses.get(NETWORK, body.callback_query_id)
    if press is None or press.owner_id != caller.bot.id or press.answered:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    world.presses.put(press.model_copy(update={"answered": True, "notification": body.text or None}))
    return True


def _set_my_commands(caller: Caller, body: SetMyCommands) -> JsonValue:
    menu = tuple(
        Button(text=command.description, kind=ButtonKind.TEXT, data=f"/{command.command}") for command in body.commands
    )
    caller.sandbox.world.bots.put(caller.bot.model_copy(update={"menu": menu}))
    return True


def _set_webhook(caller: Caller, body: SetWebhook) -> JsonValue:
    if not body.url:
        return _delete_webhook(caller, DeleteWebhook(drop_pending_updates=body.drop_pending_updates))
    if not is_loopback_url(body.url):
        raise bad_request("bad webhook: the stand-in sends to loopback addresses only")
    world = caller.sandbox.world
    hook = Hook(
        network=NETWORK,
        owner_id=caller.bot.id,
        id=1,
        url=body.url,
        secret=body.secret_token,
        events=tuple(body.allowed_updates) if body.allowed_updates else None,
        created_at=world.now(),
    )
    if body.drop_pending_updates:
        caller.sandbox.hooks.forget(hook)
    world.hooks.put(hook)
    return True


def _delete_webhook(caller: Caller, body: DeleteWebhook) -> JsonValue:
    for hook in caller.sandbox.world.hooks_of(NETWORK, caller.bot.id):
        if body.drop_pending_updates:
            caller.sandbox.hooks.forget(hook)
        caller.sandbox.world.hooks.remove(hook)
    return True


def _get_webhook_info(caller: Caller, _: NoParameters) -> JsonValue:
    world = caller.sandbox.world
    hook = next(iter(world.hooks_of(NETWORK, caller.bot.id)), None)
    if hook is None:
        return webhook_info(None, 0, None)
    waiting = [update for update in world.waiting if update.hook == hook.name]
    errors = [a for a in caller.sandbox.hooks.attempts if a.hook == hook.name and not a.taken]
    last = errors[-1] if errors else None
    told = (int(last.at.timestamp()), f"Wrong response from the webhook: {last.status or last.error}") if last else None
    return webhook_info(hook, len(waiting), told)


METHODS: Mapping[str, Act] = {
    "getme": method(NoParameters, _get_me),
    "getchat": method(ChatParameters, _get_chat),
    "getchatmember": method(ChatMemberParameters, _get_chat_member),
    "getchatmembercount": method(ChatParameters, _get_chat_member_count),
    "answercallbackquery": method(AnswerCallbackQuery, _answer_callback_query),
    "createchatinvitelink": method(CreateChatInviteLink, _create_chat_invite_link),
    "setwebhook": method(SetWebhook, _set_webhook),
    "deletewebhook": method(DeleteWebhook, _delete_webhook),
    "getwebhookinfo": method(NoParameters, _get_webhook_info),
    "sendmessage": method(SendMessage, sending.send_message),
    "sendphoto": method(SendPhoto, sending.send_photo),
    "sendmediagroup": method(SendMediaGroup, sending.send_media_group),
    "editmessagetext": method(EditMessageText, sending.edit_message_text),
    "editmessagecaption": method(EditMessageCaption, sending.edit_message_caption),
    "editmessagereplymarkup": method(EditMessageReplyMarkup, sending.edit_message_reply_markup),
    "deletemessage": method(DeleteMessage, sending.delete_message),
    "deletemessages": method(DeleteMessages, sending.delete_messages),
    "sendpoll": method(SendPoll, polls.send_poll),
    "forwardmessage": method(ForwardMessage, forwarding.forward_message),
    "setmycommands": method(SetMyCommands, _set_my_commands),
}  # lower case: Telegram does not mind how a method is spelt
