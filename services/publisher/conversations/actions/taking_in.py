"""What the networks tell us: verified, with the names of those who speak, and what is new of it."""

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID

import structlog
from sqlmodel import col, select

from services.publisher.channels.actions.accounts import account_of
from services.publisher.channels.actions.mailboxes import keeper_of
from services.publisher.channels.tables import Mailbox
from services.publisher.conversations.actions.mentions import looked_up
from services.publisher.conversations.actions.taking_in_all import take_in_all
from services.publisher.conversations.actions.told import Names, Told
from services.publisher.conversations.tables import Conversation, InboundUpdate
from services.publisher.networks.inbound import (
    ButtonPressed,
    HookAnswer,
    Spoken,
    Update,
)
from services.publisher.networks.outcomes import Unreachable
from services.publisher.networks.storing import is_storable, storable
from services.publisher.runtime import connector_of
from shared.app import Outside
from shared.context import Context
from shared.errors import NotFound

_log = structlog.get_logger()

_AT_ONCE = 2.0  # seconds: networks want an answer to their hook; a name can come with the next message


async def take_in(outside: Outside, mailbox_id: UUID, headers: Mapping[str, str], body: bytes) -> HookAnswer:
    """Raises NotFound for an absent mailbox and for a wrong secret alike; MalformedUpdate."""
    async with outside.reading() as context:
        call = await _verified(context, mailbox_id, headers, body)
    call = await looked_up(outside, call)
    if call.updates:
        names = await with_missing_names(call)
        await _acknowledge_presses(call)
        context = await outside.writing()
        await take_in_all(context, call, names)
    return call.connector.answer_to_hook(call.account, body)


async def _verified(context: Context, mailbox_id: UUID, headers: Mapping[str, str], body: bytes) -> Told:
    mailbox = await context.store.get(Mailbox, mailbox_id)
    connector = connector_of(context.runtime, mailbox.network)
    channel = await keeper_of(context, mailbox.id)
    if channel is None:
        raise NotFound
    account = account_of(context.runtime, channel)
    secret = connector.hook_secret(account, context.runtime.cipher.decrypt(mailbox.hook_secret))
    if not connector.verify_hook(headers, body, secret):
        raise NotFound
    told = [update for update in connector.parse_updates(body) if not connector.is_own(account, update)]
    updates = await unseen(context, mailbox, told)
    names = await known_names(context, mailbox, updates)
    return Told(mailbox, channel, account, connector, updates, names)


async def unseen(context: Context, mailbox: Mailbox, updates: Sequence[Update]) -> list[Update]:
    """Those that were not taken in before. What cannot even be looked for is passed over."""
    updates = [update for update in updates if _is_nameable(mailbox, update)]
    keys = [update.update_id for update in updates]
    known = select(InboundUpdate.update_key).where(
        col(InboundUpdate.mailbox_id) == mailbox.id, col(InboundUpdate.update_key).in_(keys)
    )
    seen = set(await context.store.all(known)) if keys else set[str]()
    return [update for update in updates if update.update_id not in seen]


def _is_nameable(mailbox: Mailbox, update: Update) -> bool:
    names = [update.update_id, *([update.sender.external_user_id] if isinstance(update, Spoken) else [])]
    is_nameable = all(map(is_storable, names))
    if not is_nameable:
        _log.error("update.passed_over", network=mailbox.network, update=type(update).__name__, error="its ids")
    return is_nameable


async def known_names(context: Context, mailbox: Mailbox, updates: Sequence[Update]) -> Names:
    senders = _speakers(updates)
    if not senders:
        return {}
    query = select(Conversation).where(
        col(Conversation.mailbox_id) == mailbox.id, col(Conversation.external_user_id).in_(senders)
    )
    known = {row.external_user_id: row.display_name for row in await context.store.all(query)}
    return known | {
        update.sender.external_user_id: storable(update.sender.display_name)
        for update in updates
        if isinstance(update, Spoken) and update.sender.display_name
    }


async def with_missing_names(call: Told) -> Names:
    """Ask the network for the names that neither it nor we have told yet; without an answer they stay unknown."""
    found = dict(call.names)
    for sender in _speakers(call.updates):
        if found.get(sender) is None:
            found[sender] = await _asked_name(call, sender)
    return found


def _speakers(updates: Sequence[Update]) -> set[str]:
    """Whose names are asked for: of those who said something to us."""
    return {update.sender.external_user_id for update in updates if isinstance(update, Spoken)}


async def _asked_name(call: Told, external_user_id: str) -> str | None:
    try:
        async with asyncio.timeout(_AT_ONCE):
            name = await call.connector.name_of(call.account, external_user_id)
    except (TimeoutError, Unreachable):
        return None
    return storable(name or "") or None


async def _acknowledge_presses(call: Told) -> None:
    """Before anything is stored: it says that a press has arrived, not what comes of it."""
    presses = [update for update in call.updates if isinstance(update, ButtonPressed)]
    for press_id in (press.press_id for press in presses if press.press_id is not None):
        try:
            async with asyncio.timeout(_AT_ONCE):
                await call.connector.acknowledge(call.account, press_id)
        except (TimeoutError, Unreachable) as error:
            _log.info("press.not_acknowledged", network=call.mailbox.network, error=type(error).__name__)
