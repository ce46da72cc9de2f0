"""The elected committee of an organization."""

from uuid import UUID

from pydantic import Field

from services.gateway.organizations.rules import CommitteeRole
from services.gateway.organizations.tables import Organization
from shared.app import ApiModel, example


class CommitteeMember(ApiModel):
    person_id: UUID = Field(description="who it is; one of `/people`")
    role: CommitteeRole = Field(description="what they are in the committee")


class Committee(ApiModel):
    name: str = Field(min_length=1, max_length=200, description="as in the charter: профком, президиум")
    members: list[CommitteeMember] = Field(
        default_factory=list[CommitteeMember], max_length=100, description="who was elected"
    )

    model_config = example(
        {
            "name": "Профсоюзный комитет",
            "members": [{"person_id": "01936f5e-3c2a-7b1e-8f00-1a2b3c4d5e6f", "role": "chair"}],
        }
    )


class CommitteeView(ApiModel):
    organization_id: UUID = Field(description="whose committee it is")
    name: str | None = Field(description="null while none is known")
    members: list[CommitteeMember] = Field(description="who was elected; empty for those who may not see people")
    version: int = Field(description="the organization's; the ETag")

    @classmethod
    def of(cls, organization: Organization, *, with_members: bool) -> "CommitteeView":
        kept = Committee.model_validate(organization.committee) if organization.committee is not None else None
        return cls(
            organization_id=organization.id,
            name=kept.name if kept is not None else None,
            members=kept.members if kept is not None and with_members else [],
            version=organization.entity_version,
        )
