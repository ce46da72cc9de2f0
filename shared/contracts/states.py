"""What the gateway's messages speak of: organizations, people, subjects of a file, kinds of what is kept."""

from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class OrganizationState(_Part):
    """One organization as the services know it. Settings are those in force: its own, else the nearest above."""

    organization_id: UUID
    entity_version: int
    kind: str
    name: str
    parent_id: UUID | None
    path: tuple[UUID, ...]  # from the root to the organization itself
    timezone: str
    closed: bool = False
    calendar_id: UUID | None = None
    least_numbers: int = 5  # people behind a published number
    least_texts: int = 10  # people behind a published text
    branding: dict[str, str] = {}  # colours and the name on cards


class Identifier(_Part):
    """A proven account of a person in a network: `telegram`, `123456`."""

    network: str
    external_id: str


class PersonState(_Part):
    """What services need to know of a person; contacts and traits stay in the gateway.

    An erased person stays as an id without a name, so that figures keep their sum.
    """

    person_id: UUID
    entity_version: int
    display_name: str
    status: str  # prospective, member, former
    organization_ids: tuple[UUID, ...]
    identifiers: tuple[Identifier, ...] = ()
    erased: bool = False
    birth_day: str | None = None  # 05-20, by their consent to greetings alone; only who congratulates keeps it


class Subject(_Part):
    """How a person may be found in a service: by id, by account, by what they wrote into a form."""

    person_id: UUID
    identifiers: tuple[Identifier, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()  # E.164
    job_ids: tuple[UUID, ...] = ()  # of earlier exports, parts of which may still be on their way
    merged_ids: tuple[UUID, ...] = ()  # under which they were known too

    @property
    def person_ids(self) -> tuple[UUID, ...]:
        return (self.person_id, *self.merged_ids)


class Kept(StrEnum):
    """The kinds of what is kept for a time. How long each may be is the gateway's to say (`/retention_policies`).

    `inbox`: the ids of messages that were processed; `remembered_answers`: of requests with an Idempotency-Key;
    `jobs`: that ended, with their reports; `sessions`: that ended, and codes; `access_log`: who read what of whom;
    `subject_exports`: files of what is known of a person; `notifications`: what staff and members were told;
    `events`: for webhooks and streams, with their deliveries; `conversations`: what was written in the networks'
    private chats; `network_updates`: the keys of what the networks told; `request_texts`: who asked and what was
    said, of requests that were resolved or closed; `registrations`: who was registered for events that are over.
    """

    INBOX = "inbox"
    REMEMBERED_ANSWERS = "remembered_answers"
    JOBS = "jobs"
    SESSIONS = "sessions"
    ACCESS_LOG = "access_log"
    SUBJECT_EXPORTS = "subject_exports"
    NOTIFICATIONS = "notifications"
    EVENTS = "events"
    CONVERSATIONS = "conversations"
    NETWORK_UPDATES = "network_updates"
    REQUEST_TEXTS = "request_texts"
    REGISTRATIONS = "registrations"
