"""The edge of a request: strict JSON, one transaction, and the answer kept under its Idempotency-Key.

`ApiRoute` opens nothing by itself. A dependency of `shared.app.access` asks its `Unit` for a context; the route commits
after the answer was built and before it is sent, and undoes everything when anything was raised.
"""

from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from shared.app.accounts import tell_audit
from shared.app.answers import SHOWN_ONCE
from shared.app.idempotency import IdempotentRequest, Replay, begin_idempotent
from shared.app.strict import StrictRequest
from shared.context import Context, unit_of_work
from shared.identity import Caller
from shared.runtime import Runtime

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Unit:
    """The unit of work of one request."""

    def __init__(self, request: Request, stack: AsyncExitStack) -> None:
        self._request = request
        self._stack = stack
        self._idempotent: IdempotentRequest | None = None
        self.context: Context | None = None

    async def open(self, runtime: Runtime, tenant_id: UUID, caller: Caller) -> Context:
        """The request's context. A known Idempotency-Key ends the request here, with the answer it had."""
        if self.context is None:
            trace = self._request.headers.get("traceparent")
            self.context = await self._stack.enter_async_context(unit_of_work(runtime, tenant_id, caller, trace))
            self._idempotent = await begin_idempotent(self._request, self.context)
        return self.context

    async def note(self, response: Response) -> None:
        """Tell the audit what was changed, and the access log whose file was read, in the same transaction."""
        if self.context is not None:
            await tell_audit(self.context, self._request, response.status_code)

    async def keep(self, response: Response) -> None:
        """Store the answer beside its effect, if the request has a key."""
        if self.context is not None and self._idempotent is not None:
            shown_once = bool(self._request.scope.get(SHOWN_ONCE, False))
            await self._idempotent.keep(self.context, response, shown_once=shown_once)


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
                except Replay as replay:
                    return replay.response
                await unit.note(response)
                await unit.keep(response)
            return response

        return handle


class ApiRouter(APIRouter):
    """A room's router: its routes are units of work, and FastAPI's own error documents are left out."""

    def __init__(self, *, tags: list[str]) -> None:
        super().__init__(tags=[*tags], route_class=ApiRoute)
