"""`vmeste audit`: whether the chain of seals is whole."""

import asyncio
from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

import typer

from deploy.cli.console import Json, group, say, show_json, show_table
from deploy.cli.environment import gateway_settings
from deploy.cli.failures import Failed
from deploy.cli.tenants import all_tenants
from services.gateway.audit.actions import Verdict, pseudonym_of
from services.gateway.audit.actions import verify as verify_chain
from services.gateway.audit.rules import Flaw
from services.gateway.runtime import open_gateway_runtime
from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.db import Database
from shared.identity import system

app = group("The audit and its seals.")

_WORDS = {
    Flaw.GAP: "this seal is missing",
    Flaw.UNLINKED: "the seal does not name the hash of the one before: it was made anew",
    Flaw.CHANGED: "an entry under this seal was changed, added, moved or removed",
    Flaw.SMUGGLED: "an entry older than the last seal stands under none: it was added afterwards",
}


async def verified(database_url: str, tenant_ids: Iterable[UUID], kept_hash: str | None = None) -> list[Verdict]:
    database = Database(database_url, schema=ServiceName.GATEWAY)
    try:
        return [await verify_chain(database, tenant_id, kept_hash=kept_hash) for tenant_id in tenant_ids]
    finally:
        await database.close()


@app.command()
def verify(
    tenant: Annotated[UUID | None, typer.Option(help="Only this union.", show_default=False)] = None,
    kept: Annotated[
        str | None,
        typer.Option(metavar="HASH", help="A seal's hash that you kept elsewhere: it must be in the chain."),
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Recompute every seal and name the first that does not hold. Exit code 1 when one does not.

    A chain whose newest seals were cut off holds in itself: keep the newest hash elsewhere, and say it with --kept.
    """
    if kept is not None and tenant is None:
        raise Failed("Say whose hash it is: --tenant.")
    settings = gateway_settings()
    tenant_ids = [tenant] if tenant else [one.id for one in asyncio.run(all_tenants(settings))]
    verdicts = asyncio.run(verified(settings.database_url, tenant_ids, kept))
    if as_json:
        show_json(verdicts)
    else:
        rows = [(one.tenant_id, one.seals, one.entries, one.head, _word(one)) for one in verdicts]
        show_table(("tenant", "seals", "entries", "newest hash", "verdict"), rows, "No unions yet.")
    if not all(one.broken is None and one.known for one in verdicts):
        raise typer.Exit(1)


@app.command()
def actor(
    tenant: Annotated[UUID, typer.Argument(help="The union.", show_default=False)],
    actor_id: Annotated[UUID, typer.Argument(help="A person, a partner's key or an operator's.", show_default=False)],
) -> None:
    """Say under which pseudonym the audit knows somebody, for `GET /v1/audit?actor=`.

    For whoever must find out what one person did: it takes the installation's encryption keys, and no route tells it.
    """
    say(asyncio.run(named(tenant, actor_id)))


async def named(tenant_id: UUID, actor_id: UUID) -> str:
    runtime = open_gateway_runtime(gateway_settings())
    try:
        async with unit_of_work(runtime, tenant_id, system(tenant_id)) as context:
            return await pseudonym_of(context, actor_id)
    finally:
        await runtime.close()


def _word(verdict: Verdict) -> str:
    if verdict.broken is not None:
        return f"broken at seal {verdict.broken.sequence}: {_WORDS[verdict.broken.flaw]}"
    return "whole" if verdict.known else "the kept hash is not in it: seals were cut off, or it is another union's"
