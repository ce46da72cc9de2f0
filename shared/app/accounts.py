"""What a request leaves in the books: a change in the audit, a reading of somebody's file in the access log.

Both go by message in the request's own transaction: what is undone is not in the books, what is done always is. What
nobody in particular does (an answer, a registration from the web) is not in them.
"""

from typing import Final

from fastapi import Request
from fastapi.routing import APIRoute

from shared.context import Context
from shared.contracts.gateway import AccessRecorded, AuditRecorded
from shared.identity import CallerKind

_IN_THE_BOOKS: Final = frozenset({CallerKind.PERSON, CallerKind.PARTNER, CallerKind.OPERATOR})
_CHANGING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


async def tell_audit(context: Context, request: Request, status: int) -> None:
    caller = context.caller
    if caller.kind not in _IN_THE_BOOKS:
        return
    service = context.runtime.service
    request_id = str(request.scope.get("vmeste.request_id", ""))
    if request.method in _CHANGING:
        await context.emit(
            AuditRecorded(
                service=service,
                operation=operation_of(request),
                actor_kind=caller.kind,
                actor_id=caller.actor_id,
                resource=request.url.path,
                status=status,
                occurred_at=context.now,
                request_id=request_id,
            )
        )
    if context.readings:
        await context.emit(
            AccessRecorded(
                service=service,
                operation=operation_of(request),
                actor_kind=caller.kind,
                actor_id=caller.actor_id,
                person_ids=tuple(sorted(context.readings)),
                occurred_at=context.now,
                request_id=request_id,
            )
        )


def operation_of(request: Request) -> str:
    route = request.scope.get("route")
    return str(route.operation_id) if isinstance(route, APIRoute) and route.operation_id else "unnamed"
