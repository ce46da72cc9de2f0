"""`vmeste tenant`: unions on this installation, and their first administrators."""

import asyncio
import secrets
import sys
from typing import Annotated, Final
from uuid import UUID

import typer

from deploy.cli.console import Json, group, say, show_json, show_table
from deploy.cli.environment import gateway_settings
from services.gateway.organizations.actions.registry import TenantEntry, tenants_page
from services.gateway.organizations.rules import DEFAULT_TIMEZONE, OrganizationKind
from services.gateway.runtime import open_gateway_runtime
from services.gateway.settings import GatewaySettings
from services.gateway.sign_in.actions import NewTenant, create_tenant, open_desk
from services.gateway.sign_in.actions.tenants import FoundedTenant
from shared.mail import mail_address

_PAGE: Final = 500
_DRAWN_BYTES: Final = 15  # of a password that nobody has to remember

app = group("Unions on this installation.")


async def made(settings: GatewaySettings, new: NewTenant) -> FoundedTenant:
    runtime = open_gateway_runtime(settings)
    desk = open_desk(runtime, settings)
    try:
        return await create_tenant(desk, new)
    finally:
        await desk.close()
        await runtime.close()


async def all_tenants(settings: GatewaySettings) -> list[TenantEntry]:
    """Deleted ones too."""
    runtime = open_gateway_runtime(settings)
    try:
        found: list[TenantEntry] = []
        after: UUID | None = None
        while page := await tenants_page(runtime, after, _PAGE):
            found += page
            after = page[-1].id
        return found
    finally:
        await runtime.close()


@app.command()
def create(
    name: Annotated[str, typer.Option(help="What the union is called.")],
    family_name: Annotated[str, typer.Option(help="Of its first administrator.")],
    given_name: Annotated[str, typer.Option(help="Of its first administrator.")],
    sign_in_name: Annotated[
        str,
        typer.Option(
            help="What the administrator signs in with: an e-mail address, where codes are mailed, or a login."
        ),
    ],
    *,
    kind: Annotated[OrganizationKind, typer.Option(help="What the root of its tree is.")] = OrganizationKind.UNION,
    timezone: Annotated[str, typer.Option(help="An IANA zone.")] = DEFAULT_TIMEZONE,
    password_stdin: Annotated[bool, typer.Option(help="Read the password from the first line of the input.")] = False,
    ask_password: Annotated[bool, typer.Option(help="Ask for the password.")] = False,
    as_json: Json = False,
) -> None:
    """Found a union with its first administrator. Without a word about the password one is drawn and shown once."""
    drawn = secrets.token_urlsafe(_DRAWN_BYTES)
    password = _password(drawn, stdin=password_stdin, ask=ask_password)
    new = NewTenant(name, kind, family_name, given_name, sign_in_name, password, timezone=timezone)
    founded = asyncio.run(made(gateway_settings(), new))
    shown = {"password": drawn} if password == drawn else {}
    if as_json:
        show_json({"tenant_id": founded.tenant_id, "administrator_id": founded.administrator_id, **shown})
        return
    say(f"Founded: {name}, tenant {founded.tenant_id}.")
    say(f"{sign_in_name} signs in at POST /v1/auth/login" + (f" with the password {drawn}" if shown else "") + ".")
    if mail_address(sign_in_name) is None:
        say("That is no e-mail address: no codes are mailed before its owner has proven one.")


@app.command("list")
def list_(*, as_json: Json = False) -> None:
    """Show the unions and their states."""
    tenants = asyncio.run(all_tenants(gateway_settings()))
    if as_json:
        show_json(
            [{"id": one.id, "name": one.name, "state": one.state, "created_at": one.created_at} for one in tenants]
        )
        return
    rows = [(one.id, one.state, f"{one.created_at:%Y-%m-%d}", one.name) for one in tenants]
    show_table(("tenant", "state", "since", "name"), rows, "No unions yet: `vmeste tenant create`.")


def _password(drawn: str, *, stdin: bool, ask: bool) -> str:
    """Never an argument: those are seen in the list of processes."""
    if stdin:
        return sys.stdin.readline().rstrip("\n")
    if ask:
        return typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return drawn
