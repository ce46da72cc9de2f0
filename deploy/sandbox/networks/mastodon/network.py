"""Mastodon's place among the stand-ins: `/mastodon/api/...` with a Bearer token, notifications that are asked for."""

import hashlib
import re
from base64 import urlsafe_b64encode
from functools import partial
from http import HTTPStatus
from typing import ClassVar

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from deploy.sandbox.events import Event, Update
from deploy.sandbox.faults import FaultOrder
from deploy.sandbox.limits import Rate
from deploy.sandbox.network import HooklessNetwork
from deploy.sandbox.networks.mastodon import errors
from deploy.sandbox.networks.mastodon.caller import FIRST_STATUS, Caller
from deploy.sandbox.networks.mastodon.models import ALT_LIMIT, IMAGE_BYTES
from deploy.sandbox.networks.mastodon.operations import OPERATIONS, Act, Asked
from deploy.sandbox.networks.mastodon.updates import updates
from deploy.sandbox.networks.mastodon.views import NETWORK, attachment
from deploy.sandbox.pictures import NotAnImage, keep_picture
from deploy.sandbox.records import Community, CredentialKind, MessageKind
from deploy.sandbox.sandbox import Sandbox
from deploy.sandbox.wire import Call, JsonObject, Refusal, Reply, json_object
from deploy.sandbox.world import World

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
UPLOAD = "POST /api/v2/media"
CALLS = Rate(per_second=1, burst=300)  # 300 in five minutes
UPLOADS = Rate(per_second=30 / 1800, burst=30)


class Mastodon(HooklessNetwork):
    name: ClassVar[str] = NETWORK
    title: ClassVar[str] = "Mastodon"
    has_bots: ClassVar[bool] = False
    credential_kinds: ClassVar[frozenset[CredentialKind]] = frozenset({CredentialKind.COMMUNITY})

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[BaseRoute]:
        routes: list[BaseRoute] = [Route("/mastodon/api/v2/media", self._upload, methods=["POST"])]
        for name, act in OPERATIONS.items():
            method, path = name.split()
            routes.append(Route(f"/mastodon{path}", partial(self._call, name, act), methods=[method]))
        return routes

    async def _call(self, name: str, act: Act, request: Request) -> Response:
        self._sandbox.world.address = str(request.base_url).rstrip("/")
        community = self._caller(request)
        params = _params(request) | (await json_object(request) or {})
        shown = params | dict(request.path_params)
        asked = Asked(request.path_params.get("id", ""), request.headers.get("idempotency-key"))
        call = Call(NETWORK, name, shown, frozenset() if community is None else frozenset({community.id}))
        perform = partial(self._perform, community, act, asked, params)
        return await self._sandbox.exchange.answer(request, call, perform, self.fault_reply)

    def _perform(self, community: Community | None, act: Act, asked: Asked, params: JsonObject) -> Reply:
        caller = self._held(community, "calls", CALLS)
        return act(caller, asked, params)

    def _held(self, community: Community | None, what: str, rate: Rate) -> Caller:
        """The caller, who keeps to the limits. Raises Refusal."""
        if community is None:
            raise Refusal(errors.INVALID_TOKEN)
        wait = self._sandbox.limits.take(f"{NETWORK}:{what}:{community.id}", rate)
        if wait is not None:
            raise Refusal(errors.too_many(self._sandbox.world.now(), wait))
        return Caller(self._sandbox, community)

    async def _upload(self, request: Request) -> Response:
        self._sandbox.world.address = str(request.base_url).rstrip("/")
        community = self._caller(request)
        async with request.form() as form:
            sent, alt = form.get("file"), form.get("description")
            content = await sent.read() if isinstance(sent, UploadFile) else b""
        shown: JsonObject = {"file": {"bytes": len(content)}, "description": alt if isinstance(alt, str) else ""}
        call = Call(NETWORK, UPLOAD, shown, frozenset() if community is None else frozenset({community.id}))
        perform = partial(self._keep, community, content, str(shown["description"]))
        return await self._sandbox.exchange.answer(request, call, perform, self.fault_reply)

    def _keep(self, community: Community | None, content: bytes, alt: str) -> Reply:
        caller = self._held(community, "media", UPLOADS)
        if len(content) > IMAGE_BYTES:
            raise errors.invalid("File must be less than 16 MB")
        if len(alt) > ALT_LIMIT:
            raise errors.invalid(f"Description is too long (maximum is {ALT_LIMIT} characters)")
        seconds = self._sandbox.settings.upload_processing_seconds
        try:
            picture = keep_picture(caller.world, NETWORK, content, processing_seconds=seconds)
        except NotAnImage as error:
            raise Refusal(errors.NO_MEDIA) from error
        picture = caller.world.pictures.put(picture.model_copy(update={"caption": alt}))
        shown = attachment(caller.world, picture)
        return Reply(shown) if seconds == 0 else Reply({**shown, "url": None}, HTTPStatus.ACCEPTED)

    def _caller(self, request: Request) -> Community | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        credential = self._sandbox.world.credentials.get(NETWORK, token) if scheme.lower() == "bearer" else None
        return self._sandbox.world.communities.get(NETWORK, credential.subject_id) if credential else None

    def fault_reply(self, order: FaultOrder, call: Call) -> Reply:
        del call
        return errors.fault_reply(order, self._sandbox.world.now())

    def new_community_id(self, world: World) -> int:
        return world.next_number(f"{NETWORK}:account", first=109_001)

    def new_account_id(self, world: World) -> int:
        return world.next_number(f"{NETWORK}:account", first=109_001)

    def new_token(self, kind: CredentialKind, subject_id: int, label: str) -> str:
        del kind, subject_id
        return urlsafe_b64encode(hashlib.sha256(f"{NETWORK}:{label}".encode()).digest()).decode().rstrip("=")

    def token_subject(self, token: str, kind: CredentialKind) -> int | None:
        del kind
        if TOKEN.fullmatch(token) is None:
            raise ValueError("a token is 43 letters, digits, _ or -")
        return None

    def message_key(self, world: World, kind: MessageKind, owner_id: int) -> tuple[int, str]:
        del kind, owner_id
        number = world.next_number(f"{NETWORK}:status", first=FIRST_STATUS)
        return number, str(number)

    def dialog_chat_id(self, world: World, owner_id: int, person_id: int) -> int:
        del owner_id, person_id
        return world.next_number(f"{NETWORK}:dialog", first=1_001)

    def updates(self, world: World, event: Event) -> list[Update]:
        return updates(world, event)


def _params(request: Request) -> JsonObject:
    params: JsonObject = {}
    for name in request.query_params:
        values = request.query_params.getlist(name)
        params[name] = [*values] if name.endswith("[]") else values[-1]
    return params
