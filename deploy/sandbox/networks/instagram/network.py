"""Instagram's place among the stand-ins: both hosts of its Graph API under `/instagram`, and signed hooks of apps."""

import hashlib
import hmac
import json
import re
import secrets
import ssl
from functools import partial
from http import HTTPStatus
from typing import ClassVar

import httpx
from pydantic import JsonValue, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from deploy.sandbox.events import Event, Update
from deploy.sandbox.faults import FaultOrder
from deploy.sandbox.limits import Rate
from deploy.sandbox.loopback import is_loopback_url
from deploy.sandbox.network import Network
from deploy.sandbox.networks.instagram.containers import Containers
from deploy.sandbox.networks.instagram.errors import (
    BAD_PARAMETER,
    BAD_TOKEN,
    CALLBACK_FAILED,
    TOO_YOUNG,
    fault_reply,
    refused,
    reply_of,
    too_many,
)
from deploy.sandbox.networks.instagram.models import Refreshing, Subscription
from deploy.sandbox.networks.instagram.operations import OPERATIONS, Act, Caller
from deploy.sandbox.networks.instagram.updates import updates
from deploy.sandbox.networks.instagram.views import FIRST_ACCOUNT, FIRST_MEDIA, NETWORK
from deploy.sandbox.records import Bot, Community, Credential, CredentialKind, Hook, MessageKind, WaitingUpdate
from deploy.sandbox.sandbox import Sandbox
from deploy.sandbox.wire import Call, JsonObject, Refusal, Reply
from deploy.sandbox.world import World

TOKENS = {CredentialKind.BOT: re.compile(r"[0-9a-f]{32}"), CredentialKind.COMMUNITY: re.compile(r"IGAA[A-Za-z0-9]{60}")}
CALLS = Rate(per_second=2, burst=600)
FETCH_SECONDS = 5.0
NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # this machine alone: reading those of the world takes long
APP = "POST /{app-id}/subscriptions"
REFRESH = "GET /refresh_access_token"
MASKED = frozenset({"access_token", "verify_token"})


