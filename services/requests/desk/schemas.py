"""Bodies of the desk's routes."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from services.requests.desk.rules.life import Action, RequestKind, RequestState, Source
from services.requests.desk.rules.messages import TEXT_LIMIT, DeliveryState, Direction
from services.requests.desk.tables import HelpRequest, RequestMessage, StateChange
from shared.app import ApiModel, PageQuery, example, public_id

TOPIC_LIMIT = 200
NAME_LIMIT = 200
PHONE_LIMIT = 25

SaidText = Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT)]
Topic = Annotated[str, Field(min_length=1, max_length=TOPIC_LIMIT)]
ABOUT = "what it is about, in a few words of the staff"


class RequestQuery(PageQuery):
    state: RequestState | None = Field(default=None, description="only requests in this state")
    assignee_id: UUID | None = Field(default=None, description="only requests of this person")
    organization_id: UUID | None = Field(default=None, description="only requests of this organization's subtree")
    source: Source | None = Field(default=None, description="only requests that came this way")
    kind: RequestKind | None = Field(default=None, description="only requests of this kind")


class RequestChange(ApiModel):
    """What is left out stays."""

    kind: RequestKind | None = Field(default=None, description="the kind that staff found it to be")
    topic: Topic | None = Field(default=None, description=ABOUT)

    model_config = example({"kind": "legal", "topic": "Оплата сверхурочных"})


class Assignment(ApiModel):
    assignee_id: UUID = Field(description="the person who shall handle the request")

    model_config = example({"assignee_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5"})


class NewReply(ApiModel):
    text: SaidText = Field(description="what the requester reads; by phone and in person: what they were told")

    model_config = example({"text": "Здравствуйте! Сверхурочные оплачиваются по статье 152 ТК РФ."})


class NewNote(ApiModel):
    text: SaidText = Field(description="for staff only; the requester never sees it")

    model_config = example({"text": "Позвонить в бухгалтерию предприятия"})


class RequesterView(ApiModel):
    display_name: str = Field(description="as the requester is called in the network, or as staff wrote it down")
    phone: str | None = Field(description="for a request taken by phone or in person")
    person_id: UUID | None = Field(description="when it is somebody known")


class RequestView(ApiModel):
    id: str = Field(description="opaque id")
    number: str = Field(description="what a person is told: year and count")
    organization_id: UUID = Field(description="whose staff handle it")
    kind: RequestKind = Field(description="what sort of request it is")
    source: Source = Field(description="the way it came")
    state: RequestState = Field(
        description="`new`: not taken; `open`: staff's turn; `waiting`: the requester's; `on_hold`: a third party's; "
        "`resolved`; `closed`: for good"
    )
    topic: str | None = Field(description=ABOUT)
    requester: RequesterView = Field(description="who asks")
    assignee_id: UUID | None = Field(description="the person who handles it")
    created_by: UUID | None = Field(description="the person who took it down; null for what came by a network")
    created_at: datetime = Field(description="when it came")
    last_message_at: datetime = Field(description="when the requester or staff last said something")
    resolutions: int = Field(description="how often it was resolved; each resolution can be rated once")
    resolved_at: datetime | None = Field(description="when it was last resolved, unless it was reopened since")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, row: HelpRequest) -> Self:
        requester = RequesterView(
            display_name=row.requester_name, phone=row.requester_phone, person_id=row.requester_person_id
        )
        return cls(
            id=public_id(row.tenant_id, row.id),
            number=row.number,
            organization_id=row.organization_id,
            kind=row.kind,
            source=row.source,
            state=row.state,
            topic=row.topic,
            requester=requester,
            assignee_id=row.assignee_id,
            created_by=row.created_by,
            created_at=row.created_at,
            last_message_at=row.last_message_at,
            resolutions=row.resolutions,
            resolved_at=row.resolved_at,
            version=row.version,
        )


class MessageView(ApiModel):
    id: UUID = Field(description="the message's id")
    direction: Direction = Field(description="`inbound`: of the requester; `outbound`: to them; `note`: among staff")
    text: str = Field(description="what was said")
    author_id: UUID | None = Field(description="the person who said it; null when unknown or sent by the desk itself")
    said_at: datetime = Field(description="when it was said")
    delivery_state: DeliveryState | None = Field(
        description="what became of an outbound message: the network's delivery, or `spoken` by phone and in person; "
        "`unknown`: the network may have taken it"
    )
    delivery_code: str | None = Field(description="the network's own error code, when it refused")

    @classmethod
    def of(cls, row: RequestMessage) -> Self:
        return cls(
            id=row.id,
            direction=row.direction,
            text=row.text,
            author_id=row.author_id,
            said_at=row.said_at,
            delivery_state=row.delivery_state,
            delivery_code=row.delivery_code,
        )


class StateChangeView(ApiModel):
    action: Action = Field(description="what happened")
    from_state: RequestState | None = Field(description="the state before; null for the first step")
    to_state: RequestState = Field(description="the state after")
    by_person_id: UUID | None = Field(description="who did it; null for what the requester did in a chat")
    assignee_id: UUID | None = Field(description="who had the request after it")
    at: datetime = Field(description="when it happened")

    @classmethod
    def of(cls, row: StateChange) -> Self:
        return cls(
            action=row.action,
            from_state=row.from_state,
            to_state=row.to_state,
            by_person_id=row.by_person_id,
            assignee_id=row.assignee_id,
            at=row.at,
        )
