"""Bodies of the calendars' routes."""

from datetime import date, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.gateway.calendars.rules.definitions import OFFICE_WEEK, why
from services.gateway.calendars.rules.official import Country, without_official_data, years_around
from services.gateway.calendars.tables import Calendar
from shared.app import ApiModel, Moment, PageQuery, example
from shared.working_time import LONGEST_MINUTES, MOST_INTERVALS, Hours, WorkingCalendar

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EXAMPLE_DAY = [["09:00", "13:00"], ["14:00", "18:00"]]
DayHours = Annotated[
    Hours,
    Field(
        max_length=MOST_INTERVALS,
        description='intervals of local time, as in `[["09:00", "13:00"], ["14:00", "18:00"]]`',
    ),
]
Name = Annotated[str, Field(min_length=1, max_length=200, description="what people call it")]
Zone = Annotated[str, Field(min_length=1, max_length=64, description="IANA zone of its hours")]
ShortBy = Annotated[
    int, Field(ge=0, le=480, description="minutes by which the day before a holiday is shorter; 60 by Russian law")
]


class Week(ApiModel):
    """A day without intervals is a day off."""

    monday: DayHours = Field(default=(), description="working hours of Mondays")
    tuesday: DayHours = Field(default=(), description="working hours of Tuesdays")
    wednesday: DayHours = Field(default=(), description="working hours of Wednesdays")
    thursday: DayHours = Field(default=(), description="working hours of Thursdays")
    friday: DayHours = Field(default=(), description="working hours of Fridays")
    saturday: DayHours = Field(default=(), description="working hours of Saturdays")
    sunday: DayHours = Field(default=(), description="working hours of Sundays")

    def hours(self) -> tuple[Hours, ...]:
        return (self.monday, self.tuesday, self.wednesday, self.thursday, self.friday, self.saturday, self.sunday)

    @classmethod
    def of(cls, hours: tuple[Hours, ...]) -> "Week":
        return cls.model_validate(dict(zip(WEEKDAYS, hours, strict=True)))


class Override(ApiModel):
    """A date with hours of its own."""

    day: date = Field(description="the date")
    hours: DayHours = Field(default=(), description="its working hours; none: closed")


Overrides = Annotated[list[Override], Field(max_length=1000, description="dates with hours of their own; a date once")]


class NewCalendar(ApiModel):
    organization_id: UUID = Field(description="whose it is; the organizations under it may choose it")
    name: Name
    country: Country | None = Field(default=Country.RUSSIA, description="whose official days it follows; null: none")
    zone: Zone | None = Field(default=None, description="null: the zone of whoever works by it")
    week: Week = Field(default_factory=lambda: Week.of(OFFICE_WEEK), description="hours by weekday")
    short_by: ShortBy = 60
    overrides: Overrides = Field(default_factory=list[Override])

    model_config = example(
        {
            "organization_id": "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e5f",
            "name": "Приёмная",
            "country": "RU",
            "week": dict.fromkeys(WEEKDAYS[:5], _EXAMPLE_DAY),
            "overrides": [{"day": "2028-08-14", "hours": [["09:00", "12:00"]]}],
        }
    )


class CalendarChange(ApiModel):
    """What is left out stays as it is."""

    name: Name | None = None
    country: Country | None = Field(default=None, description="null: no official days")
    zone: Zone | None = Field(default=None, description="null: the zone of whoever works by it")
    week: Week | None = Field(default=None, description="all seven days anew")
    short_by: ShortBy | None = None
    overrides: Overrides | None = Field(default=None, description="all of them anew")

    model_config = example({"overrides": [{"day": "2028-08-14", "hours": []}]})


class CalendarQuery(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only calendars of this subtree")


class CalendarView(ApiModel):
    id: UUID = Field(description="the calendar's id")
    organization_id: UUID = Field(description="whose it is; the organizations under it may choose it")
    name: str = Field(description="what people call it")
    country: Country | None = Field(description="whose official days it follows")
    zone: str | None = Field(description="IANA zone; null: the zone of whoever works by it")
    week: Week = Field(description="hours by weekday")
    short_by: int = Field(description="minutes by which the day before a holiday is shorter")
    overrides: list[Override] = Field(description="dates with hours of their own, in order")
    years_without_official_data: list[int] = Field(
        description="years that nothing has been decreed for yet: their days off may still be moved"
    )
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, calendar: Calendar, today: date) -> "CalendarView":
        definition = WorkingCalendar.model_validate(calendar.definition)
        return cls(
            id=calendar.id,
            organization_id=calendar.organization_id,
            name=calendar.name,
            country=calendar.country,
            zone=calendar.zone,
            week=Week.of(definition.week),
            short_by=calendar.short_by,
            overrides=[Override(day=day, hours=hours) for day, hours in sorted(definition.overrides.items())],
            years_without_official_data=without_official_data(years_around(today)) if calendar.country else [],
            version=calendar.entity_version,
        )


class DaysQuery(ApiModel):
    first: date | None = Field(default=None, alias="from", description="the first day; today when absent")
    last: date | None = Field(
        default=None, alias="to", description="the last day, at most 400 days on; 30 days on when absent"
    )

    def period(self, today: date) -> tuple[date, date]:
        first = self.first or today
        return first, self.last or first + timedelta(days=min(30, (date.max - first).days))


class DayView(ApiModel):
    day: date = Field(description="the date")
    hours: DayHours = Field(description="its working hours; none: a day off")
    because: Literal["week", "holiday", "moved", "short", "override"] = Field(
        description="what decides it: the week, an official holiday, a working day moved here, the day before a "
        "holiday, or an override"
    )
    holiday: str | None = Field(description="the holiday's name")

    @classmethod
    def of(cls, calendar: WorkingCalendar, day: date) -> "DayView":
        return cls.model_validate(
            {
                "day": day,
                "hours": calendar.hours(day),
                "because": why(calendar, day),
                "holiday": calendar.holidays.get(day),
            }
        )


class Days(ApiModel):
    items: list[DayView] = Field(description="each day of the period, in order")


class Pause(ApiModel):
    begin: Moment = Field(description="the clock stands still from here")
    end: Moment = Field(description="and goes on here")


class DueQuestion(ApiModel):
    start: Moment = Field(description="when the clock starts")
    minutes: int = Field(ge=1, le=LONGEST_MINUTES, description="minutes of working time")
    timezone: Zone | None = Field(
        default=None, description="where; the calendar's zone when absent, else that of its organization"
    )
    pauses: list[Pause] = Field(default_factory=list[Pause], max_length=100, description="when the clock stands still")

    model_config = example({"start": "2026-04-10T16:30:00+03:00", "minutes": 240, "timezone": "Europe/Moscow"})


class DueAnswer(ApiModel):
    due: AwareDatetime = Field(description="when that much working time is over")
    timezone: str = Field(description="the zone it was counted in")


class ChosenCalendar(ApiModel):
    calendar_id: UUID | None = Field(description="null: from now on that of the organization above")

    model_config = example({"calendar_id": "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e5f"})


class OrganizationCalendar(ApiModel):
    organization_id: UUID = Field(description="whose working time it is")
    from_organization_id: UUID | None = Field(description="who chose it: the organization itself or one above it")
    calendar: CalendarView | None = Field(description="null when nobody has chosen one")
    version: int = Field(description="the organization's; the ETag")
