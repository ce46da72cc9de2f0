"""Greeting cards: drawn for those who publish."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.publisher.cards.actions.drawing import PIXELS
from services.publisher.cards.actions.making import card_for, list_cards, make_card
from services.publisher.cards.rules.colours import BadAccent
from services.publisher.cards.rules.texts import (
    ENTERPRISE_LIMIT,
    GREETING_LIMIT,
    HEADINGS,
    SIGNATURE_LIMIT,
    CardTemplate,
    CharacterNotDrawable,
    SignedByPartner,
    TextMissing,
    TextTooLong,
)
from services.publisher.cards.schemas import CardFilter, CardView, NewCard, TemplateSizeView, TemplateView
from shared.app import ApiRouter, Outside, Page, allowed, created, outside, problems
from shared.context import Context
from shared.errors import NotFound
from shared.permissions import Permission

router = ApiRouter(tags=["cards"])

Seeing = Annotated[Context, allowed(Permission.SEE_PUBLICATIONS)]
Drawing = Annotated[Outside, outside(Permission.PUBLISH)]


@router.get("/card_templates", operation_id="card_templates_list")
async def card_templates_list(context: Seeing) -> Page[TemplateView]:  # noqa: ARG001 - asks who calls
    """What cards can be drawn from, and how much text each takes."""
    sizes = [TemplateSizeView(size=size, width=width, height=height) for size, (width, height) in PIXELS.items()]
    templates = [
        TemplateView(
            template=template,
            heading=HEADINGS[template],
            sizes=sizes,
            enterprise_limit=ENTERPRISE_LIMIT,
            greeting_limit=GREETING_LIMIT,
            signature_limit=SIGNATURE_LIMIT,
        )
        for template in CardTemplate
    ]
    return Page(items=templates, next=None)


@router.post(
    "/cards",
    status_code=201,
    operation_id="cards_create",
    responses=problems(NotFound, SignedByPartner, BadAccent, TextMissing, TextTooLong, CharacterNotDrawable),
)
async def cards_create(body: NewCard, drawing: Drawing, response: Response) -> CardView:
    """Draw a card. Its pictures are kept as media with an alt text, ready to be published.

    Partners sign for an organization, not for a person.
    """
    card, pictures = await make_card(drawing, body)
    created(response, f"/v1/cards/{card.id}")
    return CardView.of(card, pictures)


@router.get("/cards", operation_id="cards_list", responses=problems(NotFound))
async def cards_list(context: Seeing, page: Annotated[CardFilter, Query()]) -> Page[CardView]:
    """Cards of all organizations whose publications the caller may see, newest first.

    Partners do not see those that a person signed, nor their pictures.
    """
    cards, following = await list_cards(context, page)
    return Page(items=[CardView.of(card, pictures) for card, pictures in cards], next=following)


@router.get("/cards/{card_id}", operation_id="cards_read")
async def cards_read(card_id: UUID, context: Seeing) -> CardView:
    """One card and its pictures."""
    return CardView.of(*await card_for(context, card_id))
