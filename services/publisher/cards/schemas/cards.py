"""Cards as clients see them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from services.publisher.cards.rules.colours import DEFAULT_ACCENT
from services.publisher.cards.rules.templates import (
    ENTERPRISE_LIMIT,
    HEADING_LIMIT,
    LINK_LIMIT,
    PERSON_LIMIT,
    PLACE_LIMIT,
    SHEET_LIMIT,
    SIGNATURE_LIMIT,
    TIME_LIMIT,
    TITLE_LIMIT,
    YEARS_LIMIT,
    CardField,
    CardSize,
    CardTemplate,
)
from services.publisher.cards.rules.texts import CardTexts, Signature
from services.publisher.cards.tables import Card, CardPicture
from shared.app import ApiModel, PageQuery, example

_GREETING = "Три четверти века ваш завод держит город в тепле. Спасибо каждому, кто стоял и стоит у станка!"


class Signatories(ApiModel):
    union: str = Field(
        default="",
        max_length=SIGNATURE_LIMIT,
        description="the organization that speaks; by default its short name, or its name",
    )
    person: str = Field(default="", max_length=SIGNATURE_LIMIT, description="who signs for it, if anybody")


class NewCard(ApiModel):
    """Which of the texts a template takes, and which it needs, is in `/v1/card_templates`."""

    organization_id: UUID = Field(description="whose card it is")
    template: CardTemplate = Field(default=CardTemplate.JUBILEE, description="one of `/v1/card_templates`")
    heading: str = Field(default="", max_length=HEADING_LIMIT, description="in place of the template's own")
    title: str = Field(default="", max_length=TITLE_LIMIT, description="of the holiday, the event, the announcement")
    enterprise: str = Field(default="", max_length=ENTERPRISE_LIMIT, description="who is congratulated or thanked")
    enterprise_id: UUID | None = Field(
        default=None,
        description="the same, from `/v1/enterprises`: its history keeps it, its name stands where `enterprise` is empty",
    )
    person: str = Field(default="", max_length=PERSON_LIMIT, description="whose day it is, or who is thanked")
    person_id: UUID | None = Field(
        default=None, description="the same, when the union knows them: an erasure then finds the card"
    )
    years: int | None = Field(default=None, ge=1, le=YEARS_LIMIT, description="which jubilee")
    day: date | None = Field(default=None, description="the holiday's day")
    time: str = Field(default="", max_length=TIME_LIMIT, description="when, in words")
    place: str = Field(default="", max_length=PLACE_LIMIT, description="where, in words")
    greeting: str = Field(default="", max_length=SHEET_LIMIT, description="a line break begins a paragraph")
    link: str = Field(
        default="",
        max_length=LINK_LIMIT,
        description="where the QR code leads: by https to the organization's own hosts",
    )
    signed_by: Signatories = Field(default_factory=Signatories, description="who speaks")
    accent: str | None = Field(
        default=None,
        max_length=7,
        description=f"a colour such as {DEFAULT_ACCENT}; by default the organization's `primary_colour`",
    )
    highlight: str | None = Field(
        default=None, max_length=7, description="of hairlines and small words; by default the `accent_colour`, or gilt"
    )
    sizes: list[CardSize] | None = Field(
        default=None, min_length=1, max_length=2, description="which pictures to draw; by default all of the template's"
    )

    model_config = ApiModel.model_config | example(
        {
            "organization_id": "0190a6a0-0000-7000-8000-000000000001",
            "enterprise": "Завод «Северный свет»",
            "years": 75,
            "greeting": _GREETING,
            "signed_by": {"union": "Профсоюз муниципальных работников Москвы", "person": "Ирина Соколова"},
            "accent": DEFAULT_ACCENT,
        }
    )

    def texts(self) -> CardTexts:
        texts = self.model_dump(include=set(CardField))
        return CardTexts(**texts, signed_by=Signature(self.signed_by.union, self.signed_by.person))


class CardFilter(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only cards of this organization's subtree")
    template: CardTemplate | None = Field(default=None, description="only cards drawn from this template")


class ExampleQuery(ApiModel):
    size: CardSize | None = Field(default=None, description="by default the first of the template's")


class TemplateSizeView(ApiModel):
    size: CardSize = Field(description="what it is for")
    width: int = Field(description="pixels")
    height: int = Field(description="pixels")
    example_url: str = Field(description="a picture with sample texts in it")


class TemplateFieldView(ApiModel):
    field: CardField = Field(description="its name in `POST /v1/cards`")
    required: bool = Field(description="whether the card needs it")
    limit: int | None = Field(description="characters, where it is a text")


class TemplateView(ApiModel):
    template: CardTemplate = Field(description="its name in `POST /v1/cards`")
    purpose: dict[str, str] = Field(description="what it is for, in `ru` and `en`")
    heading: str = Field(description="what stands on the card in large letters, unless the card says otherwise")
    fields: list[TemplateFieldView] = Field(description="the texts that it takes, besides the signature")
    sizes: list[TemplateSizeView] = Field(description="the pictures that it is drawn as")
    enterprise_limit: int = Field(description="characters")
    greeting_limit: int = Field(description="characters; less when its words are many and long")
    signature_limit: int = Field(description="characters of each signature")


class PictureView(ApiModel):
    size: CardSize = Field(description="what it is for")
    media_id: UUID = Field(description="the picture, to be published like any other image")
    content_url: str = Field(description="where the picture itself is")


PdfUrl = Annotated[str | None, Field(description="the same as PDF to be printed, for the notice-board sheet")]


class CardView(ApiModel):
    id: UUID = Field(description="the card's id")
    organization_id: UUID = Field(description="whose card it is")
    template: CardTemplate = Field(description="what it was drawn from")
    heading: str = Field(description="in place of the template's own; empty for that")
    title: str = Field(description="of the holiday, the event, the announcement")
    enterprise: str = Field(description="who is congratulated or thanked")
    enterprise_id: UUID | None = Field(description="the same, from `/v1/enterprises`")
    person: str = Field(description="whose day it is, or who is thanked")
    person_id: UUID | None = Field(description="the same, when the union knows them")
    years: int | None = Field(description="which jubilee")
    day: date | None = Field(description="the holiday's day")
    time: str = Field(description="when, in words")
    place: str = Field(description="where, in words")
    greeting: str = Field(description="the text")
    link: str = Field(description="where its QR code leads")
    printed_link: str = Field(description="the short link in the code; its scans are counted in `/v1/links`")
    signed_by: Signatories = Field(description="who speaks")
    accent: str = Field(description="the colour that the others follow")
    highlight: str = Field(description="of hairlines and small words; empty for gilt")
    pictures: list[PictureView] = Field(description="what was drawn, with alt texts, in `/v1/media`")
    pdf_url: PdfUrl
    created_at: datetime = Field(description="when it was drawn")

    @classmethod
    def of(cls, card: Card, pictures: Sequence[CardPicture]) -> Self:
        return cls(
            **card.model_dump(include=set(cls.model_fields) - {"signed_by", "pictures", "pdf_url"}),
            signed_by=Signatories(union=card.signed_by_union, person=card.signed_by_person),
            pictures=[
                PictureView(
                    size=picture.size,
                    media_id=picture.media_id,
                    content_url=f"/v1/media/{picture.media_id}/content",
                )
                for picture in pictures
            ],
            pdf_url=f"/v1/cards/{card.id}/pdf" if card.template is CardTemplate.SHEET else None,
        )
