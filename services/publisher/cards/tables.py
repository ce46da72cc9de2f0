"""Cards that were drawn: their texts, and the pictures made of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.schema import SchemaItem

from services.publisher.base import Tenant
from services.publisher.cards.rules.texts import CardSize, CardTemplate
from services.publisher.media.tables import Media
from shared.db import checked_text, foreign_key, moment


class Card(Tenant, table=True):
    organization_id: UUID  # whose subtree may see it
    template: CardTemplate = checked_text(CardTemplate)
    enterprise: str
    years: int
    greeting: str
    signed_by_union: str
    signed_by_person: str
    accent: str
    created_at: datetime = moment()

    constraints: ClassVar[Sequence[SchemaItem]] = (Index(None, "tenant_id", "organization_id", "id"),)


class CardPicture(Tenant, table=True):
    card_id: UUID = foreign_key(Card)
    media_id: UUID = foreign_key(Media)
    size: CardSize = checked_text(CardSize)

    constraints: ClassVar[Sequence[SchemaItem]] = (UniqueConstraint("tenant_id", "card_id", "size"),)
