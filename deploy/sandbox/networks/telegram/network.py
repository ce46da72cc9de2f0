"""Telegram's place among the stand-ins: `/telegram/bot<token>/<method>` and its hooks."""

import hashlib
import json
import re
from base64 import urlsafe_b64encode
from functools import partial
from typing import ClassVar

import httpx
from pydantic import JsonValue
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from deploy.sandbox.events import Event, Update
from deploy.sandbox.faults import FaultOrder
from deploy.sandbox.loopback import is_loopback_url
from deploy.sandbox.network import Network
from deploy.sandbox.networks.telegram.chats import Caller
from deploy.sandbox.networks.telegram.errors import error, fault_reply
from deploy.sandbox.networks.telegram.methods import METHODS
from deploy.sandbox.networks.telegram.updates import ON_REQUEST, updates
from deploy.sandbox.networks.telegram.views import NETWORK
from deploy.sandbox.records import Bot, CredentialKind, Hook, MessageKind, WaitingUpdate
from deploy.sandbox.sandbox import Sandbox
from deploy.sandbox.wire import Call, JsonObject, Refusal, Reply
from deploy.sandbox.world import World

TOKEN = re.compile(r"(\d{6,12}):[A-Za-z0-9_-]{35}")
LARGEST_REQUEST = 50 * 1024 * 1024
FETCH_SECONDS = 5.0


class Telegram(Network):
    name: ClassVar[str] = NETWORK
    title: ClassVar[str] = "Telegram"
    has_bots: ClassVar[bool] = True
    credential_kinds: ClassVar[frozenset[CredentialKind]] = frozenset({CredentialKind.BOT})

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[BaseRoute]:
        return [Route("/telegram/bot{token}/{method}", self._call, methods=["GET", "POST"])]

    async def _call(self, request: Request) -> Response:
        token, name = request.path_params["token"], request.path_params["method"]
        if int(request.headers.get("content-length", "0")) > LARGEST_REQUEST:
            return _json(error(413, "Request Entity Too Large"))
        if TOKEN.fullmatch(token) is None:
            return _json(error(404, "Not Found"))
        try:
            params, files = await _parameters(request)
        except ValueError:
            return _json(error(400, "Bad Request: can't parse the request's parameters"))
        credential = self._sandbox.world.credentials.get(NETWORK, token)
        bot = self._sandbox.world.bots.get(NETWORK, credential.subject_id) if credential else None
        shown: JsonObject = {key: {"bytes": len(content)} for key, content in files.items()}
        await _fetch_pictures(params, files)
        call = Call(NETWORK, name, params | shown, self._accounts(bot, params.get("chat_id")))
        return await self._sandbox.exchange.answer(
            request, call, partial(self._perform, bot, name, params, files), self.fault_reply
        )

    def _perform(self, bot: Bot | None, name: str, params: JsonObject, files: dict[str, bytes]) -> Reply:
        if bot is None:
            return error(401, "Unauthorized")
        act = METHODS.get(name.lower())
        if act is None:
            raise Refusal(error(404, "Not Found: method not found"))
        return Reply({"ok": True, "result": act(Caller(self._sandbox, bot, files), params)})

    def _accounts(self, bot: Bot | None, chat: JsonValue) -> frozenset[int]:
        found = {bot.id} if bot else set[int]()
        if isinstance(chat, str) and chat.startswith("@"):
            community = self._sandbox.world.community_by_handle(NETWORK, chat[1:])
            return frozenset(found | {community.id} if community else found)
        if isinstance(chat, int | str) and re.fullmatch(r"-?\d+", str(chat)):
            found.add(int(chat))
        return frozenset(found)

    def fault_reply(self, order: FaultOrder, call: Call) -> Reply:
        del call
        return fault_reply(order)

    def new_community_id(self, world: World) -> int:
        return -1_002_000_000_000 - world.next_number("telegram:community")

    def new_account_id(self, world: World) -> int:
        return world.next_number("telegram:account", first=7_100_000_001)

    def new_token(self, kind: CredentialKind, subject_id: int, label: str) -> str:
        del kind
        secret = urlsafe_b64encode(hashlib.sha256(f"telegram:{label}".encode()).digest()).decode()
        return f"{subject_id}:AA{secret[:33]}"

    def token_subject(self, token: str, kind: CredentialKind) -> int | None:
        match = TOKEN.fullmatch(token)
        if match is None or kind is not CredentialKind.BOT:
            raise ValueError("a Telegram token is <bot id>:<35 letters, digits, _ or ->")
        return int(match.group(1))

    def message_key(self, world: World, kind: MessageKind, owner_id: int) -> tuple[int, str]:
        number = world.next_number(f"telegram:{kind}:{owner_id}")
        return number, str(number)

    def dialog_chat_id(self, world: World, owner_id: int, person_id: int) -> int:
        del world, owner_id
        return person_id

    def updates(self, world: World, event: Event) -> list[Update]:
        return updates(world, event)

    def wants(self, hook: Hook, event: str) -> bool:
        return event not in ON_REQUEST if hook.events is None else event in hook.events

    def envelope(self, hook: Hook, update: Update, number: int) -> JsonObject:
        del hook
        return {"update_id": number, update.event: update.body}

    def hook_headers(self, hook: Hook) -> dict[str, str]:
        return {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}

    def takes(self, world: World, hook: Hook, update: WaitingUpdate, status: int, text: str) -> bool:
        del world, hook, update, text
        return 200 <= status < 300  # noqa: PLR2004 - any success


async def _parameters(request: Request) -> tuple[JsonObject, dict[str, bytes]]:
    """The four ways to give parameters: query, form, multipart, JSON. Raises ValueError."""
    params: JsonObject = dict(request.query_params)
    files: dict[str, bytes] = {}
    if request.method != "POST":
        return params, files
    if request.headers.get("content-type", "").startswith("application/json"):
        body: JsonValue = json.loads(await request.body())
        if not isinstance(body, dict):
            raise ValueError("object expected as JSON")
        return params | body, files
    async with request.form() as form:
        for key, value in form.multi_items():
            if isinstance(value, UploadFile):
                files[key] = await value.read()
            else:
                params[key] = value
    return params, files


async def _fetch_pictures(params: JsonObject, files: dict[str, bytes]) -> None:
    """Telegram fetches an image by its URL; the stand-in does, from this machine alone."""
    photo = params.get("photo")
    if not isinstance(photo, str) or not is_loopback_url(photo):
        return
    async with httpx.AsyncClient(trust_env=False, timeout=FETCH_SECONDS) as client:
        try:
            response = await client.get(photo)
        except httpx.HTTPError:
            return  # `sendPhoto` says that it failed to get the content
    if response.is_success:
        files[photo] = response.content


def _json(reply: Reply) -> Response:
    return JSONResponse(reply.body, reply.status)
