"""Bodies of the people's routes."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from services.gateway.people.rules import Gender, Network, PersonStatus, Proof
from services.gateway.people.rules.contacts import ContactKind
from services.gateway.people.rules.names import clean_name
from services.gateway.people.rules.people import OLDEST_BIRTH_YEAR
from services.gateway.people.tables import Contact, PersonMerge
from shared.app import ApiModel, PageQuery, example
from shared.errors import BrokenRule

LATEST_BIRTH_YEAR = 2100
Clean = AfterValidator(clean_name)
FamilyName = Annotated[str, Clean, Field(min_length=1, max_length=100, description="family name")]
GivenName = Annotated[str, Clean, Field(min_length=1, max_length=100, description="given name")]
AdditionalName = Annotated[str, Clean, Field(min_length=1, max_length=100, description="patronymic or middle name")]
Status = Annotated[PersonStatus, Field(description="who they are to the union")]


def _unique(ids: list[UUID]) -> list[UUID]:
    return list(dict.fromkeys(ids))


OrganizationIds = Annotated[
    list[UUID],
    AfterValidator(_unique),
    Field(min_length=1, max_length=20, description="the organizations that the person belongs to"),
]


class IdentifierBody(ApiModel):
    network: Network = Field(description="the network that the account is in")
    external_id: str = Field(
        min_length=1, max_length=100, description="the account's id there, as the network sends it"
    )


class IdentifierView(IdentifierBody):
    proof: Proof = Field(description="`staff` wrote it down; the others are proven, and let the person sign in")
    proven_at: AwareDatetime | None = Field(description="when it was proven")


class ContactBody(ApiModel):
    kind: ContactKind = Field(description="what it is")
    value: str = Field(
        min_length=3, max_length=254, description="an address, or a number; without a country code it is Russian"
    )


class ContactView(ContactBody):
    id: UUID = Field(description="the contact's id")
    verified_at: AwareDatetime | None = Field(
        description="when its owner last proved it by a code; null for what was written down"
    )

    @classmethod
    def of(cls, contact: Contact) -> Self:
        return cls(id=contact.id, kind=contact.kind, value=contact.value, verified_at=contact.verified_at)


class MembershipView(ApiModel):
    organization_id: UUID = Field(description="where they belong")
    since: date | None = Field(description="since when, if it is known")


Identifiers = Annotated[list[IdentifierBody], Field(max_length=20, description="the person's own accounts in networks")]
Contacts = Annotated[list[ContactBody], Field(max_length=10, description="telephones and e-mail addresses")]
Since = Annotated[
    date, Field(description="since when they belong to the organizations that are named anew; today when absent")
]


class Traits(ApiModel):
    """What draws and figures go by. A birthday is kept apart: it needs a consent."""

    membership_number: Annotated[str, Clean] | None = Field(
        default=None, min_length=1, max_length=40, description="the number of the member's card; once in the union"
    )
    birth_year: int | None = Field(
        default=None, ge=OLDEST_BIRTH_YEAR, le=LATEST_BIRTH_YEAR, description="year of birth"
    )
    gender: Gender | None = Field(default=None, description="as the person says it")
    profession: Annotated[str, Clean] | None = Field(default=None, max_length=200, description="what they do")
    workplace: Annotated[str, Clean] | None = Field(default=None, max_length=300, description="where they do it")
    joined_at: date | None = Field(default=None, description="the day on which they joined the union")


class NewPerson(Traits):
    family_name: FamilyName
    given_name: GivenName
    additional_name: AdditionalName | None = Field(default=None, description="absent when there is none")
    status: Status
    organization_ids: OrganizationIds
    since: Since | None = None
    identifiers: Identifiers = Field(default_factory=list[IdentifierBody])
    contacts: Contacts = Field(default_factory=list[ContactBody])

    model_config = example(
        {
            "family_name": "Иванова",
            "given_name": "Мария",
            "additional_name": "Петровна",
            "status": "member",
            "organization_ids": ["01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e5f"],
            "identifiers": [{"network": "telegram", "external_id": "123456789"}],
            "contacts": [{"kind": "phone", "value": "+79161234567"}],
            "birth_year": 1985,
            "profession": "садовник",
        }
    )


class PersonChange(Traits):
    """What is left out stays as it is; a list replaces the whole list, null empties a trait."""

    family_name: FamilyName | None = None
    given_name: GivenName | None = None
    additional_name: AdditionalName | None = None
    status: Status | None = None
    organization_ids: OrganizationIds | None = None
    since: Since | None = None
    identifiers: Identifiers | None = None
    contacts: Contacts | None = None

    model_config = example({"status": "former"})


class PeopleQuery(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only people of this organization's subtree")
    status: PersonStatus | None = Field(default=None, description="only people of this status")
    search: str | None = Field(
        default=None,
        min_length=2,
        max_length=200,
        pattern=r"^[^\x00]*$",
        description="beginnings of words of the name, in any order",
    )


class PersonView(ApiModel):
    id: UUID = Field(description="the person's id")
    family_name: str = Field(description="family name")
    given_name: str = Field(description="given name")
    additional_name: str | None = Field(description="patronymic or middle name")
    display_name: str = Field(description="the whole name as it is shown")
    status: PersonStatus = Field(description="who they are to the union")
    membership_number: str | None = Field(description="the number of the member's card")
    birth_year: int | None = Field(description="year of birth")
    birth_day: str | None = Field(description="month and day, as in `05-20`, if they consented")
    gender: Gender | None = Field(description="as the person says it")
    profession: str | None = Field(description="what they do")
    workplace: str | None = Field(description="where they do it")
    joined_at: date | None = Field(description="the day on which they joined the union")
    organization_ids: list[UUID] = Field(description="the organizations that the person belongs to")
    memberships: list[MembershipView] = Field(description="the same, with since when")
    identifiers: list[IdentifierView] = Field(description="the person's own accounts in networks")
    contacts: list[ContactView] = Field(description="telephones and e-mail addresses")
    version: int = Field(description="grows with each change; the ETag")


class StatusChangeView(ApiModel):
    before: PersonStatus | None = Field(description="null for the first")
    after: PersonStatus = Field(description="what they became")
    changed_at: AwareDatetime = Field(description="when")


class StatusHistory(ApiModel):
    items: list[StatusChangeView] = Field(description="the oldest first")


class NewLinkCode(ApiModel):
    channel_id: UUID = Field(description="the channel whose bot the code is sent to")

    model_config = example({"channel_id": "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e5f"})


class LinkCodeView(ApiModel):
    code: str = Field(description="what to send to the bot, from the account that is to be linked")
    link: str | None = Field(description="opens the bot with the code in it, where the network has such links")
    expires_at: AwareDatetime = Field(description="good once, until then")


class NewMerge(ApiModel):
    survivor_id: UUID = Field(description="the record that stays")
    merged_id: UUID = Field(description="the record that goes into it; it is kept for undoing")

    model_config = example(
        {
            "survivor_id": "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e5f",
            "merged_id": "01936f5e-3c2a-7b1e-8f00-1a2b3c4d5e6f",
        }
    )

    @model_validator(mode="after")
    def _two(self) -> Self:
        if self.survivor_id == self.merged_id:
            detail = {"ru": "Нужны две разные записи", "en": "Two different records are needed"}
            raise BrokenRule("same_person", detail, field="merged_id")
        return self


class MergeView(ApiModel):
    id: UUID = Field(description="the merge's id")
    survivor_id: UUID = Field(description="the record that stayed")
    merged_id: UUID = Field(description="the record that went into it")
    merged_at: AwareDatetime = Field(description="when")
    undone_at: AwareDatetime | None = Field(description="when it was undone")
    version: int = Field(description="grows when it is undone; the ETag")

    @classmethod
    def of(cls, merge: PersonMerge) -> Self:
        return cls(
            id=merge.id,
            survivor_id=merge.survivor_id,
            merged_id=merge.merged_id,
            merged_at=merge.merged_at,
            undone_at=merge.undone_at,
            version=merge.entity_version,
        )


class LikelyDuplicate(ApiModel):
    person: PersonView = Field(description="the newer record")
    other: PersonView = Field(description="an older record that may be the same person")
    reasons: list[str] = Field(
        description="`contact`: a verified contact is the same; `name`: name and year of birth are"
    )