class Instagram(Network):
    name: ClassVar[str] = NETWORK
    title: ClassVar[str] = "Instagram"
    has_bots: ClassVar[bool] = True  # the app, whose secret signs what its hook is told
    credential_kinds: ClassVar[frozenset[CredentialKind]] = frozenset(TOKENS)

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._containers = Containers(sandbox)

    def routes(self) -> list[BaseRoute]:
        version = "/instagram/v{version:float}"
        return [
            Route("/instagram/refresh_access_token", self._refresh, methods=["GET"]),
            Route(f"{version}/{{app_id:int}}/subscriptions", self._subscribe, methods=["POST"]),
            Route(f"{version}/{{number}}", self._call, methods=["GET", "POST"]),
            Route(f"{version}/{{number}}/{{edge}}", self._call, methods=["GET", "POST"]),
        ]

    async def _call(self, request: Request) -> Response:
        number, edge = request.path_params["number"], request.path_params.get("edge", "")
        community = self._community(request)
        params = dict(request.query_params) | await _body(request)
        name = f"{request.method} /{self._kind(number, edge)}{'/' if edge else ''}{edge}"
        accounts = frozenset({community.id, community.bot_id or 0} if community else set[int]())
        call = Call(NETWORK, name, params, accounts)
        fetched = await _fetched(params.get("image_url")) if community is not None else None
        perform = partial(self._perform, community, OPERATIONS.get(name), number, params, fetched)
        return await self._sandbox.exchange.answer(request, call, perform, self.fault_reply)

    def _perform(
        self, community: Community | None, act: Act | None, number: str, params: JsonObject, fetched: bytes | None
    ) -> Reply:
        if community is None:
            raise Refusal(reply_of(BAD_TOKEN))
        if act is None:
            raise refused(BAD_PARAMETER, "the stand-in does not model this call")
        wait = self._sandbox.limits.take(f"{NETWORK}:{community.id}", CALLS)
        if wait is not None:
            raise Refusal(too_many(community.id, wait))
        return Reply(act(Caller(self._sandbox, self._containers, community, fetched), number, params))

    def _kind(self, number: str, edge: str) -> str:
        """What the number names, as the documentation calls it."""
        if number == "me":
            return number
        if edge in {"insights", "replies"}:
            return "{ig-media-id}" if edge == "insights" else "{ig-comment-id}"
        if self._containers.get(number) is not None:
            return "{ig-container-id}"
        is_media = number.isdecimal() and int(number) >= FIRST_MEDIA and not edge
        return "{ig-media-id}" if is_media else "{ig-user-id}"

    async def _refresh(self, request: Request) -> Response:
        params: JsonObject = dict(request.query_params)
        credential = self._sandbox.world.credentials.get(NETWORK, str(params.get("access_token", "")))
        accounts = frozenset({credential.subject_id} if credential else set[int]())
        shown = {name: "***" if name in MASKED else value for name, value in params.items()}
        call = Call(NETWORK, REFRESH, shown, accounts)
        perform = partial(self._renew, credential, params)
        return await self._sandbox.exchange.answer(request, call, perform, self.fault_reply)

    def _renew(self, credential: Credential | None, params: JsonObject) -> Reply:
        """The old token stays good."""
        try:
            Refreshing.model_validate(params)
        except ValidationError as error:
            raise refused(TOO_YOUNG) from error
        if credential is None or credential.kind is not CredentialKind.COMMUNITY:
            raise Refusal(reply_of(BAD_TOKEN))
        renewed = f"IGAA{secrets.token_hex(30)}"
        self._sandbox.world.credentials.put(credential.model_copy(update={"token": renewed}))
        return Reply({"access_token": renewed, "token_type": "bearer", "expires_in": 5_183_944, "permissions": ""})

    async def _subscribe(self, request: Request) -> Response:
        app = self._app(request)
        params = await _body(request)
        shown = {name: "***" if name in MASKED else value for name, value in params.items()}
        call = Call(NETWORK, APP, shown, frozenset({app.id} if app else set[int]()))
        agreed = app is not None and await _agrees(params)
        perform = partial(self._keep_hook, app, params, agreed=agreed)
        return await self._sandbox.exchange.answer(request, call, perform, self.fault_reply)

    def _keep_hook(self, app: Bot | None, params: JsonObject, *, agreed: bool) -> Reply:
        if app is None:
            raise Refusal(reply_of(BAD_TOKEN))
        try:
            given = Subscription.model_validate(params)
        except ValidationError as error:
            raise refused(BAD_PARAMETER, str(error.errors()[0]["msg"])) from error
        if not agreed:
            raise refused(CALLBACK_FAILED)
        hook = Hook(
            network=NETWORK,
            owner_id=app.id,
            id=1,  # an app has one for all its accounts
            url=given.callback_url,
            secret=None,
            events=tuple(given.fields),
            created_at=self._sandbox.world.now(),
        )
        self._sandbox.world.hooks.put(hook)
        return Reply({"success": True})

    def _community(self, request: Request) -> Community | None:
        credential = self._sandbox.world.credentials.get(NETWORK, _bearer(request))
        found = credential is not None and credential.kind is CredentialKind.COMMUNITY
        return self._sandbox.world.communities.get(NETWORK, credential.subject_id) if credential and found else None

    def _app(self, request: Request) -> Bot | None:
        """By its own token: its number and its secret."""
        number, _, secret = _bearer(request).partition("|")
        credential = self._sandbox.world.credentials.get(NETWORK, secret)
        named = {number, str(request.path_params["app_id"])}
        if credential is None or credential.kind is not CredentialKind.BOT or named != {str(credential.subject_id)}:
            return None
        return self._sandbox.world.bots.get(NETWORK, credential.subject_id)

    def fault_reply(self, order: FaultOrder, call: Call) -> Reply:
        del call
        return fault_reply(order)

    def new_community_id(self, world: World) -> int:
        return world.next_number(f"{NETWORK}:community", first=FIRST_ACCOUNT)

    def new_account_id(self, world: World) -> int:
        return world.next_number(f"{NETWORK}:account", first=640_000_000_000_001)

    def new_token(self, kind: CredentialKind, subject_id: int, label: str) -> str:
        del subject_id
        digest = hashlib.sha256(f"{NETWORK}:{kind}:{label}".encode()).hexdigest()
        return digest[:32] if kind is CredentialKind.BOT else f"IGAA{digest[:60]}"

    def token_subject(self, token: str, kind: CredentialKind) -> int | None:
        if kind not in TOKENS or TOKENS[kind].fullmatch(token) is None:
            raise ValueError("an account's token is IGAA<60 letters and digits>, an app's secret 32 hexadecimal digits")
        return None

    def message_key(self, world: World, kind: MessageKind, owner_id: int) -> tuple[int, str]:
        del kind, owner_id
        number = world.next_number(f"{NETWORK}:media", first=FIRST_MEDIA)
        return number, str(number)

    def dialog_chat_id(self, world: World, owner_id: int, person_id: int) -> int:
        del world, owner_id
        return person_id

    def updates(self, world: World, event: Event) -> list[Update]:
        return updates(world, event)

    def wants(self, hook: Hook, event: str) -> bool:
        return hook.events is None or event in hook.events

    def envelope(self, hook: Hook, update: Update, number: int) -> JsonObject:
        del hook, number
        return update.body

    def hook_headers(self, hook: Hook) -> dict[str, str]:
        del hook
        return {}

    def hook_signature(self, hook: Hook, content: bytes) -> dict[str, str]:
        owned = self._sandbox.world.tokens_of(NETWORK, hook.owner_id)
        (app_secret,) = (one.token for one in owned if one.kind is CredentialKind.BOT)
        return {"X-Hub-Signature-256": "sha256=" + hmac.new(app_secret.encode(), content, hashlib.sha256).hexdigest()}

    def takes(self, world: World, hook: Hook, update: WaitingUpdate, status: int, text: str) -> bool:
        del world, hook, update, text
        return status == HTTPStatus.OK


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


async def _body(request: Request) -> JsonObject:
    """The JSON object of a request; the operation finds everything missing in anything else."""
    content = await request.body()
    try:
        body: JsonValue = json.loads(content) if content else {}
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


async def _fetched(url: JsonValue) -> bytes | None:
    """Instagram fetches an image by its address; the stand-in does, from this machine alone."""
    if not isinstance(url, str) or not is_loopback_url(url):
        return None
    async with httpx.AsyncClient(trust_env=False, timeout=FETCH_SECONDS, verify=NO_AUTHORITIES) as client:
        try:
            response = await client.get(url)
        except httpx.HTTPError:
            return None
    return response.content if response.is_success else None


async def _agrees(params: JsonObject) -> bool:
    """Whether the hook answers the question whether it is wanted."""
    url, token = params.get("callback_url"), params.get("verify_token")
    if not isinstance(url, str) or not isinstance(token, str) or not is_loopback_url(url):
        return False
    challenge = str(secrets.randbelow(10**9))
    query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": token}
    async with httpx.AsyncClient(trust_env=False, timeout=FETCH_SECONDS, verify=NO_AUTHORITIES) as client:
        try:
            response = await client.get(url, params=query)
        except httpx.HTTPError:
            return False
    return response.is_success and response.text == challenge
