"""Greeting cards and notices: drawn for those who publish."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query, Response

from services.publisher.cards.actions.drawing import PIXELS
from services.publisher.cards.actions.making import card_for, list_cards, make_card
from services.publisher.cards.actions.printing import draw_sample, print_sheet
from services.publisher.cards.rules.colours import BadAccent
from services.publisher.cards.rules.templates import LIMITS, SIGNATURE_LIMIT, TEMPLATES, CardField, CardTemplate
from services.publisher.cards.rules.texts import (
    CharacterNotDrawable,
    FieldNotTaken,
    SignedByPartner,
    SizeNotDrawn,
    TextMissing,
    TextTooLong,
)
from services.publisher.cards.schemas.cards import (
    CardFilter,
    CardView,
    ExampleQuery,
    NewCard,
    TemplateFieldView,
    TemplateSizeView,
    TemplateView,
)
from services.publisher.links.rules.targets import UnsafeTarget
from shared.app import ApiRouter, Outside, Page, allowed, created, outside, problems
from shared.context import Context
from shared.errors import NotFound
from shared.permissions import Permission

router = ApiRouter(tags=["cards"])

Seeing = Annotated[Context, allowed(Permission.SEE_PUBLICATIONS)]
Looking = Annotated[Outside, outside(Permission.SEE_PUBLICATIONS)]
Drawing = Annotated[Outside, outside(Permission.PUBLISH)]
_A_DAY = {"cache-control": "private, max-age=86400"}
_PICTURE: dict[int | str, dict[str, Any]] = {200: {"content": {"image/png": {}}, "description": "the picture"}}
_PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}, "description": "the sheet"}}


@router.get("/card_templates", operation_id="card_templates_list")
async def card_templates_list(context: Seeing) -> Page[TemplateView]:  # noqa: ARG001 - asks who calls
    """What cards can be drawn from: which texts each takes and how long they may be, and what it looks like."""
    return Page(items=[_template_view(template) for template in CardTemplate], next=None)


@router.get(
    "/card_templates/{template}/example",
    operation_id="card_templates_example_read",
    response_class=Response,
    responses=_PICTURE | problems(SizeNotDrawn),
)
async def card_templates_example_read(
    template: Annotated[CardTemplate, Path(description="one of `/v1/card_templates`")],
    page: Annotated[ExampleQuery, Query()],
    looking: Looking,
) -> Response:
    """What a template looks like, with sample texts."""
    content = await draw_sample(looking, template, page.size)
    return Response(content, media_type="image/png", headers=_A_DAY)


@router.post(
    "/cards",
    status_code=201,
    operation_id="cards_create",
    responses=problems(
        NotFound,
        SignedByPartner,
        BadAccent,
        TextMissing,
        FieldNotTaken,
        TextTooLong,
        CharacterNotDrawable,
        SizeNotDrawn,
        UnsafeTarget,
    ),
)
async def cards_create(body: NewCard, drawing: Drawing, response: Response) -> CardView:
    """Draw a card. Its pictures are kept as media with an alt text, ready to be published.

    Partners sign for an organization, not for a person, and name nobody.
    """
    card, pictures = await make_card(drawing, body)
    created(response, f"/v1/cards/{card.id}")
    return CardView.of(card, pictures)


@router.get("/cards", operation_id="cards_list", responses=problems(NotFound))
async def cards_list(context: Seeing, page: Annotated[CardFilter, Query()]) -> Page[CardView]:
    """Cards of all organizations whose publications the caller may see, newest first.

    Partners do not see those that name a person, nor their pictures.
    """
    cards, following = await list_cards(context, page)
    return Page(items=[CardView.of(card, pictures) for card, pictures in cards], next=following)


@router.get("/cards/{card_id}", operation_id="cards_read")
async def cards_read(card_id: UUID, context: Seeing) -> CardView:
    """One card and its pictures."""
    return CardView.of(*await card_for(context, card_id))


@router.get(
    "/cards/{card_id}/pdf",
    operation_id="cards_pdf_read",
    response_class=Response,
    responses=_PDF | problems(NotFound),
)
async def cards_pdf_read(card_id: UUID, looking: Looking) -> Response:
    """The notice-board sheet to be printed: A4, drawn as lines and letters. Other cards have none: 404."""
    content = await print_sheet(looking, card_id)
    return Response(
        content, media_type="application/pdf", headers={"content-disposition": 'inline; filename="sheet.pdf"'}
    )


def _template_view(template: CardTemplate) -> TemplateView:
    rules = TEMPLATES[template]
    limits = {**LIMITS, CardField.GREETING: rules.greeting_limit}
    return TemplateView(
        template=template,
        purpose=dict(rules.purpose),
        heading=rules.heading,
        fields=[
            TemplateFieldView(field=field, required=field in rules.required, limit=limits.get(field))
            for field in CardField
            if field in rules.required | rules.optional
        ],
        sizes=[
            TemplateSizeView(
                size=size,
                width=PIXELS[size][0],
                height=PIXELS[size][1],
                example_url=f"/v1/card_templates/{template}/example?size={size}",
            )
            for size in rules.sizes
        ],
        enterprise_limit=LIMITS[CardField.ENTERPRISE],
        greeting_limit=rules.greeting_limit,
        signature_limit=SIGNATURE_LIMIT,
    )
