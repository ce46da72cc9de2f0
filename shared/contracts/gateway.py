"""What the gateway tells and is told: read models for the services, a person's file, news for webhooks and streams.

Each message of a read model carries the entity's whole state, the entity's `entity_version` and the caller's `position`
(the tenant's count of such writes): older states are dropped, and a service knows how far behind it is. A change of many
entities at once (an import, a moved branch) is told in batches that take one position each.

What is sealed is encrypted by `shared.cipher` for as long as it lies in an outbox, a queue or a dead letter.
"""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import JsonValue

from shared.contracts.message import Message, Priority, ServiceName
from shared.contracts.states import OrganizationState, PersonState

PEOPLE_AT_ONCE = 500  # named in one NotificationRequested
READ_MODELS = (ServiceName.PUBLISHER, ServiceName.REQUESTS, ServiceName.SURVEYS)


class OrganizationChanged(Message, OrganizationState):
    type: ClassVar[str] = "gateway.organization_changed"
    destinations: ClassVar[tuple[ServiceName, ...]] = READ_MODELS

    position: int


class OrganizationsChanged(Message):
    """Many at once: a branch moved, a setting that parts inherit.

    `whole` ends a telling of everything anew: what was lost before this position is no longer waited for.
    """

    type: ClassVar[str] = "gateway.organizations_changed"
    destinations: ClassVar[tuple[ServiceName, ...]] = READ_MODELS

    position: int
    organizations: tuple[OrganizationState, ...]
    whole: bool = False


class ChannelsWanted(Message):
    """The gateway's copy of the channels is to be made anew: tell each of them, as it is."""

    type: ClassVar[str] = "gateway.channels_wanted"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)


class PersonChanged(Message, PersonState):
    type: ClassVar[str] = "gateway.person_changed"
    destinations: ClassVar[tuple[ServiceName, ...]] = READ_MODELS

    position: int


class PeopleChanged(Message):
    """Many at once: a part of an import, the members of a closed organization."""

    type: ClassVar[str] = "gateway.people_changed"
    destinations: ClassVar[tuple[ServiceName, ...]] = READ_MODELS

    position: int
    people: tuple[PersonState, ...]


class CalendarChanged(Message):
    """A working calendar; `definition` is `shared.working_time.WorkingCalendar` as JSON."""

    type: ClassVar[str] = "gateway.calendar_changed"
    destinations: ClassVar[tuple[ServiceName, ...]] = READ_MODELS

    calendar_id: UUID
    entity_version: int
    position: int
    name: str
    definition: dict[str, JsonValue]


class TenantStateChanged(Message):
    """`active`, `suspended` (nothing is sent, public pages are closed) or `deleted` (every row of it goes)."""

    type: ClassVar[str] = "gateway.tenant_state_changed"
    destinations: ClassVar[tuple[ServiceName, ...]] = READ_MODELS

    state: str
    state_version: int
    job_id: UUID | None = None  # of a deletion: answered by PartReported


class TenantExportRequested(Message):
    """Write all rows of the tenant, and its files, under `folder` in the storage. Answered by PartReported."""

    type: ClassVar[str] = "gateway.tenant_export_requested"
    destinations: ClassVar[tuple[ServiceName, ...]] = READ_MODELS

    job_id: UUID
    folder: str


class SubjectExportRequested(Message):
    """Gather all that is known of one person. `sealed_subject` is a `Subject` as JSON. Answered by PartReported."""

    type: ClassVar[str] = "gateway.subject_export_requested"
    destinations: ClassVar[tuple[ServiceName, ...]] = READ_MODELS
    quotes: ClassVar[bool] = True

    job_id: UUID
    sealed_subject: str


class SubjectErasureRequested(Message):
    """Erase one person, or with `dry_run` only count what would go. Answered by PartReported."""

    type: ClassVar[str] = "gateway.subject_erasure_requested"
    destinations: ClassVar[tuple[ServiceName, ...]] = READ_MODELS

    job_id: UUID
    sealed_subject: str
    dry_run: bool = False


class PartReported(Message):
    """A service's part of a job of the gateway is done: what it counted by kind, and its sealed part of an export."""

    type: ClassVar[str] = "gateway.part_reported"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.GATEWAY,)
    quotes: ClassVar[bool] = True

    job_id: UUID
    service: ServiceName
    counts: dict[str, int] = {}
    sealed: str | None = None


class RetentionDue(Message):
    """Once a day for each tenant: let go of what is older than its kind (`Kept`) may be kept. Days by kind."""

    type: ClassVar[str] = "gateway.retention_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.GATEWAY, *READ_MODELS)

    day: date
    days: dict[str, int]


class EventOccurred(Message):
    """Something that the outside may hear of: webhooks, streams. `permission` is what its hearer must hold there.

    `subject` (`publication:01936f...`) is what events keep their order within. `data` holds no personal data.
    """

    type: ClassVar[str] = "gateway.event_occurred"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.GATEWAY,)

    event_id: UUID
    event: str  # publication.published
    organization_id: UUID
    subject: str
    permission: str
    data: dict[str, JsonValue]
    occurred_at: datetime | None = None  # None: when it was taken in

    @property
    def order(self) -> str:
        return self.subject


class NotificationRequested(Message):
    """Staff must know, or members may: everybody with `permission` at the organization or above, or those named.

    Each is told once per `incident`. Many people are named in several messages, PEOPLE_AT_ONCE in each.
    """

    type: ClassVar[str] = "gateway.notification_requested"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.GATEWAY,)

    kind: str  # channel_needs_reauthorization, delivery_unknown, ...
    incident: str  # `channel:01936f...:3`: said twice, told once
    organization_id: UUID
    permission: str | None = None
    person_ids: tuple[UUID, ...] = ()
    title: dict[str, str]  # ru, en; no personal data
    link: str | None = None  # a path of the API
    urgent: bool = False


class AuditRecorded(Message):
    """Who changed what: told by every unit of work that a person, a partner or an operator began."""

    type: ClassVar[str] = "gateway.audit_recorded"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.GATEWAY,)

    service: ServiceName
    operation: str  # publications_approve
    actor_kind: str  # person, partner, operator
    actor_id: UUID | None
    resource: str  # the route's path with its ids
    status: int
    occurred_at: datetime
    request_id: str


class AccessRecorded(Message):
    """Who read whose file."""

    type: ClassVar[str] = "gateway.access_recorded"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.GATEWAY,)

    service: ServiceName
    operation: str
    actor_kind: str
    actor_id: UUID | None
    person_ids: tuple[UUID, ...]
    occurred_at: datetime
    request_id: str


class JobDue(Message):
    """To the gateway itself: a job's next chunk."""

    type: ClassVar[str] = "gateway.job_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.GATEWAY,)

    job_id: UUID


class WebhookDue(Message):
    """To the gateway itself: a webhook's next deliveries. Dropped when its turn was planned anew since."""

    type: ClassVar[str] = "gateway.webhook_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.GATEWAY,)

    webhook_id: UUID
    turn: int


class NotificationDue(Message):
    """To the gateway itself: a notification's turn has come (its quiet hours are over, or another try)."""

    type: ClassVar[str] = "gateway.notification_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.GATEWAY,)
    priority: ClassVar[Priority] = Priority.URGENT

    notification_id: UUID
    attempt: int
    way: str = "mail"
