"""How people sign in, and the sessions that came of it. Sessions know the day only: a finer time would tell who did what."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, LargeBinary, PrimaryKeyConstraint, Table, Text, UniqueConstraint, Uuid
from sqlmodel import Field

from services.gateway.base import Tenant, metadata
from services.gateway.people.tables import Person
from services.gateway.sign_in.rules.sessions import SessionEnd
from shared.clock import random_id
from shared.db import checked_text, foreign_key, moment

# Looked up before the tenant is known, so it stands outside of row-level security and holds nothing else.
sign_in_name = Table(
    "sign_in_name",
    metadata,
    Column("name", Text, nullable=False),
    Column("tenant_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    PrimaryKeyConstraint("name", "tenant_id"),
    UniqueConstraint("tenant_id", "person_id"),
    info={"before_tenant": True},
)

# Keys of the platform's administrator: of no tenant, made by the command line alone.
operator_key = Table(
    "operator_key",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("label", Text, nullable=False),
    Column("secret_hash", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    info={"before_tenant": True},
)


class Credential(Tenant, table=True):
    """A person's password in this tenant, as argon2id has it."""

    person_id: UUID = foreign_key(Person)
    password_hash: str

    constraints = (UniqueConstraint("tenant_id", "person_id"),)


class Session(Tenant, table=True):
    """One device's chain of refresh tokens: the family. It knows the hash of the newest alone."""

    id: UUID = Field(default_factory=random_id, primary_key=True)
    person_id: UUID = foreign_key(Person)
    token_hash: bytes = Field(sa_type=LargeBinary)
    device: str = Field(default="")
    started_on: date
    expires_on: date
    ended_on: date | None = Field(default=None)
    ending: SessionEnd | None = checked_text(SessionEnd, default=None)

    constraints = (
        Index(None, "tenant_id", "person_id", "id"),
        Index(None, "tenant_id", "expires_on"),
        Index(None, "tenant_id", "ended_on"),
    )


class SignInCode(Tenant, table=True):
    """A person's newest one-time code, as a hash that nobody reads without the installation's key.

    Whoever types it in reads what comes to `mailed_to`.
    """

    person_id: UUID = foreign_key(Person)
    code_hash: bytes = Field(sa_type=LargeBinary)
    tries: int = 0
    expires_at: datetime = moment()
    mailed_to: str | None = Field(default=None)  # None for one that went to a messenger

    constraints = (UniqueConstraint("tenant_id", "person_id"), Index(None, "tenant_id", "expires_at"))


class ContactCode(Tenant, table=True):
    """The newest code that was mailed to a contact, to prove it. A contact that is taken away leaves it to expire."""

    person_id: UUID = foreign_key(Person)
    contact_id: UUID
    code_hash: bytes = Field(sa_type=LargeBinary)
    tries: int = 0
    expires_at: datetime = moment()

    constraints = (UniqueConstraint("tenant_id", "contact_id"), Index(None, "tenant_id", "expires_at"))


class VkAuthorization(Tenant, table=True):
    """Somebody is on their way through VK ID. Taken once, when they come back, for what they set out for."""

    id: UUID = Field(default_factory=random_id, primary_key=True)
    person_id: UUID | None = foreign_key(Person, default=None)  # who links an account; None for signing in
    secret_hash: bytes = Field(sa_type=LargeBinary)  # of what the state carries
    sealed_verifier: str
    redirect_uri: str
    expires_at: datetime = moment()

    constraints = (Index(None, "tenant_id", "expires_at"),)


class UsedProof(Tenant, table=True):
    """Init data that somebody signed in with, by its digest: until it is too old it must not be good again."""

    digest: bytes = Field(sa_type=LargeBinary)
    expires_at: datetime = moment()

    constraints = (UniqueConstraint("tenant_id", "digest"), Index(None, "tenant_id", "expires_at"))
