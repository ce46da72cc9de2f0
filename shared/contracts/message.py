"""The shape of every message between services, and of the envelope that carries it."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, JsonValue, PlainSerializer, SkipValidation


class ServiceName(StrEnum):
    """A service of this installation.

    `gateway`: who is who, and the edge; `publisher`: networks, publications, campaigns; `requests`: help that is
    asked for; `surveys`: surveys and events.
    """

    GATEWAY = "gateway"
    PUBLISHER = "publisher"
    REQUESTS = "requests"
    SURVEYS = "surveys"


class Priority(IntEnum):
    """Lower goes first."""

    URGENT = 0
    NORMAL = 5


class Message(BaseModel):
    """A fact or a wish, told once it is committed. The owner is the module that it is defined in.

    Fields that are added later have defaults, fields are never renamed: an old message parses for ever, and an older
    consumer ignores what it does not know.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str]
    version: ClassVar[int] = 1
    destinations: ClassVar[tuple[ServiceName, ...]]
    priority: ClassVar[Priority] = Priority.NORMAL
    quotes: ClassVar[bool] = False  # what somebody said, or their account: taken back when that person is erased

    @property
    def precedence(self) -> Priority:
        """Of this very message: some are more urgent than others of their kind."""
        return self.priority

    @property
    def order(self) -> str | None:
        """Messages of one tenant with the same order are taken in one after the other, as they were told."""
        return None


Payload = Annotated[dict[str, JsonValue], SkipValidation, PlainSerializer(lambda payload: payload)]
"""JSON already: the message that it becomes checks it, once. Looking at each value of it took a third of an import."""


class Envelope(BaseModel):
    """What lies in the outbox and on the queue: one message on its way to one service."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID
    source: ServiceName
    destination: ServiceName
    tenant_id: UUID
    type: str
    version: int
    occurred_at: datetime
    trace: str | None = None  # W3C traceparent of the request that caused it
    payload: Payload
