"""Cards that were drawn: their texts, and the pictures made of them. Occasions, and the greetings that came of them."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import ClassVar
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.schema import SchemaItem

from services.publisher.base import Tenant
from services.publisher.cards.rules.occasions import OccasionKind
from services.publisher.cards.rules.templates import CardSize, CardTemplate
from services.publisher.channels.tables import Channel
from services.publisher.enterprises.tables import Enterprise
from services.publisher.media.tables import Media
from shared.db import checked_text, foreign_key, json_value, moment


class Card(Tenant, table=True):
    organization_id: UUID  # whose subtree may see it
    template: CardTemplate = checked_text(CardTemplate)
    heading: str = ""  # in place of the template's own
    title: str = ""
    enterprise: str
    enterprise_id: UUID | None = foreign_key(Enterprise, default=None)
    person: str = ""
    person_id: UUID | None = None  # whose day it is, when the union knows them
    years: int | None = None
    day: date | None = None
    time: str = ""
    place: str = ""
    greeting: str
    link: str = ""  # where its code leads
    printed_link: str = ""  # the short address in the code, whose scans are counted
    signed_by_union: str
    signed_by_person: str
    accent: str
    highlight: str = ""
    logo_media_id: UUID | None = foreign_key(Media, default=None)
    created_at: datetime = moment()

    constraints: ClassVar[Sequence[SchemaItem]] = (
        Index(None, "tenant_id", "organization_id", "id"),
        Index(None, "tenant_id", "person_id"),
        Index(None, "tenant_id", "template", "id"),
    )


class CardPicture(Tenant, table=True):
    card_id: UUID = foreign_key(Card)
    media_id: UUID = foreign_key(Media)
    size: CardSize = checked_text(CardSize)

    constraints: ClassVar[Sequence[SchemaItem]] = (UniqueConstraint("tenant_id", "card_id", "size"),)


class Occasion(Tenant, table=True):
    """A day that comes round, and what is said on it."""

    organization_id: UUID  # whose subtree may see it
    kind: OccasionKind = checked_text(OccasionKind)
    title: str  # the holiday's name; of the other kinds a name for one's own lists
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    nth: int | None = None
    founded_on: date | None = None
    every_years: int | None = None
    enterprise: str
    enterprise_id: UUID | None = foreign_key(Enterprise, default=None)
    person_id: UUID | None = None  # whose birthday it is; the day itself is in the directory, by their consent
    heading: str
    greeting: str
    text: str  # of the publication
    signed_by_union: str
    signed_by_person: str
    days_ahead: int
    publish_time: time  # on the wall clock of the organization
    approved_by: UUID | None = None  # the person, or the partner's key, that let its greetings go out by themselves
    paused: bool = False
    next_on: date | None = None  # None when it does not come again, or is not known
    schedule_version: int = 0
    created_at: datetime = moment()
    version: int = 1

    constraints: ClassVar[Sequence[SchemaItem]] = (
        Index(None, "tenant_id", "organization_id", "id"),
        Index(None, "tenant_id", "kind", "id"),
        Index(None, "tenant_id", "person_id"),
        CheckConstraint("days_ahead >= 0", name="days_ahead"),
    )


class OccasionChannel(Tenant, table=True):
    """Where the greetings of an occasion are to go."""

    occasion_id: UUID = foreign_key(Occasion)
    channel_id: UUID = foreign_key(Channel)
    position: int

    constraints: ClassVar[Sequence[SchemaItem]] = (UniqueConstraint("tenant_id", "occasion_id", "channel_id"),)


class Greeting(Tenant, table=True):
    """What came of an occasion on one day: a card and the draft of a publication, or why there is none."""

    occasion_id: UUID = foreign_key(Occasion)
    on_day: date
    card_id: UUID | None = foreign_key(Card, default=None)
    publication_id: UUID | None = None  # a room after this one keeps it
    reason: dict[str, JsonValue] | None = json_value(default=None)  # why nothing was drawn: {"code", "ru", "en"}
    drafted_at: datetime = moment()

    constraints: ClassVar[Sequence[SchemaItem]] = (
        UniqueConstraint("tenant_id", "occasion_id", "on_day"),
        Index(None, "tenant_id", "occasion_id", "id"),
    )
