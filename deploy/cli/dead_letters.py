"""Dead letters: messages that no consumer could take in, kept until their reason is mended and somebody replays them.

The commands work by the relay's settings and role; the running relay sends what was put back.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated
from uuid import UUID

import typer

from deploy.cli.console import Json, group, say, show_json, show_table
from deploy.cli.environment import relay_settings
from deploy.cli.failures import Failed
from shared.dead_letters import DeadLetter
from shared.queue import ArqQueue
from shared.relay import Relay, RelaySettings

app = group("Messages that no consumer could take in.")


@asynccontextmanager
async def _opened(settings: RelaySettings) -> AsyncGenerator[Relay, None]:
    queue = ArqQueue(settings.redis_url)
    relay = Relay(settings.relay_database_urls, queue)
    relay.open()
    try:
        yield relay
    finally:
        await relay.close()
        await queue.close()


async def listed(settings: RelaySettings) -> list[DeadLetter]:
    """Which message of whom, to whom, when it died and of what. Never what it says."""
    async with _opened(settings) as relay:
        found = [await relay.source(service).dead() for service in settings.relay_database_urls]
    return [letter for letters in found for letter in letters]


async def replayed(settings: RelaySettings, message_id: UUID | None = None) -> int:
    """Put one dead letter back, or all. Returns how many were."""
    async with _opened(settings) as relay:
        return sum([await relay.source(service).replay(message_id) for service in settings.relay_database_urls])


@app.command("list")
def list_(*, as_json: Json = False) -> None:
    """Show which messages lie there and why; never what they say."""
    letters = asyncio.run(listed(relay_settings()))
    if as_json:
        show_json(letters)
        return
    show_table(
        ("died", "message", "type", "to", "tenant", "reason"),
        [
            (f"{one.died_at:%Y-%m-%d %H:%M}", one.message_id, one.type, one.destination, one.tenant_id, one.reason)
            for one in letters
        ],
        "No dead letters.",
    )


@app.command()
def replay(
    message_id: Annotated[
        UUID | None, typer.Argument(help="One message's id, from the list.", show_default=False)
    ] = None,
    *,
    all_: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
) -> None:
    """Put messages back on their way, once their reason is mended. Nothing happens twice that has happened."""
    if (message_id is None) != all_:
        raise Failed("Name one message's id, or say --all.")
    count = asyncio.run(replayed(relay_settings(), message_id))
    if message_id is not None and count == 0:
        raise Failed(f"No dead letter has the id {message_id}.")
    say(f"Put back: {count}.")
