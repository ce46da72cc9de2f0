"""Bodies of the organizations' routes."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.gateway.organizations.rules import DEEPEST, AffiliationKind, OrganizationKind
from services.gateway.organizations.schemas.settings import Effective, OwnSettings, SettingsChange, own_settings
from services.gateway.organizations.tables import Organization, OrganizationCount
from shared.app import ApiModel, PageQuery, example

Name = Annotated[str, Field(min_length=1, max_length=300, description="the name as the union writes it")]
Timezone = Annotated[str, Field(min_length=1, max_length=64, description="IANA zone, as in `Europe/Moscow`")]


Employees = Annotated[
    int, Field(ge=0, le=10_000_000, description="who works at the enterprise, members of the union or not")
]


class Affiliation(ApiModel):
    """Belonging to another union or federation, beside the tree."""

    name: str = Field(min_length=1, max_length=300, description="the other union, federation or association")
    kind: AffiliationKind = Field(description="what the other one is")
    since: date | None = Field(default=None, description="the first day")
    until: date | None = Field(default=None, description="the last day, when it is over")
    reference: str | None = Field(
        default=None, min_length=1, max_length=200, description="how the other one is known here: an id, an address"
    )


Affiliations = Annotated[
    list[Affiliation], Field(max_length=50, description="other unions and federations it belongs to")
]


class NewOrganization(ApiModel):
    parent_id: UUID = Field(description="the organization that this one stands under")
    kind: OrganizationKind = Field(description="what it is; lower kinds stand under higher ones, levels may be skipped")
    name: Name
    timezone: Timezone | None = Field(default=None, description="IANA zone; that of the organization above when absent")
    employee_count: Employees | None = Field(default=None, description="who works at the enterprise")
    affiliations: Affiliations = Field(default_factory=list[Affiliation])
    settings: SettingsChange | None = Field(default=None, description="its own settings; the others are inherited")

    model_config = example(
        {
            "parent_id": "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e5f",
            "kind": "primary",
            "name": "ППО ГБУ «Жилищник района Арбат»",
            "timezone": "Europe/Moscow",
            "employee_count": 640,
            "affiliations": [{"name": "МФП", "kind": "federation", "since": "1990-11-28"}],
            "settings": {"least_numbers": 7},
        }
    )


class OrganizationChange(ApiModel):
    """What is left out stays as it is."""

    name: Name | None = None
    timezone: Timezone | None = Field(
        default=None, description="IANA zone; null: from now on that of the organization above"
    )
    closed: bool | None = Field(default=None, description="true closes it, once all its parts are closed")
    employee_count: Employees | None = Field(default=None, description="null when it is not known")
    affiliations: Affiliations | None = None
    settings: SettingsChange | None = Field(default=None, description="only what changes")

    model_config = example({"name": "ППО ГБУ «Жилищник»", "settings": {"branding": {"short_name": "ППО Жилищник"}}})


class Move(ApiModel):
    parent_id: UUID = Field(description="the organization that it stands under from now on")

    model_config = example({"parent_id": "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e5f"})


class Close(ApiModel):
    hand_over_to: UUID = Field(description="the organization that its members belong to from now on")

    model_config = example({"hand_over_to": "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e5f"})


class OrganizationQuery(PageQuery):
    search: str | None = Field(
        default=None, min_length=2, max_length=100, description="beginnings of words of the name, in any order"
    )
    kind: OrganizationKind | None = Field(default=None, description="only this kind")
    parent_id: UUID | None = Field(default=None, description="only those that stand directly under it")


class SubtreeQuery(PageQuery):
    kind: OrganizationKind | None = Field(default=None, description="only this kind")
    depth: int | None = Field(default=None, ge=0, le=DEEPEST, description="at most so many levels below")


class OrganizationView(ApiModel):
    id: UUID = Field(description="the root's id is the tenant's own")
    parent_id: UUID | None = Field(description="null for the root")
    kind: OrganizationKind = Field(description="what it is in the tree")
    name: str = Field(description="the name as the union writes it")
    timezone: str = Field(description="IANA zone of its local times")
    closed: bool = Field(description="closed organizations take nothing new")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, organization: Organization) -> "OrganizationView":
        return cls(
            id=organization.id,
            parent_id=organization.parent_id,
            kind=organization.kind,
            name=organization.name,
            timezone=organization.timezone,
            closed=organization.closed,
            version=organization.entity_version,
        )


class OrganizationDetail(OrganizationView):
    """One organization, with all that is kept of it."""

    employee_count: int | None = Field(description="who works at the enterprise; null when it is not known")
    member_count: int | None = Field(description="members in it and in all its parts; null for a partner")
    affiliations: list[Affiliation] = Field(description="other unions and federations it belongs to")
    settings: OwnSettings = Field(description="what it decides for itself; null is inherited")
    effective: Effective = Field(description="what holds here, and which organization decided it")

    @classmethod
    def whole(cls, organization: Organization, member_count: int | None) -> "OrganizationDetail":
        return cls(
            **OrganizationView.of(organization).model_dump(),
            employee_count=organization.employee_count,
            member_count=member_count,
            affiliations=[Affiliation.model_validate(one) for one in organization.affiliations],
            settings=own_settings(organization),
            effective=Effective.of(organization),
        )


class SubtreePart(ApiModel):
    depth: int = Field(description="levels below the organization that was asked for; 0 is itself")
    organization: OrganizationView = Field(description="the organization that stands there")


class CountView(ApiModel):
    month: date = Field(description="the first day of the month")
    member_count: int = Field(description="members in it and in all its parts, on that day")
    employee_count: int | None = Field(description="who worked at the enterprise; null when it was not known")

    @classmethod
    def of(cls, row: OrganizationCount) -> "CountView":
        return cls(month=row.month, member_count=row.members, employee_count=row.employees)
