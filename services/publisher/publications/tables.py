"""Publications, where they go, and exactly what happened to each."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import CheckConstraint, DateTime, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.schema import SchemaItem
from sqlmodel import Field

from services.publisher.base import Tenant
from services.publisher.channels.rules.attempts import AttemptOutcome, DeliveryState
from services.publisher.channels.tables import Channel
from services.publisher.media.tables import Media
from services.publisher.networks.contents import PostFormat
from services.publisher.publications.rules.followups import Change
from services.publisher.publications.rules.policies import CarryingRule, Consent
from services.publisher.publications.rules.reviews import Verdict
from services.publisher.publications.rules.states import PublicationKind, PublicationState
from shared.contracts import Priority
from shared.db import checked_text, foreign_key, json_value, moment, unique_in_tenant

_IS_COPY: Final = text("copied_from_id IS NOT NULL")


class Publication(Tenant, table=True):
    organization_id: UUID  # whose subtree may see it
    kind: PublicationKind = checked_text(PublicationKind)
    title: str  # for the union's own lists; the public sees the text
    text: str
    format: PostFormat = checked_text(PostFormat, default=PostFormat.POST)
    poll: dict[str, JsonValue] | None = json_value(default=None)  # a `schemas.contents.PollBody`
    repost_of: str | None = None  # the address of somebody's post
    act: str | None = None  # of a change in the law: these four
    in_force_on: date | None = None
    summary: str | None = None
    source_url: str | None = None
    audiences: list[JsonValue] = json_value(default_factory=list)  # `schemas.audiences.AudienceBody`s
    author_id: UUID | None = None  # the person whose authority it carries
    copied_from_id: UUID | None = None  # whose words it began with: they may name whom that one is about
    count_clicks: bool | None = None  # whether its links are made short; None: as the organization wants it
    state: PublicationState = checked_text(PublicationState)
    local_time: datetime | None = Field(default=None, sa_type=DateTime)  # as planned, in `timezone`; without offset
    review_levels: list[str] = json_value(default_factory=list)  # organizations whose leave is asked, in their order
    levels_passed: int = 0
    timezone: str | None = None
    fold: int = 0
    publish_at: datetime | None = moment(default=None)  # the UTC that followed when it was planned
    schedule_version: int = 0
    published_at: datetime | None = moment(default=None)  # when sending began
    created_at: datetime = moment()
    updated_at: datetime = moment()
    version: int = 1

    constraints: ClassVar[Sequence[SchemaItem]] = (
        Index(None, "tenant_id", "organization_id", "id"),
        Index(None, "tenant_id", "state", "id"),
        Index(None, "tenant_id", "kind", "id"),
        Index(None, "tenant_id", "published_at"),
        Index(None, "tenant_id", "publish_at"),
        Index("ix_publication_copied", "tenant_id", "copied_from_id", postgresql_where=_IS_COPY),
        ForeignKeyConstraint(
            ["tenant_id", "copied_from_id"], ["publisher.publication.tenant_id", "publisher.publication.id"]
        ),
    )


class PublicationMedia(Tenant, table=True):
    publication_id: UUID = foreign_key(Publication)
    media_id: UUID = foreign_key(Media)
    position: int

    constraints: ClassVar[Sequence[SchemaItem]] = (UniqueConstraint("tenant_id", "publication_id", "media_id"),)


class PublicationTarget(Tenant, table=True):
    """A channel that a publication is meant for."""

    publication_id: UUID = foreign_key(Publication)
    channel_id: UUID = foreign_key(Channel)
    position: int
    local_time: datetime | None = Field(default=None, sa_type=DateTime)  # its own, later than the publication's
    timezone: str | None = None
    publish_at: datetime | None = moment(default=None)  # the UTC that followed when it was planned

    constraints: ClassVar[Sequence[SchemaItem]] = (UniqueConstraint("tenant_id", "publication_id", "channel_id"),)


class PublicationVariant(Tenant, table=True):
    """What one network shows instead."""

    publication_id: UUID = foreign_key(Publication)
    network: str
    text: str | None = None  # None: the publication's
    own_media: bool = False  # its own images instead of the publication's

    constraints: ClassVar[Sequence[SchemaItem]] = (UniqueConstraint("tenant_id", "publication_id", "network"),)


class PublicationVariantMedia(Tenant, table=True):
    variant_id: UUID = foreign_key(PublicationVariant)
    media_id: UUID = foreign_key(Media)
    position: int

    constraints: ClassVar[Sequence[SchemaItem]] = (UniqueConstraint("tenant_id", "variant_id", "media_id"),)


class Review(Tenant, table=True):
    """One step of a publication's way through its levels: never changed."""

    publication_id: UUID = foreign_key(Publication)
    verdict: Verdict = checked_text(Verdict)
    organization_id: UUID  # whose leave was given or refused; on submission whose publication it is
    person_id: UUID | None = None  # None: a partner's key
    comment: str = ""
    fingerprint: str  # of exactly what was submitted, approved or returned
    created_at: datetime = moment()

    constraints: ClassVar[Sequence[SchemaItem]] = (
        Index(None, "tenant_id", "publication_id", "id"),
        Index(None, "tenant_id", "person_id"),
    )


