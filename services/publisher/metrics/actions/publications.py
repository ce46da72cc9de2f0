"""Figures of publications: the last that was told of each post, over all networks."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as choose
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlmodel import col, select

from services.publisher.channels.rules.attempts import DeliveryState
from services.publisher.channels.tables import Channel
from services.publisher.directory.tables import DIRECTORY
from services.publisher.metrics.actions.measuring import FIGURES
from services.publisher.metrics.actions.periods import span_of
from services.publisher.metrics.rules import Figure, Why, ratio, summed
from services.publisher.metrics.schemas import FigureView, MetricsFilter, PublicationMetrics
from services.publisher.metrics.tables import ChannelSnapshot, PostSnapshot
from services.publisher.publications.tables import Delivery, Publication
from shared.app import paginate
from shared.context import Context
from shared.db import table_of
from shared.permissions import Permission

_SUM = "sum over the networks that tell"


class _Post:
    """One post, by the last that was told of it."""

    def __init__(self, told: Mapping[str, int | None] | None, followers: int | None, *, was_asked: bool) -> None:
        self.followers = followers
        self.is_measured = told is not None or was_asked
        self.told = dict.fromkeys(FIGURES) if told is None else told

    @property
    def interactions(self) -> int | None:
        told = [self.told[name] for name in ("reactions", "comments", "reposts")]
        known = [value for value in told if value is not None]
        return sum(known) if known else None


async def measure_publications(context: Context, page: MetricsFilter) -> tuple[list[PublicationMetrics], str | None]:
    """Newest first, by as many queries for one as for many. Raises NotFound, Forbidden, PeriodOutOfRange."""
    query = select(Publication).where(
        DIRECTORY.reach_filter(context, Publication.organization_id, Permission.SEE_PUBLICATIONS)
    )
    if page.organization_id is not None:
        await DIRECTORY.reachable(context, page.organization_id, Permission.SEE_PUBLICATIONS)
        query = query.where(DIRECTORY.under(context, Publication.organization_id, page.organization_id))
    span = await span_of(context, page)
    out = query.where(col(Publication.published_at) >= span.begins, col(Publication.published_at) < span.ends)
    publications, following = await paginate(context, out, Publication.id, page)
    posts = await _posts(context, [publication.id for publication in publications])
    return [_metrics(publication, posts[publication.id]) for publication in publications], following


async def _posts(context: Context, ids: Sequence[UUID]) -> Mapping[UUID, list[_Post]]:
    sent = select(Delivery).where(col(Delivery.publication_id).in_(ids), col(Delivery.state) == DeliveryState.SENT)
    deliveries = await context.store.all(sent)
    told = await _last_told(context, [delivery.id for delivery in deliveries])
    of_channels = select(Channel).where(col(Channel.id).in_({delivery.channel_id for delivery in deliveries}))
    followers = {channel.id: channel.follower_count for channel in await context.store.all(of_channels)}
    asked_on = await _asked_on(context, followers)
    posts: defaultdict[UUID, list[_Post]] = defaultdict(list)
    for delivery in deliveries:
        day = asked_on.get(delivery.channel_id)
        sent_at = delivery.sent_at
        was_asked = day is not None and sent_at is not None and day > sent_at.astimezone(UTC).date()
        post = _Post(told.get(delivery.id), followers[delivery.channel_id], was_asked=was_asked)
        posts[delivery.publication_id].append(post)
    return posts


async def _last_told(context: Context, ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, int | None]]:
    """Of each post the last of each figure: they may be of different days."""
    kept = table_of(PostSnapshot).c
    last = [
        func.array_agg(aggregate_order_by(kept[name], kept.day.desc())).filter(kept[name].is_not(None)).label(name)
        for name in FIGURES
    ]
    query = (
        choose(kept.delivery_id, *last)
        .where(kept.tenant_id == context.tenant_id, kept.delivery_id.in_(ids))
        .group_by(kept.delivery_id)
    )
    rows = (await context.store.execute(query)).mappings()
    return {row["delivery_id"]: {name: row[name][0] if row[name] else None for name in FIGURES} for row in rows}


async def _asked_on(context: Context, channels: Collection[UUID]) -> Mapping[UUID, date]:
    """The last day on which each network was asked of its channel, and with it of the channel's posts."""
    asked = table_of(ChannelSnapshot).c
    query = (
        choose(asked.channel_id, func.max(asked.day).label("day"))
        .where(asked.tenant_id == context.tenant_id, asked.channel_id.in_(channels))
        .group_by(asked.channel_id)
    )
    return {row["channel_id"]: row["day"] for row in (await context.store.execute(query)).mappings()}


def _metrics(publication: Publication, posts: Sequence[_Post]) -> PublicationMetrics:
    measured = sum(post.is_measured for post in posts)
    figures = {
        name: FigureView.of(summed([post.told[name] for post in posts], measured, len(posts)), _SUM) for name in FIGURES
    }
    return PublicationMetrics(
        publication_id=publication.id,
        organization_id=publication.organization_id,
        kind=publication.kind,
        title=publication.title,
        published_at=publication.published_at or publication.created_at,
        er_by_views=_engagement(posts, [post.told["views"] for post in posts], "views"),
        er_by_reach=_engagement(posts, [post.told["reach"] for post in posts], "reach"),
        er_by_followers=_engagement(posts, [post.followers for post in posts], "followers"),
        **figures,
    )


def _engagement(posts: Sequence[_Post], bases: Sequence[int | None], name: str) -> FigureView:
    """Of the posts that tell both what people did and how many they were."""
    both = [
        (post.interactions, base)
        for post, base in zip(posts, bases, strict=True)
        if post.interactions is not None and base is not None
    ]
    why = Why.NOT_TOLD if any(post.is_measured for post in posts) else Why.NOT_MEASURED
    did, were = sum(done for done, _ in both), sum(base for _, base in both)
    figure = ratio(did, were, len(both), why) if both else Figure(None, reason_if_null=why)
    return FigureView.of(figure, f"(reactions + comments + reposts) / {name}")
