"""Long work as whoever asked for it follows it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.gateway.routing.rules import BEGIN, HEARTBEAT, told
from services.gateway.routing.schemas import JobView
from services.gateway.runtime import GatewayRuntime
from shared.context import Context, unit_of_work
from shared.errors import NotFound
from shared.identity import Caller
from shared.jobs import ENDED, read_job

_LOOK_SECONDS: Final = 1.0


@dataclass(frozen=True)
class Follower:
    """Somebody who follows what happens. Between two short transactions they hold no connection."""

    runtime: GatewayRuntime
    tenant_id: UUID
    caller: Caller

    def looking(self) -> AbstractAsyncContextManager[Context]:
        return unit_of_work(self.runtime, self.tenant_id, self.caller)


async def view_job(follower: Follower, job_id: str) -> JobView:
    """Only whoever began a job sees it: to anybody else it is not there. Raises NotFound."""
    service = follower.runtime.service
    async with follower.looking() as context:
        job = await read_job(context.store, service, _id_in(job_id, service))
    if job.created_by is None or job.created_by != follower.caller.actor_id:
        raise NotFound
    return JobView.of(job, service)


async def progress(follower: Follower, job_id: str, view: JobView) -> AsyncGenerator[str, None]:
    """The job's view, and again whenever it came further, until it has ended."""
    yield BEGIN + told(view.state, view.model_dump_json())
    quiet = 0.0
    while view.state not in ENDED:
        await asyncio.sleep(_LOOK_SECONDS)
        quiet += _LOOK_SECONDS
        now = await view_job(follower, job_id)
        if now != view:
            view, quiet = now, 0.0
            yield told(view.state, view.model_dump_json())
        elif quiet >= follower.runtime.own.heartbeat_seconds:
            quiet = 0.0
            yield HEARTBEAT


def _id_in(text: str, service: str) -> UUID:
    """From `gateway-01936f...`. Raises NotFound."""
    owner, _, rest = text.partition("-")
    try:
        job_id = UUID(rest)
    except ValueError as error:
        raise NotFound from error
    if owner != service or str(job_id) != rest:
        raise NotFound
    return job_id
