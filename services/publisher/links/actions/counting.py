"""How often a link was followed, by day and by place."""

from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Column, func, select
from sqlmodel import col

from services.publisher.directory.tables import Organization
from services.publisher.links.rules.places import PERIOD_LIMIT
from services.publisher.links.schemas import ClicksPeriod, ClicksView, DayView, PlaceClicksView
from services.publisher.links.tables import Link, LinkClicks, LinkPlace
from shared.context import Context
from shared.db import table_of
from shared.errors import FieldError, Invalid, NotFound
from shared.local_time import zone_named

_DEFAULT_DAYS = 30
Key = TypeVar("Key", date, UUID)


async def clicks_of(context: Context, link: Link, period: ClicksPeriod) -> ClicksView:
    """Raises Invalid for a period that ends before it begins or is too long, NotFound for another link's place."""
    since, until = await _days_of(context, link, period)
    places = await _places_of(context, link, period.place_id)
    clicks = table_of(LinkClicks)
    counted = [
        clicks.c.tenant_id == context.tenant_id,
        clicks.c.link_id == link.id,
        clicks.c.day.between(since, until),
        clicks.c.place_id.in_([place.id for place in places]),
    ]

    async def by(column: Column[Key]) -> dict[Key, int]:
        query = select(column.label("key"), func.sum(clicks.c.clicks).label("total")).where(*counted).group_by(column)
        return {row["key"]: int(row["total"]) for row in (await context.store.execute(query)).mappings()}

    by_day: dict[date, int] = await by(clicks.c.day)
    by_place: dict[UUID, int] = await by(clicks.c.place_id)
    days = [since + timedelta(days=number) for number in range((until - since).days + 1)]
    return ClicksView(
        since=since,
        until=until,
        clicks=sum(by_place.values()),
        days=[DayView(day=day, clicks=by_day.get(day, 0)) for day in days],
        places=[
            PlaceClicksView(
                place_id=place.id,
                kind=place.kind,
                channel_id=place.channel_id,
                name=place.name,
                clicks=by_place.get(place.id, 0),
            )
            for place in sorted(places, key=lambda one: (-by_place.get(one.id, 0), one.id))
        ],
    )


async def _places_of(context: Context, link: Link, place_id: UUID | None) -> list[LinkPlace]:
    """All of them, or the one that is asked for. Raises NotFound."""
    query = select(LinkPlace).where(col(LinkPlace.tenant_id) == context.tenant_id, col(LinkPlace.link_id) == link.id)
    if place_id is not None:
        query = query.where(col(LinkPlace.id) == place_id)
    places = await context.store.all(query)
    if not places:
        raise NotFound
    return places


async def _days_of(context: Context, link: Link, period: ClicksPeriod) -> tuple[date, date]:
    organization = await context.store.get(Organization, link.organization_id)
    until = period.until or context.now.astimezone(zone_named(organization.timezone)).date()
    try:
        since = period.since or until - timedelta(days=_DEFAULT_DAYS - 1)
    except OverflowError:  # the year 1
        since = date.min
    if since > until or (until - since).days >= PERIOD_LIMIT:
        detail = {
            "ru": f"Период - от одного до {PERIOD_LIMIT} дней",
            "en": f"A period is of 1 to {PERIOD_LIMIT} days",
        }
        raise Invalid(errors=(FieldError("?since", "period", detail),))
    return since, until
