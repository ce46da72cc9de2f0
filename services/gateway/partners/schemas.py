"""Bodies of the partners' routes."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from services.gateway.partners.rules import PartnerKind
from services.gateway.partners.tables import Partner, PartnerKey
from shared.app import ApiModel, Moment, PageQuery, example
from shared.permissions import PARTNER_SCOPES, Permission

Name = Annotated[str, Field(min_length=1, max_length=300, description="what the partner is called")]
Kind = Annotated[PartnerKind, Field(description="what the partner is")]
Contact = Annotated[str, Field(min_length=1, max_length=300, description="whom to write to there")]
PerMinute = Annotated[
    int,
    Field(ge=1, le=6000, description="requests that each of its keys may make in a minute; null: as the operator set"),
]


Scopes = Annotated[
    list[Permission],
    Field(
        min_length=1,
        max_length=10,
        description="what the key may do; partners may have: "
        + ", ".join(f"`{one}`" for one in sorted(PARTNER_SCOPES)),
    ),
]


class NewPartner(ApiModel):
    organization_id: UUID = Field(description="the organization that looks after the partner")
    name: Name
    kind: Kind
    contact: Contact | None = None
    requests_per_minute: PerMinute | None = None

    model_config = ApiModel.model_config | example(
        {
            "organization_id": "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e5f",
            "name": "Газета «Солидарность»",
            "kind": "newspaper",
            "contact": "dev@solidarity.example",
        }
    )


class PartnerChange(ApiModel):
    """What is left out stays as it is; null takes away what may be absent."""

    name: Name | None = None
    kind: Kind | None = None
    contact: Contact | None = None
    requests_per_minute: PerMinute | None = None

    model_config = ApiModel.model_config | example({"requests_per_minute": 1200})


class PartnerQuery(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only partners of this organization's subtree")


class PartnerView(ApiModel):
    id: UUID = Field(description="the partner's id")
    organization_id: UUID = Field(description="the organization that looks after the partner")
    name: str = Field(description="what the partner is called")
    kind: PartnerKind = Field(description="what the partner is")
    contact: str | None = Field(description="whom to write to there")
    requests_per_minute: int | None = Field(description="of each of its keys; null: as the operator set")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, row: Partner) -> Self:
        return cls(**row.model_dump(include=set(cls.model_fields)))


class NewKey(ApiModel):
    organization_id: UUID = Field(description="the key reaches this organization and what is under it")
    label: str = Field(min_length=1, max_length=100, description="what it is for, in your own words")
    scopes: Scopes
    expires_at: Moment = Field(description="when it ends by itself, two years ahead at most")
    test: bool = Field(default=False, description="a test key publishes on the stand-in networks only")

    model_config = ApiModel.model_config | example(
        {
            "organization_id": "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e5f",
            "label": "Сайт газеты",
            "scopes": ["see_publications"],
            "expires_at": "2027-11-01T00:00:00+03:00",
        }
    )


class KeyView(ApiModel):
    id: UUID = Field(description="the key's id; audits name it")
    partner_id: UUID = Field(description="whose it is")
    organization_id: UUID = Field(description="it reaches this organization and what is under it")
    label: str = Field(description="what it is for")
    test: bool = Field(description="whether it publishes on the stand-in networks only")
    shown: str = Field(description="how it begins, and the end of its public part")
    scopes: list[str] = Field(description="what it was given; it has no more than its creator still holds")
    created_by: UUID = Field(description="the person whose rights are its limit")
    created_at: datetime = Field(description="when it was made")
    expires_at: datetime = Field(description="when it ends by itself")
    last_used_on: date | None = Field(description="the last day (UTC) on which it was used")
    revoked_at: datetime | None = Field(description="when it was revoked")

    @classmethod
    def of(cls, row: PartnerKey) -> Self:
        return cls(**row.model_dump(include=set(cls.model_fields)))


class KeyMade(KeyView):
    key: str = Field(description="the key itself: shown now and never again")

    @classmethod
    def made(cls, row: PartnerKey, key: str) -> Self:
        return cls(**row.model_dump(include=set(cls.model_fields)), key=key)
