"""VK's place among the stand-ins: `/vk/method/<method>`, the upload server, and the Callback API."""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from functools import partial
from typing import ClassVar

from pydantic import JsonValue
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from deploy.sandbox.events import Event, Update
from deploy.sandbox.faults import FaultOrder
from deploy.sandbox.network import Network
from deploy.sandbox.networks.vk.caller import Caller
from deploy.sandbox.networks.vk.errors import (
    AUTHORIZATION,
    INVALID_REQUEST,
    NOT_KNOWN,
    NOTHING_PASSED,
    UNKNOWN_METHOD,
    VkError,
    error_reply,
    fault_reply,
)
from deploy.sandbox.networks.vk.methods import METHODS
from deploy.sandbox.networks.vk.photos import upload
from deploy.sandbox.networks.vk.stories import upload as upload_story
from deploy.sandbox.networks.vk.updates import updates
from deploy.sandbox.networks.vk.views import NETWORK
from deploy.sandbox.records import Credential, CredentialKind, Hook, HookState, MessageKind, WaitingUpdate
from deploy.sandbox.sandbox import Sandbox
from deploy.sandbox.wire import Call, JsonObject, Reply
from deploy.sandbox.world import World

VERSION = "5.199"
TOKEN = re.compile(r"vk1\.a\.[A-Za-z0-9_-]{40,250}")
CONFIRMATION = "confirmation"
HTTP_OK = 200


class Vk(Network):
    name: ClassVar[str] = NETWORK
    title: ClassVar[str] = "ВКонтакте"
    has_bots: ClassVar[bool] = False
    credential_kinds: ClassVar[frozenset[CredentialKind]] = frozenset({CredentialKind.COMMUNITY, CredentialKind.USER})

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/vk/method/{method}", self._call, methods=["GET", "POST"]),
            Route("/vk/upload/{group_id:int}", self._upload, methods=["POST"]),
            Route("/vk/upload_story/{group_id:int}", self._upload_story, methods=["POST"]),
        ]

    async def _call(self, request: Request) -> Response:
        method = request.path_params["method"]
        self._sandbox.world.address = str(request.base_url).rstrip("/")
        params: JsonObject = dict(request.query_params)
        if request.method == "POST":
            async with request.form() as form:
                params |= {key: value for key, value in form.items() if isinstance(value, str)}
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        credential = self._sandbox.world.credentials.get(NETWORK, token) if scheme.lower() == "bearer" else None
        call = Call(NETWORK, method, params, _accounts(credential, params))
        perform = partial(self._perform, credential, method, params, has_token=bool(token))
        return await self._sandbox.exchange.answer(request, call, perform, self.fault_reply)

    def _perform(self, credential: Credential | None, method: str, params: JsonObject, *, has_token: bool) -> Reply:
        try:
            return Reply({"response": self._act(credential, method, params, has_token=has_token)})
        except VkError as error:
            return error_reply(error.code, str(error), method, params)

    def _act(self, credential: Credential | None, method: str, params: JsonObject, *, has_token: bool) -> JsonValue:
        if params.get("v") != VERSION:
            raise VkError(INVALID_REQUEST, "v (version) is required" if "v" not in params else "v is not 5.199")
        act = METHODS.get(method)
        if act is None:
            raise VkError(UNKNOWN_METHOD)
        if credential is None:
            raise VkError(AUTHORIZATION, NOT_KNOWN if has_token else NOTHING_PASSED)
        caller = Caller(self._sandbox, credential)
        caller.hold_to_limits()
        return act(caller, {key: value for key, value in params.items() if key not in {"v", "lang"}})

    async def _upload(self, request: Request) -> Response:
        return await self._take_file(request, "photo", upload)

    async def _upload_story(self, request: Request) -> Response:
        return await self._take_file(request, "file", upload_story)

    async def _take_file(
        self, request: Request, field: str, take: Callable[[World, int, bytes | None], Reply]
    ) -> Response:
        group_id: int = request.path_params["group_id"]
        async with request.form() as form:
            sent = form.get(field)
            content = await sent.read() if isinstance(sent, UploadFile) else None
        shown: JsonObject = {field: {"bytes": len(content or b"")}}
        call = Call(NETWORK, "upload", shown, frozenset({group_id}))
        perform = partial(take, self._sandbox.world, group_id, content)
        return await self._sandbox.exchange.answer(request, call, perform, self.fault_reply)

    def fault_reply(self, order: FaultOrder, call: Call) -> Reply:
        return fault_reply(order, call.method, call.params)

    def new_community_id(self, world: World) -> int:
        return world.next_number("vk:community", first=210_000_001)

    def new_account_id(self, world: World) -> int:
        return world.next_number("vk:account", first=710_000_001)

    def new_token(self, kind: CredentialKind, subject_id: int, label: str) -> str:
        del subject_id
        secret = hashlib.sha512(f"vk:{kind}:{label}".encode()).digest()
        return f"vk1.a.{urlsafe_b64encode(secret).decode().rstrip('=')}"

    def token_subject(self, token: str, kind: CredentialKind) -> int | None:
        if TOKEN.fullmatch(token) is None or kind not in self.credential_kinds:
            raise ValueError("a VK token is vk1.a.<40 to 250 letters, digits, _ or ->")
        return None

    def message_key(self, world: World, kind: MessageKind, owner_id: int) -> tuple[int, str]:
        number = world.next_number(f"vk:{kind}:{owner_id}")
        return number, str(number)

    def dialog_chat_id(self, world: World, owner_id: int, person_id: int) -> int:
        del world, owner_id
        return person_id

    def updates(self, world: World, event: Event) -> list[Update]:
        return updates(world, event)

    def wants(self, hook: Hook, event: str) -> bool:
        if event == CONFIRMATION:
            return True
        return hook.state is HookState.CONFIRMED and event in (hook.events or ())

    def envelope(self, hook: Hook, update: Update, number: int) -> JsonObject:
        body: JsonObject = {
            "type": update.event,
            "group_id": hook.owner_id,
            "event_id": hashlib.sha256(f"vk:{number}".encode()).hexdigest()[:40],
            "v": VERSION,
        }
        if update.event != CONFIRMATION:
            body["object"] = update.body
        if hook.secret is not None:
            body["secret"] = hook.secret
        return body

    def hook_headers(self, hook: Hook) -> dict[str, str]:
        del hook
        return {}

    def takes(self, world: World, hook: Hook, update: WaitingUpdate, status: int, text: str) -> bool:
        if status != HTTP_OK:
            return False
        if update.event != CONFIRMATION:
            return text.strip() == "ok"
        community = world.communities.get(NETWORK, hook.owner_id)
        right = community is not None and text.strip() == community.confirmation_code
        current = world.hooks.get(hook.name) or hook  # its settings may have changed while it answered
        world.hooks.put(current.model_copy(update={"state": HookState.CONFIRMED if right else HookState.FAILED}))
        return True


def _accounts(credential: Credential | None, params: JsonObject) -> frozenset[int]:
    """Who calls, and the communities and people named: an owner id below zero is a community."""
    found = {credential.subject_id} if credential else set[int]()
    for name in ("owner_id", "group_id", "user_id", "peer_id"):
        value = params.get(name)
        if isinstance(value, str) and re.fullmatch(r"-?\d+", value):
            found.add(abs(int(value)))
    return frozenset(found)
