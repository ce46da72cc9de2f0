"""MAX's place among the stand-ins: `/max/...` with the token in the header, uploads, subscriptions."""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus
from typing import ClassVar

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from deploy.sandbox.events import Event, Update
from deploy.sandbox.faults import FaultOrder
from deploy.sandbox.network import Network
from deploy.sandbox.networks.max.chats import Caller, hold_to_bot_limit
from deploy.sandbox.networks.max.errors import INVALID_TOKEN, bad_request, fault_reply
from deploy.sandbox.networks.max.messages import new_key
from deploy.sandbox.networks.max.operations import (
    OPERATIONS,
    Act,
    chat_operation,
    comment_operation,
    link_operation,
    message_operation,
)
from deploy.sandbox.networks.max.updates import updates
from deploy.sandbox.networks.max.views import NETWORK
from deploy.sandbox.pictures import NotAnImage, keep_picture
from deploy.sandbox.records import Bot, CredentialKind, Hook, MessageKind, WaitingUpdate
from deploy.sandbox.sandbox import Sandbox
from deploy.sandbox.wire import Call, JsonObject, Reply, json_object
from deploy.sandbox.world import World

TOKEN = re.compile(r"[A-Za-z0-9_-]{40,120}")
CHAT = "GET /chats/{chatId}"
MEMBERSHIP = "GET /chats/{chatId}/members/me"
CHAT_BY_LINK = "GET /chats/{chatLink}"
MESSAGE = "GET /messages/{messageId}"
COMMENTS = "/messages/{messageId}/comments"


