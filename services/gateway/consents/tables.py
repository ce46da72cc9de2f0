"""Consents, erasures and what stands against them, who read whose file, terms, incidents."""

from datetime import date, datetime
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint

from services.gateway.base import Tenant
from services.gateway.consents.rules.erasure import ErasureReason, ErasureState
from services.gateway.consents.rules.incidents import Clock, IncidentState, Notice
from services.gateway.consents.rules.ledger import Purpose, Step, Way
from services.gateway.organizations.tables import Organization
from services.gateway.people.tables import Person
from shared.contracts import ServiceName
from shared.db import checked_text, foreign_key, json_value, moment, unique_in_tenant


class ConsentText(Tenant, table=True):
    """The words that people agree to, a row for each version. Never changed: people agreed to these."""

    append_only = True

    organization_id: UUID = foreign_key(Organization)  # that keeps the data
    purpose: Purpose = checked_text(Purpose)
    text_version: int
    title: str
    text: str
    text_hash: str
    created_by: UUID | None = None
    created_at: datetime = moment()

    constraints = (UniqueConstraint("tenant_id", "organization_id", "purpose", "text_version"),)


class ConsentEntry(Tenant, table=True):
    """A line of the ledger: given, or an earlier one withdrawn. It names the person by an id alone, and stays for ever."""

    append_only = True

    person_id: UUID = foreign_key(Person)
    consent_text_id: UUID = foreign_key(ConsentText)
    purpose: Purpose = checked_text(Purpose)
    text_hash: str
    step: Step = checked_text(Step)
    withdraws_id: UUID | None = unique_in_tenant(default=None)  # so that each is withdrawn once
    way: Way = checked_text(Way)
    happened_at: datetime = moment()
    recorded_by: UUID | None = None
    recorded_at: datetime = moment()

    constraints = (
        ForeignKeyConstraint(
            ["tenant_id", "withdraws_id"], ["gateway.consent_entry.tenant_id", "gateway.consent_entry.id"]
        ),
        Index(None, "tenant_id", "person_id", "purpose", "id"),
        Index(None, "tenant_id", "purpose", "id"),
    )


class ConsentEvidence(Tenant, table=True):
    """What shows that a line is true: where the paper lies, what was said. Its id is the line's; it can be erased."""

    person_id: UUID = foreign_key(Person)
    sealed: str  # ciphertext

    constraints = (
        ForeignKeyConstraint(["tenant_id", "id"], ["gateway.consent_entry.tenant_id", "gateway.consent_entry.id"]),
    )


class LegalHold(Tenant, table=True):
    """While it holds, the person is not erased."""

    person_id: UUID = foreign_key(Person)
    reason: str
    until: date | None = None  # its last day, in the organization's own reckoning
    created_by: UUID | None = None
    created_at: datetime = moment()
    lifted_at: datetime | None = moment(default=None)
    version: int = 1

    constraints = (Index(None, "tenant_id", "person_id", "id"),)


class Erasure(Tenant, table=True):
    """That somebody was erased, when and why, and how much: the certificate. It names them by an id alone."""

    person_id: UUID = foreign_key(Person)
    reason: ErasureReason = checked_text(ErasureReason)
    state: ErasureState = checked_text(ErasureState)
    job_id: UUID
    requested_by: UUID | None = None
    requested_at: datetime = moment()
    finished_at: datetime | None = moment(default=None)
    counts: dict[str, JsonValue] = json_value(default_factory=dict)  # service -> kind -> rows
    certificate_hash: str | None = None

    constraints = (Index(None, "tenant_id", "person_id", "id"),)


class SubjectExport(Tenant, table=True):
    """A file of all that is known of a person, sealed in the storage until it is let go."""

    person_id: UUID = foreign_key(Person)
    job_id: UUID = unique_in_tenant()
    requested_by: UUID | None = None
    file_key: str | None = None
    size: int | None = None
    created_at: datetime = moment()

    constraints = (Index(None, "tenant_id", "created_at"),)


class AccessEntry(Tenant, table=True):
    """Somebody read somebody's file."""

    person_id: UUID  # whose
    reader_kind: str  # person, partner, operator
    reader_id: UUID | None = None
    service: ServiceName = checked_text(ServiceName)
    operation: str
    request_id: str
    read_at: datetime = moment()

    constraints = (
        Index(None, "tenant_id", "person_id", "id"),
        Index(None, "tenant_id", "reader_id", "id"),
        Index(None, "tenant_id", "read_at"),
    )


class RetentionChoice(Tenant, table=True):
    """What a union chose instead of the usual terms: days by kind. Its id is the tenant's."""

    days: dict[str, int] = json_value()
    version: int = 1


class RetentionRound(Tenant, table=True):
    """That the services were told to let go on a day: once, however many workers there are."""

    day: date = unique_in_tenant()


class Incident(Tenant, table=True):
    """Personal data got where it must not."""

    organization_id: UUID = foreign_key(Organization)
    what_happened: str
    data_kinds: list[JsonValue] = json_value()
    people_count: int | None = None  # None until it is known
    measures: str
    noticed_at: datetime = moment()
    first_notice_told_at: datetime | None = moment(default=None)
    report_told_at: datetime | None = moment(default=None)
    state: IncidentState = checked_text(IncidentState, default=IncidentState.OPEN)
    created_by: UUID | None = None
    created_at: datetime = moment()
    version: int = 1

    constraints = (
        Index(None, "tenant_id", "organization_id", "id"),
        Index(None, "tenant_id", "state", "id"),
    )

    @property
    def clocks(self) -> list[Clock]:
        return [
            Clock(Notice.FIRST_NOTICE, self.noticed_at, self.first_notice_told_at),
            Clock(Notice.REPORT, self.noticed_at, self.report_told_at),
        ]
