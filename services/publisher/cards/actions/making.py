"""Draw a card and keep its pictures as images that can be published."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.publisher.cards.actions.branding import House, house_of
from services.publisher.cards.actions.drawing import PIXELS, check_card, draw
from services.publisher.cards.actions.printed_links import printed_link
from services.publisher.cards.rules.colours import Branding
from services.publisher.cards.rules.templates import TEMPLATES, CardField, CardSize, CardTemplate
from services.publisher.cards.rules.texts import CardTexts, Signature, alt_text, check_signature, check_sizes, checked
from services.publisher.cards.schemas.cards import CardFilter, NewCard
from services.publisher.cards.tables import Card, CardPicture
from services.publisher.directory.tables import DIRECTORY, Person
from services.publisher.enterprises.actions.keeping import enterprise_for
from services.publisher.media.actions.keeping import keep_picture
from services.publisher.media.actions.pictures import Picture
from services.publisher.media.rules import ALT_TEXT_LIMIT, ImageFormat
from services.publisher.runtime import publisher_of
from shared.app import Outside, paginate
from shared.context import Context
from shared.errors import NotFound
from shared.permissions import Permission
from shared.runtime import Runtime

Pictures = Sequence[CardPicture]


@dataclass(frozen=True)
class Order:
    """A card that can be drawn: its texts are checked, its code has an address."""

    organization_id: UUID
    template: CardTemplate
    texts: CardTexts  # as they are drawn: with the short address of the link
    link: str
    sizes: Sequence[CardSize]
    house: House
    person_id: UUID | None = None
    enterprise_id: UUID | None = None


@dataclass(frozen=True)
class Drawn:
    """An order and its pictures, size by size."""

    order: Order
    branding: Branding
    contents: Sequence[bytes]


async def make_card(outside: Outside, body: NewCard) -> tuple[Card, Pictures]:
    """Raises NotFound, Forbidden, SignedByPartner, UnsafeTarget, Unavailable, and what the rules of cards say of its texts."""
    check_signature(body.texts(), by_partner=outside.caller.key is not None)
    async with outside.reading() as context:
        await DIRECTORY.reachable(context, body.organization_id, Permission.PUBLISH)
        await _check_person(context, body.person_id)
        order = await order_of(context, await _with_enterprise(context, body))
    with publisher_of(outside.runtime).lanes.drawing(outside.tenant_id):
        drawn = await draw_order(outside.runtime, order)
    return await keep_card(await outside.writing(), drawn)


async def order_of(context: Context, body: NewCard) -> Order:
    """Raises UnsafeTarget, and what the rules of cards say of its texts, colours and sizes."""
    sizes = list(dict.fromkeys(body.sizes or TEMPLATES[body.template].sizes))
    check_sizes(body.template, sizes)
    house = await house_of(context, body.organization_id, body.accent, body.highlight)
    texts = body.texts()
    texts = checked(
        replace(texts, signed_by=replace(texts.signed_by, union=texts.signed_by.union or house.union)), body.template
    )
    link = texts.link
    if link:
        printed = await printed_link(context, body.organization_id, link, texts.title)
        texts = replace(texts, link=printed)
    check_card(texts, body.template)
    return Order(body.organization_id, body.template, texts, link, sizes, house, body.person_id, body.enterprise_id)


async def draw_order(runtime: Runtime, order: Order) -> Drawn:
    """All computation, in the pool of processes; no transaction is open meanwhile."""
    drawing = publisher_of(runtime).drawing
    branding = await order.house.dressed(runtime)
    pictures = (draw(drawing, order.texts, order.template, size, branding) for size in order.sizes)
    return Drawn(order, branding, await asyncio.gather(*pictures))


async def keep_card(context: Context, drawn: Drawn) -> tuple[Card, Pictures]:
    order, texts = drawn.order, drawn.order.texts
    fields = {field.value: getattr(texts, field) for field in CardField if field is not CardField.LINK}
    card = await context.store.insert(
        Card(
            **fields,
            organization_id=order.organization_id,
            template=order.template,
            person_id=order.person_id,
            enterprise_id=order.enterprise_id,
            link=order.link,
            printed_link=texts.link,
            signed_by_union=texts.signed_by.union,
            signed_by_person=texts.signed_by.person,
            accent=drawn.branding.accent,
            highlight=drawn.branding.highlight,
            logo_media_id=order.house.logo_media_id,
            created_at=context.now,
        )
    )
    description = alt_text(texts, order.template)[:ALT_TEXT_LIMIT]
    pictures = [
        await _keep(context, card, size, content, description)
        for size, content in zip(order.sizes, drawn.contents, strict=True)
    ]
    return card, pictures


def texts_of(card: Card) -> CardTexts:
    """What was drawn."""
    fields: dict[str, Any] = card.model_dump(include=set(CardField)) | {"link": card.printed_link}
    return CardTexts(**fields, signed_by=Signature(card.signed_by_union, card.signed_by_person))


async def card_for(context: Context, card_id: UUID) -> tuple[Card, Pictures]:
    """Raises NotFound, Forbidden."""
    card = await DIRECTORY.get(context, Card, card_id, Permission.SEE_PUBLICATIONS)
    if context.caller.key is not None and (card.signed_by_person or card.person):
        raise NotFound
    return card, (await _pictures_of(context, [card]))[card.id]


async def list_cards(context: Context, page: CardFilter) -> tuple[list[tuple[Card, Pictures]], str | None]:
    """Newest first; to partners only what names no person. Raises NotFound, Forbidden for the organization asked for."""
    query = select(Card).where(DIRECTORY.reach_filter(context, Card.organization_id, Permission.SEE_PUBLICATIONS))
    if context.caller.key is not None:
        query = query.where(Card.signed_by_person == "", Card.person == "")
    if page.organization_id is not None:
        await DIRECTORY.reachable(context, page.organization_id, Permission.SEE_PUBLICATIONS)
        query = query.where(DIRECTORY.under(context, Card.organization_id, page.organization_id))
    if page.template is not None:
        query = query.where(col(Card.template) == page.template)
    cards, following = await paginate(context, query, Card.id, page)
    pictures = await _pictures_of(context, cards)
    return [(card, pictures[card.id]) for card in cards], following


async def _check_person(context: Context, person_id: UUID | None) -> None:
    """Raises NotFound; for a partner nobody is there."""
    if person_id is None:
        return
    person = None if context.caller.key is not None else await context.store.find(Person, person_id)
    if person is None or person.erased:
        raise NotFound({"ru": "Нет такого человека", "en": "There is no such person"})


async def _with_enterprise(context: Context, body: NewCard) -> NewCard:
    """Named as the enterprise is, where the template names one and the card does not. Raises NotFound, Forbidden."""
    if body.enterprise_id is None:
        return body
    enterprise = await enterprise_for(context, body.enterprise_id, Permission.SEE_PUBLICATIONS)
    rules = TEMPLATES[body.template]
    if body.enterprise.strip() or CardField.ENTERPRISE not in rules.required | rules.optional:
        return body
    return body.model_copy(update={"enterprise": enterprise.name})


async def _keep(context: Context, card: Card, size: CardSize, content: bytes, description: str) -> CardPicture:
    picture = Picture(content, ImageFormat.PNG, *PIXELS[size])
    names_somebody = bool(card.signed_by_person or card.person)
    media = await keep_picture(context, card.organization_id, picture, description, is_signed=names_somebody)
    return await context.store.insert(CardPicture(card_id=card.id, media_id=media.id, size=size))


async def _pictures_of(context: Context, cards: Sequence[Card]) -> Mapping[UUID, Pictures]:
    query = select(CardPicture).where(col(CardPicture.card_id).in_([card.id for card in cards]))
    found: defaultdict[UUID, list[CardPicture]] = defaultdict(list)
    for picture in await context.store.all(query.order_by(col(CardPicture.id))):
        found[picture.card_id].append(picture)
    return found
