"""What the gateway hears of its organizations, long work on tenants, and what is done by the clock."""

from collections.abc import Mapping
from functools import partial

from services.gateway.organizations.actions import Membership, active_tenants, apply_channel, count_month
from services.gateway.organizations.actions.tenant_jobs import KINDS, let_go_of_exports
from shared.consumers import Consumer, consumes
from shared.context import unit_of_work
from shared.contracts.publisher import ChannelChanged
from shared.identity import system
from shared.jobs import Chunk
from shared.runtime import Runtime
from shared.worker import Timer

_HOUR = 3600.0


def consumers() -> list[Consumer]:
    return [consumes(ChannelChanged, apply_channel)]


def job_kinds() -> Mapping[str, Chunk]:
    return KINDS


async def count_this_month(membership: Membership, runtime: Runtime) -> None:
    """Once a month for each tenant: whoever comes first in it."""
    month = runtime.clock.now().date().replace(day=1)
    for tenant_id in await active_tenants(runtime):
        async with unit_of_work(runtime, tenant_id, system(tenant_id)) as context:
            await count_month(context, membership, month)


def timers(membership: Membership) -> list[Timer]:
    return [
        Timer("organization_counts", _HOUR, partial(count_this_month, membership)),
        Timer("tenant_exports", _HOUR, let_go_of_exports),
    ]
