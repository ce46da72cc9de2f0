"""Bluesky's place among the stand-ins: `/bluesky/xrpc/<method>`, sessions, blobs, notifications that are asked for."""

import hashlib
import re
from functools import partial
from http import HTTPStatus
from typing import ClassVar

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from deploy.sandbox.events import Event, Update
from deploy.sandbox.faults import FaultOrder
from deploy.sandbox.inbound import NothingThereError
from deploy.sandbox.limits import Rate
from deploy.sandbox.network import HooklessNetwork
from deploy.sandbox.networks.bluesky import errors
from deploy.sandbox.networks.bluesky.methods import DELETING, QUERIES, Act, Caller
from deploy.sandbox.networks.bluesky.models import NewSession
from deploy.sandbox.networks.bluesky.names import NETWORK, POST, account_called, address, did_of, handle_of, key_of
from deploy.sandbox.networks.bluesky.putting import PUTTING
from deploy.sandbox.networks.bluesky.sessions import Sessions
from deploy.sandbox.networks.bluesky.updates import updates
from deploy.sandbox.networks.bluesky.views import blob
from deploy.sandbox.pictures import NotAnImage, keep_picture
from deploy.sandbox.records import Community, CredentialKind, MessageKind
from deploy.sandbox.sandbox import Sandbox
from deploy.sandbox.wire import Call, JsonObject, Refusal, Reply, json_object
from deploy.sandbox.world import World

PASSWORD = re.compile(r"[a-z2-7]{4}(-[a-z2-7]{4}){3}")
CREATE, REFRESH = "com.atproto.server.createSession", "com.atproto.server.refreshSession"
UPLOAD = "com.atproto.repo.uploadBlob"
ACTS = {**QUERIES, **DELETING, **PUTTING}
SIGN_INS = Rate(per_second=0.1, burst=30)
LISTS = frozenset({"uris", "reasons"})


