"""`/graph/me/...`: the Bot API, by which a group answers those who wrote to it and subscribes to what they write."""

from collections.abc import Callable, Mapping
from typing import Annotated, TypeVar

from pydantic import BaseModel, Field, JsonValue, ValidationError

from deploy.sandbox.loopback import is_loopback_url
from deploy.sandbox.networks.ok.caller import NETWORK
from deploy.sandbox.networks.ok.errors import PARAM, OkError
from deploy.sandbox.networks.ok.models import Strict
from deploy.sandbox.records import Community, Hook, Message, MessageKind
from deploy.sandbox.sandbox import Sandbox
from deploy.sandbox.wire import JsonObject

TEXT = 5000  # no figure is published
B = TypeVar("B", bound=BaseModel)
Act = Callable[[Sandbox, Community, JsonObject], JsonValue]
UserId = Annotated[str, Field(pattern=r"^(user:)?\d{1,18}$")]


class Nothing(Strict):
    pass


class Address(Strict):
    url: str = Field(pattern=r"^https?://")


class Recipient(Strict):
    user_ids: list[UserId] = Field(min_length=1)


class Text(Strict):
    text: str = Field(min_length=1, max_length=TEXT)


class Writing(Strict):
    recipient: Recipient
    message: Text


def info(_: Sandbox, group: Community, _body: Nothing) -> JsonValue:
    return {"name": group.title, "group_id": f"group:{group.id}"}


def write(sandbox: Sandbox, group: Community, body: Writing) -> JsonValue:
    """For each user whether they take messages of the group: those who wrote to it do."""
    done: list[JsonValue] = [
        _written(sandbox, group, int(name.rpartition(":")[2]), body.message.text) for name in body.recipient.user_ids
    ]
    return {"success": done}


def subscribe(sandbox: Sandbox, group: Community, body: Address) -> JsonValue:
    if not is_loopback_url(body.url):
        raise OkError(PARAM, "url: the stand-in sends to loopback addresses only")
    if _subscribed(sandbox, group, body.url) is None:
        number = sandbox.world.next_number(f"ok:hook:{group.id}")
        hook = Hook(
            network=NETWORK,
            owner_id=group.id,
            id=number,
            url=body.url,
            secret=None,
            events=None,
            created_at=sandbox.world.now(),
        )
        sandbox.world.hooks.put(hook)
    return {"success": True}


def subscriptions(sandbox: Sandbox, group: Community, _: Nothing) -> JsonValue:
    hooks = sandbox.world.hooks_of(NETWORK, group.id)
    return {"subscriptions": [{"url": hook.url, "time": int(hook.created_at.timestamp() * 1000)} for hook in hooks]}


def unsubscribe(sandbox: Sandbox, group: Community, body: Address) -> JsonValue:
    hook = _subscribed(sandbox, group, body.url)
    if hook is not None:
        sandbox.hooks.forget(hook)
        sandbox.world.hooks.remove(hook)
    return {"success": hook is not None}


def message_notice(message: Message, sender_name: str) -> JsonObject:
    """What a hook is told of a message that somebody wrote to the group."""
    return {
        "sender": {"user_id": f"user:{message.author_id}", "name": sender_name},
        "recipient": {"chat_id": _chat(message.owner_id, message.chat_id)},
        "message": {"text": message.text, "seq": message.number, "mid": f"mid:{message.key}"},
        "timestamp": int(message.at.timestamp() * 1000),
    }


def _written(sandbox: Sandbox, group: Community, user_id: int, text: str) -> bool:
    dialog = sandbox.world.dialogs.get(NETWORK, group.id, user_id)
    if dialog is None:
        return False
    number = sandbox.world.next_number("ok:direct", first=98_211_023_614_189)
    sandbox.world.keep_message(
        Message(
            network=NETWORK,
            kind=MessageKind.DIRECT,
            owner_id=group.id,
            chat_id=dialog.chat_id,
            number=number,
            key=f"C{group.id:x}.{number:x}",
            author_id=None,
            outgoing=True,
            text=text,
            at=sandbox.world.now(),
        )
    )
    return True


def _subscribed(sandbox: Sandbox, group: Community, url: str) -> Hook | None:
    return next((hook for hook in sandbox.world.hooks_of(NETWORK, group.id) if hook.url == url), None)


def _chat(gid: int, user_id: int) -> str:
    return f"chat:C{gid:x}{user_id:x}"


def _operation(model: type[B], act: Callable[[Sandbox, Community, B], JsonValue]) -> Act:
    def call(sandbox: Sandbox, group: Community, given: JsonObject) -> JsonValue:
        try:
            body = model.model_validate(given)
        except ValidationError as error:
            raise OkError(PARAM, str(error.errors()[0]["msg"])) from error
        return act(sandbox, group, body)

    return call


OPERATIONS: Mapping[str, Act] = {
    "GET /graph/me/info": _operation(Nothing, info),
    "POST /graph/me/messages": _operation(Writing, write),
    "POST /graph/me/subscribe": _operation(Address, subscribe),
    "GET /graph/me/subscriptions": _operation(Nothing, subscriptions),
    "POST /graph/me/unsubscribe": _operation(Address, unsubscribe),
}
