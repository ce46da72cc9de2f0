"""Draw a card and keep its pictures as images that can be published."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel import col, select

from services.publisher.cards.actions.drawing import PIXELS, check_card, draw
from services.publisher.cards.rules.colours import Branding
from services.publisher.cards.rules.texts import CardSize, alt_text, check_signature, checked
from services.publisher.cards.schemas import CardFilter, NewCard
from services.publisher.cards.tables import Card, CardPicture
from services.publisher.directory.tables import DIRECTORY
from services.publisher.media.actions.keeping import keep_picture
from services.publisher.media.actions.pictures import Picture
from services.publisher.media.rules import ALT_TEXT_LIMIT, ImageFormat
from services.publisher.runtime import publisher_of
from shared.app import Outside, paginate
from shared.context import Context
from shared.errors import NotFound
from shared.permissions import Permission

Pictures = Sequence[CardPicture]


async def make_card(outside: Outside, body: NewCard) -> tuple[Card, Pictures]:
    """Raises NotFound, Forbidden, SignedByPartner, and what the rules of cards say of its texts and colour."""
    check_signature(body.texts(), by_partner=outside.caller.key is not None)
    async with outside.reading() as context:
        await DIRECTORY.reachable(context, body.organization_id, Permission.PUBLISH)
    branding = Branding(body.accent)
    check_card(body.texts(), body.template)
    texts = checked(body.texts())
    drawing = publisher_of(outside.runtime).drawing
    sizes = list(dict.fromkeys(body.sizes))
    drawn = await asyncio.gather(*(draw(drawing, texts, body.template, size, branding) for size in sizes))
    context = await outside.writing()
    card = await context.store.insert(
        Card(
            organization_id=body.organization_id,
            template=body.template,
            enterprise=texts.enterprise,
            years=texts.years,
            greeting=texts.greeting,
            signed_by_union=texts.signed_by.union,
            signed_by_person=texts.signed_by.person,
            accent=branding.accent,
            created_at=context.now,
        )
    )
    description = alt_text(texts, body.template)[:ALT_TEXT_LIMIT]
    pictures = [
        await _keep(context, card, size, content, description) for size, content in zip(sizes, drawn, strict=True)
    ]
    return card, pictures


async def card_for(context: Context, card_id: UUID) -> tuple[Card, Pictures]:
    """Raises NotFound, Forbidden."""
    card = await DIRECTORY.get(context, Card, card_id, Permission.SEE_PUBLICATIONS)
    if card.signed_by_person and context.caller.key is not None:
        raise NotFound
    return card, (await _pictures_of(context, [card]))[card.id]


async def list_cards(context: Context, page: CardFilter) -> tuple[list[tuple[Card, Pictures]], str | None]:
    """Newest first; to partners only what no person signed. Raises NotFound, Forbidden for the organization asked for."""
    query = select(Card).where(DIRECTORY.reach_filter(context, Card.organization_id, Permission.SEE_PUBLICATIONS))
    if context.caller.key is not None:
        query = query.where(Card.signed_by_person == "")
    if page.organization_id is not None:
        await DIRECTORY.reachable(context, page.organization_id, Permission.SEE_PUBLICATIONS)
        query = query.where(DIRECTORY.under(context, Card.organization_id, page.organization_id))
    cards, following = await paginate(context, query, Card.id, page)
    pictures = await _pictures_of(context, cards)
    return [(card, pictures[card.id]) for card in cards], following


async def _keep(context: Context, card: Card, size: CardSize, content: bytes, description: str) -> CardPicture:
    picture = Picture(content, ImageFormat.PNG, *PIXELS[size])
    is_signed = bool(card.signed_by_person)
    media = await keep_picture(context, card.organization_id, picture, description, is_signed=is_signed)
    return await context.store.insert(CardPicture(card_id=card.id, media_id=media.id, size=size))


async def _pictures_of(context: Context, cards: Sequence[Card]) -> Mapping[UUID, Pictures]:
    query = select(CardPicture).where(col(CardPicture.card_id).in_([card.id for card in cards]))
    found: defaultdict[UUID, list[CardPicture]] = defaultdict(list)
    for picture in await context.store.all(query.order_by(col(CardPicture.id))):
        found[picture.card_id].append(picture)
    return found
