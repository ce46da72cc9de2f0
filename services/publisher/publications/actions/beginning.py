"""The moment at which a publication begins to go out: one delivery for each of its channels."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import col, select

from services.publisher.channels.rules.attempts import DeliveryState
from services.publisher.channels.tables import Channel
from services.publisher.publications.actions.alerts import alert_to_carrying
from services.publisher.publications.actions.contents import Contents
from services.publisher.publications.actions.drafting import touch
from services.publisher.publications.actions.policies import answer_hours_of
from services.publisher.publications.actions.wakes import Joining, join_lines
from services.publisher.publications.rules.formats import sent_as
from services.publisher.publications.rules.plans import moment_now_meant
from services.publisher.publications.rules.policies import Consent, wait_for_answer
from services.publisher.publications.rules.states import PublicationState, is_urgent
from services.publisher.publications.tables import Delivery, Publication, PublicationTarget
from shared.clock import new_id
from shared.context import Context
from shared.contracts import Priority
from shared.local_time import zone_named


async def begin(context: Context, publication: Publication, contents: Contents) -> None:
    """Deliveries are due at once, or once those have answered who are asked to carry the publication."""
    publication.state = PublicationState.PUBLISHING
    publication.published_at = context.now
    publication.schedule_version += 1
    touch(context, publication)
    rows = await _deliveries(context, publication, contents.channels)
    if not rows:
        return
    await context.store.execute(insert(Delivery), rows)
    urgent = is_urgent(publication.kind)
    await join_lines(
        context, [Joining(row["id"], row["channel_id"], row["next_attempt_at"], is_urgent=urgent) for row in rows]
    )
    for channel, row in zip(contents.channels, rows, strict=True):
        if row["consent"] is Consent.ASKED:
            await alert_to_carrying(context, channel.organization_id, await context.store.get(Delivery, row["id"]))


async def _deliveries(
    context: Context, publication: Publication, channels: Sequence[Channel]
) -> Sequence[Mapping[str, Any]]:
    """Rows of `Delivery`: as objects, hundreds of publications that are due together would take seconds longer."""
    own_times = await _own_times_of(context, publication)
    others = [channel.organization_id for channel in channels]
    hours = await answer_hours_of(context, [other for other in others if other != publication.organization_id])
    priority = Priority.URGENT if is_urgent(publication.kind) else Priority.NORMAL
    rows: list[Mapping[str, Any]] = []
    for channel in channels:
        asked = hours.get(channel.organization_id) if channel.organization_id != publication.organization_id else None
        answered_at = context.now if asked is None else context.now + wait_for_answer(publication.kind, asked)
        planned_at = own_times.get(channel.id)
        due_at = max(answered_at, planned_at or answered_at)
        rows.append(
            {
                "tenant_id": context.tenant_id,
                "id": new_id(),
                "publication_id": publication.id,
                "channel_id": channel.id,
                "state": DeliveryState.PENDING,
                "format": sent_as(channel.network, publication.format),
                "consent": None if asked is None else Consent.ASKED,
                "consent_until": None if asked is None else due_at,
                "planned_at": planned_at,
                "priority": int(priority),
                "next_attempt_at": due_at,
            }
        )
    return rows


async def _own_times_of(context: Context, publication: Publication) -> Mapping[UUID, datetime]:
    """By today's rules of the zones; of a publication that nobody scheduled there are none."""
    if publication.local_time is None:
        return {}
    query = select(PublicationTarget).where(
        col(PublicationTarget.publication_id) == publication.id, col(PublicationTarget.publish_at).is_not(None)
    )
    return {
        target.channel_id: moment_now_meant(target.local_time, zone_named(target.timezone), 0, target.publish_at)
        for target in await context.store.all(query)
        if target.local_time is not None and target.timezone is not None and target.publish_at is not None
    }
