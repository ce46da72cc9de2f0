"""The end of an attempt. That posts were sent is said by two statements for many, for it is what happens most."""

from collections.abc import Sequence
from dataclasses import dataclass
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
    WITH ended AS MATERIALIZED (
        SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:publication_ids AS uuid[]), CAST(:attempts AS integer[]),
            CAST(:external_ids AS text[]), CAST(:urls AS text[]), CAST(:visible_untils AS timestamptz[]))
            AS ended (id, publication_id, attempt, external_id, url, visible_until)
    ), held AS MATERIALIZED (
        SELECT id, state FROM publisher.publication
        WHERE tenant_id = :tenant_id AND id = ANY(CAST(:publication_ids AS uuid[])) ORDER BY id FOR NO KEY UPDATE
    ), sent AS (
        UPDATE publisher.delivery SET state = 'sent', external_id = ended.external_id, url = ended.url, sent_at = :now,
            visible_until = ended.visible_until, reason = NULL, next_attempt_at = NULL, version = version + 1
        FROM held JOIN ended ON ended.publication_id = held.id
        WHERE delivery.tenant_id = :tenant_id AND delivery.id = ended.id AND delivery.state = 'sending'
            AND delivery.attempts = ended.attempt
        RETURNING delivery.id, delivery.attempts, held.id AS publication_id, held.state
    ), noted AS (
        UPDATE publisher.attempt SET finished_at = :now, outcome = 'sent', reason = NULL
        FROM sent WHERE attempt.tenant_id = :tenant_id AND attempt.delivery_id = sent.id
            AND attempt.number = sent.attempts
    )
    SELECT DISTINCT publication_id, state FROM sent
    """
)
_OPEN: Final = text(
    """
    SELECT publication.id FROM unnest(CAST(:publication_ids AS uuid[])) AS publication (id)
    CROSS JOIN LATERAL (SELECT FROM publisher.delivery
        WHERE tenant_id = :tenant_id AND publication_id = publication.id AND state IN ('pending', 'retrying', 'sending')
        LIMIT 1) AS delivery
    """
)


@dataclass(frozen=True)
class Ended:
    """An attempt, and how it ended."""

    head: Head
    verdict: Verdict

    def is_usual(self, channel: Channel) -> bool:
        """Sent, and nothing follows but that."""
        return (
            self.verdict.outcome is AttemptOutcome.SENT
            and self.verdict.poll_id is None
            and channel.blocked_since is None
        )


async def record(context: Context, ended: Ended, channel: Channel) -> None:
    """Whatever else has been written of the attempt meanwhile stands."""
    found = await locked_delivery(context, ended.head.id)
    if found is None:
        return
    _, delivery = found
    if delivery.state is DeliveryState.SENDING and delivery.attempts == ended.head.attempts + 1:
        await settle(context, *found, channel, ended.verdict)


async def record_sent(context: Context, usual: Sequence[Ended]) -> None:
    """As `record` does, for many; a publication's state is looked at anew where it may be another one."""
    now = context.now
    values = {
        "tenant_id": context.tenant_id,
        "ids": [each.head.id for each in usual],
        "publication_ids": [each.head.publication_id for each in usual],
        "attempts": [each.head.attempts + 1 for each in usual],
        "external_ids": [each.verdict.external_id for each in usual],
        "urls": [each.verdict.url for each in usual],
        "visible_untils": [now + STORY_LASTS if each.head.format is PostFormat.STORY else None for each in usual],
        "now": now,
    }
    states = {row.publication_id: row.state for row in await context.store.execute(_SENT, values)}
    if not states:
        return
    keys = {"tenant_id": context.tenant_id, "publication_ids": list(states)}
    still_open = set((await context.store.execute(_OPEN, keys)).scalars())
    for publication_id, state in sorted(states.items()):
        if publication_id not in still_open or state != PublicationState.PUBLISHING:  # else one in doubt has changed it
            await refresh_state(context, await context.store.get(Publication, publication_id))
