"""Bodies of the people's routes."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from services.gateway.people.rules import Network, PersonStatus
from shared.app import ApiModel, PageQuery, example

FamilyName = Annotated[str, Field(min_length=1, max_length=100, description="family name")]
GivenName = Annotated[str, Field(min_length=1, max_length=100, description="given name")]
AdditionalName = Annotated[str, Field(min_length=1, max_length=100, description="patronymic or middle name")]
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


Identifiers = Annotated[list[IdentifierBody], Field(max_length=20, description="the person's own accounts in networks")]


class NewPerson(ApiModel):
    family_name: FamilyName
    given_name: GivenName
    additional_name: AdditionalName | None = Field(default=None, description="absent when there is none")
    status: Status
    organization_ids: OrganizationIds
    identifiers: Identifiers = Field(default_factory=list[IdentifierBody])

    model_config = example(
        {
            "family_name": "Иванова",
            "given_name": "Мария",
            "additional_name": "Петровна",
            "status": "member",
            "organization_ids": ["01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e5f"],
            "identifiers": [{"network": "telegram", "external_id": "123456789"}],
        }
    )


class PersonChange(ApiModel):
    """What is left out stays as it is; a list replaces the whole list."""

    family_name: FamilyName | None = None
    given_name: GivenName | None = None
    additional_name: AdditionalName | None = None
    status: Status | None = None
    organization_ids: OrganizationIds | None = None
    identifiers: Identifiers | None = None

    model_config = example({"status": "former"})


class PeopleQuery(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only people of this organization's subtree")
    status: PersonStatus | None = Field(default=None, description="only people of this status")


class PersonView(ApiModel):
    id: UUID = Field(description="the person's id")
    family_name: str = Field(description="family name")
    given_name: str = Field(description="given name")
    additional_name: str | None = Field(description="patronymic or middle name")
    display_name: str = Field(description="the whole name as it is shown")
    status: PersonStatus = Field(description="who they are to the union")
    organization_ids: list[UUID] = Field(description="the organizations that the person belongs to")
    identifiers: list[IdentifierBody] = Field(description="the person's own accounts in networks")
    version: int = Field(description="grows with each change; the ETag")
