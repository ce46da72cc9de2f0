"""Plans that recur as clients write and read them."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from services.publisher.channels.schemas import ReasonView
from services.publisher.plans.rules.recurrence import (
    FURTHEST_AHEAD,
    MOST_WEEKS,
    OccurrenceState,
    Recurrence,
    Repeat,
)
from services.publisher.plans.tables import PlanOccurrence, RecurringPlan
from shared.app import ApiModel, PageQuery, WallTime, example

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)

Title = Annotated[str, Field(min_length=1, max_length=200, description="a name for your own lists")]
At = Annotated[WallTime, Field(description="when it goes out, to the minute, on the organization's wall clock")]
Ahead = Annotated[
    int, Field(ge=0, le=FURTHEST_AHEAD, description="days before it that the publication is made, at the same hour")
]
EndsOn = Annotated[date | None, Field(ge=FIRST_DAY, le=LAST_DAY, description="the last day; null: without an end")]
IsScheduled = Annotated[
    bool, Field(description="whether it goes out by itself; else a draft is made, for a person to look at")
]


class NewRecurringPlan(ApiModel):
    """`week` takes a `weekday`, `month` a `day` (in shorter months the last), `nth_weekday` a `weekday` and its `nth`."""

    template_id: UUID = Field(description="the publication that is copied each time, as it is then")
    title: Title
    repeat: Repeat = Field(description="how its days are found")
    every_weeks: int = Field(
        default=1, ge=1, le=MOST_WEEKS, description="2 for each second week, counted from the first"
    )
    weekday: int | None = Field(default=None, ge=1, le=7, description="1 Monday to 7 Sunday")
    nth: int | None = Field(default=None, ge=-1, le=4, description="which of the month's, -1 for the last")
    day: int | None = Field(default=None, ge=1, le=31, description="of each month")
    local_time: At
    starts_on: date = Field(ge=FIRST_DAY, le=LAST_DAY, description="the first day that counts")
    ends_on: EndsOn = None
    days_ahead: Ahead = 3
    is_scheduled: IsScheduled = False

    model_config = ApiModel.model_config | example(
        {
            "template_id": "0190a6a0-0000-7000-8000-000000000004",
            "title": "Приём юриста",
            "repeat": "week",
            "weekday": 1,
            "local_time": "10:00:00",
            "starts_on": "2028-10-02",
            "days_ahead": 2,
        }
    )

    def rule(self) -> Recurrence:
        """Raises BadPlan."""
        return Recurrence(self.repeat, self.starts_on, self.ends_on, self.every_weeks, self.weekday, self.nth, self.day)


class RecurringPlanChange(ApiModel):
    """What is left out stays as it is. The days stay: make another plan."""

    title: Title | None = None
    local_time: At | None = None
    ends_on: EndsOn = None
    days_ahead: Ahead | None = None
    is_scheduled: IsScheduled | None = None
    paused: bool | None = Field(default=None, description="nothing is made meanwhile, nor made up for afterwards")

    model_config = ApiModel.model_config | example({"paused": True})


class PlanFilter(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only plans of this organization's subtree")


class Skip(ApiModel):
    on_day: date = Field(ge=FIRST_DAY, le=LAST_DAY, description="a day of the plan that is to come")

    model_config = ApiModel.model_config | example({"on_day": "2028-10-16"})


class RecurringPlanView(ApiModel):
    id: UUID = Field(description="the plan's id")
    organization_id: UUID = Field(description="who publishes")
    title: str = Field(description="a name for your own lists")
    template_id: UUID = Field(description="the publication that is copied each time")
    repeat: Repeat = Field(description="how its days are found")
    every_weeks: int = Field(description="2 for each second week")
    weekday: int | None = Field(description="1 Monday to 7 Sunday")
    nth: int | None = Field(description="which of the month's, -1 for the last")
    day: int | None = Field(description="of each month")
    local_time: WallTime = Field(description="when it goes out, on the organization's wall clock")
    starts_on: date = Field(description="the first day that counts")
    ends_on: date | None = Field(description="the last day; null: without an end")
    days_ahead: int = Field(description="days before it that the publication is made")
    is_scheduled: bool = Field(description="whether it goes out by itself")
    paused: bool = Field(description="nothing is made meanwhile")
    next_on: date | None = Field(description="the day that a publication is made for next; null when none is left")
    created_at: datetime = Field(description="when it was made")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, plan: RecurringPlan) -> Self:
        return cls(**plan.model_dump(include=set(cls.model_fields)))


class PlanOccurrenceView(ApiModel):
    id: UUID = Field(description="its id")
    on_day: date = Field(description="the day that it is, or was, for")
    state: OccurrenceState = Field(description="`missed`: nothing could be made of it in time, see the reason")
    publication_id: UUID | None = Field(description="what was made")
    reason: ReasonView | None = Field(description="why it is missed, or stayed a draft")
    made_at: datetime = Field(description="when that came of it")

    @classmethod
    def of(cls, occurrence: PlanOccurrence) -> Self:
        own = occurrence.model_dump(include=set(cls.model_fields) - {"reason"})
        return cls(**own, reason=None if occurrence.reason is None else ReasonView.of(occurrence.reason))
