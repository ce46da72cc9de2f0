"""Releases as clients write and read them."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, HttpUrl

from services.publisher.channels.rules.attempts import DeliveryState
from services.publisher.channels.schemas import ReasonView
from services.publisher.releases.rules.states import MOST_RECIPIENTS, ReleaseState
from services.publisher.releases.tables import Release, ReleasePickup, ReleaseRecipient
from shared.app import ApiModel, Moment, PageQuery, example

Title = Annotated[str, Field(max_length=200, description="the subject of the letters")]
Body = Annotated[str, Field(max_length=20_000, description="plain text; an empty line begins a paragraph")]
Embargo = Annotated[
    Moment | None,
    Field(description="not to be published before: said at the top of the letters, which go out all the same"),
]
ContactIds = Annotated[list[UUID], Field(max_length=MOST_RECIPIENTS, description="who gets it, from `/v1/contacts`")]


class NewRelease(ApiModel):
    organization_id: UUID = Field(description="who sends it")
    title: Title = ""
    text: Body = ""
    embargo_until: Embargo = None
    contact_ids: ContactIds = Field(default_factory=list[UUID])

    model_config = ApiModel.model_config | example(
        {
            "organization_id": "0190a6a0-0000-7000-8000-000000000001",
            "title": "Подписано отраслевое соглашение",
            "text": "Профсоюз и Правительство Москвы подписали соглашение на 2029-2031 годы.",
            "embargo_until": "2028-10-02T12:00:00+03:00",
            "contact_ids": ["0190a6a0-0000-7000-8000-000000000002"],
        }
    )


class ReleaseChange(ApiModel):
    """What is left out stays as it is."""

    title: Title | None = None
    text: Body | None = None
    embargo_until: Embargo = None
    contact_ids: ContactIds | None = None

    model_config = ApiModel.model_config | example({"title": "Соглашение подписано"})


class ReleaseFilter(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only releases of this organization's subtree")
    state: ReleaseState | None = Field(default=None, description="only releases in this state")


class ReleaseFigures(ApiModel):
    recipients: dict[DeliveryState, int] = Field(description="letters by what became of them")
    opened: int = Field(
        description="letters whose picture was loaded at least once. An estimate: many mail programs load no pictures, "
        "others load all of them before anybody reads"
    )
    clicks: int = Field(description="clicks on short links in the letters; programs that check links count too")
    pickups: int = Field(description="where it was taken up")


class ReleaseView(ApiModel):
    id: UUID = Field(description="the release's id")
    organization_id: UUID = Field(description="who sends it")
    title: str = Field(description="the subject of the letters")
    text: str = Field(description="plain text")
    embargo_until: datetime | None = Field(description="not to be published before")
    state: ReleaseState = Field(description="`sent`: nothing more happens by itself; see the recipients")
    sent_at: datetime | None = Field(description="when sending began")
    figures: ReleaseFigures = Field(description="what became of it")
    created_at: datetime = Field(description="when it was written")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, release: Release, figures: ReleaseFigures) -> Self:
        return cls(**release.model_dump(include=set(cls.model_fields) - {"figures"}), figures=figures)


class RecipientFilter(PageQuery):
    state: DeliveryState | None = Field(default=None, description="only letters in this state")


class LetterConfirmation(ApiModel):
    sent: bool = Field(description="whether the contact has it; false sends it again")

    model_config = ApiModel.model_config | example({"sent": True})


class RecipientView(ApiModel):
    id: UUID = Field(description="the letter's id")
    contact_id: UUID | None = Field(description="who gets it; null of a contact that was deleted")
    email: str | None = Field(description="to which address; null before it is sent, and after an erasure")
    state: DeliveryState = Field(description="`unknown`: the mail server may have taken it; ask them, then `confirm`")
    reason: ReasonView | None = Field(description="why it is not sent, or why that is not known")
    next_attempt_at: datetime | None = Field(description="when it is tried again")
    sent_at: datetime | None = Field(description="when the mail server took it")
    opened_at: datetime | None = Field(description="when its picture was first loaded; an estimate")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, one: ReleaseRecipient) -> Self:
        return cls(
            **one.model_dump(include=set(cls.model_fields) - {"reason"}),
            reason=None if one.reason is None else ReasonView.of(one.reason),
        )


class NewPickup(ApiModel):
    url: HttpUrl = Field(description="where it can be read")
    outlet: str = Field(min_length=1, max_length=200, description="the paper or channel")
    published_on: date = Field(description="the day")

    model_config = ApiModel.model_config | example(
        {"url": "https://example.org/news/1", "outlet": "Газета «Солидарность»", "published_on": "2026-12-02"}
    )


class PickupView(ApiModel):
    id: UUID = Field(description="the pickup's id")
    url: str = Field(description="where it can be read")
    outlet: str = Field(description="the paper or channel")
    published_on: date = Field(description="the day")
    created_at: datetime = Field(description="when it was entered")

    @classmethod
    def of(cls, pickup: ReleasePickup) -> Self:
        return cls(**pickup.model_dump(include=set(cls.model_fields)))


class LettersEndView(ApiModel):
    sender: str = Field(description="whose letters they are")
    comes: bool = Field(description="whether letters still come")
