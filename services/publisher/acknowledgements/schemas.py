"""Acknowledgements as clients see them."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from services.publisher.acknowledgements.rules import METHOD, Coverage
from services.publisher.acknowledgements.tables import Acknowledgement
from services.publisher.channels.schemas import BilingualText
from services.publisher.publications.rules.states import PublicationKind
from services.publisher.publications.tables import Publication
from shared.app import ApiModel, PageQuery


class WantedFilter(PageQuery):
    pending: bool | None = Field(default=None, description="true: only what the caller has not acknowledged yet")


class WantedView(ApiModel):
    publication_id: UUID = Field(description="what is to be known")
    organization_id: UUID = Field(description="who says it")
    kind: PublicationKind = Field(description="`law_change` or `guide`")
    text: str = Field(description="as it was published")
    act: str | None = Field(description="which act changed")
    in_force_on: date | None = Field(description="since when it holds")
    summary: str | None = Field(description="what it means, in plain words")
    source_url: str | None = Field(description="where the act is to be read")
    published_at: datetime | None = Field(description="when it went out")
    acknowledged_at: datetime | None = Field(description="when the caller did; null: not yet")

    @classmethod
    def of(cls, publication: Publication, acknowledged_at: datetime | None) -> Self:
        own = set(cls.model_fields) - {"publication_id", "acknowledged_at"}
        return cls(
            publication_id=publication.id, acknowledged_at=acknowledged_at, **publication.model_dump(include=own)
        )


class AcknowledgementView(ApiModel):
    id: UUID = Field(description="the acknowledgement's id")
    publication_id: UUID = Field(description="of what")
    person_id: UUID = Field(description="who")
    acknowledged_at: datetime = Field(description="when")

    @classmethod
    def of(cls, row: Acknowledgement) -> Self:
        return cls(**row.model_dump(include=set(cls.model_fields)))


class CoverageView(ApiModel):
    value: float | None = Field(description="the share of those targeted who acknowledged it; null where untold")
    numerator: int = Field(description="people who acknowledged it, of those who are counted")
    denominator: int | None = Field(description="people whom it is for; null when not all of them can be counted")
    n: int = Field(description="all acknowledgements, those of others too")
    method: str = Field(description="how it is counted")
    reason_if_null: BilingualText | None = Field(description="why there is no value")

    @classmethod
    def of(cls, coverage: Coverage, total: int) -> Self:
        reason = coverage.reason_if_null
        return cls(
            value=coverage.value,
            numerator=coverage.numerator,
            denominator=coverage.denominator,
            n=total,
            method=METHOD,
            reason_if_null=None if reason is None else BilingualText(**reason),
        )
