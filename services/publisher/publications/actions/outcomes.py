"""What follows from an attempt, for its delivery, its publication and its channel.

Locks, in this order: the publication, the delivery, the channel. A turn of the channel's line holds its pace by then, and its
mailbox's where that is limited; whoever else comes here holds neither, and asks for neither afterwards.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, select

from services.publisher.channels.actions.accounts import words_of
from services.publisher.channels.actions.calls import Verdict, note_on_channel
from services.publisher.channels.rules.attempts import (
    OPEN,
    AttemptOutcome,
    DeliveryState,
    Doubt,
    Step,
    Tried,
    step_after,
)
from services.publisher.channels.tables import Channel
from services.publisher.networks.accounts import Ability
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.contents import PostFormat
from services.publisher.publications.actions.alerts import alert_to_doubt, alert_to_failure
from services.publisher.publications.actions.drafting import touch
from services.publisher.publications.actions.failover import is_not_replaced, note_end
from services.publisher.publications.actions.telling import tell_doubt, tell_state
from services.publisher.publications.actions.turns import make_due
from services.publisher.publications.rules.followups import STORY_LASTS
from services.publisher.publications.rules.formats import fallback_of
from services.publisher.publications.rules.states import PublicationState, state_after
from services.publisher.publications.tables import Attempt, Delivery, Publication
from shared.context import Context
from shared.contracts.publisher import ReconciliationDue


async def locked_delivery(context: Context, delivery_id: UUID) -> tuple[Publication, Delivery] | None:
    """A delivery and its publication, held until the transaction ends; None when there is none."""
    delivery = await context.store.find(Delivery, delivery_id)
    if delivery is None:
        return None
    publication = await context.store.lock(Publication, delivery.publication_id)
    return publication, await context.store.lock(Delivery, delivery_id)


async def settle(
    context: Context, publication: Publication, delivery: Delivery, channel: Channel, verdict: Verdict
) -> None:
    """Record how the delivery's last attempt ended, and do what follows."""
    attempt = await last_attempt(context, delivery)
    attempt.finished_at = context.now
    attempt.outcome = verdict.outcome
    attempt.reason = delivery.reason = None if verdict.reason is None else words_of(verdict.reason)
    if verdict.outcome in {AttemptOutcome.UNKNOWN, AttemptOutcome.INTERRUPTED}:
        delivery.doubtful_since = delivery.doubtful_since or attempt.started_at
    elif verdict.outcome is AttemptOutcome.SENT:
        note_sent(context, delivery, verdict.external_id, verdict.url, poll_id=verdict.poll_id)
    fallback = fallback_of(delivery.format) if verdict.outcome is AttemptOutcome.REJECTED else None
    if fallback is not None:  # its network has the format, this account does not
        delivery.format = fallback
        await follow(context, publication, delivery, Step(DeliveryState.RETRYING, next_attempt_in=timedelta(0)))
        return
    step = step_after(verdict.outcome, tried(context, delivery), doubt_of(channel), verdict.pause, context.chance.below)
    await note_on_channel(context, channel.id, verdict)
    await note_end(context, publication, delivery, channel, step)
    await follow(context, publication, delivery, step)


async def last_attempt(context: Context, delivery: Delivery) -> Attempt:
    query = select(Attempt).where(col(Attempt.delivery_id) == delivery.id, col(Attempt.number) == delivery.attempts)
    return (await context.store.execute(query)).scalar_one()


async def follow(context: Context, publication: Publication, delivery: Delivery, step: Step) -> None:
    """Take `step`: the delivery's state, what is due next, and what the publication is now."""
    doubtful = step.state is DeliveryState.UNKNOWN and delivery.state is not DeliveryState.UNKNOWN
    delivery.state = step.state
    delivery.version += 1
    delivery.tries += step.uses_up_a_try
    delivery.next_attempt_at = None
    if step.next_attempt_in is not None:
        await make_due(context, delivery, context.now + step.next_attempt_in)
    if step.look_in is not None:
        look = ReconciliationDue(delivery_id=delivery.id, attempt=delivery.attempts)
        await context.emit(look, available_at=context.now + step.look_in)
    if doubtful:
        await tell_doubt(context, publication, delivery)
    await alert_to_doubt(context, publication, delivery, step)
    if step.state not in OPEN or publication.state is not PublicationState.PUBLISHING:  # else it stays what it is
        await refresh_state(context, publication)


async def try_again(context: Context, publication: Publication, delivery: Delivery) -> None:
    """From the beginning, because a person wants it."""
    delivery.state = DeliveryState.PENDING
    delivery.version += 1
    delivery.tries = 0
    delivery.looks = 0
    delivery.doubtful_since = None
    delivery.reason = None
    await make_due(context, delivery, context.now)
    await refresh_state(context, publication)


async def refresh_state(context: Context, publication: Publication) -> None:
    """The publication's state follows from those of all its deliveries."""
    await context.store.flush()
    before = publication.state
    counted = select(Delivery.state).where(col(Delivery.publication_id) == publication.id, is_not_replaced())
    states = await context.store.all(counted)
    publication.state = state_after([DeliveryState(state) for state in states])
    touch(context, publication)
    if publication.state is not before:
        await tell_state(context, publication)
    await alert_to_failure(context, publication, before)


def note_sent(
    context: Context,
    delivery: Delivery,
    external_id: str | None,
    url: str | None,
    at: datetime | None = None,
    *,
    poll_id: str | None = None,
) -> None:
    """Sent `at`, or now."""
    delivery.external_id = external_id
    delivery.poll_id = poll_id
    delivery.url = url
    delivery.sent_at = at or context.now
    delivery.visible_until = delivery.sent_at + STORY_LASTS if delivery.format is PostFormat.STORY else None
    delivery.reason = None


def doubt_of(channel: Channel) -> Doubt:
    takes = CAPABILITIES[channel.network]
    return Doubt(
        repeat_is_harmless=takes.against_doubles.post_has_key,
        reconciles=takes.against_doubles.reads_back and Ability.RECONCILE not in channel.unable(),
    )


def tried(context: Context, delivery: Delivery) -> Tried:
    return Tried(delivery.tries, context.now - (delivery.doubtful_since or context.now), delivery.looks)
