"""Ask a network whether it took what we are not sure of."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import col, select

from services.publisher.channels.actions.accounts import account_of
from services.publisher.channels.rules.attempts import CALL_LIMIT, LOOKS, DeliveryState, Step, step_after_no_match
from services.publisher.channels.rules.readiness import LOOK_AGAIN
from services.publisher.channels.tables import Channel
from services.publisher.networks.contents import Image, Post
from services.publisher.networks.outcomes import NoProof, Reconciliation, Sent, Unreachable, Unsupported
from services.publisher.publications.actions.drafts import Draft, draft_of
from services.publisher.publications.actions.failover import note_end
from services.publisher.publications.actions.outcomes import doubt_of, follow, locked_delivery, note_sent, tried
from services.publisher.publications.tables import Delivery
from services.publisher.runtime import connector_of, lane_of
from shared.consumers import Later, Work
from shared.context import Context
from shared.contracts.publisher import ReconciliationDue

_AROUND = timedelta(hours=1)  # posts of ours this long before the doubt may look the same


@dataclass(frozen=True)
class _Question:
    draft: Draft
    channel: Channel
    since: datetime  # the start of the first attempt that may have been taken
    others: Sequence[str]  # posts of ours that are known to be something else

    def post(self) -> Post:
        """Networks compare the text and count the images; the pixels need not be read."""
        return self.draft.of([Image(b"", media.format, media.alt_text) for media in self.draft.composition.media])


async def reconcile_delivery(work: Work, due: ReconciliationDue) -> None:
    """Found: it was sent. Not found proves nothing: it stays unknown, unless a repeat does no harm."""
    async with work.transaction() as context:
        question = await _question(context, due)
    if question is None:
        return
    answer = await _asked(work, question)
    async with work.transaction() as context:
        found = await locked_delivery(context, due.delivery_id)
        if found is None or not _is_in_doubt(found[1], due):
            return
        publication, delivery = found
        delivery.looks += 1
        match answer:
            case Sent():
                note_sent(context, delivery, answer.external_id, answer.url, poll_id=answer.poll_id)
                step = Step(DeliveryState.SENT)
            case NoProof():
                step = step_after_no_match(tried(context, delivery), doubt_of(question.channel), context.chance.below)
            case Unsupported():
                asked_enough = replace(tried(context, delivery), looks=len(LOOKS))
                step = step_after_no_match(asked_enough, doubt_of(question.channel), context.chance.below)
        await note_end(context, publication, delivery, question.channel, step)
        await follow(context, publication, delivery, step)


async def _question(context: Context, due: ReconciliationDue) -> _Question | None:
    delivery = await context.store.find(Delivery, due.delivery_id)
    if delivery is None or not _is_in_doubt(delivery, due) or delivery.doubtful_since is None:
        return None
    draft = await draft_of(context, delivery.id)
    if draft is None:
        return None
    others = select(Delivery).where(
        col(Delivery.channel_id) == delivery.channel_id,
        col(Delivery.id) != delivery.id,
        col(Delivery.sent_at) >= delivery.doubtful_since - _AROUND,
    )
    known = [other.external_id for other in await context.store.all(others) if other.external_id is not None]
    channel = await context.store.get(Channel, delivery.channel_id)
    return _Question(draft, channel, delivery.doubtful_since, known)


async def _asked(work: Work, question: _Question) -> Reconciliation:
    """Raises Later when the network cannot be asked now."""
    connector = connector_of(work.runtime, question.channel.network)
    account = account_of(work.runtime, question.channel)
    try:
        with lane_of(work.runtime, question.channel.network):
            async with asyncio.timeout(CALL_LIMIT.total_seconds()):
                return await connector.reconcile(account, question.post(), question.since, question.others)
    except (Unreachable, TimeoutError) as error:
        raise Later(LOOK_AGAIN.total_seconds()) from error


def _is_in_doubt(delivery: Delivery, due: ReconciliationDue) -> bool:
    return delivery.state is DeliveryState.UNKNOWN and delivery.attempts == due.attempt
