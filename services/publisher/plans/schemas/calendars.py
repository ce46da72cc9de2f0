"""The calendar and the cadence of channels as clients ask for them and read them."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.publisher.networks.accounts import Network
from services.publisher.plans.rules.slots import SlotState
from services.publisher.plans.rules.weeks import MOST_WEEKS
from services.publisher.publications.rules.states import PublicationKind, PublicationState
from shared.app import ApiModel, PageQuery


class CalendarQuery(ApiModel):
    since: date | None = Field(default=None, description="the first local day; by default today")
    until: date | None = Field(default=None, description="the last local day; by default 27 days after the first")
    organization_id: UUID | None = Field(default=None, description="only this organization's subtree, by its clock")
    channel_id: UUID | None = Field(default=None, description="only what concerns this channel")


class ChannelTurn(ApiModel):
    channel_id: UUID = Field(description="where it goes")
    at: datetime = Field(description="when")


class CalendarPublication(ApiModel):
    id: UUID = Field(description="the publication's id")
    organization_id: UUID = Field(description="who publishes")
    kind: PublicationKind = Field(description="what it is about")
    title: str = Field(description="its name in your own lists; without one, how its text begins")
    state: PublicationState = Field(description="planned, or what became of it")
    at: datetime = Field(description="when it goes out or went")
    channels: list[ChannelTurn] = Field(description="where it goes; each channel may have a time of its own")


class CalendarSlot(ApiModel):
    slot_id: UUID = Field(description="from `/v1/slots`")
    channel_id: UUID = Field(description="whose slot it is")
    at: datetime = Field(description="when it is")
    state: SlotState = Field(description="`missed`: it is over, and nothing went out in it")
    publication_id: UUID | None = Field(description="what it is taken by; null when that is not yours to see")


class CalendarPlan(ApiModel):
    plan_id: UUID = Field(description="from `/v1/plans`")
    title: str = Field(description="its name")
    on_day: date = Field(description="the local day of its organization")
    at: datetime = Field(description="when it is to go out")


class CalendarOccasion(ApiModel):
    occasion_id: UUID = Field(description="from `/v1/occasions`")
    title: str = Field(description="its name")
    on_day: date = Field(description="the local day of its organization")


class CalendarView(ApiModel):
    since: date = Field(description="the first local day")
    until: date = Field(description="the last local day")
    timezone: str = Field(description="the IANA zone of these days")
    publications: list[CalendarPublication] = Field(description="planned and out, in order")
    slots: list[CalendarSlot] = Field(description="free, taken and missed, in order")
    plans: list[CalendarPlan] = Field(description="what recurring plans are to make yet, in order")
    occasions: list[CalendarOccasion] = Field(description="days that come round next, in order")


class CadenceFilter(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only channels of this organization's subtree")
    weeks: int = Field(default=12, ge=1, le=MOST_WEEKS, description="so many weeks with this one")


class WeekView(ApiModel):
    begins_on: date = Field(description="its Monday")
    slots: int = Field(description="how many posts it was, or is, to have")
    posts: int = Field(description="how many came out, in slots or beside them")
    missed: int = Field(description="slots that are over with nothing in them")


class CadenceView(ApiModel):
    channel_id: UUID = Field(description="the channel")
    organization_id: UUID = Field(description="whose it is")
    network: Network = Field(description="where it is")
    title: str = Field(description="its name there")
    timezone: str = Field(description="the IANA zone of its weeks")
    slots_a_week: int = Field(description="how many slots it has now")
    missed: int = Field(description="slots missed in all these weeks; the calendar says which")
    weeks: list[WeekView] = Field(description="Monday to Sunday, the earliest first")
