"""One call for a post that is out: edit it, or take it down. A repeat does no harm: it is as was asked."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import structlog

from services.publisher.channels.actions.accounts import account_of, words_of
from services.publisher.channels.actions.calls import Verdict, note_on_channel, ready_channel, verdict_of
from services.publisher.channels.rules.attempts import CALL_LIMIT, AttemptOutcome, DeliveryState, pause_before
from services.publisher.channels.tables import Channel
from services.publisher.networks import outcomes
from services.publisher.networks.outcomes import Done, Unsupported
from services.publisher.networks.reasons import reason
from services.publisher.publications.actions.drafts import Draft, draft_of
from services.publisher.publications.actions.outcomes import locked_delivery, refresh_state
from services.publisher.publications.rules.followups import BEGUN, MAX_TRIES, Change, failed
from services.publisher.publications.tables import Delivery, Publication
from services.publisher.runtime import connector_of, lane_of
from shared.consumers import Work
from shared.context import Context
from shared.contracts.publisher import DeliveryChangeDue

_log = structlog.get_logger()
_PUT_THERE = frozenset({Change.CORRECTING, Change.CORRECTED})
_WAITS = frozenset({AttemptOutcome.THROTTLED, AttemptOutcome.UNAUTHORIZED})  # for the channel: no try is used up


@dataclass(frozen=True)
class _Wish:
    version: int  # of the delivery: what is asked for later is another one's
    change: Change
    external_id: str
    channel: Channel
    draft: Draft


async def change_post(work: Work, due: DeliveryChangeDue) -> None:
    """Raises Later while the channel waits."""
    async with work.transaction() as context:
        wish = await _wish(context, due)
    if wish is None:
        return
    with lane_of(work.runtime, wish.channel.network, urgent=True):
        answer = await _asked(work, wish)
    async with work.transaction() as context:
        found = await locked_delivery(context, due.delivery_id)
        if found is None or found[1].state is not DeliveryState.SENT:
            return
        if found[1].version == wish.version:
            await _settle(context, *found, due, answer)
        elif wish.change is Change.CORRECTING:
            await _assert_again(context, found[1])


async def _wish(context: Context, due: DeliveryChangeDue) -> _Wish | None:
    delivery = await context.store.find(Delivery, due.delivery_id)
    if delivery is None or delivery.change is None or delivery.change not in BEGUN:
        return None
    draft = await draft_of(context, delivery.id)
    if draft is None or delivery.external_id is None or delivery.state is not DeliveryState.SENT:
        return None
    channel = await ready_channel(context, delivery.channel_id)
    return _Wish(delivery.version, delivery.change, delivery.external_id, channel, draft)


async def _asked(work: Work, wish: _Wish) -> outcomes.Change:
    connector = connector_of(work.runtime, wish.channel.network)
    account = account_of(work.runtime, wish.channel)
    try:
        async with asyncio.timeout(CALL_LIMIT.total_seconds()):
            if wish.change is Change.WITHDRAWING:
                return await connector.withdraw(account, wish.external_id, len(wish.draft.composition.media))
            post = await wish.draft.post(work)
            if post is None:
                return Unsupported(reason("cannot_edit"))
            return await connector.edit(account, wish.external_id, post)
    except TimeoutError:
        return outcomes.Unknown(reason("no_answer", "over the limit"))
    except Exception:  # noqa: BLE001 - a defect of ours, said aloud; the network may have done it all the same
        _log.exception("connector.failed")
        return outcomes.Unknown(reason("no_answer", "defect"))


async def _assert_again(context: Context, delivery: Delivery) -> None:
    """Other words were asked for during the call: nobody knows whose came last, so the last are put there once more."""
    if delivery.change in _PUT_THERE:
        delivery.change = Change.CORRECTING
        await context.emit(DeliveryChangeDue(delivery_id=delivery.id))


async def _settle(
    context: Context,
    publication: Publication,
    delivery: Delivery,
    due: DeliveryChangeDue,
    answer: outcomes.Change,
) -> None:
    change = delivery.change
    if change is None:
        return
    if isinstance(answer, Done):
        _done(delivery, change)
        await refresh_state(context, publication)
        return
    verdict = Verdict(AttemptOutcome.REJECTED, answer.reason) if isinstance(answer, Unsupported) else verdict_of(answer)
    await note_on_channel(context, delivery.channel_id, verdict)
    delivery.change_reason = None if verdict.reason is None else words_of(verdict.reason)
    delivery.version += 1
    used_up = due.tries + (verdict.outcome not in _WAITS)
    if verdict.outcome is AttemptOutcome.REJECTED or used_up >= MAX_TRIES:
        delivery.change = failed(change)
        return
    pause = max(
        verdict.pause, timedelta(0) if verdict.outcome in _WAITS else pause_before(used_up, context.chance.below)
    )
    again = DeliveryChangeDue(delivery_id=delivery.id, tries=used_up)
    await context.emit(again, available_at=context.now + pause)


def _done(delivery: Delivery, change: Change) -> None:
    delivery.version += 1
    delivery.change_reason = None
    if change is Change.WITHDRAWING:
        delivery.state = DeliveryState.WITHDRAWN
        delivery.change = None
    else:
        delivery.change = Change.CORRECTED
