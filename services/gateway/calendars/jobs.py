"""Official days are decreed and years begin: calendars follow by themselves."""

from services.gateway.calendars.actions import refresh_calendars
from services.gateway.organizations.actions import active_tenants
from shared.context import unit_of_work
from shared.identity import system
from shared.runtime import Runtime
from shared.worker import Timer

_HOUR = 3600.0


async def refresh(runtime: Runtime) -> None:
    for tenant_id in await active_tenants(runtime):
        async with unit_of_work(runtime, tenant_id, system(tenant_id)) as context:
            await refresh_calendars(context)


def timers() -> list[Timer]:
    return [Timer("calendars", _HOUR, refresh)]
