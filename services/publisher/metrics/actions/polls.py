"""How polls that are out stand: told with each vote, or asked a moment after it, and once a day."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.publisher.channels.actions.accounts import account_of
from services.publisher.channels.rules.attempts import CALL_LIMIT, DeliveryState
from services.publisher.channels.tables import Channel
from services.publisher.metrics.rules import Why
from services.publisher.metrics.schemas import OptionVotes, PollInChannel, PollResultsView
from services.publisher.metrics.tables import PollResult
from services.publisher.networks.measures import PollTotals
from services.publisher.networks.outcomes import Unreachable
from services.publisher.publications.actions.drafting import publication_for
from services.publisher.publications.schemas.contents import PollBody
from services.publisher.publications.tables import Delivery
from services.publisher.runtime import connector_of, lane_of
from shared.clock import new_id
from shared.consumers import Later, Work
from shared.context import Context
from shared.contracts.publisher import PollAskDue, PollVoteHeard
from shared.db import table_of
from shared.errors import NotFound
from shared.permissions import Permission

ASK_AFTER = timedelta(minutes=1)  # votes come together: they are asked about together
ASK_AGAIN = timedelta(minutes=10)  # of a network that does not answer


async def hear_vote(context: Context, heard: PollVoteHeard) -> None:
    query = (
        select(Delivery.id)
        .join(
            Channel, (col(Channel.tenant_id) == col(Delivery.tenant_id)) & (col(Channel.id) == col(Delivery.channel_id))
        )
        .where(col(Delivery.poll_id) == heard.poll_id, col(Channel.mailbox_id) == heard.mailbox_id)
    )
    delivery_id = await context.store.first(query)
    if delivery_id is None:
        return
    if heard.votes is not None:
        await keep_totals(context, delivery_id, PollTotals(heard.votes, heard.voters), heard.at)
        return
    table = table_of(PollResult)
    marked = insert(table).values(tenant_id=context.tenant_id, id=new_id(), delivery_id=delivery_id, is_due=True)
    marked = marked.on_conflict_do_update(
        index_elements=["tenant_id", "delivery_id"], set_={"is_due": True}, where=table.c.is_due.is_(False)
    )
    if await context.store.changed(marked) == 1:
        await context.emit(PollAskDue(delivery_id=delivery_id), available_at=context.now + ASK_AFTER)


async def keep_totals(context: Context, delivery_id: UUID, totals: PollTotals, at: datetime) -> None:
    """Of two the later one stands, in whatever order they come."""
    table = table_of(PollResult)
    told = {"votes": list(totals.votes), "voters": totals.voters, "told_at": at}
    row = insert(table).values(tenant_id=context.tenant_id, id=new_id(), delivery_id=delivery_id, is_due=False, **told)
    await context.store.execute(
        row.on_conflict_do_update(
            index_elements=["tenant_id", "delivery_id"],
            set_={name: row.excluded[name] for name in told},
            where=or_(table.c.told_at.is_(None), table.c.told_at <= row.excluded.told_at),
        )
    )


async def ask_poll(work: Work, due: PollAskDue) -> None:
    """A vote that comes while the network is asked is asked about anew. Raises Later when it does not answer."""
    async with work.transaction() as context:
        delivery = await context.store.find(Delivery, due.delivery_id)
        if delivery is None or delivery.poll_id is None:
            return
        channel = await context.store.get(Channel, delivery.channel_id)
        asked_at = context.now  # what the network tells by itself meanwhile is newer
        result = await context.store.first(select(PollResult).where(col(PollResult.delivery_id) == delivery.id))
        if result is not None:
            result.is_due = False
    try:
        with lane_of(work.runtime, channel.network):
            async with asyncio.timeout(CALL_LIMIT.total_seconds()):
                connector = connector_of(work.runtime, channel.network)
                totals = await connector.poll_totals(account_of(work.runtime, channel), delivery.poll_id)
    except (TimeoutError, Unreachable) as error:
        raise Later(ASK_AGAIN.total_seconds()) from error
    if isinstance(totals, PollTotals):
        async with work.transaction() as context:
            await keep_totals(context, delivery.id, totals, asked_at)


async def poll_results(context: Context, publication_id: UUID) -> PollResultsView:
    """Raises NotFound, also for a publication without a poll; Forbidden."""
    publication = await publication_for(context, publication_id, Permission.SEE_PUBLICATIONS)
    if publication.poll is None:
        raise NotFound({"ru": "В этой публикации нет опроса", "en": "This publication has no poll"})
    poll = PollBody.model_validate(publication.poll)
    sent = select(Delivery).where(
        col(Delivery.publication_id) == publication.id, col(Delivery.state) == DeliveryState.SENT
    )
    deliveries = await context.store.all(sent.order_by(col(Delivery.id)))
    ids = [delivery.channel_id for delivery in deliveries]
    channels = {each.id: each for each in await context.store.all(select(Channel).where(col(Channel.id).in_(ids)))}
    told = select(PollResult).where(col(PollResult.delivery_id).in_([delivery.id for delivery in deliveries]))
    results = {result.delivery_id: result for result in await context.store.all(told)}
    shown = [_in_channel(poll, each, channels[each.channel_id], results) for each in deliveries]
    known = [each.votes for each in shown if each.votes is not None]
    sums = [sum(votes[place].votes for votes in known) for place in range(len(poll.options))] if known else None
    return PollResultsView(
        question=poll.question,
        votes=None if sums is None else _named(poll, sums),
        reason_if_null=None if sums is not None else _why(shown),
        channels=shown,
    )


def _in_channel(
    poll: PollBody, delivery: Delivery, channel: Channel, results: Mapping[UUID, PollResult]
) -> PollInChannel:
    result = results.get(delivery.id)
    votes = None if result is None or result.votes is None else result.votes
    fits = votes is not None and len(votes) == len(poll.options)
    why = Why.NOT_TOLD if delivery.poll_id is None or votes is not None else Why.NOT_MEASURED
    return PollInChannel(
        delivery_id=delivery.id,
        channel_id=channel.id,
        network=channel.network,
        votes=_named(poll, votes) if fits and votes is not None else None,
        voters=None if result is None else result.voters,
        told_at=None if result is None else result.told_at,
        reason_if_null=None if fits else why,
    )


def _named(poll: PollBody, votes: list[int]) -> list[OptionVotes]:
    return [OptionVotes(option=option, votes=count) for option, count in zip(poll.options, votes, strict=True)]


def _why(shown: list[PollInChannel]) -> Why:
    """Nobody has told yet, or nobody ever will."""
    return Why.NOT_TOLD if shown and all(each.reason_if_null is Why.NOT_TOLD for each in shown) else Why.NOT_MEASURED
