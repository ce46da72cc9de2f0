"""The edge of a request: strict JSON, one transaction, and the answer kept under its Idempotency-Key.

`ApiRoute` opens nothing by itself. A dependency of `shared.app.access` asks its `Unit` for a context; the route commits
after the answer was built and before it is sent, and undoes everything when anything was raised.
"""

import hashlib
import json
import re
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any, NoReturn
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy import text

from shared.context import Context, unit_of_work
from shared.errors import Conflict, FieldError, Invalid
from shared.identity import Caller
from shared.runtime import Runtime

_MAX_DEPTH = 32
_KEY_LENGTH = 255
_NOT_REPLAYED = frozenset({"set-cookie", "date", "content-length"})
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class IdempotencyInProgress(Conflict):
    code = "idempotency.in_progress"
    title = {"ru": "Такой запрос уже выполняется", "en": "A request with this key is still running"}


class IdempotencyMismatch(Invalid):
    code = "idempotency.mismatch"
    title = {"ru": "Этот ключ уже использован с другим запросом", "en": "This key was used with another request"}


class IdempotencyNotReplayed(Conflict):
    code = "idempotency.shown_once"
    title = {"ru": "Ответ показывают только один раз", "en": "This answer is shown only once"}


class _Replay(Exception):
    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


class Unit:
    """The unit of work of one request."""

    def __init__(self, request: Request, stack: AsyncExitStack) -> None:
        self._request = request
        self._stack = stack
        self._record: tuple[bytes, bytes] | None = None  # key hash, request hash
        self.context: Context | None = None

    async def open(self, runtime: Runtime, tenant_id: UUID, caller: Caller) -> Context:
        """The request's context. A known Idempotency-Key ends the request here, with the answer it had."""
        if self.context is None:
            trace = self._request.headers.get("traceparent")
            self.context = await self._stack.enter_async_context(unit_of_work(runtime, tenant_id, caller, trace))
            await self._begin_idempotent(self.context)
        return self.context

    async def keep(self, response: Response) -> None:
        """Store the answer beside its effect."""
        if self.context is None or self._record is None or response.status_code >= 400:  # noqa: PLR2004
            return
        shown_once = self._request.scope.get("vmeste.shown_once", False)
        headers = {name: value for name, value in response.headers.items() if name not in _NOT_REPLAYED}
        await self.context.store.execute(
            text(
                f"INSERT INTO {self.context.runtime.service}.idempotency_record "  # noqa: S608 - a ServiceName
                "(tenant_id, key_hash, request_hash, status, headers, body, resource_id) VALUES "
                "(:tenant_id, :key_hash, :request_hash, :status, CAST(:headers AS jsonb), :body, :resource_id)"
            ),
            {
                "tenant_id": self.context.tenant_id,
                "key_hash": self._record[0],
                "request_hash": self._record[1],
                "status": response.status_code,
                "headers": json.dumps(headers),
                "body": None if shown_once else bytes(response.body),
                "resource_id": response.headers.get("location"),
            },
        )

    async def _begin_idempotent(self, context: Context) -> None:
        key = self._request.headers.get("idempotency-key")
        if key is None or self._request.method != "POST":
            return
        if not 0 < len(key) <= _KEY_LENGTH:
            detail = {"ru": "От 1 до 255 знаков", "en": "1 to 255 characters"}
            raise Invalid(errors=(FieldError("header:idempotency-key", "length", detail),))
        who = str(context.caller.person_id)
        key_hash = hashlib.sha256(f"{who}\0{self._request.url.path}\0{key}".encode()).digest()
        request_hash = hashlib.sha256(await self._request.body()).digest()
        lock = int.from_bytes(hashlib.sha256(context.tenant_id.bytes + key_hash).digest()[:8], signed=True)
        if not (await context.store.execute(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": lock})).scalar():
            raise IdempotencyInProgress(retry_after=1)
        kept = (
            await context.store.execute(
                text(
                    "SELECT request_hash, status, headers, body, resource_id "  # noqa: S608 - a ServiceName
                    f"FROM {context.runtime.service}.idempotency_record "
                    "WHERE tenant_id = :tenant_id AND key_hash = :key_hash"
                ),
                {"tenant_id": context.tenant_id, "key_hash": key_hash},
            )
        ).first()
        if kept is None:
            self._record = (key_hash, request_hash)
            return
        if bytes(kept.request_hash) != request_hash:
            raise IdempotencyMismatch
        if kept.body is None:
            where = kept.resource_id or ""
            raise IdempotencyNotReplayed({"ru": f"Он относится к {where}", "en": f"It belongs to {where}"})
        headers = {**kept.headers, "idempotent-replayed": "true"}
        raise _Replay(Response(bytes(kept.body), kept.status, headers=headers))


class StrictRequest(Request):
    """JSON as the standard has it: no NaN, no duplicate keys, no NUL, no tower of brackets."""

    async def json(self) -> Any:
        body = await self.body()
        if _too_deep(body):
            _refuse("too_deep")
        try:
            return json.loads(body, object_pairs_hook=_without_duplicates, parse_constant=_no_constant)
        except (UnicodeDecodeError, RecursionError) as error:
            raise json.JSONDecodeError(type(error).__name__, "", 0) from error


def strict_json(body: bytes) -> None:
    """The same checks for a route that parses its body itself. Raises Invalid."""
    if _too_deep(body):
        raise Invalid
    try:
        json.loads(body, object_pairs_hook=_without_duplicates, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Invalid(errors=(FieldError("", "json_invalid", {"ru": "Это не JSON", "en": "Not JSON"}),)) from error


def _too_deep(body: bytes) -> bool:
    if body.count(b"[") + body.count(b"{") <= _MAX_DEPTH:
        return False
    depth = 0
    for byte in _STRING.sub(b"", body):
        if byte in b"[{":
            depth += 1
            if depth > _MAX_DEPTH:
                return True
        elif byte in b"]}":
            depth -= 1
    return False


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse("duplicate_key")
    for name, value in pairs:
        if "\0" in name or (isinstance(value, str) and "\0" in value):
            _refuse("nul")
        if isinstance(value, list) and any(isinstance(part, str) and "\0" in part for part in value):  # pyright: ignore[reportUnknownVariableType]
            _refuse("nul")
    return found


def _no_constant(_: str) -> NoReturn:
    _refuse("not_a_number")


def _refuse(kind: str) -> NoReturn:
    raise json.JSONDecodeError(kind, "", 0)


class ApiRoute(APIRoute):
    def get_route_handler(self) -> Handler:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            async with AsyncExitStack() as stack:
                unit = Unit(strict, stack)
                strict.scope["vmeste.unit"] = unit
                if "idempotency-key" in strict.headers:
                    await strict.body()  # kept, so that it can be hashed after a form was read from it
                try:
                    response = await handler(strict)
                except _Replay as replay:
                    return replay.response
                await unit.keep(response)
            return response

        return handle


class ApiRouter(APIRouter):
    """A room's router: its routes are units of work, and FastAPI's own error documents are left out."""

    def __init__(self, *, tags: list[str]) -> None:
        super().__init__(tags=[*tags], route_class=ApiRoute)
