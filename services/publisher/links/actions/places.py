"""The places where a link is shown, each under a code of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.publisher.channels.actions.keeping import channel_for
from services.publisher.channels.tables import Channel
from services.publisher.links.rules.codes import MOST_DRAWS, NoCodeFree, draw_code, short_address
from services.publisher.links.rules.places import MOST_PLACES, LinkIsOver, PlaceExists, PlaceKind, TooManyPlaces
from services.publisher.links.schemas import NewPlace, PlaceView
from services.publisher.links.tables import Link, LinkPlace
from shared.app import PageQuery, paginate
from shared.clock import new_id
from shared.context import Context
from shared.errors import FieldError, Invalid, NotFound
from shared.permissions import Permission


@dataclass(frozen=True)
class Spot:
    """A place that a link has, or is to have."""

    kind: PlaceKind
    key: str
    source: str
    channel_id: UUID | None = None
    name: str = ""

    @classmethod
    def direct(cls) -> Self:
        return cls(PlaceKind.DIRECT, PlaceKind.DIRECT, PlaceKind.DIRECT)

    @classmethod
    def mail(cls) -> Self:
        return cls(PlaceKind.MAIL, PlaceKind.MAIL, PlaceKind.MAIL)

    @classmethod
    def channel(cls, channel: Channel) -> Self:
        return cls(PlaceKind.CHANNEL, f"{PlaceKind.CHANNEL}:{channel.id}", channel.network, channel.id)

    @classmethod
    def sheet(cls, name: str) -> Self:
        return cls(PlaceKind.SHEET, f"{PlaceKind.SHEET}:{name.casefold()}", PlaceKind.SHEET, name=name)


async def add_place(context: Context, link: Link, body: NewPlace) -> LinkPlace:
    """Raises NotFound for a channel that is not the caller's to see, Invalid, LinkIsOver, PlaceExists, TooManyPlaces."""
    spot = await _wanted(context, body)
    held = await context.store.lock(Link, link.id)
    if held.ended_at is not None:
        raise LinkIsOver
    taken = (
        await context.store.execute(select(func.count()).select_from(LinkPlace).where(LinkPlace.link_id == link.id))
    ).scalar_one()
    if taken >= MOST_PLACES:
        raise TooManyPlaces
    place = await insert_place(context, link, spot)
    if place is None:
        raise PlaceExists
    return place


async def list_places(context: Context, link: Link, page: PageQuery) -> tuple[list[LinkPlace], str | None]:
    """Oldest first."""
    query = select(LinkPlace).where(LinkPlace.link_id == link.id)
    return await paginate(context, query, LinkPlace.id, page, descending=False)


async def place_of(context: Context, link: Link, place_id: UUID) -> LinkPlace:
    """Raises NotFound."""
    place = await context.store.find(LinkPlace, place_id)
    if place is None or place.link_id != link.id:
        raise NotFound
    return place


async def place_at(context: Context, link: Link, spot: Spot) -> LinkPlace:
    """The place of a link, made if it is not there. Raises NoCodeFree."""
    query = select(LinkPlace).where(LinkPlace.link_id == link.id, LinkPlace.place_key == spot.key)
    found = await context.store.first(query) or await insert_place(context, link, spot)
    return found or (await context.store.execute(query)).scalar_one()  # somebody else made it meanwhile


async def insert_place(context: Context, link: Link, spot: Spot) -> LinkPlace | None:
    """None when the link has that place already. A code that clashes is drawn again. Raises NoCodeFree."""
    for _ in range(MOST_DRAWS):
        place_id = new_id()
        row = LinkPlace(
            tenant_id=context.tenant_id,
            id=place_id,
            link_id=link.id,
            kind=spot.kind,
            channel_id=spot.channel_id,
            place_key=spot.key,
            name=spot.name,
            source=spot.source,
            code=draw_code(context.chance.below),
            created_at=context.now,
        )
        if await context.store.changed(insert(LinkPlace).values(**row.model_dump()).on_conflict_do_nothing()) == 1:
            return await context.store.get(LinkPlace, place_id)
        same = select(LinkPlace.id).where(LinkPlace.link_id == link.id, LinkPlace.place_key == spot.key)
        if await context.store.first(same) is not None:
            return None
    raise NoCodeFree


async def addresses_of(context: Context, links: Sequence[Link]) -> dict[UUID, str]:
    """The short address of each link's direct place."""
    query = select(LinkPlace).where(
        col(LinkPlace.link_id).in_([link.id for link in links]), LinkPlace.place_key == PlaceKind.DIRECT.value
    )
    return {place.link_id: address_of(context, place) for place in await context.store.all(query)}


def address_of(context: Context, place: LinkPlace) -> str:
    return short_address(context.runtime.settings.public_url, context.tenant_id, place.code)


def place_view(context: Context, place: LinkPlace) -> PlaceView:
    return PlaceView(**place.model_dump(include=set(PlaceView.model_fields) - {"url"}), url=address_of(context, place))


async def _wanted(context: Context, body: NewPlace) -> Spot:
    match body:
        case NewPlace(channel_id=UUID() as channel_id, sheet=None):
            return Spot.channel(await channel_for(context, channel_id, Permission.SEE_PUBLICATIONS))
        case NewPlace(channel_id=None, sheet=str() as name):
            return Spot.sheet(name)
        case _:
            detail = {"ru": "Укажите либо канал, либо печатный лист", "en": "Name either a channel or a printed sheet"}
            raise Invalid(errors=(FieldError("/channel_id", "one_of", detail),))
