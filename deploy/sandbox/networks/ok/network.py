"""OK's place among the stand-ins: `/ok/fb.do` with signed calls, `/ok/graph/me` with a group's token, and uploads."""

import hashlib
import re
from functools import partial
from http import HTTPStatus
from typing import ClassVar

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from deploy.sandbox.events import Event, Update, Written
from deploy.sandbox.faults import FaultOrder
from deploy.sandbox.network import Network
from deploy.sandbox.networks.ok.caller import NETWORK, Caller
from deploy.sandbox.networks.ok.errors import (
    METHOD,
    PARAM,
    PARAM_API_KEY,
    PARAM_SESSION_KEY,
    PARAM_SIGNATURE,
    OkError,
    error_reply,
    fault_reply,
)
from deploy.sandbox.networks.ok.graph import OPERATIONS, Act, message_notice
from deploy.sandbox.networks.ok.methods import METHODS, MethodAct
from deploy.sandbox.networks.ok.photos import upload
from deploy.sandbox.networks.ok.signing import APPLICATION_KEY, sign
from deploy.sandbox.networks.ok.topics import new_key
from deploy.sandbox.records import Community, Credential, CredentialKind, Hook, MessageKind, WaitingUpdate
from deploy.sandbox.sandbox import Sandbox
from deploy.sandbox.wire import Call, JsonObject, Reply, json_object
from deploy.sandbox.world import World

TOKEN = re.compile(r"tkn1[A-Za-z0-9_-]{30,200}:[A-Z0-9]{8,40}")
COMMON = frozenset({"application_key", "method", "format", "sig", "access_token"})


