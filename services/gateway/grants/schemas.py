"""Bodies of the grants' routes."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from services.gateway.grants.tables import RoleGrant
from shared.app import ApiModel, Moment, PageQuery, example
from shared.permissions import Role


class NewGrant(ApiModel):
    person_id: UUID = Field(description="who gets the role")
    role: Role = Field(description="what they may do there")
    organization_id: UUID = Field(description="where; the role reaches everything under it")
    until: Moment | None = Field(default=None, description="when it ends by itself; absent for no end")

    model_config = example(
        {
            "person_id": "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e5f",
            "role": "information_officer",
            "organization_id": "01936f5e-3c2a-7b1e-8f00-1a2b3c4d5e6f",
        }
    )


class GrantsQuery(PageQuery):
    person_id: UUID | None = Field(default=None, description="only this person's")
    organization_id: UUID | None = Field(default=None, description="only those at organizations of this subtree")


class GrantView(ApiModel):
    id: UUID = Field(description="the grant's id")
    person_id: UUID = Field(description="who holds the role")
    role: Role = Field(description="what they may do there")
    organization_id: UUID = Field(description="where; the role reaches everything under it")
    until: AwareDatetime | None = Field(description="when it ends by itself")
    given_by: UUID | None = Field(description="the person who gave it; null for the first administrator's")
    given_at: AwareDatetime = Field(description="when it was given")

    @classmethod
    def of(cls, grant: RoleGrant) -> "GrantView":
        return cls(
            id=grant.id,
            person_id=grant.person_id,
            role=grant.role,
            organization_id=grant.organization_id,
            until=grant.until,
            given_by=grant.given_by,
            given_at=grant.given_at,
        )