class EditorialPolicy(Tenant, table=True):
    """How an organization, and all below it without a policy of their own, publish."""

    organization_id: UUID = unique_in_tenant()
    review_levels: list[str] = json_value(default_factory=list)  # `rules.reviews.Level`s
    carrying: CarryingRule = checked_text(CarryingRule)
    answer_hours: int
    count_clicks: bool = True
    failover: bool = True  # whether what a channel cannot take may go out by the one that it names
    updated_at: datetime = moment()
    version: int = 1


class Delivery(Tenant, table=True):
    """One publication on its way to one channel."""

    publication_id: UUID = foreign_key(Publication)
    channel_id: UUID = foreign_key(Channel)
    state: DeliveryState = checked_text(DeliveryState)
    attempts: int = 0  # begun; the number of the last one
    tries: int = 0  # used up since a person last asked for it
    next_attempt_at: datetime | None = moment(default=None)
    doubtful_since: datetime | None = moment(default=None)  # the start of the first attempt that may have been taken
    looks: int = 0  # how often the network was asked whether it took it
    reason: dict[str, JsonValue] | None = json_value(default=None)  # why it is not sent: {"code", "ru", "en", ...}
    external_id: str | None = None
    poll_id: str | None = None  # the poll's own id in the network, of one that is out
    url: str | None = None
    sent_at: datetime | None = moment(default=None)
    confirmed_by: UUID | None = None  # the person who looked at the channel
    priority: int = int(Priority.NORMAL)  # in its channel's line: a `shared.contracts.Priority`, lower goes first
    planned_at: datetime | None = moment(default=None)  # the channel's own time, where it has one
    format: PostFormat = checked_text(PostFormat, default=PostFormat.POST)  # as it goes out in this network
    visible_until: datetime | None = moment(default=None)  # of a story that is out
    own_text: str | None = None  # in the words of those whose channel it is
    consent: Consent | None = checked_text(Consent, default=None)  # of the organization that is asked to carry it
    consent_until: datetime | None = moment(default=None)  # carried then, unless they said no
    change: Change | None = checked_text(Change, default=None)  # what is done to the post that is out
    change_reason: dict[str, JsonValue] | None = json_value(default=None)  # why it was not: {"code", "ru", "en"}
    failover_of: UUID | None = None  # the delivery that its channel did not take, in whose place this one is
    version: int = 1

    constraints: ClassVar[Sequence[SchemaItem]] = (
        UniqueConstraint("tenant_id", "publication_id", "channel_id"),
        Index("ix_delivery_consent", "tenant_id", "consent", "id", postgresql_where=text("consent IS NOT NULL")),
        Index(None, "tenant_id", "channel_id", "external_id"),  # whose post an answer is under
        Index(None, "tenant_id", "channel_id", "sent_at"),  # what a feed shows
        Index(
            "ix_delivery_poll", "tenant_id", "poll_id", postgresql_where=text("poll_id IS NOT NULL")
        ),  # whose a vote is
        Index(
            "uq_delivery_failover",
            "tenant_id",
            "failover_of",
            unique=True,
            postgresql_where=text("failover_of IS NOT NULL"),
        ),
        ForeignKeyConstraint(["tenant_id", "failover_of"], ["publisher.delivery.tenant_id", "publisher.delivery.id"]),
        Index(  # the line of a channel: what was sent long ago is not in it
            "ix_delivery_line",
            "tenant_id",
            "channel_id",
            "priority",
            "next_attempt_at",
            "id",
            postgresql_where=text("state IN ('pending', 'retrying')"),
        ),
        Index("ix_delivery_sending", "tenant_id", "channel_id", "id", postgresql_where=text("state = 'sending'")),
        CheckConstraint("priority IN (0, 5)", name="priority"),
    )

    @property
    def is_urgent(self) -> bool:
        return self.priority == Priority.URGENT


class Attempt(Tenant, table=True):
    """One call to the network: kept before it is made."""

    delivery_id: UUID = foreign_key(Delivery)
    number: int
    started_at: datetime = moment()
    lease_until: datetime = moment()  # by the database's clock; after it the attempt has lost its worker
    finished_at: datetime | None = moment(default=None)
    outcome: AttemptOutcome | None = checked_text(AttemptOutcome, default=None)
    reason: dict[str, JsonValue] | None = json_value(default=None)  # {"code", "network_code", "ru", "en"}

    constraints: ClassVar[Sequence[SchemaItem]] = (UniqueConstraint("tenant_id", "delivery_id", "number"),)
