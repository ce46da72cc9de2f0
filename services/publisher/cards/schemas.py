"""Cards as clients see them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from services.publisher.cards.rules.colours import Branding
from services.publisher.cards.rules.texts import (
    ENTERPRISE_LIMIT,
    GREETING_LIMIT,
    SIGNATURE_LIMIT,
    YEARS_LIMIT,
    CardSize,
    CardTemplate,
    CardTexts,
    Signature,
)
from services.publisher.cards.tables import Card, CardPicture
from shared.app import ApiModel, PageQuery, example

_GREETING = "Три четверти века ваш завод держит город в тепле. Спасибо каждому, кто стоял и стоит у станка!"


class Signatories(ApiModel):
    union: str = Field(min_length=1, max_length=SIGNATURE_LIMIT, description="the organization that congratulates")
    person: str = Field(default="", max_length=SIGNATURE_LIMIT, description="who signs for it, if anybody")


class NewCard(ApiModel):
    organization_id: UUID = Field(description="whose card it is")
    template: CardTemplate = Field(default=CardTemplate.JUBILEE, description="one of `/v1/card_templates`")
    enterprise: str = Field(min_length=1, max_length=ENTERPRISE_LIMIT, description="who is congratulated")
    years: int = Field(ge=1, le=YEARS_LIMIT, description="which jubilee")
    greeting: str = Field(min_length=1, max_length=GREETING_LIMIT, description="a line break begins a paragraph")
    signed_by: Signatories = Field(description="who congratulates")
    accent: str = Field(default=Branding().accent, max_length=7, description="a colour such as #1F4E79")
    sizes: list[CardSize] = Field(
        default_factory=lambda: list(CardSize), min_length=1, max_length=2, description="which pictures to draw"
    )

    model_config = ApiModel.model_config | example(
        {
            "organization_id": "0190a6a0-0000-7000-8000-000000000001",
            "enterprise": "Завод «Северный свет»",
            "years": 75,
            "greeting": _GREETING,
            "signed_by": {"union": "Профсоюз муниципальных работников Москвы", "person": "Ирина Соколова"},
            "accent": "#1F4E79",
        }
    )

    def texts(self) -> CardTexts:
        signature = Signature(union=self.signed_by.union, person=self.signed_by.person)
        return CardTexts(self.enterprise, self.years, self.greeting, signature)


class CardFilter(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only cards of this organization's subtree")


class TemplateSizeView(ApiModel):
    size: CardSize = Field(description="what it is for")
    width: int = Field(description="pixels")
    height: int = Field(description="pixels")


class TemplateView(ApiModel):
    template: CardTemplate = Field(description="its name in `POST /v1/cards`")
    heading: str = Field(description="what stands on the card in large letters")
    sizes: list[TemplateSizeView] = Field(description="the pictures that it is drawn as")
    enterprise_limit: int = Field(description="characters")
    greeting_limit: int = Field(description="characters; less when its words are many and long")
    signature_limit: int = Field(description="characters of each signature")


class PictureView(ApiModel):
    size: CardSize = Field(description="what it is for")
    media_id: UUID = Field(description="the picture, to be published like any other image")
    content_url: str = Field(description="where the picture itself is")


class CardView(ApiModel):
    id: UUID = Field(description="the card's id")
    organization_id: UUID = Field(description="whose card it is")
    template: CardTemplate = Field(description="what it was drawn from")
    enterprise: str = Field(description="who is congratulated")
    years: int = Field(description="which jubilee")
    greeting: str = Field(description="the text")
    signed_by: Signatories = Field(description="who congratulates")
    accent: str = Field(description="the colour that the others follow")
    pictures: list[PictureView] = Field(description="what was drawn, with alt texts, in `/v1/media`")
    created_at: datetime = Field(description="when it was drawn")

    @classmethod
    def of(cls, card: Card, pictures: Sequence[CardPicture]) -> Self:
        return cls(
            **card.model_dump(include=set(cls.model_fields) - {"signed_by", "pictures"}),
            signed_by=Signatories(union=card.signed_by_union, person=card.signed_by_person),
            pictures=[
                PictureView(
                    size=picture.size,
                    media_id=picture.media_id,
                    content_url=f"/v1/media/{picture.media_id}/content",
                )
                for picture in pictures
            ],
        )
