"""Bodies of the intake's routes."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from services.requests.desk.rules.life import RequestKind, Source
from services.requests.desk.schemas import ABOUT, NAME_LIMIT, PHONE_LIMIT, SaidText, Topic
from shared.app import ApiModel, example

PHONE = r"^\+?[0-9][0-9 ()-]{2,}$"


class NewRequester(ApiModel):
    display_name: str = Field(min_length=1, max_length=NAME_LIMIT, description="how the requester is to be called")
    phone: str | None = Field(default=None, max_length=PHONE_LIMIT, pattern=PHONE, description="to call back")
    person_id: UUID | None = Field(default=None, description="when it is somebody known")


class NewRequest(ApiModel):
    """A request that staff take down."""

    organization_id: UUID = Field(description="whose staff handle it")
    kind: RequestKind = Field(description="what sort of request it is")
    source: Literal[Source.PHONE, Source.IN_PERSON] = Field(description="the way it came")
    requester: NewRequester = Field(description="who asks")
    text: SaidText = Field(description="what the requester said")
    topic: Topic | None = Field(default=None, description=ABOUT)

    model_config = example(
        {
            "organization_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5",
            "kind": "legal",
            "source": "phone",
            "requester": {"display_name": "Анна Сергеевна Котова", "phone": "+7 495 000-00-00"},
            "text": "Не оплатили работу в выходной день, что делать?",
            "topic": "Оплата выходных",
        }
    )
