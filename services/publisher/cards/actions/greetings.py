"""The day of an occasion draws near: its card is drawn, and whoever publishes is told to draft."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from pydantic import JsonValue
from sqlmodel import select

from services.publisher.cards.actions.making import Order, draw_order, keep_card, order_of
from services.publisher.cards.actions.occasions import card_of, channels_of, come_round, rule_in_force
from services.publisher.cards.rules.occasions import next_on, today_in
from services.publisher.cards.rules.templates import CardSize
from services.publisher.cards.tables import CardPicture, Greeting, Occasion
from services.publisher.channels.tables import Channel
from services.publisher.directory.tables import Organization
from shared.consumers import Work
from shared.context import Context
from shared.contracts.publisher import GreetingDrawn, OccasionDue
from shared.errors import Problem
from shared.local_time import zone_named

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class ReadyGreeting:
    """What a publication is drafted of."""

    organization_id: UUID
    title: str
    text: str
    media_ids: Sequence[UUID]
    channel_ids: Sequence[UUID]
    acting_for: frozenset[UUID]  # the organizations in whose name the occasion may publish
    on_day: date
    occasion: Occasion
    timezone: str


async def draw_greeting(work: Work, due: OccasionDue) -> None:
    """A repeat finds the greeting there, and the next one planned."""
    async with work.transaction() as context:
        order = await _order(context, due)
    if order is None:
        return
    drawn = await draw_order(work.runtime, order)
    async with work.transaction() as context:
        occasion = await _planned(context, due)
        if occasion is None or occasion.next_on is None:
            return
        on_day = occasion.next_on
        card, _ = await keep_card(context, drawn)
        greeting = await context.store.insert(
            Greeting(occasion_id=occasion.id, on_day=on_day, card_id=card.id, drafted_at=context.now)
        )
        await context.emit(GreetingDrawn(greeting_id=greeting.id))
        await come_round(context, occasion, on_day)


async def _order(context: Context, due: OccasionDue) -> Order | None:
    """None when the plan is an old one, or when the day has moved or passed: then it is found anew."""
    occasion = await _planned(context, due)
    if occasion is None:
        return None
    on_day, rule = occasion.next_on, await rule_in_force(context, occasion)
    timezone = (await context.store.get(Organization, occasion.organization_id)).timezone
    is_over = on_day is not None and on_day < today_in(zone_named(timezone), context.now)
    if on_day is None or rule is None or is_over or next_on(rule, on_day - _DAY) != on_day:
        await come_round(context, occasion)
        return None
    try:
        return await order_of(context, await card_of(context, occasion, on_day))
    except Problem as problem:  # a name that became too long, a colour that was changed: a person must look
        reason: dict[str, JsonValue] = {"code": problem.code, **problem.title}
        context.store.add(Greeting(occasion_id=occasion.id, on_day=on_day, reason=reason, drafted_at=context.now))
        await come_round(context, occasion, on_day)
        return None


async def _planned(context: Context, due: OccasionDue) -> Occasion | None:
    occasion = await context.store.find(Occasion, due.occasion_id)
    if occasion is None:
        return None
    occasion = await context.store.lock(Occasion, occasion.id)
    is_old = occasion.paused or occasion.schedule_version != due.schedule_version
    return None if is_old else occasion


async def ready_greeting(context: Context, greeting_id: UUID) -> ReadyGreeting | None:
    """For the room that publishes. None when it has drafted it already, or the occasion is gone."""
    greeting = await context.store.find(Greeting, greeting_id)
    if greeting is None or greeting.card_id is None or greeting.publication_id is not None:
        return None
    occasion = await context.store.get(Occasion, greeting.occasion_id)
    picture = select(CardPicture.media_id).where(
        CardPicture.card_id == greeting.card_id, CardPicture.size == CardSize.POST
    )
    channel_ids = await channels_of(context, occasion.id)
    owners = [(await context.store.get(Channel, channel_id)).organization_id for channel_id in channel_ids]
    organization = await context.store.get(Organization, occasion.organization_id)
    return ReadyGreeting(
        organization_id=occasion.organization_id,
        title=occasion.title,
        text=occasion.text,
        media_ids=await context.store.all(picture),
        channel_ids=channel_ids,
        acting_for=frozenset({occasion.organization_id, *owners}),
        on_day=greeting.on_day,
        occasion=occasion,
        timezone=organization.timezone,
    )


async def note_publication(context: Context, greeting_id: UUID, publication_id: UUID) -> None:
    """What became of it."""
    greeting = await context.store.lock(Greeting, greeting_id)
    greeting.publication_id = publication_id
