"""What the networks count of a channel and of its posts of the last month, asked once a day.

Each step writes down what it was told and sees to the next one in one transaction: told twice, it is done once.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import case, func, true
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.publisher.channels.actions.accounts import account_of, encrypted, words_of
from services.publisher.channels.rules.attempts import CALL_LIMIT, DeliveryState
from services.publisher.channels.tables import Channel
from services.publisher.metrics.actions.polls import keep_totals
from services.publisher.metrics.tables import ChannelSnapshot, PostSnapshot
from services.publisher.networks.accounts import Probe
from services.publisher.networks.measures import Measured, PollTotals, PostMeasures
from services.publisher.networks.outcomes import Unreachable, Unsupported
from services.publisher.networks.reasons import reason
from services.publisher.publications.tables import Delivery
from services.publisher.runtime import connector_of, lane_of
from shared.clock import new_id
from shared.consumers import Later, Work
from shared.context import Context
from shared.contracts.publisher import ChannelMeasureDue
from shared.db import table_of

ASK_AGAIN = timedelta(hours=1)  # of a network that does not answer
STILL_COUNTED = timedelta(days=30)  # since a post was sent
POSTS_AT_ONCE = 10
FIGURES = ("views", "reach", "reactions", "comments", "reposts")


async def measure_channel(work: Work, due: ChannelMeasureDue) -> None:
    """Raises Later when the network does not answer."""
    async with work.transaction() as context:
        channel = await context.store.find(Channel, due.channel_id)
        if channel is None:
            return
        posts = None if due.after is None else await _posts(context, channel, due.after)
        asked_at = context.now  # what the network tells by itself meanwhile is newer
    try:
        with lane_of(work.runtime, channel.network):
            async with asyncio.timeout(CALL_LIMIT.total_seconds()):
                probe = await _probed(work, channel) if posts is None else None
                found = [(post.id, await _figures(work, channel, post)) for post in posts or ()]
                polls = [(post.id, await _totals(work, channel, post)) for post in posts or () if post.poll_id]
    except (TimeoutError, Unreachable) as error:
        raise Later(ASK_AGAIN.total_seconds()) from error
    async with work.transaction() as context:
        if not await work.claim(context):
            return
        if probe is not None:
            await _keep_followers(context, channel, due.day, probe)
        else:
            await _keep_posts(context, channel, due.day, found, asked_at)
        for delivery_id, totals in polls:
            if isinstance(totals, PollTotals):
                await keep_totals(context, delivery_id, totals, asked_at)


async def _probed(work: Work, channel: Channel) -> Probe:
    return await connector_of(work.runtime, channel.network).probe(account_of(work.runtime, channel))


def _followers(probe: Probe) -> Measured:
    if probe.follower_count is not None:
        return Measured(probe.follower_count)
    return Measured.untold(probe.missing[0].reason if probe.missing else reason("cannot_measure"))


async def _figures(work: Work, channel: Channel, post: Delivery) -> PostMeasures | Unsupported:
    return await connector_of(work.runtime, channel.network).measure(
        account_of(work.runtime, channel), post.external_id or ""
    )


async def _totals(work: Work, channel: Channel, post: Delivery) -> PollTotals | Unsupported:
    return await connector_of(work.runtime, channel.network).poll_totals(
        account_of(work.runtime, channel), post.poll_id or ""
    )


async def _posts(context: Context, channel: Channel, after: UUID) -> Sequence[Delivery]:
    query = select(Delivery).where(
        col(Delivery.channel_id) == channel.id,
        col(Delivery.state) == DeliveryState.SENT,
        col(Delivery.external_id).is_not(None),
        col(Delivery.sent_at) >= context.now - STILL_COUNTED,
        col(Delivery.id) > after,
    )
    return await context.store.all(query.order_by(col(Delivery.id)).limit(POSTS_AT_ONCE))


async def _keep_followers(context: Context, channel: Channel, day: date, probe: Probe) -> None:
    told = _followers(probe)
    row = insert(table_of(ChannelSnapshot)).values(
        tenant_id=context.tenant_id,
        id=new_id(),
        channel_id=channel.id,
        day=day,
        followers=told.value,
        reason=None if told.reason is None else words_of(told.reason),
    )
    if await context.store.changed(row.on_conflict_do_nothing()) == 0:
        return
    now = await context.store.lock(Channel, channel.id)
    if told.value is not None:
        now.follower_count = told.value
    if probe.learned and now.secrets == channel.secrets:  # a renewed token, unless somebody gave another meanwhile
        secrets = account_of(context.runtime, channel).secrets
        now.secrets = encrypted(context.runtime, {**secrets, **probe.learned})
    await context.emit(ChannelMeasureDue(channel_id=channel.id, day=day, after=UUID(int=0)))
    tomorrow = max(day, context.now.astimezone(UTC).date()) + timedelta(days=1)
    beginning = datetime.combine(tomorrow, time(), UTC) + timedelta(minutes=context.chance.below(240))
    await context.emit(ChannelMeasureDue(channel_id=channel.id, day=tomorrow), available_at=beginning)


async def _keep_posts(
    context: Context,
    channel: Channel,
    day: date,
    found: Sequence[tuple[UUID, PostMeasures | Unsupported]],
    asked_at: datetime,
) -> None:
    """What is told; a network that tells nothing is not asked of the posts that are left."""
    told = [(delivery_id, measures) for delivery_id, measures in found if isinstance(measures, PostMeasures)]
    for delivery_id, measures in told:
        await _keep_figures(context, delivery_id, day, {name: getattr(measures, name) for name in FIGURES}, asked_at)
    if len(found) == POSTS_AT_ONCE and (told or not all(_tells_nothing(measures) for _, measures in found)):
        await context.emit(ChannelMeasureDue(channel_id=channel.id, day=day, after=found[-1][0]))


async def _keep_figures(
    context: Context, delivery_id: UUID, day: date, told: Mapping[str, Measured], asked_at: datetime
) -> None:
    """The last that was told that day stands; of what is told by whatever way, a figure stands against none.

    Reactions that the network told by itself since it was asked are newer than its answer.
    """
    if all(one.value is None for one in told.values()):
        return
    table = table_of(PostSnapshot)
    reasons: dict[str, JsonValue] = {
        name: {**words_of(one.reason)} for name, one in told.items() if one.reason is not None
    }
    row = insert(table).values(
        tenant_id=context.tenant_id,
        id=new_id(),
        delivery_id=delivery_id,
        day=day,
        reasons=reasons,
        reactions_told_at=None if told["reactions"].value is None else asked_at,
        **{name: one.value for name, one in told.items()},
    )
    is_newer = func.coalesce(table.c.reactions_told_at <= row.excluded.reactions_told_at, true())
    stands = {name: func.coalesce(row.excluded[name], table.c[name]) for name in (*told, "reactions_told_at")}
    since_told = {
        name: case((is_newer, stands[name]), else_=table.c[name]) for name in ("reactions", "reactions_told_at")
    }
    await context.store.execute(
        row.on_conflict_do_update(
            index_elements=["tenant_id", "delivery_id", "day"],
            set_={
                "reasons": table.c.reasons.op("||")(row.excluded.reasons),
                **stands,
                **since_told,
            },
        )
    )


def _tells_nothing(measures: PostMeasures | Unsupported) -> bool:
    return isinstance(measures, Unsupported) and measures.reason == reason("cannot_measure")
