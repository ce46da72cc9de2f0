"""What the gateway tells: its organizations and people, as read models for the services.

Each message carries the entity's whole state, the entity's `entity_version` and the caller's `position` (the tenant's
count of such writes): older states are dropped, and a service knows how far behind it is.
"""

from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.message import Message, ServiceName

READ_MODELS = (ServiceName.PUBLISHER, ServiceName.REQUESTS, ServiceName.SURVEYS)


class OrganizationChanged(Message):
    type: ClassVar[str] = "gateway.organization_changed"
    destinations: ClassVar[tuple[ServiceName, ...]] = READ_MODELS

    organization_id: UUID
    entity_version: int
    position: int
    kind: str
    name: str
    parent_id: UUID | None
    path: tuple[UUID, ...]  # from the root to the organization itself
    timezone: str
    closed: bool = False


class Identifier(BaseModel):
    """A proven account of a person in a network: `telegram`, `123456`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    network: str
    external_id: str


class PersonChanged(Message):
    """What services need to know of a person; contacts and traits stay in the gateway."""

    type: ClassVar[str] = "gateway.person_changed"
    destinations: ClassVar[tuple[ServiceName, ...]] = READ_MODELS

    person_id: UUID
    entity_version: int
    position: int
    display_name: str
    status: str  # prospective, member, former
    organization_ids: tuple[UUID, ...]
    identifiers: tuple[Identifier, ...] = ()
