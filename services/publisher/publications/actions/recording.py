"""The end of an attempt. That it was sent is said by two statements, for it is what happens most; all else by `settle`."""

from typing import Final

from sqlalchemy import text

from services.publisher.channels.actions.calls import Verdict
from services.publisher.channels.rules.attempts import AttemptOutcome, DeliveryState
from services.publisher.channels.tables import Channel
from services.publisher.networks.contents import PostFormat
from services.publisher.publications.actions.lines import Head
from services.publisher.publications.actions.outcomes import locked_delivery, refresh_state, settle
from services.publisher.publications.rules.followups import STORY_LASTS
from services.publisher.publications.rules.states import PublicationState
from services.publisher.publications.tables import Publication
from shared.context import Context

_SENT: Final = text(
    """
    WITH held AS MATERIALIZED (
        SELECT id, state FROM publisher.publication WHERE tenant_id = :tenant_id AND id = :publication_id FOR UPDATE
    ), sent AS (
        UPDATE publisher.delivery SET state = 'sent', external_id = :external_id, url = :url, sent_at = :now,
            visible_until = CAST(:visible_until AS timestamptz), reason = NULL, next_attempt_at = NULL,
            version = version + 1
        FROM held WHERE delivery.tenant_id = :tenant_id AND delivery.id = :id AND delivery.state = 'sending'
            AND delivery.attempts = :attempt
        RETURNING delivery.id
    ), ended AS (
        UPDATE publisher.attempt SET finished_at = :now, outcome = 'sent', reason = NULL
        FROM sent WHERE attempt.tenant_id = :tenant_id AND attempt.delivery_id = sent.id AND attempt.number = :attempt
    )
    SELECT held.state FROM held, sent
    """
)
_OTHERS: Final = text(
    """
    SELECT EXISTS (SELECT FROM publisher.delivery WHERE tenant_id = :tenant_id AND publication_id = :publication_id
            AND state IN ('pending', 'retrying', 'sending')) AS some_are_open
    """
)


async def record(context: Context, head: Head, channel: Channel, verdict: Verdict) -> None:
    """Whatever else has been written of the attempt meanwhile stands."""
    is_usual = verdict.poll_id is None and channel.blocked_since is None
    if verdict.outcome is AttemptOutcome.SENT and is_usual:
        await _record_sent(context, head, verdict)
        return
    found = await locked_delivery(context, head.id)
    if found is not None and found[1].state is DeliveryState.SENDING and found[1].attempts == head.attempts + 1:
        await settle(context, *found, channel, verdict)


async def _record_sent(context: Context, head: Head, verdict: Verdict) -> None:
    """As `outcomes.settle` does; the publication's state is looked at anew where it may be another one."""
    now = context.now
    keys = {"tenant_id": context.tenant_id, "publication_id": head.publication_id}
    values = {
        **keys,
        "id": head.id,
        "attempt": head.attempts + 1,
        "external_id": verdict.external_id,
        "url": verdict.url,
        "now": now,
        "visible_until": now + STORY_LASTS if head.format is PostFormat.STORY else None,
    }
    held = (await context.store.execute(_SENT, values)).first()
    if held is None:
        return
    others = (await context.store.execute(_OTHERS, keys)).one()
    if others.some_are_open and held.state == PublicationState.PUBLISHING:  # it would be another one with one in doubt
        return
    await refresh_state(context, await context.store.get(Publication, head.publication_id))