class Ok(Network):
    name: ClassVar[str] = NETWORK
    title: ClassVar[str] = "Одноклассники"
    has_bots: ClassVar[bool] = False
    credential_kinds: ClassVar[frozenset[CredentialKind]] = frozenset({CredentialKind.COMMUNITY, CredentialKind.USER})

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[BaseRoute]:
        by_path: list[BaseRoute] = [
            Route(f"/ok{path}", partial(self._graph, name, act), methods=[method])
            for name, act in OPERATIONS.items()
            for method, path in [name.split()]
        ]
        return [
            *by_path,
            Route("/ok/fb.do", self._call, methods=["GET", "POST"]),
            Route("/ok/upload/{gid:int}/{ticket:int}", self._upload, methods=["POST"]),
        ]

    async def _call(self, request: Request) -> Response:
        self._sandbox.world.address = str(request.base_url).rstrip("/")
        params: JsonObject = dict(request.query_params)
        if request.method == "POST":
            async with request.form() as form:
                params |= {key: value for key, value in form.items() if isinstance(value, str)}
        token = str(params.get("access_token", ""))
        credential = self._sandbox.world.credentials.get(NETWORK, token)
        shown = params | ({"access_token": "***"} if token else {})
        call = Call(NETWORK, str(params.get("method", "")), shown, _accounts(credential, params))
        perform = partial(self._perform, credential, params)
        return await self._sandbox.exchange.answer(request, call, perform, self.fault_reply)

    def _perform(self, credential: Credential | None, params: JsonObject) -> Reply:
        try:
            act, caller = _act(params), self._caller(credential, params)
            return Reply(act(caller, {name: value for name, value in params.items() if name not in COMMON}))
        except OkError as error:
            return error_reply(error.code, str(error))

    def _caller(self, credential: Credential | None, params: JsonObject) -> Caller:
        if params.get("application_key") != APPLICATION_KEY:
            raise OkError(PARAM_API_KEY)
        if params.get("format") != "json":
            raise OkError(PARAM, "format is not modelled by the stand-in but for json")
        person = self._sandbox.world.people.get(NETWORK, credential.subject_id) if credential else None
        if credential is None or credential.kind is not CredentialKind.USER or person is None:
            raise OkError(PARAM_SESSION_KEY)
        if params.get("sig") != sign(params, credential.token):
            raise OkError(PARAM_SIGNATURE)
        return Caller(self._sandbox, person)

    async def _graph(self, name: str, act: Act, request: Request) -> Response:
        token = request.query_params.get("access_token", "")
        credential = self._sandbox.world.credentials.get(NETWORK, token)
        body = await json_object(request)
        accounts = frozenset({credential.subject_id} if credential else set[int]())
        call = Call(NETWORK, name, body or {}, accounts)
        return await self._sandbox.exchange.answer(
            request, call, partial(self._perform_graph, credential, act, body), self.fault_reply
        )

    def _perform_graph(self, credential: Credential | None, act: Act, body: JsonObject | None) -> Reply:
        try:
            return Reply(act(self._sandbox, self._group(credential), _object(body)))
        except OkError as error:
            return error_reply(error.code, str(error))

    def _group(self, credential: Credential | None) -> Community:
        found = credential is not None and credential.kind is CredentialKind.COMMUNITY
        group = self._sandbox.world.communities.get(NETWORK, credential.subject_id) if credential and found else None
        if group is None:
            raise OkError(PARAM_SESSION_KEY)
        return group

    async def _upload(self, request: Request) -> Response:
        gid, ticket = request.path_params["gid"], request.path_params["ticket"]
        async with request.form() as form:
            files = {name: await sent.read() for name, sent in form.items() if isinstance(sent, UploadFile)}
        shown: JsonObject = {name: {"bytes": len(content)} for name, content in files.items()}
        call = Call(NETWORK, "upload", shown, frozenset({gid}))
        perform = partial(upload, self._sandbox.world, gid, ticket, files)
        return await self._sandbox.exchange.answer(request, call, perform, self.fault_reply)

    def fault_reply(self, order: FaultOrder, call: Call) -> Reply:
        del call
        return fault_reply(order)

    def new_community_id(self, world: World) -> int:
        return world.next_number("ok:community", first=54_116_239_147_097)

    def new_account_id(self, world: World) -> int:
        return world.next_number("ok:account", first=571_000_000_001)

    def new_token(self, kind: CredentialKind, subject_id: int, label: str) -> str:
        del subject_id
        return f"tkn1{hashlib.sha256(f'ok:{kind}:{label}'.encode()).hexdigest()}:{APPLICATION_KEY}"

    def token_subject(self, token: str, kind: CredentialKind) -> int | None:
        if TOKEN.fullmatch(token) is None or kind not in self.credential_kinds:
            raise ValueError("an OK token is tkn1<30 to 200 letters, digits, _ or ->:<the application's key>")
        return None

    def message_key(self, world: World, kind: MessageKind, owner_id: int) -> tuple[int, str]:
        del kind, owner_id
        return new_key(world)

    def dialog_chat_id(self, world: World, owner_id: int, person_id: int) -> int:
        del world, owner_id
        return person_id

    def updates(self, world: World, event: Event) -> list[Update]:
        del world
        match event:
            case Written(message=message, person=person):
                notice = message_notice(message, person.full_name)
                return [Update(message.owner_id, "MESSAGE_CREATED", str(message.chat_id), notice)]
            case _:
                return []  # of what people do below topics OK's documentation promises no notice

    def wants(self, hook: Hook, event: str) -> bool:
        del hook, event
        return True

    def envelope(self, hook: Hook, update: Update, number: int) -> JsonObject:
        del hook, number
        return update.body

    def hook_headers(self, hook: Hook) -> dict[str, str]:
        del hook
        return {}

    def takes(self, world: World, hook: Hook, update: WaitingUpdate, status: int, text: str) -> bool:
        del world, hook, update, text
        return status == HTTPStatus.OK


def _act(params: JsonObject) -> MethodAct:
    act = METHODS.get(str(params.get("method", "")))
    if act is None:
        raise OkError(METHOD)
    return act


def _object(body: JsonObject | None) -> JsonObject:
    if body is None:
        raise OkError(PARAM, "the body is not a JSON object")
    return body


def _accounts(credential: Credential | None, params: JsonObject) -> frozenset[int]:
    """Who calls, and the groups that are named."""
    found = {credential.subject_id} if credential else set[int]()
    for name in ("gid", "group_id", "uids"):
        value = params.get(name)
        if isinstance(value, str) and value.isdecimal():
            found.add(int(value))
    return frozenset(found)
