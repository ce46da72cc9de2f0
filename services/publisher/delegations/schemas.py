"""Delegations as those see them whose channels are to carry something."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from services.publisher.channels.rules.attempts import DeliveryState
from services.publisher.networks.accounts import Network
from services.publisher.networks.contents import PostFormat
from services.publisher.publications.rules.policies import Consent
from services.publisher.publications.rules.states import PublicationKind
from services.publisher.publications.schemas.contents import Body
from services.publisher.publications.tables import Delivery, Publication
from shared.app import ApiModel, PageQuery, example


class DelegationFilter(PageQuery):
    consent: Consent | None = Field(default=None, description="`asked`: only what still waits for an answer")


class Acceptance(ApiModel):
    text: Body | None = Field(default=None, description="words of one's own; null: as it was written")

    model_config = ApiModel.model_config | example({"text": "Друзья! Наш профком поздравляет завод с юбилеем."})


class Refusal(ApiModel):
    reason: Annotated[str, Field(max_length=1000, description="why not, for those who asked")] = ""

    model_config = ApiModel.model_config | example({"reason": "У нас в этот день траур"})


class DelegationView(ApiModel):
    id: UUID = Field(description="the delivery's id")
    publication_id: UUID = Field(description="what is asked to be carried")
    organization_id: UUID = Field(description="who asks")
    channel_id: UUID = Field(description="in which channel")
    network: Network = Field(description="its network")
    kind: PublicationKind = Field(description="what it is about")
    format: PostFormat = Field(description="as what it would go out")
    text: str = Field(description="what the channel would show")
    images: list[str] = Field(description="what its images show, in their order; to partners not what a person signed")
    own_text: str | None = Field(description="the words that were put in its place")
    consent: Consent | None = Field(description="`asked`, `accepted` or `refused`")
    consent_until: datetime | None = Field(description="it goes out then, unless it is refused before")
    state: DeliveryState = Field(description="how far it has come")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, delivery: Delivery, publication: Publication, network: Network, text: str, images: list[str]) -> Self:
        own = {"id", "publication_id", "channel_id", "format", "own_text", "consent", "consent_until", "state"}
        return cls(
            **delivery.model_dump(include=own | {"version"}),
            organization_id=publication.organization_id,
            kind=publication.kind,
            network=network,
            text=text,
            images=images,
        )
