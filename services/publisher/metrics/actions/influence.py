"""What others make of the union: mentions against publications, against others, and in what tone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, func
from sqlalchemy import select as choose
from sqlmodel import col

from services.publisher.channels.tables import Channel
from services.publisher.directory.tables import DIRECTORY
from services.publisher.enterprises.rules.relationship import AuthorType
from services.publisher.mentions.rules.answers import AnswerKind
from services.publisher.mentions.rules.tones import Tone
from services.publisher.mentions.tables import Mention, Reaction
from services.publisher.metrics.actions.periods import Span, span_of
from services.publisher.metrics.rules import mention_coefficient, mention_rate, regularity, share_of_voice
from services.publisher.metrics.schemas import (
    FigureView,
    InfluenceFilter,
    InfluenceView,
    PeriodView,
    ToneOfAuthors,
    VoiceView,
)
from services.publisher.publications.rules.states import PublicationState
from services.publisher.publications.tables import Publication
from shared.context import Context
from shared.permissions import Permission

THE_UNION = ""
OUT = (PublicationState.PUBLISHED, PublicationState.PARTIALLY_PUBLISHED, PublicationState.UNCONFIRMED)


async def measure_influence(context: Context, asked: InfluenceFilter) -> InfluenceView:
    """By as many queries however much there is to count. Raises NotFound, Forbidden, PeriodOutOfRange."""
    if asked.organization_id is not None:
        await DIRECTORY.reachable(context, asked.organization_id, Permission.SEE_PUBLICATIONS)
    span = await span_of(context, asked)
    days = await _publications_by_day(context, asked, span)
    publications = days.total()
    voices = await _voices(context, asked, span)
    own, compared = voices.get(THE_UNION, 0), [name for name in dict.fromkeys(asked.compared_with) if name]
    others = {name: voices.get(name, 0) for name in compared}
    return InfluenceView(
        period=PeriodView.of(span.period),
        publications=publications,
        mentions=own,
        mention_coefficient=FigureView.of(
            mention_coefficient(own, publications), "unique mentions by others / own publications"
        ),
        mention_rate=FigureView.of(mention_rate(own, span.period), "unique mentions * 30 / days"),
        share_of_voice=FigureView.of(share_of_voice(own, others), "own mentions / mentions of all compared"),
        voices=[VoiceView(about=name, mentions=count) for name, count in {THE_UNION: own, **others}.items()],
        tone=await _tone_of_mentions(context, asked, span),
        reposts=await _reposts(context, asked, span),
        regularity=FigureView.of(regularity(days, span.period), "weeks with a publication / weeks, Monday to Sunday"),
    )


def _seen(context: Context, asked: InfluenceFilter, organization_id: UUID) -> Sequence[ColumnElement[bool]]:
    """`organization_id` is a mapped column."""
    seen = [DIRECTORY.reach_filter(context, organization_id, Permission.SEE_PUBLICATIONS)]
    if asked.organization_id is not None:
        seen.append(DIRECTORY.under(context, organization_id, asked.organization_id))
    return seen


async def _publications_by_day(context: Context, asked: InfluenceFilter, span: Span) -> Counter[date]:
    """How many came out on each local day."""
    day = span.day_of(col(Publication.published_at))
    query = (
        choose(day.label("day"), func.count().label("publications"))
        .where(
            *_seen(context, asked, Publication.organization_id),
            col(Publication.tenant_id) == context.tenant_id,
            col(Publication.state).in_(OUT),
            col(Publication.published_at) >= span.begins,
            col(Publication.published_at) < span.ends,
        )
        .group_by("day")
    )
    return Counter({row["day"]: row["publications"] for row in (await context.store.execute(query)).mappings()})


def _of_period(context: Context, asked: InfluenceFilter, span: Span) -> Sequence[ColumnElement[bool]]:
    return [
        *_seen(context, asked, Mention.organization_id),
        col(Mention.tenant_id) == context.tenant_id,
        col(Mention.is_dismissed).is_(False),
        col(Mention.published_at) >= span.begins,
        col(Mention.published_at) < span.ends,
    ]


async def _voices(context: Context, asked: InfluenceFilter, span: Span) -> Mapping[str, int]:
    query = (
        choose(col(Mention.about), func.count().label("mentions"))
        .where(*_of_period(context, asked, span))
        .group_by(col(Mention.about))
    )
    return {row["about"]: row["mentions"] for row in (await context.store.execute(query)).mappings()}


async def _tone_of_mentions(context: Context, asked: InfluenceFilter, span: Span) -> list[ToneOfAuthors]:
    query = (
        choose(col(Mention.source_type), col(Mention.tone), func.count().label("mentions"))
        .where(*_of_period(context, asked, span), col(Mention.about) == THE_UNION)
        .group_by(col(Mention.source_type), col(Mention.tone))
    )
    return _in_order((await context.store.execute(query)).mappings().all(), "source_type")


async def _reposts(context: Context, asked: InfluenceFilter, span: Span) -> list[ToneOfAuthors]:
    query = (
        choose(col(Reaction.author_type), col(Reaction.tone), func.count().label("mentions"))
        .join(
            Channel,
            (col(Channel.tenant_id) == col(Reaction.tenant_id)) & (col(Channel.id) == col(Reaction.channel_id)),
        )
        .where(
            *_seen(context, asked, Channel.organization_id),
            col(Reaction.tenant_id) == context.tenant_id,
            col(Reaction.kind) == AnswerKind.REPOST,
            col(Reaction.is_removed).is_(False),
            col(Reaction.at) >= span.begins,
            col(Reaction.at) < span.ends,
        )
        .group_by(col(Reaction.author_type), col(Reaction.tone))
    )
    return _in_order((await context.store.execute(query)).mappings().all(), "author_type")


def _in_order(counted: Sequence[RowMapping], author_type: str) -> list[ToneOfAuthors]:
    rows = [ToneOfAuthors(author_type=row[author_type], tone=row["tone"], mentions=row["mentions"]) for row in counted]
    return sorted(rows, key=lambda row: (list(AuthorType).index(row.author_type), list(Tone).index(row.tone)))
