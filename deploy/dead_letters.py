"""Dead letters: messages that no consumer could take in, kept until their reason is mended and somebody replays them.

python -m deploy.dead_letters               list those of all services
python -m deploy.dead_letters replay        put all of them back into their outboxes
python -m deploy.dead_letters replay <id>   put one message back

It works by the relay's settings and role; the running relay sends what was put back. Without them in the environment
it speaks of the stack that `make up` started.
"""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from deploy.local.places import Places
from deploy.local.processes import environment_of
from deploy.local.stack import stack_of
from shared.queue import ArqQueue
from shared.relay import Relay, RelaySettings


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


async def listed(settings: RelaySettings) -> list[str]:
    """A line for each dead letter: which message of whom, to whom, when it died and of what. Never what it says."""
    async with _opened(settings) as relay:
        return [
            f"{letter.died_at:%Y-%m-%d %H:%M} {letter.message_id} {letter.type} to {letter.destination}, "
            f"tenant {letter.tenant_id}: {letter.reason}"
            for service in settings.relay_database_urls
            for letter in await relay.source(service).dead()
        ]


async def replayed(settings: RelaySettings, message_id: UUID | None = None) -> int:
    """Put one dead letter back, or all. Returns how many were."""
    async with _opened(settings) as relay:
        return sum([await relay.source(service).replay(message_id) for service in settings.relay_database_urls])


def _settings() -> RelaySettings:
    if "VMESTE_RELAY_DATABASE_URLS" not in os.environ:
        os.environ.update(environment_of("relay", stack_of(Places.of_environment())))
    return RelaySettings()  # pyright: ignore[reportCallIssue] - read from the environment


def main(arguments: list[str]) -> None:
    try:
        print(_answer(arguments))
    except (OSError, SQLAlchemyError) as error:
        sys.exit(
            f"The database does not answer ({type(error).__name__}): start the stack, or set the relay's settings."
        )


def _answer(arguments: list[str]) -> str:
    match arguments:
        case []:
            return "\n".join(asyncio.run(listed(_settings()))) or "No dead letters."
        case ["replay"]:
            return f"Put back: {asyncio.run(replayed(_settings()))}."
        case ["replay", message_id]:
            return f"Put back: {asyncio.run(replayed(_settings(), _id_of(message_id)))}."
        case _:
            sys.exit(__doc__)


def _id_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        sys.exit(f"{text!r} is no message's id.")


if __name__ == "__main__":
    main(sys.argv[1:])
