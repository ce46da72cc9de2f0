"""Enterprises as clients write and read them."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, HttpUrl

from services.publisher.enterprises.rules.contacts import normal_email, normal_phone
from services.publisher.enterprises.rules.relationship import EventKind
from services.publisher.enterprises.tables import AuthorAccount, Enterprise, EnterpriseEvent
from services.publisher.networks.accounts import Network
from shared.app import ApiModel, Moment, PageQuery, example

Email = Annotated[str, AfterValidator(normal_email), Field(max_length=254, description="e-mail address")]
Phone = Annotated[
    str, AfterValidator(normal_phone), Field(max_length=40, description="telephone, with its country code")
]
Name = Annotated[str, Field(min_length=1, max_length=200, description="the enterprise's name")]
FoundedOn = Annotated[date | None, Field(description="the day of its foundation, from which jubilees are counted")]
OrganizationIds = Annotated[list[UUID], Field(max_length=20, description="organizations of the union that work there")]


class AccountBody(ApiModel):
    network: Network = Field(description="the social network")
    external_id: str = Field(
        min_length=1,
        max_length=64,
        pattern=r"^\S+$",
        description="the account's id as the network tells its authors: `-123` is a community of VK, `123` a person",
    )


Accounts = Annotated[list[AccountBody], Field(max_length=20, description="its accounts in social networks")]


class Head(ApiModel):
    """Personal data: what the enterprise itself has published."""

    name: str = Field(min_length=1, max_length=200, description="family name, given name, additional name")
    position: str = Field(default="", max_length=200, description="director, acting director")
    email: Email | None = None


class PressContact(ApiModel):
    """Personal data: what the enterprise itself has published."""

    name: str = Field(default="", max_length=200, description="a person or a department")
    email: Email | None = None
    phone: Phone | None = None


class NewEnterprise(ApiModel):
    organization_id: UUID = Field(description="who keeps the relationship; its subtree sees the enterprise")
    name: Name
    founded_on: FoundedOn = None
    head: Head | None = Field(default=None, description="who leads it")
    press_contact: PressContact | None = Field(default=None, description="who speaks for it")
    accounts: Accounts = Field(default_factory=list[AccountBody])
    organization_ids: OrganizationIds = Field(default_factory=list[UUID])

    model_config = ApiModel.model_config | example(
        {
            "organization_id": "0190a6a0-0000-7000-8000-000000000001",
            "name": "Завод «Северный свет»",
            "founded_on": "1951-05-20",
            "head": {"name": "Орлов Пётр Ильич", "position": "директор"},
            "press_contact": {"name": "Пресс-служба", "email": "press@example.org", "phone": "+7 495 123-45-67"},
            "accounts": [{"network": "vk", "external_id": "-123456"}],
            "organization_ids": ["0190a6a0-0000-7000-8000-000000000002"],
        }
    )


class EnterpriseChange(ApiModel):
    """What is left out stays as it is; null empties a head, a press contact or a foundation."""

    name: Name | None = None
    founded_on: FoundedOn = None
    head: Head | None = Field(default=None, description="who leads it")
    press_contact: PressContact | None = Field(default=None, description="who speaks for it")
    accounts: Accounts | None = None
    organization_ids: OrganizationIds | None = None
    closed: bool | None = Field(default=None, description="it is no more; its history stays")

    model_config = ApiModel.model_config | example({"head": {"name": "Зимина Ольга Львовна", "position": "директор"}})


class EnterpriseFilter(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only those kept by this organization's subtree")
    at_organization_id: UUID | None = Field(default=None, description="only those where this organization works")
    name: str | None = Field(default=None, min_length=2, max_length=100, description="only names that begin so")


class EnterpriseView(ApiModel):
    id: UUID = Field(description="the enterprise's id")
    organization_id: UUID = Field(description="who keeps the relationship")
    name: str = Field(description="its name")
    founded_on: date | None = Field(description="the day of its foundation")
    head: Head | None = Field(description="who leads it; null for partners")
    press_contact: PressContact | None = Field(description="who speaks for it; null for partners")
    accounts: list[AccountBody] = Field(description="its accounts in social networks")
    organization_ids: list[UUID] = Field(description="organizations of the union that work there")
    closed: bool = Field(description="it is no more")
    created_at: datetime = Field(description="when it was entered")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(
        cls, one: Enterprise, accounts: list[AuthorAccount], organizations: list[UUID], *, names_people: bool
    ) -> Self:
        head = press = None
        if names_people and one.head_name:
            head = Head(name=one.head_name, position=one.head_position, email=one.head_email)
        if names_people and (one.press_name or one.press_email or one.press_phone):
            press = PressContact(name=one.press_name, email=one.press_email, phone=one.press_phone)
        return cls(
            **one.model_dump(
                include={"id", "organization_id", "name", "founded_on", "closed", "created_at", "version"}
            ),
            head=head,
            press_contact=press,
            accounts=[AccountBody(network=Network(each.network), external_id=each.external_id) for each in accounts],
            organization_ids=organizations,
        )


class NewEvent(ApiModel):
    kind: EventKind = Field(description="`release_sent` and `comment` are noted by themselves alone")
    happened_at: Moment = Field(description="when it was")
    words: str = Field(default="", max_length=1000, description="what it was, in your words")
    url: HttpUrl | None = Field(default=None, description="where it can be seen")

    model_config = ApiModel.model_config | example(
        {"kind": "thanks", "happened_at": "2026-05-21T12:00:00+03:00", "words": "Благодарственное письмо директора"}
    )


class EventFilter(PageQuery):
    kind: EventKind | None = Field(default=None, description="only events of this kind")


class EventView(ApiModel):
    id: UUID = Field(description="the event's id")
    kind: EventKind = Field(description="what it was")
    happened_at: datetime = Field(description="when it was")
    publication_id: UUID | None = Field(description="the publication that it is about or answers")
    url: str | None = Field(description="where it can be seen")
    reaction_seconds: int | None = Field(description="from the publication to this answer")
    words: str = Field(description="what somebody wrote of it by hand; empty for partners")

    @classmethod
    def of(cls, event: EnterpriseEvent, *, names_people: bool) -> Self:
        shown = cls(**event.model_dump(include=set(cls.model_fields)))
        return shown if names_people else shown.model_copy(update={"words": ""})


class ReactionTimeView(ApiModel):
    """A measure: unmeasurable is null with the reason, never 0."""

    value: float | None = Field(description="the median of seconds from a publication to the enterprise's answer")
    n: int = Field(description="answers that were measured")
    reason_if_null: str | None = Field(description="`no_answers` while there are none")


class RelationshipView(ApiModel):
    counts: dict[EventKind, int] = Field(description="how often each kind of event happened")
    first_at: datetime | None = Field(description="the first of them")
    last_at: datetime | None = Field(description="the last of them")
    reaction: ReactionTimeView = Field(description="how soon it answers")
