"""What somebody said who named an account, where its network tells no more than that it happened."""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import col, select

from services.publisher.channels.actions.accounts import account_of
from services.publisher.channels.tables import Channel
from services.publisher.conversations.actions.told import Told
from services.publisher.networks.accounts import Account
from services.publisher.networks.inbound import Mentioned, MentionNoticed, Update
from shared.app import Outside


async def looked_up(outside: Outside, told: Told) -> Told:
    """The same with what was said, as far as it is still there. Raises Unreachable: the network then tells it again."""
    noticed = [update for update in told.updates if isinstance(update, MentionNoticed)]
    if not noticed:
        return told
    accounts = await _accounts(outside, told, noticed)
    updates: list[Update] = []
    for update in told.updates:
        if not isinstance(update, MentionNoticed):
            updates.append(update)
            continue
        account = next((accounts[place] for place in update.places if place in accounts), None)
        found = None if account is None else await told.connector.look_up(account, update)
        updates.append(found or update)
    names = {one.sender.external_user_id: one.sender.display_name for one in updates if isinstance(one, Mentioned)}
    return replace(told, updates=updates, names={**names, **told.names})


async def _accounts(outside: Outside, told: Told, noticed: Sequence[MentionNoticed]) -> dict[str, Account]:
    """Of the channels that were named: one app's hook hears of several accounts, each of which is asked about its own."""
    places = {place for update in noticed for place in update.places}
    query = select(Channel).where(col(Channel.mailbox_id) == told.mailbox.id, col(Channel.external_id).in_(places))
    async with outside.reading() as context:
        channels = await context.store.all(query.order_by(col(Channel.id)))
    return {channel.external_id: account_of(outside.runtime, channel) for channel in channels}
