"""How organizations publish, as clients set and read it."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from services.publisher.publications.rules.policies import ANSWER_HOURS, CarryingRule
from services.publisher.publications.rules.reviews import Level
from shared.app import ApiModel, example


def _each_once(levels: list[Level]) -> list[Level]:
    return list(dict.fromkeys(levels))


Levels = Annotated[
    list[Level],
    AfterValidator(_each_once),
    Field(max_length=3, description="who approves, one after the other; nobody when it is empty"),
]
Carrying = Annotated[
    CarryingRule,
    Field(description="`ask`: what organizations above put into these channels waits, and may be refused or reworded"),
]
AnswerHours = Annotated[int, Field(ge=1, le=168, description="how long it waits for an answer before it goes out")]
CountClicks = Annotated[
    bool,
    Field(
        description="links to your own hosts (`/v1/link_hosts`) go out as short ones, so that clicks count by channel; "
        "a publication may say otherwise"
    ),
]

Failover = Annotated[
    bool,
    Field(
        description="whether a post that a channel cannot take goes out by the channel that stands in for it, if any"
    ),
]


class PolicyBody(ApiModel):
    review_levels: Levels = Field(default_factory=list[Level])
    carrying: Carrying = CarryingRule.CARRY
    answer_hours: AnswerHours = ANSWER_HOURS
    count_clicks: CountClicks = True
    failover: Failover = True

    model_config = ApiModel.model_config | example(
        {"review_levels": ["own", "parent"], "carrying": "ask", "answer_hours": 24}
    )


class PolicyView(ApiModel):
    organization_id: UUID = Field(description="for whom it is in force")
    set_by: UUID | None = Field(description="whose it is: this organization's, or the nearest above; null by default")
    review_levels: Levels
    carrying: Carrying
    answer_hours: AnswerHours
    count_clicks: CountClicks
    failover: Failover
    version: int = Field(description="of the organization's own; 0 while it has none; the ETag")
