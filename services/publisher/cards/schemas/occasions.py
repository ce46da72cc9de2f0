"""Occasions as clients write and read them."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field

from services.publisher.cards.rules.holidays import Holiday
from services.publisher.cards.rules.occasions import (
    FURTHEST_AHEAD,
    EveryYear,
    NthWeekday,
    OccasionKind,
    RuleFields,
)
from services.publisher.cards.rules.templates import (
    ENTERPRISE_LIMIT,
    GREETING_LIMIT,
    HEADING_LIMIT,
    TITLE_LIMIT,
)
from services.publisher.cards.schemas.cards import Signatories
from services.publisher.cards.tables import Greeting, Occasion
from services.publisher.channels.schemas import ReasonView
from shared.app import ApiModel, PageQuery, WallTime, example

MAX_CHANNELS = 50
TEXT_LIMIT = 4000

Month = Annotated[int | None, Field(ge=1, le=12, description="of a fixed date or an nth weekday")]
Day = Annotated[int | None, Field(ge=1, le=31, description="of a fixed date")]
Weekday = Annotated[int | None, Field(ge=1, le=7, description="1 Monday to 7 Sunday")]
Nth = Annotated[int | None, Field(ge=-1, le=4, description="which of the month's, -1 for the last")]
Every = Annotated[int | None, Field(ge=1, le=100, description="which anniversaries: 5 for each fifth year")]
Ahead = Annotated[int, Field(ge=0, le=FURTHEST_AHEAD, description="days before it that the greeting is drafted")]
At = Annotated[WallTime, Field(description="when it is to go out, on the organization's wall clock")]
Title = Annotated[
    str, Field(min_length=1, max_length=TITLE_LIMIT, description="the holiday's name, or one for your lists")
]
Heading = Annotated[str, Field(max_length=HEADING_LIMIT, description="in place of the template's own")]
Enterprise = Annotated[str, Field(max_length=ENTERPRISE_LIMIT, description="who is congratulated")]
Words = Annotated[str, Field(max_length=GREETING_LIMIT, description="on the card")]
PostText = Annotated[str, Field(max_length=TEXT_LIMIT, description="of the publication")]
Channels = Annotated[
    list[UUID], Field(max_length=MAX_CHANNELS, description="where the greeting goes, from `/v1/channels`")
]


class RuleBody(ApiModel):
    month: Month = None
    day: Day = None
    weekday: Weekday = None
    nth: Nth = None
    founded_on: date | None = Field(default=None, description="of an anniversary")
    every_years: Every = None

    def rule_fields(self) -> RuleFields:
        return RuleFields(**{name: getattr(self, name) for name in RuleFields.__dataclass_fields__})


class NewOccasion(RuleBody):
    """A day that comes round, as its kind has it.

    `fixed_date` takes `month` and `day`; `nth_weekday` takes `month`, `weekday` and `nth`; `anniversary` takes `every_years` and `founded_on`, or an `enterprise_id` that has it; `personal` takes a `person_id` alone: their day is
    known by their consent to greetings, or not at all.
    """

    organization_id: UUID = Field(description="who congratulates")
    kind: OccasionKind = Field(description="how its day is found")
    title: Title
    enterprise: Enterprise = ""
    enterprise_id: UUID | None = Field(default=None, description="the same, from `/v1/enterprises`")
    person_id: UUID | None = Field(default=None, description="whose birthday it is")
    heading: Heading = ""
    greeting: Words
    text: PostText = ""
    signed_by: Signatories = Field(default_factory=Signatories, description="who speaks")
    channel_ids: Channels = Field(default_factory=list[UUID])
    days_ahead: Ahead = 7
    publish_time: At = time(10)

    model_config = ApiModel.model_config | example(
        {
            "organization_id": "0190a6a0-0000-7000-8000-000000000001",
            "kind": "nth_weekday",
            "title": "День строителя",
            "month": 8,
            "weekday": 7,
            "nth": 2,
            "greeting": "Спасибо за дома, школы и дороги нашего города. Безопасных строек и крепкого здоровья!",
            "text": "С Днём строителя! Поздравляем всех, кто строит наш город.",
            "channel_ids": ["0190a6a0-0000-7000-8000-000000000003"],
            "days_ahead": 5,
        }
    )


class OccasionChange(ApiModel):
    """What is left out stays as it is. Other words or channels take an approval back. The day stays: make another."""

    title: Title | None = None
    heading: Heading | None = None
    greeting: Words | None = None
    text: PostText | None = None
    signed_by: Signatories | None = Field(default=None, description="who speaks")
    channel_ids: Channels | None = None
    days_ahead: Ahead | None = None
    publish_time: At | None = None
    paused: bool | None = Field(default=None, description="nothing is drafted meanwhile")

    model_config = ApiModel.model_config | example({"days_ahead": 3})


class OccasionFilter(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only occasions of this organization's subtree")
    kind: OccasionKind | None = Field(default=None, description="only occasions of this kind")


class HolidayQuery(ApiModel):
    year: int | None = Field(default=None, ge=1990, le=2100, description="by default the present one")


class OccasionView(ApiModel):
    id: UUID = Field(description="the occasion's id")
    organization_id: UUID = Field(description="who congratulates")
    kind: OccasionKind = Field(description="how its day is found")
    title: str = Field(description="the holiday's name, or one for your lists")
    month: int | None = Field(description="of a fixed date or an nth weekday")
    day: int | None = Field(description="of a fixed date")
    weekday: int | None = Field(description="1 Monday to 7 Sunday")
    nth: int | None = Field(description="which of the month's, -1 for the last")
    founded_on: date | None = Field(description="of an anniversary; null when the enterprise has it")
    every_years: int | None = Field(description="which anniversaries")
    enterprise: str = Field(description="who is congratulated")
    enterprise_id: UUID | None = Field(description="the same, from `/v1/enterprises`")
    person_id: UUID | None = Field(description="whose birthday it is")
    heading: str = Field(description="in place of the template's own; empty for that")
    greeting: str = Field(description="on the card")
    text: str = Field(description="of the publication")
    signed_by: Signatories = Field(description="who speaks")
    channel_ids: list[UUID] = Field(description="where the greeting goes, in their order")
    days_ahead: int = Field(description="days before it that the greeting is drafted")
    publish_time: At
    approved: bool = Field(description="whether its greetings go out by themselves")
    paused: bool = Field(description="nothing is drafted meanwhile")
    next_on: date | None = Field(
        description="the day that comes next; null when none does, or when the person has not consented to greetings"
    )
    created_at: datetime = Field(description="when it was written down")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, occasion: Occasion, channel_ids: Sequence[UUID]) -> Self:
        apart: dict[str, Any] = {
            "signed_by": Signatories(union=occasion.signed_by_union, person=occasion.signed_by_person),
            "channel_ids": list(channel_ids),
            "approved": occasion.approved_by is not None,
        }
        return cls(**occasion.model_dump(include=set(cls.model_fields) - set(apart)), **apart)


class GreetingView(ApiModel):
    id: UUID = Field(description="the greeting's id")
    on_day: date = Field(description="the day that it is for")
    card_id: UUID | None = Field(description="its card; null when none could be drawn")
    publication_id: UUID | None = Field(description="its publication, a draft or what became of it")
    reason: ReasonView | None = Field(description="why no card was drawn")
    drafted_at: datetime = Field(description="when it was drafted")

    @classmethod
    def of(cls, greeting: Greeting) -> Self:
        own = greeting.model_dump(include=set(cls.model_fields) - {"reason"})
        return cls(**own, reason=None if greeting.reason is None else ReasonView.of(greeting.reason))


class HolidayView(ApiModel):
    code: str = Field(description="its name in this list")
    title: str = Field(description="as it is called in Russian")
    kind: OccasionKind = Field(description="for `POST /v1/occasions`, with what follows")
    month: int = Field(description="for `POST /v1/occasions`")
    day: int | None = Field(description="the same")
    weekday: int | None = Field(description="the same")
    nth: int | None = Field(description="the same")
    on_day: date = Field(description="when it is in the year that was asked for")

    @classmethod
    def of(cls, holiday: Holiday, year: int) -> Self:
        rule, on_day = holiday.rule, holiday.rule.in_year(year)
        match rule:
            case EveryYear():
                kind, day, weekday, nth = OccasionKind.FIXED_DATE, rule.day, None, None
            case NthWeekday():
                kind, day, weekday, nth = OccasionKind.NTH_WEEKDAY, None, rule.weekday, rule.nth
        return cls(
            code=holiday.code,
            title=holiday.title,
            kind=kind,
            month=rule.month,
            day=day,
            weekday=weekday,
            nth=nth,
            on_day=on_day,
        )
