"""Bodies of the ratings' routes."""

from datetime import datetime
from typing import Self

from pydantic import Field

from services.requests.desk.rules.rating_buttons import HIGHEST, LOWEST
from services.requests.ratings.rules import COMMENT_LIMIT, TOKEN_LIMIT, RatedBy
from services.requests.ratings.tables import Rating
from shared.app import ApiModel, example


class NewRating(ApiModel):
    token: str = Field(
        min_length=1, max_length=TOKEN_LIMIT, pattern=r"^[0-9A-Za-z._-]+$", description="from the rating link"
    )
    score: int = Field(ge=LOWEST, le=HIGHEST, strict=True, description="1 (bad) to 5 (very good)")
    comment: str | None = Field(
        default=None, min_length=1, max_length=COMMENT_LIMIT, description="what the requester adds"
    )

    model_config = example(
        {"token": "1.sZ3vQmN0xk7cJrD2tUe5wYb8aGfH4iLpOqRsTuVwXyZ", "score": 5, "comment": "Спасибо, помогли!"}
    )


class RatingView(ApiModel):
    resolution: int = Field(description="which resolution of the request it is about: 1 for the first")
    score: int = Field(description="1 (bad) to 5 (very good)")
    comment: str | None = Field(description="what the requester adds")
    rated_by: RatedBy = Field(description="`button`: in the request's chat; `link`: by the signed link")
    rated_at: datetime = Field(description="when it was given")

    @classmethod
    def of(cls, row: Rating) -> Self:
        return cls(
            resolution=row.resolution,
            score=row.score,
            comment=row.comment,
            rated_by=row.rated_by,
            rated_at=row.rated_at,
        )


class RatingLinkView(ApiModel):
    url: str = Field(description="where the rating is sent to, by POST")
    token: str = Field(description="lets its holder rate this resolution once; hand it to the requester alone")
