"""All that was told at once, taken in. What cannot be kept is passed over: it must not hold up for ever what is behind it."""

from collections.abc import Sequence

import structlog

from services.publisher.conversations.actions.receiving import take_in_once
from services.publisher.conversations.actions.told import Names, Told
from services.publisher.networks.inbound import Update
from shared.consumers import kind_and_place
from shared.context import Context
from shared.db import is_passing

_log = structlog.get_logger()


async def take_in_all(context: Context, call: Told, names: Names) -> None:
    """Together, which nearly always goes well and costs one savepoint; else one by one, each in its own.

    Raises what says that the database is away or too busy: then nothing is kept, and all of it is told again.
    """
    if await _hindrance(context, call, call.updates, names) is None:
        return
    for update in call.updates:
        error = await _hindrance(context, call, [update], names)
        if error is not None:
            _log.error(
                "update.passed_over",
                network=call.mailbox.network,
                update=type(update).__name__,
                error=kind_and_place(error),
            )


async def _hindrance(context: Context, call: Told, updates: Sequence[Update], names: Names) -> Exception | None:
    """None when all of them are kept; none of them is otherwise."""
    try:
        async with context.store.session.begin_nested():
            for update in updates:
                await take_in_once(context, call, update, names)
    except Exception as error:
        if is_passing(error):
            raise
        return error
    return None