class Max(Network):
    name: ClassVar[str] = NETWORK
    title: ClassVar[str] = "MAX"
    has_bots: ClassVar[bool] = True
    credential_kinds: ClassVar[frozenset[CredentialKind]] = frozenset({CredentialKind.BOT})

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[BaseRoute]:
        by_path: list[BaseRoute] = [
            Route("/max/chats/{chat_id}", self._chat(CHAT), methods=["GET"]),
            Route("/max/chats/{chat_id}/members/me", self._chat(MEMBERSHIP), methods=["GET"]),
            Route("/max/messages/{message_id}", self._message, methods=["GET"]),
            Route("/max/messages/{message_id}/comments", self._comments, methods=["GET", "POST", "PUT", "DELETE"]),
            Route("/max/upload/{bot_id:int}/{ticket:int}", self._upload, methods=["POST"]),
        ]
        for name, act in OPERATIONS.items():
            method, path = name.split()
            by_path.append(Route(f"/max{path}", partial(self._call, name, act), methods=[method]))
        by_path.append(Route("/max/{handle}/{key}", _seen, methods=["GET"]))
        return by_path

    def _chat(self, name: str) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            chat_id = request.path_params["chat_id"]
            if name == CHAT and re.fullmatch(r"@?[a-zA-Z]+[\w-]*", chat_id, re.ASCII) is not None:
                return await self._call(CHAT_BY_LINK, link_operation(chat_id), request)
            if re.fullmatch(r"-?\d{1,18}", chat_id) is None:
                return Response(status_code=HTTPStatus.NOT_FOUND)
            return await self._call(name, chat_operation(name, int(chat_id)), request, int(chat_id))

        return answer

    async def _message(self, request: Request) -> Response:
        return await self._call(MESSAGE, message_operation(request.path_params["message_id"]), request)

    async def _comments(self, request: Request) -> Response:
        name, message_id = f"{request.method} {COMMENTS}", request.path_params["message_id"]
        return await self._call(name, comment_operation(name, message_id), request)

    async def _call(self, name: str, act: Act, request: Request, chat_id: int | None = None) -> Response:
        self._sandbox.world.address = str(request.base_url).rstrip("/")
        token = request.headers.get("authorization", "")
        credential = self._sandbox.world.credentials.get(NETWORK, token)
        bot = self._sandbox.world.bots.get(NETWORK, credential.subject_id) if credential else None
        query: JsonObject = dict(request.query_params)
        body = await json_object(request)
        shown = query | (body if body is not None else {})
        accounts = {bot.id} if bot else set[int]()
        for value in (chat_id, query.get("chat_id"), query.get("user_id")):
            if re.fullmatch(r"-?\d{1,18}", str(value)):
                accounts.add(int(str(value)))
        call = Call(NETWORK, name, shown, frozenset(accounts))
        perform = partial(self._perform, bot, act, query, body)
        return await self._sandbox.exchange.answer(request, call, perform, self.fault_reply)

    def _perform(self, bot: Bot | None, act: Act, query: JsonObject, body: JsonObject | None) -> Reply:
        if bot is None:
            return INVALID_TOKEN
        if body is None:
            raise bad_request("The body is not a JSON object")
        caller = Caller(self._sandbox, bot)
        hold_to_bot_limit(caller)
        return Reply(act(caller, query, body))

    async def _upload(self, request: Request) -> Response:
        async with request.form() as form:
            sent = form.get("data")
            content = await sent.read() if isinstance(sent, UploadFile) else None
        shown: JsonObject = {"data": {"bytes": len(content or b"")}}
        call = Call(NETWORK, "upload", shown, frozenset({int(request.path_params["bot_id"])}))
        return await self._sandbox.exchange.answer(request, call, partial(self._keep, content), self.fault_reply)

    def _keep(self, content: bytes | None) -> Reply:
        if content is None:
            raise bad_request("A file named `data` is expected")
        try:
            picture = keep_picture(
                self._sandbox.world,
                NETWORK,
                content,
                processing_seconds=self._sandbox.settings.upload_processing_seconds,
            )
        except NotAnImage as error:
            raise bad_request("The file is not an image") from error
        return Reply({"photos": {str(picture.number): {"token": picture.secret}}})

    def fault_reply(self, order: FaultOrder, call: Call) -> Reply:
        del call
        return fault_reply(order)

    def new_community_id(self, world: World) -> int:
        return -70_000_000_000_000 - world.next_number("max:community")

    def new_account_id(self, world: World) -> int:
        return world.next_number("max:account", first=123_000_001)

    def new_token(self, kind: CredentialKind, subject_id: int, label: str) -> str:
        del kind, subject_id
        secret = hashlib.sha512(f"max:{label}".encode()).digest()
        return f"f9LHodD0c{urlsafe_b64encode(secret).decode().rstrip('=')[:50]}"

    def token_subject(self, token: str, kind: CredentialKind) -> int | None:
        if TOKEN.fullmatch(token) is None or kind is not CredentialKind.BOT:
            raise ValueError("a MAX token is 40 to 120 letters, digits, _ or -")
        return None

    def message_key(self, world: World, kind: MessageKind, owner_id: int) -> tuple[int, str]:
        del kind
        return new_key(world, owner_id)

    def dialog_chat_id(self, world: World, owner_id: int, person_id: int) -> int:
        del owner_id, person_id
        return world.next_number("max:dialog", first=182_000_001)

    def updates(self, world: World, event: Event) -> list[Update]:
        return updates(world, event)

    def wants(self, hook: Hook, event: str) -> bool:
        return hook.events is None or event in hook.events

    def envelope(self, hook: Hook, update: Update, number: int) -> JsonObject:
        del hook, number
        return update.body

    def hook_headers(self, hook: Hook) -> dict[str, str]:
        return {"X-Max-Bot-Api-Secret": hook.secret} if hook.secret else {}

    def takes(self, world: World, hook: Hook, update: WaitingUpdate, status: int, text: str) -> bool:
        del world, hook, update, text
        return status == HTTPStatus.OK  # "any non-200 response is a failed delivery"


async def _seen(request: Request) -> Response:
    """A message's address leads to the page that shows it."""
    return RedirectResponse(f"/#max-{request.path_params['key']}")
