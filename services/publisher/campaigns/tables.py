"""Campaigns, what is attached to them, who carries it further, and the flash mob's entries."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.schema import SchemaItem

from services.publisher.base import Tenant
from services.publisher.campaigns.rules.states import (
    AttachedState,
    CampaignState,
    EntryKind,
    EntryState,
    RelayState,
    SubscriberKind,
)
from services.publisher.channels.tables import Channel
from services.publisher.networks.accounts import Network
from services.publisher.publications.tables import Publication
from shared.db import checked_text, foreign_key, json_value, moment


class Campaign(Tenant, table=True):
    organization_id: UUID  # who runs it; all below may take part
    name: str
    hashtag: str  # as it is written, without `#`
    hashtag_key: str  # by which it is found
    description: str = ""
    starts_on: date
    ends_on: date  # the last day, in the organization's zone
    state: CampaignState = checked_text(CampaignState)
    publications: int = 0  # that were published; the number of the last one
    created_at: datetime = moment()
    version: int = 1

    constraints: ClassVar[Sequence[SchemaItem]] = (
        CheckConstraint("starts_on <= ends_on", name="period"),
        Index(None, "tenant_id", "organization_id", "id"),
        Index(None, "tenant_id", "state", "id"),
        Index(None, "tenant_id", "hashtag_key"),
    )


class CampaignPublication(Tenant, table=True):
    """A publication in a campaign: one of ours, or words from outside that are none here."""

    campaign_id: UUID = foreign_key(Campaign)
    publication_id: UUID | None = foreign_key(Publication, default=None)
    organization_id: UUID  # whose it is; from outside, of the partner's key or of the campaign
    partner_id: UUID | None = None
    text: str = ""  # from outside, as the two below
    url: str | None = None
    media_ids: list[str] = json_value(default_factory=list)
    credit: str  # who is named
    state: AttachedState = checked_text(AttachedState)
    number: int | None = None  # in the order of publishing: whoever misses one sees the gap
    published_at: datetime | None = moment(default=None)
    created_at: datetime = moment()

    constraints: ClassVar[Sequence[SchemaItem]] = (
        UniqueConstraint("tenant_id", "campaign_id", "publication_id"),
        UniqueConstraint("tenant_id", "campaign_id", "number"),
        Index(None, "tenant_id", "campaign_id", "id"),
        CheckConstraint("(number IS NULL) = (published_at IS NULL)", name="numbered"),
    )


class CampaignSubscription(Tenant, table=True):
    """Who is given every publication of a campaign."""

    campaign_id: UUID = foreign_key(Campaign)
    kind: SubscriberKind = checked_text(SubscriberKind)
    subscriber_id: UUID  # the partner, or the organization
    organization_id: UUID  # of a partner: the one that its key is for
    name: str
    channel_ids: list[str] = json_value(default_factory=list)  # an organization's, for its copies
    automatic: bool = False  # copies of what the union's organizations publish go out by themselves
    ended_at: datetime | None = moment(default=None)
    created_at: datetime = moment()
    version: int = 1

    constraints: ClassVar[Sequence[SchemaItem]] = (
        UniqueConstraint("tenant_id", "campaign_id", "subscriber_id"),
        Index(None, "tenant_id", "campaign_id", "id"),
    )


class CampaignRelay(Tenant, table=True):
    """One publication on its way to one subscriber: one row for ever, written with the message that tells of it."""

    campaign_id: UUID = foreign_key(Campaign)
    attached_id: UUID = foreign_key(CampaignPublication)
    subscription_id: UUID = foreign_key(CampaignSubscription)
    state: RelayState = checked_text(RelayState)
    publication_id: UUID | None = foreign_key(Publication, default=None)  # an organization's copy
    url: str | None = None  # where the subscriber carried it
    confirmed_at: datetime | None = moment(default=None)
    created_at: datetime = moment()
    version: int = 1

    constraints: ClassVar[Sequence[SchemaItem]] = (
        UniqueConstraint("tenant_id", "campaign_id", "attached_id", "subscription_id"),
        Index(None, "tenant_id", "campaign_id", "id"),
        Index(None, "tenant_id", "subscription_id", "state", "id"),
        Index(
            "uq_campaign_relay_publication",
            "tenant_id",
            "publication_id",
            unique=True,
            postgresql_where=text("publication_id IS NOT NULL"),
        ),
        CheckConstraint("state <> 'confirmed' OR confirmed_at IS NOT NULL", name="confirmed"),
    )


class CampaignEntry(Tenant, table=True):
    """What somebody said under the campaign's hashtag, in its latest wording."""

    campaign_id: UUID = foreign_key(Campaign)
    channel_id: UUID = foreign_key(Channel)
    network: Network = checked_text(Network)
    kind: EntryKind = checked_text(EntryKind)
    external_id: str
    author_external_id: str
    author_name: str | None = None
    text: str
    url: str | None = None
    state: EntryState = checked_text(EntryState)
    is_removed: bool = False
    said_at: datetime = moment()
    created_at: datetime = moment()
    version: int = 1

    constraints: ClassVar[Sequence[SchemaItem]] = (
        UniqueConstraint("tenant_id", "channel_id", "kind", "external_id", "campaign_id"),
        Index(None, "tenant_id", "campaign_id", "state", "id"),
        Index(None, "tenant_id", "network", "author_external_id"),
    )
