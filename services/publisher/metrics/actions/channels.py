"""Figures of channels: followers, growth, regularity."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as choose
from sqlmodel import col, select

from services.publisher.channels.rules.registration import REGISTRY_FROM, WARNING_FROM
from services.publisher.channels.tables import Channel
from services.publisher.directory.tables import DIRECTORY
from services.publisher.metrics.actions.periods import Span, span_of
from services.publisher.metrics.rules import Figure, Why, growth, regularity, untold
from services.publisher.metrics.schemas import (
    ChannelMetrics,
    FigureView,
    FollowersOnDay,
    MembersCounted,
    MetricsFilter,
    PeriodView,
)
from services.publisher.metrics.tables import ChannelSnapshot, MembersOnDay
from services.publisher.publications.tables import Delivery
from shared.app import paginate
from shared.context import Context
from shared.db import table_of
from shared.permissions import Permission


async def measure_channels(context: Context, page: MetricsFilter) -> tuple[list[ChannelMetrics], str | None]:
    """Newest channel first, by as many queries for one as for many. Raises NotFound, Forbidden, PeriodOutOfRange."""
    query = select(Channel).where(DIRECTORY.reach_filter(context, Channel.organization_id, Permission.SEE_PUBLICATIONS))
    if page.organization_id is not None:
        await DIRECTORY.reachable(context, page.organization_id, Permission.SEE_PUBLICATIONS)
        query = query.where(DIRECTORY.under(context, Channel.organization_id, page.organization_id))
    span = await span_of(context, page)
    channels, following = await paginate(context, query, Channel.id, page)
    ids = [channel.id for channel in channels]
    days, posts = await _days(context, ids, span), await _posts(context, ids, span)
    members, tell = await _members(context, ids, span), await _tell(context, ids)
    return [
        _metrics(
            channel, span, days[channel.id], posts[channel.id], Members(members[channel.id], *tell.get(channel.id, ()))
        )
        for channel in channels
    ], following


@dataclass(frozen=True)
class Members:
    """Who came and left on the days of the period, and of which of the two the network ever told."""

    days: Sequence[MembersOnDay]
    tells_joined: bool = False
    tells_gone: bool = False


async def _members(context: Context, ids: Sequence[UUID], span: Span) -> Mapping[UUID, list[MembersOnDay]]:
    query = select(MembersOnDay).where(
        col(MembersOnDay.channel_id).in_(ids),
        col(MembersOnDay.day) >= span.period.since,
        col(MembersOnDay.day) <= span.period.until,
    )
    days: defaultdict[UUID, list[MembersOnDay]] = defaultdict(list)
    for row in await context.store.all(query.order_by(col(MembersOnDay.day))):
        days[row.channel_id].append(row)
    return days


async def _tell(context: Context, ids: Sequence[UUID]) -> Mapping[UUID, tuple[bool, bool]]:
    """Of which of the two each channel's network ever told."""
    counted = table_of(MembersOnDay).c
    query = (
        choose(counted.channel_id, func.max(counted.joined).label("joined"), func.max(counted.gone).label("gone"))
        .where(counted.tenant_id == context.tenant_id, counted.channel_id.in_(ids))
        .group_by(counted.channel_id)
    )
    found = (await context.store.execute(query)).mappings()
    return {row["channel_id"]: (row["joined"] > 0, row["gone"] > 0) for row in found}


async def _days(context: Context, ids: Sequence[UUID], span: Span) -> Mapping[UUID, list[ChannelSnapshot]]:
    query = select(ChannelSnapshot).where(
        col(ChannelSnapshot.channel_id).in_(ids),
        col(ChannelSnapshot.day) >= span.period.since,
        col(ChannelSnapshot.day) <= span.period.until,
    )
    days: defaultdict[UUID, list[ChannelSnapshot]] = defaultdict(list)
    for row in await context.store.all(query.order_by(col(ChannelSnapshot.day))):
        days[row.channel_id].append(row)
    return days


async def _posts(context: Context, ids: Sequence[UUID], span: Span) -> Mapping[UUID, Counter[date]]:
    """How many posts were sent on each local day."""
    sent = table_of(Delivery).c
    query = (
        choose(sent.channel_id, span.day_of(sent.sent_at).label("day"), func.count().label("posts"))
        .where(
            sent.tenant_id == context.tenant_id,
            sent.channel_id.in_(ids),
            sent.sent_at >= span.begins,
            sent.sent_at < span.ends,
        )
        .group_by(sent.channel_id, "day")
    )
    posts: defaultdict[UUID, Counter[date]] = defaultdict(Counter)
    for row in (await context.store.execute(query)).mappings():
        posts[row["channel_id"]][row["day"]] = row["posts"]
    return posts


def _metrics(
    channel: Channel, span: Span, days: Sequence[ChannelSnapshot], posts: Counter[date], members: Members
) -> ChannelMetrics:
    told = [day for day in days if day.followers is not None]
    measured_on = [day.day for day in days]
    followers = _followers(channel, span, told, measured_on)
    known = channel.follower_count or 0
    won = growth(told[0].followers, told[-1].followers, measured_on) if told else growth(None, None, measured_on)
    return ChannelMetrics(
        channel_id=channel.id,
        organization_id=channel.organization_id,
        network=channel.network,
        title=channel.title,
        period=PeriodView.of(span.period),
        followers=FigureView.of(followers, "as the network tells"),
        growth=FigureView.of(won, "last minus first day that was told"),
        joined=_counted([day.joined for day in members.days], "joins told in the period", tells=members.tells_joined),
        gone=_counted([day.gone for day in members.days], "leaves told in the period", tells=members.tells_gone),
        regularity=FigureView.of(regularity(posts, span.period), "weeks with a post / weeks, Monday to Sunday"),
        registration_is_near=known >= WARNING_FROM,
        needs_registration=known >= REGISTRY_FROM,
        days=[FollowersOnDay(day=day.day, followers=day.followers) for day in days],
        members=[MembersCounted(day=day.day, joined=day.joined, gone=day.gone) for day in members.days],
    )


def _counted(counts: Sequence[int], method: str, *, tells: bool) -> FigureView:
    """A network that never told of any is not known to tell."""
    figure = Figure(sum(counts), sum(counts), None, len(counts)) if tells else untold(Why.NOT_TOLD)
    return FigureView.of(figure, method)


def _followers(channel: Channel, span: Span, told: Sequence[ChannelSnapshot], measured_on: Sequence[date]) -> Figure:
    """Of the last day that was told; of a channel that is not measured yet what it was connected with."""
    if told:
        return Figure(told[-1].followers, told[-1].followers, None, len(told))
    connected = channel.created_at.astimezone(UTC).date()
    if channel.follower_count is not None and not measured_on and connected <= span.period.until:
        return Figure(channel.follower_count, channel.follower_count, None, 0)
    return untold(Why.NOT_TOLD if measured_on else Why.NOT_MEASURED)
