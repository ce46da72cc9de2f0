"""The way through the levels of approval, as clients walk and read it."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from services.publisher.publications.rules.reviews import Verdict
from services.publisher.publications.tables import Review
from shared.app import ApiModel, example

COMMENT_LIMIT = 4000
Comment = Annotated[str, Field(max_length=COMMENT_LIMIT, description="what to note; shown at `/reviews`")]


class Remark(ApiModel):
    comment: Comment = ""

    model_config = ApiModel.model_config | example({"comment": "Проверила цифры, всё верно"})


class ReturnRemark(ApiModel):
    comment: Annotated[str, Field(min_length=1, max_length=COMMENT_LIMIT, description="what is to be mended")]

    model_config = ApiModel.model_config | example({"comment": "Назовите номер приказа"})


class ReviewView(ApiModel):
    id: UUID = Field(description="the step's id")
    verdict: Verdict = Field(description="`recalled`: a change after the submission ended the review")
    organization_id: UUID = Field(description="whose leave was given or refused, or whose publication it is")
    person_id: UUID | None = Field(description="who did it; null for a partner's key and the house itself")
    comment: str = Field(description="what they said")
    is_current: bool = Field(description="whether it was said of exactly what the publication is now")
    created_at: datetime = Field(description="when")

    @classmethod
    def of(cls, review: Review, fingerprint: str, *, for_partner: bool) -> Self:
        return cls(
            **review.model_dump(include=set(cls.model_fields) - {"is_current", "person_id"}),
            person_id=None if for_partner else review.person_id,
            is_current=review.fingerprint == fingerprint,
        )
