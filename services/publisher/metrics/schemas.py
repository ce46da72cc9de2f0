"""Figures as clients read them."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from services.publisher.enterprises.rules.relationship import AuthorType
from services.publisher.mentions.rules.tones import Tone
from services.publisher.metrics.rules import Figure, Period, Why
from services.publisher.networks.accounts import Network
from services.publisher.publications.rules.states import PublicationKind
from shared.app import ApiModel, PageQuery

COMPARED_AT_MOST = 20
Since = Annotated[date | None, Field(description="the first day; by default thirty days up to the last")]
Until = Annotated[date | None, Field(description="the last day; by default today")]
Under = Annotated[UUID | None, Field(description="only of this organization's subtree")]


class FigureView(ApiModel):
    """A figure and what it was counted from. What cannot be told is null with its reason, never 0."""

    value: float | None = Field(
        description="the figure itself, in the units of its field; a share is 0 to 1, not a percentage"
    )
    numerator: float | None = Field(description="what was counted")
    denominator: float | None = Field(description="of what, or against what")
    n: int | None = Field(description="how many posts, mentions or days stand behind it")
    method: str = Field(description="how it is counted")
    reason_if_null: Why | None = Field(description="why there is no value")

    @classmethod
    def of(cls, figure: Figure, method: str) -> Self:
        return cls(**vars(figure), method=method)


class PeriodView(ApiModel):
    since: date = Field(description="the first day")
    until: date = Field(description="the last day, which counts too")

    @classmethod
    def of(cls, period: Period) -> Self:
        return cls(since=period.since, until=period.until)


class MetricsFilter(PageQuery):
    organization_id: Under = None
    since: Since = None
    until: Until = None


class FollowersOnDay(ApiModel):
    day: date = Field(description="the day, in UTC")
    followers: int | None = Field(description="null where the network did not tell")


class MembersCounted(ApiModel):
    day: date = Field(description="the day, in UTC")
    joined: int = Field(description="how many came")
    gone: int = Field(description="how many left")


class ChannelMetrics(ApiModel):
    channel_id: UUID = Field(description="the channel")
    organization_id: UUID = Field(description="whose it is")
    network: Network = Field(description="its network")
    title: str = Field(description="its title")
    period: PeriodView = Field(description="what the figures are of")
    followers: FigureView = Field(description="at the end of the period; `numerator` is the last day that was told")
    growth: FigureView = Field(description="followers won since the first day that was told")
    joined: FigureView = Field(description="who came into the community, as its network tells one by one")
    gone: FigureView = Field(description="who left it; null where the network never told of anybody who did")
    regularity: FigureView = Field(description="the share of the calendar weeks with at least one post")
    needs_registration: bool = Field(
        description="10,000 followers and more: the law asks for the channel to be registered"
    )
    registration_is_near: bool = Field(description="9,000 followers and more: time to prepare for it")
    days: list[FollowersOnDay] = Field(description="day by day, as it was measured")
    members: list[MembersCounted] = Field(description="the days on which somebody came or left")


class PublicationMetrics(ApiModel):
    publication_id: UUID = Field(description="the publication")
    organization_id: UUID = Field(description="whose it is")
    kind: PublicationKind = Field(description="what it is about")
    title: str = Field(description="a name for your own lists")
    published_at: datetime = Field(description="when sending began")
    views: FigureView = Field(description="in all networks that tell; `denominator` is the number of posts sent")
    reach: FigureView = Field(description="people, each once in each network")
    reactions: FigureView = Field(description="likes and their like")
    comments: FigureView = Field(description="as the networks count them")
    reposts: FigureView = Field(description="as the networks count them")
    er_by_views: FigureView = Field(
        description="reactions, comments and reposts for each view, of posts that tell both"
    )
    er_by_reach: FigureView = Field(description="the same for each person reached")
    er_by_followers: FigureView = Field(description="the same for each follower of the channels")


class InfluenceFilter(ApiModel):
    organization_id: Under = None
    since: Since = None
    until: Until = None
    compared_with: list[str] = Field(
        default_factory=list[str],
        max_length=COMPARED_AT_MOST,
        description="names that mentions were entered `about`: the comparison set; repeat the parameter",
    )


class ToneOfAuthors(ApiModel):
    author_type: AuthorType = Field(description="whose voice")
    tone: Tone = Field(description="how it speaks of the union")
    mentions: int = Field(description="unique mentions")


class VoiceView(ApiModel):
    about: str = Field(description="who is spoken of; empty: the union itself")
    mentions: int = Field(description="unique mentions in the period")


class InfluenceView(ApiModel):
    period: PeriodView = Field(description="what the figures are of")
    publications: int = Field(description="own publications that came out")
    mentions: int = Field(description="unique mentions by others; those put aside are not counted")
    mention_coefficient: FigureView = Field(description="mentions for each own publication")
    mention_rate: FigureView = Field(description="mentions in thirty days")
    share_of_voice: FigureView = Field(
        description="own mentions among those of the comparison set and the union, 0 to 1"
    )
    voices: list[VoiceView] = Field(description="the union and those it is compared with, one by one")
    tone: list[ToneOfAuthors] = Field(description="mentions by whose voice and how it speaks")
    reposts: list[ToneOfAuthors] = Field(
        description="reposts of own posts in the period, by whose voice and how it speaks"
    )
    regularity: FigureView = Field(description="the share of the calendar weeks with at least one publication")


class OptionVotes(ApiModel):
    option: str = Field(description="as it is asked")
    votes: int = Field(description="how often it was chosen")


class PollInChannel(ApiModel):
    delivery_id: UUID = Field(description="by which it is out")
    channel_id: UUID = Field(description="where")
    network: Network = Field(description="the channel's network")
    votes: list[OptionVotes] | None = Field(description="in the order of the options, by the last that was told")
    voters: int | None = Field(description="how many people chose; null where the network does not tell")
    told_at: datetime | None = Field(description="when the network told it")
    reason_if_null: Why | None = Field(description="why there are no votes")


class PollResultsView(ApiModel):
    question: str = Field(description="what is asked")
    votes: list[OptionVotes] | None = Field(
        description="over all channels that tell; whoever voted in two of them is possibly counted twice"
    )
    reason_if_null: Why | None = Field(description="why there are no votes")
    channels: list[PollInChannel] = Field(description="where it is out, one by one")
