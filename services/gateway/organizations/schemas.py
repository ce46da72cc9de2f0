"""Bodies of the organizations' routes."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.gateway.organizations.rules import OrganizationKind
from services.gateway.organizations.tables import Organization
from shared.app import ApiModel, PageQuery, example

Name = Annotated[str, Field(min_length=1, max_length=300, description="the name as the union writes it")]
Timezone = Annotated[str, Field(min_length=1, max_length=64, description="IANA zone, as in `Europe/Moscow`")]


class NewOrganization(ApiModel):
    parent_id: UUID = Field(description="the organization that this one stands under")
    kind: OrganizationKind = Field(description="what it is; lower kinds stand under higher ones, levels may be skipped")
    name: Name
    timezone: Timezone | None = Field(default=None, description="the parent's zone when absent")

    model_config = example(
        {
            "parent_id": "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e5f",
            "kind": "primary",
            "name": "ППО ГБУ «Жилищник района Арбат»",
            "timezone": "Europe/Moscow",
        }
    )


class OrganizationChange(ApiModel):
    """What is left out stays as it is."""

    name: Name | None = None
    timezone: Timezone | None = None
    closed: bool | None = Field(default=None, description="true closes it, once all its parts are closed")

    model_config = example({"name": "ППО ГБУ «Жилищник»"})


class OrganizationQuery(PageQuery):
    kind: OrganizationKind | None = Field(default=None, description="only this kind")
    parent_id: UUID | None = Field(default=None, description="only those that stand directly under it")


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


class SubtreePart(ApiModel):
    depth: int = Field(description="levels below the organization that was asked for; 0 is itself")
    organization: OrganizationView = Field(description="the organization that stands there")


class Subtree(ApiModel):
    items: list[SubtreePart] = Field(description="the organization and everything under it, level by level")