class Bluesky(HooklessNetwork):
    name: ClassVar[str] = NETWORK
    title: ClassVar[str] = "Bluesky"
    has_bots: ClassVar[bool] = False
    credential_kinds: ClassVar[frozenset[CredentialKind]] = frozenset({CredentialKind.COMMUNITY})

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._sessions = Sessions()

    def routes(self) -> list[BaseRoute]:
        return [Route("/bluesky/xrpc/{method}", self._call, methods=["GET", "POST"])]

    async def _call(self, request: Request) -> Response:
        method = request.path_params["method"]
        content = await request.body()
        params = _params(request)
        file = content if method == UPLOAD else None
        if file is not None:
            params["bytes"] = len(file)
        elif content:
            params |= await json_object(request) or {}
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        owner = self._account_of(method, token, params)
        call = Call(NETWORK, method, params, frozenset() if owner is None else frozenset({owner.id}))
        perform = partial(self._perform, method, request.method, token, params, file)
        return await self._sandbox.exchange.answer(request, call, perform, self.fault_reply)

    def _account_of(self, method: str, token: str, params: JsonObject) -> Community | None:
        """Whom the call concerns; that is not yet a permission."""
        if method == CREATE:
            called = account_called(self._sandbox.world, str(params.get("identifier")))
            return called if isinstance(called, Community) else None
        try:
            return self._community(self._sessions.owner(token, self._sandbox.world.now()))
        except TimeoutError:
            return None

    def _perform(self, method: str, verb: str, token: str, params: JsonObject, file: bytes | None) -> Reply:
        if method == CREATE:
            return self._create(params)
        if method == REFRESH:
            return self._refresh(token)
        community = self._signed_in(token)
        if method == UPLOAD:
            return Reply({"blob": self._blob(file or b"")})
        act = ACTS.get(method)
        if act is None or (method in QUERIES) is not (verb == "GET"):
            return errors.error("MethodNotImplemented", "Method Not Implemented", HTTPStatus.NOT_IMPLEMENTED)
        return Reply(self._act(act, community, params))

    def _signed_in(self, token: str) -> Community:
        try:
            community = self._community(self._sessions.owner(token, self._sandbox.world.now()))
        except TimeoutError as error:
            raise Refusal(errors.EXPIRED) from error
        if community is None:
            raise Refusal(errors.UNKNOWN_TOKEN if token else errors.NO_SESSION)
        return community

    def _act(self, act: Act, community: Community, params: JsonObject) -> JsonObject:
        return act(Caller(self._sandbox, community), params)

    def _create(self, params: JsonObject) -> Reply:
        try:
            order = NewSession.model_validate(params)
        except ValidationError as error:
            raise errors.invalid("Input must have identifier and password") from error
        world = self._sandbox.world
        wait = self._sandbox.limits.take(f"{NETWORK}:session:{order.identifier}", SIGN_INS)
        if wait is not None:
            raise Refusal(errors.too_many(world.now(), wait))
        account = account_called(world, order.identifier)
        credential = world.credentials.get(NETWORK, order.password)
        if not isinstance(account, Community) or credential is None or credential.subject_id != account.id:
            return errors.WRONG_PASSWORD
        return self._session(account)

    def _refresh(self, token: str) -> Reply:
        if self._sessions.used_up(token):
            return errors.REVOKED
        community = self._community(self._sessions.spend(token))
        return errors.UNKNOWN_TOKEN if community is None else self._session(community)

    def _session(self, community: Community) -> Reply:
        tokens = self._sessions.open(community, self._sandbox.world.now())
        return Reply(
            {
                "did": did_of(community.id),
                "handle": handle_of(community),
                "accessJwt": tokens.access,
                "refreshJwt": tokens.refresh,
                "active": True,
            }
        )

    def _blob(self, content: bytes) -> JsonObject:
        """Whatever it is: only a record that refers to it says what it must be."""
        try:
            picture = keep_picture(self._sandbox.world, NETWORK, content)
        except NotAnImage:
            return blob(hashlib.sha256(content).hexdigest(), "application/octet-stream", len(content))
        return blob(picture.id, picture.content_type, len(content))

    def _community(self, community_id: int | None) -> Community | None:
        return None if community_id is None else self._sandbox.world.communities.get(NETWORK, community_id)

    def fault_reply(self, order: FaultOrder, call: Call) -> Reply:
        del call
        return errors.fault_reply(order, self._sandbox.world.now())

    def new_community_id(self, world: World) -> int:
        return world.next_number(f"{NETWORK}:account", first=700_001)

    def new_account_id(self, world: World) -> int:
        return world.next_number(f"{NETWORK}:account", first=700_001)

    def new_token(self, kind: CredentialKind, subject_id: int, label: str) -> str:
        """An app password."""
        del kind, subject_id
        letters = did_of(int.from_bytes(hashlib.sha256(f"{NETWORK} {label}".encode()).digest()[:8], "big"))[8:]
        return "-".join(letters[start : start + 4] for start in range(0, 16, 4))

    def token_subject(self, token: str, kind: CredentialKind) -> int | None:
        del kind
        if PASSWORD.fullmatch(token) is None:
            raise ValueError("an app password is four times four letters or digits, with - between")
        return None

    def message_key(self, world: World, kind: MessageKind, owner_id: int) -> tuple[int, str]:
        del kind
        number = world.next_number(f"{NETWORK}:post")
        return number, address(did_of(owner_id), POST, key_of(number))

    def dialog_chat_id(self, world: World, owner_id: int, person_id: int) -> int:
        del world, owner_id, person_id
        raise NothingThereError("nobody writes in private here")

    def updates(self, world: World, event: Event) -> list[Update]:
        return updates(world, event)


def _params(request: Request) -> JsonObject:
    params: JsonObject = {}
    for name in request.query_params:
        values = request.query_params.getlist(name)
        params[name] = [*values] if name in LISTS else values[-1]
    if "limit" in params and str(params["limit"]).isdecimal():
        params["limit"] = int(str(params["limit"]))
    return params
