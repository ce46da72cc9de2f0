"""The modelled operations by method and path, each behind the check of its query and body."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from pydantic import BaseModel, JsonValue, ValidationError

from deploy.sandbox.loopback import is_loopback_url
from deploy.sandbox.networks.max import comments, messages
from deploy.sandbox.networks.max.chats import Caller, find_chat
from deploy.sandbox.networks.max.errors import bad_request, not_found
from deploy.sandbox.networks.max.models import (
    AnswerQuery,
    CallbackAnswer,
    Commands,
    CommentQuery,
    CommentsQuery,
    ListQuery,
    MessageQuery,
    NewComment,
    NewMessage,
    Nothing,
    SendQuery,
    Subscription,
    SubscriptionQuery,
    Upload,
)
from deploy.sandbox.networks.max.views import NETWORK, bot_user, channel, dialog_chat, membership, subscription
from deploy.sandbox.records import Button, ButtonKind, Hook
from deploy.sandbox.wire import JsonObject, Refusal

Q = TypeVar("Q", bound=BaseModel)
B = TypeVar("B", bound=BaseModel)
Act = Callable[[Caller, JsonObject, JsonObject], JsonValue]
SUCCESS: JsonValue = {"success": True}


def operation(query_model: type[Q], body_model: type[B], act: Callable[[Caller, Q, B], JsonValue]) -> Act:
    def call(caller: Caller, query: JsonObject, body: JsonObject) -> JsonValue:
        try:
            asked, given = query_model.model_validate(query), body_model.model_validate(body)
        except ValidationError as error:
            raise _worded(error) from error
        return act(caller, asked, given)

    return call


def _worded(error: ValidationError) -> Refusal:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return bad_request(f"{name} is not modelled by the stand-in")
    return bad_request(f"{name}: {first['msg']}" if name else first["msg"])


def me(caller: Caller, _query: Nothing, _body: Nothing) -> JsonValue:
    return bot_user(caller.world, caller.bot)


def set_commands(caller: Caller, _: Nothing, body: Commands) -> JsonValue:
    commands: list[JsonValue] = [command.model_dump(exclude_none=True) for command in body.commands]
    menu = tuple(
        Button(text=command.description or command.name, kind=ButtonKind.TEXT, data=f"/{command.name}")
        for command in body.commands
    )
    caller.world.bots.put(caller.bot.model_copy(update={"menu": menu}))
    return {**bot_user(caller.world, caller.bot), "commands": commands}


def get_chat_by_link(link: str, caller: Caller, _query: Nothing, _body: Nothing) -> JsonValue:
    community = caller.world.community_by_handle(NETWORK, link.removeprefix("@"))
    if community is None:
        raise not_found(f"Chat {link} not found")
    return channel(caller.world, community)


def get_chat(chat_id: int, caller: Caller, _query: Nothing, _body: Nothing) -> JsonValue:
    target = find_chat(caller, chat_id)
    if target.community is not None:
        return channel(caller.world, target.community)
    person = caller.world.people.get(NETWORK, target.dialog.person_id) if target.dialog else None
    if target.dialog is None or person is None:
        raise not_found(f"Chat {chat_id} not found")
    return dialog_chat(caller.world, target.dialog, person)


def get_membership(chat_id: int, caller: Caller, _query: Nothing, _body: Nothing) -> JsonValue:
    if find_chat(caller, chat_id).community is None:
        raise bad_request("Method is not available for dialogs")
    return membership(caller.world, caller.bot)


def get_message(message_id: str, caller: Caller, _query: Nothing, _body: Nothing) -> JsonValue:
    return messages.one(caller, message_id)


def get_upload_url(caller: Caller, _query: Upload, _body: Nothing) -> JsonValue:
    ticket = caller.world.next_number("max:upload", first=880_000_001)
    return {"url": f"{caller.world.address}/max/upload/{caller.bot.id}/{ticket}"}


def subscribe(caller: Caller, _: Nothing, body: Subscription) -> JsonValue:
    if not is_loopback_url(body.url):
        raise bad_request("url: the stand-in sends to loopback addresses only")
    same = (h for h in caller.world.hooks_of(NETWORK, caller.bot.id) if h.url == body.url)
    known = next(same, None)
    caller.world.hooks.put(
        Hook(
            network=NETWORK,
            owner_id=caller.bot.id,
            id=known.id if known else caller.world.next_number(f"max:hook:{caller.bot.id}"),
            url=body.url,
            secret=body.secret,
            events=tuple(body.update_types) if body.update_types else None,
            created_at=caller.world.now(),
        )
    )
    return SUCCESS


def get_subscriptions(caller: Caller, _query: Nothing, _body: Nothing) -> JsonValue:
    return {"subscriptions": [subscription(hook) for hook in caller.world.hooks_of(NETWORK, caller.bot.id)]}


def unsubscribe(caller: Caller, query: SubscriptionQuery, _: Nothing) -> JsonValue:
    for hook in caller.world.hooks_of(NETWORK, caller.bot.id):
        if hook.url == query.url:
            caller.sandbox.hooks.forget(hook)
            caller.world.hooks.remove(hook)
            return SUCCESS
    return {"success": False, "message": "There is no such subscription"}


OPERATIONS: Mapping[str, Act] = {
    "GET /me": operation(Nothing, Nothing, me),
    "PATCH /me/commands": operation(Nothing, Commands, set_commands),
    "POST /uploads": operation(Upload, Nothing, get_upload_url),
    "POST /messages": operation(SendQuery, NewMessage, messages.send),
    "GET /messages": operation(ListQuery, Nothing, messages.listed),
    "PUT /messages": operation(MessageQuery, NewMessage, messages.edit),
    "DELETE /messages": operation(MessageQuery, Nothing, messages.delete),
    "POST /answers": operation(AnswerQuery, CallbackAnswer, messages.answer),
    "POST /subscriptions": operation(Nothing, Subscription, subscribe),
    "GET /subscriptions": operation(Nothing, Nothing, get_subscriptions),
    "DELETE /subscriptions": operation(SubscriptionQuery, Nothing, unsubscribe),
}


def chat_operation(name: str, chat_id: int) -> Act:
    acts = {"GET /chats/{chatId}": get_chat, "GET /chats/{chatId}/members/me": get_membership}
    return operation(Nothing, Nothing, partial(acts[name], chat_id))


def message_operation(message_id: str) -> Act:
    return operation(Nothing, Nothing, partial(get_message, message_id))


def link_operation(link: str) -> Act:
    return operation(Nothing, Nothing, partial(get_chat_by_link, link))


def comment_operation(name: str, message_id: str) -> Act:
    match name.partition(" ")[0]:
        case "GET":
            return operation(CommentsQuery, Nothing, partial(comments.listed, message_id))
        case "POST":
            return operation(Nothing, NewComment, partial(comments.send, message_id))
        case "PUT":
            return operation(CommentQuery, NewComment, partial(comments.edit, message_id))
        case _:
            return operation(CommentQuery, Nothing, partial(comments.delete, message_id))
