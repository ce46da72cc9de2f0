"""`vmeste read-models`: what the services know of organizations, calendars and people, told anew.

The services keep copies of what the gateway owns. One that was lost (a dead letter, a service restored from an older
backup) is made whole by telling it everything again; services drop what they know already.
"""

import asyncio
from collections.abc import Callable
from typing import Annotated
from uuid import UUID

import typer
from rich.progress import Progress

from deploy.cli.console import group, say
from deploy.cli.environment import gateway_settings
from deploy.cli.failures import Failed
from deploy.cli.tenants import all_tenants
from services.gateway.calendars.actions import retell_calendars
from services.gateway.organizations.actions import end_retelling, retell_organizations
from services.gateway.people.actions.retelling import retell_people
from services.gateway.runtime import GatewayRuntime, open_gateway_runtime
from services.gateway.settings import GatewaySettings
from shared.context import unit_of_work
from shared.identity import system
from shared.standing import TenantState

app = group("What the services know of organizations, calendars and people.")


@app.callback()
def read_models() -> None:
    """Keep the group, although it has one command."""


@app.command()
def rebuild(
    tenant: Annotated[UUID | None, typer.Option(help="Only this union.", show_default=False)] = None,
) -> None:
    """Tell all services everything anew, and close the gaps that they wait for. Safe to repeat, while everything runs."""
    settings = gateway_settings()
    known = [one.id for one in asyncio.run(all_tenants(settings)) if one.state is not TenantState.DELETED]
    if tenant is not None and tenant not in known:
        raise Failed(f"No union has the id {tenant}: see `vmeste tenant list`.")
    tenants = [tenant] if tenant is not None else known
    with Progress(transient=True) as progress:
        task = progress.add_task("telling", total=len(tenants))
        asyncio.run(retold(settings, tenants, lambda: progress.advance(task)))
    say(f"Told anew: {len(tenants)} unions. The services take it in as their queues are worked off.")


async def retold(settings: GatewaySettings, tenants: list[UUID], told: Callable[[], None]) -> None:
    runtime = open_gateway_runtime(settings)
    try:
        for tenant_id in tenants:
            await retell(runtime, tenant_id)
            told()
    finally:
        await runtime.close()


async def retell(runtime: GatewayRuntime, tenant_id: UUID) -> None:
    """Organizations, calendars, people, and at last that this was all. People go in parts, each its own transaction."""
    async with unit_of_work(runtime, tenant_id, system(tenant_id)) as context:
        await retell_organizations(context)
        await retell_calendars(context)
    last: UUID | None = None
    while True:
        async with unit_of_work(runtime, tenant_id, system(tenant_id)) as context:
            last = await retell_people(context, last)
        if last is None:
            break
    async with unit_of_work(runtime, tenant_id, system(tenant_id)) as context:
        await end_retelling(context)
