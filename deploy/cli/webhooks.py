"""`vmeste webhooks`: sending events again, over the API."""

import asyncio
from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from deploy.cli.calling import Account, Address, PasswordStdin, SignInName, account_of
from deploy.cli.console import group, say
from deploy.cli.failures import Failed

app = group("Partners' webhooks.")


@app.callback()
def webhooks() -> None:
    """Keep the group, although it has one command."""


@app.command()
def replay(
    webhook: Annotated[UUID, typer.Argument(help="The webhook's id.", show_default=False)],
    sign_in_name: SignInName,
    *,
    since: Annotated[datetime | None, typer.Option(help="All events since then, local time.")] = None,
    until: Annotated[datetime | None, typer.Option(help="And before then.")] = None,
    event: Annotated[list[UUID] | None, typer.Option(help="Just this event; may be said several times.")] = None,
    address: Address = None,
    password_stdin: PasswordStdin = False,
) -> None:
    """Send events again, in their order and under their old ids: a receiver drops what it has."""
    if (since is None) == (not event):
        raise Failed("Say --since (and --until), or --event.")
    body: dict[str, object] = {"event_ids": [str(one) for one in event]} if event else {}
    body |= {name: at.astimezone().isoformat() for name, at in (("since", since), ("until", until)) if at is not None}
    count = asyncio.run(replayed(account_of(address, sign_in_name, stdin=password_stdin), webhook, body))
    say(f"On their way again: {count}.")


async def replayed(account: Account, webhook: UUID, body: dict[str, object]) -> int:
    async with await account.client() as client:
        answer = await client.post(f"/webhooks/{webhook}/replay", body)
    count: int = answer["deliveries"]
    return count
