"""Occasions: written down, changed, approved in advance, taken away; and when each comes round next."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlalchemy import delete
from sqlmodel import col, select

from services.publisher.cards.actions.making import order_of
from services.publisher.cards.rules.occasions import (
    NAMED_BY,
    TEMPLATE_OF,
    Anniversary,
    EveryYear,
    OccasionKind,
    Rule,
    RuleFields,
    bad,
    drafted_at,
    next_on,
    rule_of,
    today_in,
)
from services.publisher.cards.rules.templates import YEARS_LIMIT, CardField
from services.publisher.cards.rules.texts import SignedByPartner, TextTooLong, YearsOutOfRange
from services.publisher.cards.schemas.cards import NewCard, Signatories
from services.publisher.cards.schemas.occasions import NewOccasion, OccasionChange, OccasionFilter
from services.publisher.cards.tables import Greeting, Occasion, OccasionChannel
from services.publisher.channels.rules.readiness import TestKey
from services.publisher.channels.tables import Channel
from services.publisher.directory.tables import DIRECTORY, Organization, Person
from services.publisher.enterprises.actions.keeping import enterprise_for
from services.publisher.enterprises.tables import Enterprise
from services.publisher.runtime import is_rehearsal
from shared.app import PageQuery, check_match, paginate
from shared.context import Context
from shared.contracts.publisher import OccasionDue
from shared.errors import FieldError, NotFound
from shared.local_time import zone_named
from shared.permissions import Permission

LOOK_AGAIN = timedelta(days=1)  # for a birthday or a founding date that is not known yet
_DAY = timedelta(days=1)

WithChannels = tuple[Occasion, Sequence[UUID]]


async def create_occasion(context: Context, body: NewOccasion) -> WithChannels:
    """Raises NotFound, Forbidden, BadOccasion, SignedByPartner, and what the rules of cards say of its texts."""
    await DIRECTORY.reachable(context, body.organization_id, Permission.PUBLISH)
    if context.caller.key is not None and (body.person_id is not None or body.signed_by.person):
        raise SignedByPartner
    enterprise = await _enterprise(context, body.enterprise_id)
    await _check_rule(context, body, enterprise)
    occasion = Occasion(
        **body.model_dump(exclude={"signed_by", "channel_ids"}),
        signed_by_union=body.signed_by.union,
        signed_by_person=body.signed_by.person,
        next_on=None,
        created_at=context.now,
    )
    if enterprise is not None:
        occasion.enterprise = body.enterprise or enterprise.name
    await order_of(context, await card_of(context, occasion, today_in(await _zone(context, occasion), context.now)))
    occasion = await context.store.insert(occasion)
    await _set_channels(context, occasion.id, body.channel_ids)
    await come_round(context, occasion)
    return occasion, await channels_of(context, occasion.id)


async def change_occasion(
    context: Context, occasion_id: UUID, change: OccasionChange, if_match: str | None
) -> WithChannels:
    """Raises NotFound, Forbidden, Stale, SignedByPartner, and what the rules of cards say of its texts."""
    occasion = await _locked(context, occasion_id, if_match)
    wanted: dict[str, Any] = change.model_dump(exclude_none=True, exclude={"signed_by", "channel_ids"})
    if change.signed_by is not None:
        if context.caller.key is not None and change.signed_by.person:
            raise SignedByPartner
        wanted |= {"signed_by_union": change.signed_by.union, "signed_by_person": change.signed_by.person}
    for name, value in wanted.items():
        setattr(occasion, name, value)
    if change.channel_ids is not None:
        await _set_channels(context, occasion.id, change.channel_ids)
    if change.channel_ids is not None or wanted.keys() - {"paused", "days_ahead"}:
        occasion.approved_by = None
    await order_of(context, await card_of(context, occasion, today_in(await _zone(context, occasion), context.now)))
    occasion.version += 1
    await come_round(context, occasion)
    return occasion, await channels_of(context, occasion.id)


async def approve_occasion(context: Context, occasion_id: UUID, if_match: str | None) -> WithChannels:
    """From now on its greetings go out by themselves. Raises NotFound, Forbidden, TestKey, Stale."""
    if context.caller.is_test and not is_rehearsal(context.runtime):
        raise TestKey
    occasion = await _locked(context, occasion_id, if_match)
    await _set_channels(
        context, occasion.id, await channels_of(context, occasion.id)
    )  # the approver must reach them too
    occasion.approved_by = context.caller.actor_id
    occasion.version += 1
    return occasion, await channels_of(context, occasion.id)


async def delete_occasion(context: Context, occasion_id: UUID, if_match: str | None) -> None:
    """Cards and publications that came of it stay. Raises NotFound, Forbidden, Stale."""
    occasion = await _locked(context, occasion_id, if_match)
    for model in (OccasionChannel, Greeting):
        await context.store.execute(delete(model).where(col(model.occasion_id) == occasion.id))
    await context.store.delete(occasion)


async def occasion_for(context: Context, occasion_id: UUID, permission: Permission) -> Occasion:
    """Raises NotFound, Forbidden. Partners see none that names a person."""
    occasion = await DIRECTORY.get(context, Occasion, occasion_id, permission)
    if context.caller.key is not None and (occasion.person_id is not None or occasion.signed_by_person):
        raise NotFound
    return occasion


async def list_occasions(context: Context, page: OccasionFilter) -> tuple[list[WithChannels], str | None]:
    """Newest first. Raises NotFound, Forbidden for the organization that is asked for."""
    query = select(Occasion).where(
        DIRECTORY.reach_filter(context, Occasion.organization_id, Permission.SEE_PUBLICATIONS)
    )
    if context.caller.key is not None:
        query = query.where(col(Occasion.person_id).is_(None), Occasion.signed_by_person == "")
    if page.organization_id is not None:
        await DIRECTORY.reachable(context, page.organization_id, Permission.SEE_PUBLICATIONS)
        query = query.where(DIRECTORY.under(context, Occasion.organization_id, page.organization_id))
    if page.kind is not None:
        query = query.where(col(Occasion.kind) == page.kind)
    occasions, following = await paginate(context, query, Occasion.id, page)
    channels = await _channels_of_all(context, [occasion.id for occasion in occasions])
    return [(occasion, channels[occasion.id]) for occasion in occasions], following


async def list_greetings(context: Context, occasion: Occasion, page: PageQuery) -> tuple[list[Greeting], str | None]:
    """Those drafted last first."""
    return await paginate(context, select(Greeting).where(Greeting.occasion_id == occasion.id), Greeting.id, page)


async def channels_of(context: Context, occasion_id: UUID) -> Sequence[UUID]:
    return (await _channels_of_all(context, [occasion_id]))[occasion_id]


async def come_round(context: Context, occasion: Occasion, after: date | None = None) -> None:
    """Find the day that comes next, later than `after` (by default yesterday), and be there in time to draft.

    What was planned before is dropped.
    """
    zone = await _zone(context, occasion)
    rule = await rule_in_force(context, occasion)
    last = after or today_in(zone, context.now) - _DAY
    occasion.next_on = next_on(rule, last) if rule is not None else None
    occasion.schedule_version += 1
    if occasion.paused:
        return
    due = OccasionDue(occasion_id=occasion.id, schedule_version=occasion.schedule_version)
    if occasion.next_on is not None:
        at = drafted_at(occasion.next_on, occasion.days_ahead, zone)
        await context.emit(due, available_at=max(at, context.now))
    elif rule is None:
        await context.emit(due, available_at=context.now + LOOK_AGAIN)


async def rule_in_force(context: Context, occasion: Occasion) -> Rule | None:
    """None while nobody knows the day: a birthday without consent, an enterprise without a founding date."""
    if occasion.kind is OccasionKind.PERSONAL:
        person = await context.store.find(Person, occasion.person_id) if occasion.person_id is not None else None
        if person is None or person.erased or person.birth_day is None:
            return None
        month, day = map(int, person.birth_day.split("-"))
        return EveryYear(month, day)
    if occasion.kind is OccasionKind.ANNIVERSARY and occasion.enterprise_id is not None:
        enterprise = await context.store.get(Enterprise, occasion.enterprise_id)
        founded_on = occasion.founded_on or enterprise.founded_on
        if enterprise.closed or founded_on is None or occasion.every_years is None:
            return None
        return Anniversary(founded_on, occasion.every_years)
    return rule_of(occasion.kind, RuleFields(**occasion.model_dump(include=set(RuleFields.__dataclass_fields__))))


async def card_of(context: Context, occasion: Occasion, on_day: date) -> NewCard:
    """The card of that day. Raises TextTooLong for a name from elsewhere that no card holds, YearsOutOfRange."""
    named_by = NAMED_BY[occasion.kind]
    values: dict[str, Any] = {"enterprise": occasion.enterprise}
    if named_by is CardField.TITLE:
        values |= {"title": occasion.title, "day": on_day}
    elif named_by is CardField.ENTERPRISE:
        rule = await rule_in_force(context, occasion)
        values["years"] = max(1, rule.years_in(on_day.year)) if isinstance(rule, Anniversary) else 1
    elif occasion.person_id is not None:
        person = await context.store.get(Person, occasion.person_id)
        values |= {"person": person.display_name, "person_id": occasion.person_id}
    if values.get("years", 1) > YEARS_LIMIT:
        raise YearsOutOfRange
    try:
        return NewCard(
            organization_id=occasion.organization_id,
            template=TEMPLATE_OF[occasion.kind],
            heading=occasion.heading,
            greeting=occasion.greeting,
            enterprise_id=occasion.enterprise_id,
            signed_by=Signatories(union=occasion.signed_by_union, person=occasion.signed_by_person),
            **values,
        )
    except ValidationError as error:
        pointers = ["/" + "/".join(map(str, wrong["loc"])) for wrong in error.errors()]
        raise TextTooLong(
            errors=tuple(FieldError(one, TextTooLong.code, TextTooLong.title) for one in pointers)
        ) from error


async def _check_rule(context: Context, body: NewOccasion, enterprise: Enterprise | None) -> None:
    """Raises BadOccasion; NotFound for a person who is not there."""
    if (body.person_id is not None) is not (body.kind is OccasionKind.PERSONAL):
        raise bad("/person_id")
    fields = body.rule_fields()
    if body.kind is OccasionKind.PERSONAL:
        if fields != RuleFields():
            raise bad("/day")
        person = await context.store.find(Person, body.person_id) if body.person_id is not None else None
        if person is None or person.erased:
            raise NotFound({"ru": "Нет такого человека", "en": "There is no such person"})
    elif body.kind is OccasionKind.ANNIVERSARY and enterprise is not None and fields.founded_on is None:
        if fields.every_years is None:
            raise bad("/every_years")
    else:
        rule_of(body.kind, fields)


async def _enterprise(context: Context, enterprise_id: UUID | None) -> Enterprise | None:
    """Raises NotFound, Forbidden."""
    return None if enterprise_id is None else await enterprise_for(context, enterprise_id, Permission.SEE_PUBLICATIONS)


async def _locked(context: Context, occasion_id: UUID, if_match: str | None) -> Occasion:
    await occasion_for(context, occasion_id, Permission.PUBLISH)
    occasion = await context.store.lock(Occasion, occasion_id)
    check_match(if_match, occasion.version)
    return occasion


async def _zone(context: Context, occasion: Occasion) -> ZoneInfo:
    return zone_named((await context.store.get(Organization, occasion.organization_id)).timezone)


async def _set_channels(context: Context, occasion_id: UUID, channel_ids: Sequence[UUID]) -> None:
    """Raises NotFound for a channel through which the caller may not publish."""
    wanted = list(dict.fromkeys(channel_ids))
    own = select(Channel.id).where(
        col(Channel.id).in_(wanted), DIRECTORY.reach_filter(context, Channel.organization_id, Permission.PUBLISH)
    )
    if len(await context.store.all(own)) != len(wanted):
        raise NotFound({"ru": "Нет такого канала", "en": "There is no such channel"})
    await context.store.execute(delete(OccasionChannel).where(col(OccasionChannel.occasion_id) == occasion_id))
    for position, channel_id in enumerate(wanted):
        context.store.add(OccasionChannel(occasion_id=occasion_id, channel_id=channel_id, position=position))
    await context.store.flush()


async def _channels_of_all(context: Context, ids: Sequence[UUID]) -> Mapping[UUID, Sequence[UUID]]:
    query = select(OccasionChannel).where(col(OccasionChannel.occasion_id).in_(ids))
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for row in await context.store.all(query.order_by(col(OccasionChannel.position))):
        found[row.occasion_id].append(row.channel_id)
    return found
