"""Bodies of the events' routes."""

from datetime import datetime
from typing import Annotated, Self
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import AfterValidator, Field

from services.surveys.events.rules.life import EventFormat, EventState
from services.surveys.events.rules.seats import LARGEST, RegistrationState
from services.surveys.events.tables import Event, Registration
from shared.app import ApiModel, LocalTime, Moment, PageQuery, example, public_id
from shared.errors import BrokenRule


def _web_address(text: str) -> str:
    """Https or http with a host and without a password: it is shown to everybody, and stands in calendar files."""
    parts = urlsplit(text) if text.isprintable() and " " not in text and "\\" not in text else None
    if parts is None or parts.scheme not in {"https", "http"} or not parts.hostname or parts.username is not None:
        raise BrokenRule("web_address", {"ru": "Адрес вида https://union.example", "en": "Like https://union.example"})
    return text


_Title = Annotated[str, Field(min_length=1, max_length=200, description="what it is called")]
_Description = Annotated[str, Field(max_length=10_000, description="plain text")]
_Place = Annotated[str, Field(min_length=1, max_length=500, description="where, for who comes in person")]
_Url = Annotated[
    str, Field(max_length=2000, description="https address of the broadcast or page"), AfterValidator(_web_address)
]
_Zone = Annotated[str, Field(min_length=1, max_length=64, description="IANA zone of the local times: Europe/Moscow")]
_Local = Annotated[
    LocalTime,
    Field(description="local time in `timezone`, without offset; the earlier one when the clocks go back over it"),
]
_Closes = Annotated[Moment, Field(description="when registration ends; with the event if left out")]
_Capacity = Annotated[int, Field(ge=1, le=LARGEST, description="seats")]


class NewEvent(ApiModel):
    organization_id: UUID = Field(description="whose staff run it")
    title: _Title
    description: _Description = ""
    format: EventFormat = Field(description="`in_person`, `online` or `hybrid`")
    place: _Place | None = None
    url: _Url | None = None
    timezone: _Zone
    starts_local: _Local
    ends_local: _Local
    capacity: _Capacity
    registration_closes_at: _Closes | None = None

    model_config = example(
        {
            "organization_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5",
            "title": "Встреча с юристом: сверхурочные и отпуска",
            "description": "Приносите расчётные листки.",
            "format": "in_person",
            "place": "Москва, ул. Новая, 1, зал 2",
            "timezone": "Europe/Moscow",
            "starts_local": "2031-05-20T18:30:00",
            "ends_local": "2031-05-20T20:00:00",
            "capacity": 50,
        }
    )


class EventChange(ApiModel):
    """What is left out stays. More seats go to those who wait."""

    title: _Title | None = None
    description: _Description | None = None
    format: EventFormat | None = Field(default=None, description="`in_person`, `online` or `hybrid`")
    place: _Place | None = Field(default=None, description="null: none")
    url: _Url | None = Field(default=None, description="null: none")
    timezone: _Zone | None = None
    starts_local: _Local | None = None
    ends_local: _Local | None = None
    capacity: _Capacity | None = None
    registration_closes_at: _Closes | None = Field(default=None, description="null: with the event")

    model_config = example({"capacity": 60})


class EventQuery(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only events of this organization's subtree")
    state: EventState | None = Field(default=None, description="only events in this state")


class EventView(ApiModel):
    id: str = Field(description="opaque id; the public page is found by it")
    organization_id: UUID = Field(description="whose staff run it")
    title: str = Field(description="what it is called")
    description: str = Field(description="plain text")
    format: EventFormat = Field(description="`in_person`, `online` or `hybrid`")
    place: str | None = Field(description="where, for who comes in person")
    url: str | None = Field(description="address of the broadcast or page")
    timezone: str = Field(description="IANA zone of the local times")
    starts_local: LocalTime = Field(description="local time")
    ends_local: LocalTime = Field(description="local time")
    starts_at: datetime = Field(description="the same as a moment")
    ends_at: datetime = Field(description="the same as a moment")
    registration_closes_at: datetime | None = Field(description="when registration ends; null: with the event")
    state: EventState = Field(
        description="`draft`; `open`; `full`: newcomers wait; `closed`: no more registration; `over`; `cancelled`"
    )
    capacity: int = Field(description="seats")
    confirmed: int = Field(description="seats that are taken")
    waiting: int = Field(description="people who wait for a seat")
    version: int = Field(description="grows with each change of the event, not with registrations; the ETag")

    @classmethod
    def of(cls, row: Event, now: datetime) -> Self:
        return cls(
            id=public_id(row.tenant_id, row.id),
            organization_id=row.organization_id,
            title=row.title,
            description=row.description,
            format=row.format,
            place=row.place,
            url=row.url,
            timezone=row.timezone,
            starts_local=row.starts_local,
            ends_local=row.ends_local,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            registration_closes_at=row.registration_closes_at,
            state=row.state_at(now),
            capacity=row.capacity,
            confirmed=row.confirmed,
            waiting=row.waiting,
            version=row.version,
        )


class NewRegistration(ApiModel):
    """Who is signed in needs no contact: the registration is theirs."""

    name: str = Field(min_length=1, max_length=200, description="how the person is greeted at the door")
    email: str | None = Field(default=None, max_length=254, description="an e-mail address or a telephone is needed")
    phone: str | None = Field(default=None, max_length=30, description="with the country code")

    model_config = example({"name": "Мария Соколова", "email": "sokolova@example.org"})


class RegistrationQuery(PageQuery):
    state: RegistrationState | None = Field(default=None, description="only registrations in this state")


class RegistrationView(ApiModel):
    id: UUID = Field(description="the registration's id")
    event_id: str = Field(description="the event")
    number: int = Field(description="the event's registrations, counted in the order in which they came")
    state: RegistrationState = Field(description="`confirmed`: a seat; `waiting`: a place in the line; `cancelled`")
    position: int | None = Field(description="the place in the line, from 1; null unless `waiting`")
    name: str = Field(description="how the person is greeted at the door")
    email: str | None = Field(description="as it was given, in lower case")
    phone: str | None = Field(description="with the country code")
    person_id: UUID | None = Field(description="who registered, when signed in")
    registered_at: datetime = Field(description="when")
    promoted_at: datetime | None = Field(description="when a place in the line became a seat")
    cancelled_at: datetime | None = Field(description="when it was cancelled")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, row: Registration, position: int | None) -> Self:
        return cls(
            id=row.id,
            event_id=public_id(row.tenant_id, row.event_id),
            number=row.number,
            state=row.state,
            position=position,
            name=row.name,
            email=row.email,
            phone=row.phone,
            person_id=row.person_id,
            registered_at=row.registered_at,
            promoted_at=row.promoted_at,
            cancelled_at=row.cancelled_at,
            version=row.version,
        )


class RegistrationTaken(ApiModel):
    """The answer to a registration."""

    id: UUID = Field(description="the registration's id")
    event_id: str = Field(description="the event")
    number: int = Field(description="the event's registrations, counted in the order in which they came")
    state: RegistrationState = Field(description="`confirmed`: a seat; `waiting`: a place in the line")
    position: int | None = Field(description="the place in the line, from 1; null for a seat")
    token: str = Field(description="shown only now: opens and cancels this registration as `Registration-Token`")
