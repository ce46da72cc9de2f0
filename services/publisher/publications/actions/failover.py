"""A second channel in place of the one that is blocked: one delivery more, made with the end of the first or not at all.

The first one ends and the second begins in one transaction, under the lock of their publication: a repeat finds the first
ended. That a delivery has one in its place at most, and a publication one delivery for a channel, the tables keep too.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from services.publisher.channels.actions.telling import tell_channel
from services.publisher.channels.rules.attempts import RETRYABLE, DeliveryState, Step
from services.publisher.channels.rules.failover import LONGEST_CHAIN
from services.publisher.channels.tables import Channel
from services.publisher.directory.tables import OrganizationReach
from services.publisher.publications.actions.alerts import alert_to_failover
from services.publisher.publications.actions.composing import post_in
from services.publisher.publications.actions.contents import Contents, contents_of
from services.publisher.publications.actions.policies import answer_hours_of, wants_failover
from services.publisher.publications.actions.telling import tell_failover
from services.publisher.publications.actions.turns import make_due
from services.publisher.publications.rules.failover import Candidate, chosen, is_blocked
from services.publisher.publications.rules.formats import sent_as
from services.publisher.publications.rules.policies import Consent, wait_for_answer
from services.publisher.publications.rules.problems import problems_of_channel
from services.publisher.publications.rules.states import PublicationState
from services.publisher.publications.tables import Delivery, Publication
from shared.context import Context
from shared.reach import Reach


async def note_end(
    context: Context, publication: Publication, delivery: Delivery, channel: Channel, step: Step
) -> None:
    """Before `step` is taken: keep whether the channel is blocked, and let another take what it cannot."""
    if step.state is DeliveryState.SENT:
        if channel.blocked_since is not None:
            await _unblock(context, channel.id)
        return
    code = None if delivery.reason is None else str(delivery.reason["code"])
    if is_blocked(step.state, code, was_in_doubt=delivery.doubtful_since is not None):
        locked = await context.store.lock(Channel, channel.id)
        if locked.blocked_since is None:
            locked.blocked_since, locked.blocked_reason = context.now, delivery.reason
            await _told_anew(context, locked)
        await stand_in(context, publication, delivery, locked)


async def stand_in(context: Context, publication: Publication, delivery: Delivery, channel: Channel) -> Delivery | None:
    """A delivery in place of this one, which is about to end; None where there is nobody to take it."""
    if channel.failover_channel_id is None or publication.state is PublicationState.WITHDRAWN:
        return None
    if await _has_one(context, delivery) or not await wants_failover(context, channel.organization_id):
        return None
    line = await _line(context, channel)
    contents = await contents_of(context, publication.id)
    candidates = [await _candidate(context, publication, contents, delivery, channel, each) for each in line]
    place = chosen(candidates)
    if place is None:
        return None
    made = await _made(context, publication, delivery, channel, line[place])
    await tell_failover(context, publication, delivery, made)
    await alert_to_failover(context, publication, channel, line[place], made)
    return made


def is_not_replaced() -> ColumnElement[bool]:
    """Of deliveries: what another took the place of counts no more, unless somebody sends it again."""
    second = aliased(Delivery)
    replaced = exists().where(
        col(second.tenant_id) == col(Delivery.tenant_id), col(second.failover_of) == col(Delivery.id)
    )
    return ~and_(col(Delivery.state).in_(RETRYABLE), replaced)


async def _unblock(context: Context, channel_id: UUID) -> None:
    channel = await context.store.lock(Channel, channel_id)
    if channel.blocked_since is not None and channel.authorized:
        channel.blocked_since = channel.blocked_reason = None
        await _told_anew(context, channel)


async def _told_anew(context: Context, channel: Channel) -> None:
    channel.version += 1
    await tell_channel(context, channel)


async def _has_one(context: Context, delivery: Delivery) -> bool:
    query = select(Delivery.id).where(col(Delivery.failover_of) == delivery.id)
    return await context.store.first(query) is not None


async def _line(context: Context, channel: Channel) -> list[Channel]:
    """Those that stand in, one behind the other."""
    line: list[Channel] = []
    following = channel.failover_channel_id
    while following is not None and len(line) < LONGEST_CHAIN and following not in {channel.id, *(c.id for c in line)}:
        line.append(await context.store.get(Channel, following))
        following = line[-1].failover_channel_id
    return line


async def _candidate(
    context: Context,
    publication: Publication,
    contents: Contents,
    delivery: Delivery,
    blocked: Channel,
    channel: Channel,
) -> Candidate:
    shown = post_in(publication, contents, channel, own_text=_own_text(delivery, blocked, channel))
    there = select(Delivery.id).where(
        col(Delivery.publication_id) == publication.id, col(Delivery.channel_id) == channel.id
    )
    above = await Reach(OrganizationReach).ancestors_among(context, channel.organization_id, {blocked.organization_id})
    return Candidate(
        state=channel.state,
        has_it=await context.store.first(there) is not None,
        is_below=bool(above),
        takes_it=not problems_of_channel(shown),
    )


def _own_text(delivery: Delivery, blocked: Channel, channel: Channel) -> str | None:
    """The words of those whose channel it was are theirs in each of their channels."""
    return delivery.own_text if channel.organization_id == blocked.organization_id else None


async def _made(
    context: Context, publication: Publication, first: Delivery, blocked: Channel, channel: Channel
) -> Delivery:
    """Due at once, or once those have answered who were not asked about the first."""
    is_foreign = channel.organization_id not in {publication.organization_id, blocked.organization_id}
    hours: Sequence[int] = []
    if is_foreign:
        hours = list((await answer_hours_of(context, [channel.organization_id])).values())
    due_at = context.now + wait_for_answer(publication.kind, hours[0]) if hours else context.now
    made = await context.store.insert(
        Delivery(
            publication_id=publication.id,
            channel_id=channel.id,
            state=DeliveryState.PENDING,
            format=sent_as(channel.network, publication.format),
            own_text=_own_text(first, blocked, channel),
            consent=Consent.ASKED if hours else None,
            consent_until=due_at if hours else None,
            planned_at=first.planned_at,
            priority=first.priority,
            failover_of=first.id,
        )
    )
    await make_due(context, made, due_at)
    return made
