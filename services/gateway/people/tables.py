"""People: their names and traits, where they belong, how they are reached, and how any of that came to be."""

from datetime import date, datetime
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.gateway.base import Tenant, metadata
from services.gateway.organizations.tables import Organization
from services.gateway.people.rules import Gender, Network, PersonStatus, Proof
from services.gateway.people.rules.contacts import ContactKind
from services.gateway.people.rules.invitations import InvitationKind
from shared.db import checked_text, foreign_key, json_value, moment, unique_in_tenant


class Person(Tenant, table=True):
    """`name_key` is the name as it is compared. Who was merged into somebody else, or erased, is not shown."""

    family_name: str
    given_name: str
    additional_name: str | None = Field(default=None)
    name_key: str = Field(default="")
    status: PersonStatus = checked_text(PersonStatus)
    membership_number: str | None = unique_in_tenant(default=None)
    birth_year: int | None = Field(default=None)
    birth_day: str | None = Field(default=None)  # 05-20, by consent alone
    birth_day_consent_id: UUID | None = Field(default=None)
    gender: Gender | None = checked_text(Gender, default=None)
    profession: str | None = Field(default=None)
    workplace: str | None = Field(default=None)
    joined_at: date | None = Field(default=None)
    merged_into_id: UUID | None = Field(default=None)
    erased_at: datetime | None = moment(default=None)
    entity_version: int = 1

    constraints = (
        Index(None, "tenant_id", "status", "id"),
        Index(None, "tenant_id", "name_key", "birth_year", "id"),
        ForeignKeyConstraint(["tenant_id", "merged_into_id"], ["gateway.person.tenant_id", "gateway.person.id"]),
        Index(None, "tenant_id", "merged_into_id"),
    )


person_word = Table(
    "person_word",
    metadata,
    Column("tenant_id", Uuid, nullable=False),
    Column("word", Text(collation="C"), nullable=False),
    Column("person_id", Uuid, nullable=False),
    PrimaryKeyConstraint("tenant_id", "word", "person_id"),
    ForeignKeyConstraint(["tenant_id", "person_id"], ["gateway.person.tenant_id", "gateway.person.id"]),
    Index(None, "tenant_id", "person_id", "word"),
)
"""The words of names. Ranges of a btree, because a word's beginning is found by them under row-level security too."""


class Membership(Tenant, table=True):
    """A person belongs to an organization; through the tree to everything above it."""

    person_id: UUID = foreign_key(Person)
    organization_id: UUID = foreign_key(Organization)
    since: date | None = Field(default=None)

    constraints = (UniqueConstraint("tenant_id", "organization_id", "person_id"),)


class StatusChange(Tenant, table=True):
    """What a person became to the union, and when: growth is counted from it."""

    person_id: UUID = foreign_key(Person)
    before: PersonStatus | None = checked_text(PersonStatus, default=None)
    after: PersonStatus = checked_text(PersonStatus)
    changed_at: datetime = moment()

    constraints = (Index(None, "tenant_id", "changed_at"),)


class Identifier(Tenant, table=True):
    """A person's own account in a network: `telegram`, `123456`."""

    person_id: UUID = foreign_key(Person)
    network: Network = checked_text(Network)
    external_id: str
    proof: Proof = checked_text(Proof, default=Proof.STAFF)
    proven_at: datetime | None = moment(default=None)

    constraints = (UniqueConstraint("tenant_id", "network", "external_id"),)


class Contact(Tenant, table=True):
    """Where a person is reached outside the networks; two people may share a telephone."""

    person_id: UUID = foreign_key(Person)
    kind: ContactKind = checked_text(ContactKind)
    value: str  # lower case, or E.164
    verified_at: datetime | None = moment(default=None)

    constraints = (
        UniqueConstraint("tenant_id", "person_id", "kind", "value"),
        Index(None, "tenant_id", "kind", "value"),
    )


class LinkCode(Tenant, table=True):
    """A code that a person was given to send to a channel's bot. Only its hash is kept, under the house's key."""

    person_id: UUID = foreign_key(Person)
    channel_id: UUID
    code_hash: bytes = Field(sa_type=LargeBinary)
    expires_at: datetime = moment()
    used_at: datetime | None = moment(default=None)

    constraints = (UniqueConstraint("tenant_id", "code_hash"), Index(None, "tenant_id", "expires_at"))


class PersonMerge(Tenant, table=True):
    """Two records that were one person. `moved` holds what is needed to tell them apart again."""

    survivor_id: UUID = foreign_key(Person)
    merged_id: UUID = foreign_key(Person)
    moved: dict[str, JsonValue] = json_value()
    merged_by: UUID | None = Field(default=None)
    merged_at: datetime = moment()
    undone_at: datetime | None = moment(default=None)
    entity_version: int = 1


class PeopleImport(Tenant, table=True):
    """A file of people on its way in; the file itself lies in the storage until the job is over."""

    organization_id: UUID = foreign_key(Organization)
    job_id: UUID
    preview: bool = False
    created_by: UUID | None = Field(default=None)
    created_at: datetime = moment()
    file_key: str


import_row = Table(
    "import_row",
    metadata,
    Column("tenant_id", Uuid, nullable=False),
    Column("import_id", Uuid, nullable=False),
    Column("row_number", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("faults", JSONB(none_as_null=True)),  # [[code, column], ...]
    Column("person_id", Uuid),
    PrimaryKeyConstraint("tenant_id", "import_id", "row_number"),
    ForeignKeyConstraint(["tenant_id", "import_id"], ["gateway.people_import.tenant_id", "gateway.people_import.id"]),
    Index(None, "tenant_id", "person_id"),
)
"""What became of each row of a file. Nothing of the row itself is kept."""


class Invitation(Tenant, table=True):
    """One person's invitation by another. Its link holds `secret`, of which the hash alone is kept."""

    organization_id: UUID = foreign_key(Organization)
    inviter_id: UUID = foreign_key(Person)
    kind: InvitationKind = checked_text(InvitationKind)
    channel_id: UUID | None = Field(default=None)
    secret_hash: bytes = Field(sa_type=LargeBinary)
    sent_at: datetime = moment()
    expires_at: datetime = moment()
    opened_at: datetime | None = moment(default=None)
    joined_at: datetime | None = moment(default=None)
    revoked_at: datetime | None = moment(default=None)
    untold: str | None = Field(default=None)  # why nobody can say whether they joined
    joined_person_id: UUID | None = foreign_key(Person, default=None)
    sealed_url: str | None = Field(default=None)  # into the community
    consent_text: str | None = Field(default=None)  # what they agreed to, word for word
    consent_hash: str | None = Field(default=None)
    entity_version: int = 1

    constraints = (
        UniqueConstraint("tenant_id", "secret_hash"),
        Index(None, "tenant_id", "inviter_id", "id"),
        Index(None, "tenant_id", "organization_id", "id"),
    )
