"""Deliveries as clients see them: exactly what happened in each channel."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from services.publisher.channels.rules.attempts import AttemptOutcome, DeliveryState
from services.publisher.channels.schemas import ReasonView
from services.publisher.networks.accounts import Network
from services.publisher.networks.contents import PostFormat
from services.publisher.publications.rules.followups import Change
from services.publisher.publications.rules.policies import Consent
from services.publisher.publications.schemas.contents import HttpsUrl
from services.publisher.publications.tables import Attempt, Delivery
from shared.app import ApiModel, example

SHOWN_ATTEMPTS = 20


class Confirmation(ApiModel):
    sent: bool = Field(description="whether the channel shows it; false sends it again")
    url: HttpsUrl | None = Field(default=None, description="where it is, if it was sent")

    model_config = ApiModel.model_config | example({"sent": True, "url": "https://t.me/profsoyuz/128"})


class AttemptView(ApiModel):
    number: int = Field(description="counts from 1")
    started_at: datetime = Field(description="when it was committed to, before the network was called")
    finished_at: datetime | None = Field(description="null while the network is being called")
    outcome: AttemptOutcome | None = Field(description="how it ended")
    reason: ReasonView | None = Field(description="why it was not sent, or why that is not known")

    @classmethod
    def of(cls, attempt: Attempt) -> Self:
        return cls(
            **attempt.model_dump(include=set(cls.model_fields) - {"reason"}),
            reason=None if attempt.reason is None else ReasonView.of(attempt.reason),
        )


class DeliveryView(ApiModel):
    id: UUID = Field(description="the delivery's id")
    publication_id: UUID = Field(description="what is sent")
    channel_id: UUID = Field(description="where it is sent")
    network: Network = Field(description="the channel's network")
    state: DeliveryState = Field(
        description="`unknown`: the network may have taken it; look at the channel, then `confirm`"
    )
    reason: ReasonView | None = Field(description="why it is not sent, or why that is not known")
    next_attempt_at: datetime | None = Field(description="when it is tried again; later while its channel waits")
    external_id: str | None = Field(description="id of the post in the network")
    url: str | None = Field(description="where the public sees it")
    sent_at: datetime | None = Field(description="when it was sent, as far as is known")
    confirmed_by: UUID | None = Field(description="the person who looked at the channel")
    format: PostFormat = Field(description="as what it goes out here: a story or a repost may have become a post")
    visible_until: datetime | None = Field(description="until when the public sees it: a story is gone after a day")
    own_text: str | None = Field(description="the words of those whose channel it is; null: the publication's")
    consent: Consent | None = Field(description="whether those whose channel it is, asked to carry it, do")
    consent_until: datetime | None = Field(description="it goes out then, unless they refused")
    change: Change | None = Field(description="what is done, or was done, to the post that is out")
    change_reason: ReasonView | None = Field(description="why that was not done")
    failover_of: UUID | None = Field(
        description="the delivery in whose place it goes out: the channel of that one could not take it"
    )
    version: int = Field(description="counts its changes; the ETag")
    attempts: list[AttemptView] = Field(description=f"the last {SHOWN_ATTEMPTS} attempts, oldest first")

    @classmethod
    def of(cls, delivery: Delivery, attempts: Sequence[Attempt], network: Network) -> Self:
        return cls(
            **delivery.model_dump(include=set(cls.model_fields) - {"reason", "change_reason", "attempts", "network"}),
            network=network,
            change_reason=None if delivery.change_reason is None else ReasonView.of(delivery.change_reason),
            reason=None if delivery.reason is None else ReasonView.of(delivery.reason),
            attempts=[AttemptView.of(attempt) for attempt in attempts[-SHOWN_ATTEMPTS:]],
        )
