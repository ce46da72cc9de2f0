"""Networks that call no hook are asked, mailbox by mailbox, what came since. Whatever stops a worker, it goes on there."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import structlog

from services.publisher.channels.actions.accounts import account_of
from services.publisher.channels.actions.mailboxes import keeper_of, note_in_channels
from services.publisher.channels.actions.telling import tell_lost_updates
from services.publisher.channels.tables import Channel, Mailbox
from services.publisher.conversations.actions.taking_in import known_names, unseen, with_missing_names
from services.publisher.conversations.actions.taking_in_all import take_in_all
from services.publisher.conversations.actions.told import Told
from services.publisher.networks.accounts import Ability, Account, Missing
from services.publisher.networks.connector import Connector
from services.publisher.networks.inbound import Fetched
from services.publisher.networks.outcomes import Unreachable, UpdatesRefused
from services.publisher.runtime import connector_of, lane_of, publisher_of
from shared.consumers import Later, Work
from shared.context import Context
from shared.contracts.publisher import MailboxAskDue

_log = structlog.get_logger()

REFUSED_AGAIN = timedelta(hours=1)  # whoever signs in with a wrong password over and over is locked out
LIMIT = timedelta(seconds=20)  # of one asking, all its pages together; below the time-out of a queue job (30 s)


@dataclass(frozen=True)
class _Asked:
    mailbox: Mailbox
    channel: Channel  # that keeps it


async def ask_mailbox(work: Work, due: MailboxAskDue) -> None:
    """Ask once, and see to it that it is done again. A repeat finds it done; of two at once the later one gives up.

    What the network refuses to tell is said of the channels that wait for it. Raises Later.
    """
    async with work.transaction() as context:
        asked = await _begin(context, due)
    if asked is None:
        return
    connector, account = connector_of(work.runtime, asked.channel.network), account_of(work.runtime, asked.channel)
    try:
        with lane_of(work.runtime, asked.channel.network):
            fetched = await _fetched(work, connector, account, asked.mailbox)
    except UpdatesRefused as error:
        await _note_refusal(work, asked, Missing(Ability.UPDATES, error.reason))
        raise Later(REFUSED_AGAIN.total_seconds()) from error
    if fetched is None:
        return
    async with work.transaction() as context:
        updates = await unseen(context, asked.mailbox, fetched.updates)
        names = await known_names(context, asked.mailbox, updates)
    told = Told(asked.mailbox, asked.channel, account, connector, updates, names)
    names = await with_missing_names(told)
    async with work.transaction() as context:
        mailbox = await context.store.lock(Mailbox, due.mailbox_id)
        if mailbox.asked != due.asked:
            return
        await take_in_all(context, told, names)
        if not asked.channel.receives_updates:
            await note_in_channels(context, mailbox.id, None)
        await _go_on(context, mailbox, fetched)


async def _begin(context: Context, due: MailboxAskDue) -> _Asked | None:
    """None when it was asked meanwhile, and when no channel is left to ask with: then it ends."""
    mailbox = await context.store.find(Mailbox, due.mailbox_id)
    if mailbox is None or mailbox.asked != due.asked:
        return None
    channel = await keeper_of(context, mailbox.id)
    return None if channel is None else _Asked(mailbox, channel)


async def _fetched(work: Work, connector: Connector, account: Account, mailbox: Mailbox) -> Fetched | None:
    """Raises Later while the network is away; UpdatesRefused."""
    try:
        async with asyncio.timeout(LIMIT.total_seconds()):
            return await connector.fetch_updates(account, mailbox.cursor)
    except UpdatesRefused:
        raise
    except (TimeoutError, Unreachable) as error:
        _log.info("mailbox.not_asked", network=mailbox.network, error=type(error).__name__)
        retry_after = error.retry_after if isinstance(error, Unreachable) else None
        raise Later(max(publisher_of(work.runtime).ask_every.total_seconds(), retry_after or 0)) from error


async def _note_refusal(work: Work, asked: _Asked, missing: Missing) -> None:
    async with work.transaction() as context:
        mailbox = await context.store.get(Mailbox, asked.mailbox.id)
        if mailbox.hook_version != asked.mailbox.hook_version:  # somebody gave other credentials meanwhile
            return
        for channel in (await note_in_channels(context, mailbox.id, missing))[:1]:
            await tell_lost_updates(context, channel)


async def _go_on(context: Context, mailbox: Mailbox, fetched: Fetched) -> None:
    """The place to go on from, in one transaction with what was told before it."""
    mailbox.cursor = fetched.cursor
    mailbox.asked += 1
    due = MailboxAskDue(mailbox_id=mailbox.id, asked=mailbox.asked)
    await context.emit(due, available_at=context.now + publisher_of(context.runtime).ask_every)
