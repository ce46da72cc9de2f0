"""Cards that were drawn: their texts, and the pictures made of them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.schema import SchemaItem

from services.publisher.base import Tenant
from services.publisher.cards.rules.templates import CardSize, CardTemplate
from services.publisher.media.tables import Media
from shared.db import checked_text, foreign_key, moment


class Card(Tenant, table=True):
    organization_id: UUID  # whose subtree may see it
    template: CardTemplate = checked_text(CardTemplate)
    heading: str = ""  # in place of the template's own
    title: str = ""
    enterprise: str
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
