"""Read what became of a publication in each channel; try again, or say what a person saw there."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from services.publisher.channels.rules.attempts import (
    DeliveryState,
    Step,
    check_confirmable,
    check_retryable,
)
from services.publisher.channels.tables import Channel
from services.publisher.networks.accounts import Network
from services.publisher.publications.actions.contents import check_real
from services.publisher.publications.actions.drafting import publication_for
from services.publisher.publications.actions.failover import note_end
from services.publisher.publications.actions.outcomes import follow, locked_delivery, note_sent, try_again
from services.publisher.publications.rules.states import PublicationState, forbidden_in
from services.publisher.publications.schemas.deliveries import Confirmation
from services.publisher.publications.tables import Attempt, Delivery, Publication
from shared.app import PageQuery, check_match, paginate
from shared.context import Context
from shared.errors import NotFound
from shared.permissions import Permission

WithAttempts = tuple[Delivery, Sequence[Attempt], Network]


async def list_deliveries(
    context: Context, publication_id: UUID, page: PageQuery
) -> tuple[list[WithAttempts], str | None]:
    """Raises NotFound, Forbidden."""
    await publication_for(context, publication_id, Permission.SEE_PUBLICATIONS)
    query = select(Delivery).where(col(Delivery.publication_id) == publication_id)
    deliveries, following = await paginate(context, query, Delivery.id, page, descending=False)
    return await _with_attempts(context, deliveries), following


async def read_delivery(context: Context, publication_id: UUID, delivery_id: UUID) -> WithAttempts:
    """Raises NotFound, Forbidden."""
    await publication_for(context, publication_id, Permission.SEE_PUBLICATIONS)
    delivery = await context.store.find(Delivery, delivery_id)
    if delivery is None or delivery.publication_id != publication_id:
        raise NotFound
    return (await _with_attempts(context, [delivery]))[0]


async def retry_delivery(
    context: Context, publication_id: UUID, delivery_id: UUID, if_match: str | None
) -> WithAttempts:
    """Send again what the network refused or what used up its tries.

    Raises NotFound, Forbidden, Stale, PublicationStateForbids, DeliveryStateForbids.
    """
    publication, delivery = await _locked(context, publication_id, delivery_id, if_match)
    check_retryable(delivery.state)
    await try_again(context, publication, delivery)
    return (await _with_attempts(context, [delivery]))[0]


async def confirm_delivery(
    context: Context, publication_id: UUID, delivery_id: UUID, seen: Confirmation, if_match: str | None
) -> WithAttempts:
    """A person looked at the channel of an unknown delivery: it is there, or is to be sent again. Raises as above."""
    publication, delivery = await _locked(context, publication_id, delivery_id, if_match)
    check_confirmable(delivery.state)
    delivery.confirmed_by = context.caller.person_id
    if seen.sent:
        note_sent(context, delivery, None, seen.url, at=delivery.doubtful_since)
        step, channel = Step(DeliveryState.SENT), await context.store.get(Channel, delivery.channel_id)
        await note_end(context, publication, delivery, channel, step)
        await follow(context, publication, delivery, step)
    else:
        await try_again(context, publication, delivery)
    return (await _with_attempts(context, [delivery]))[0]


async def _locked(
    context: Context, publication_id: UUID, delivery_id: UUID, if_match: str | None
) -> tuple[Publication, Delivery]:
    await publication_for(context, publication_id, Permission.PUBLISH)
    check_real(context)
    delivery = await context.store.find(Delivery, delivery_id)
    if delivery is None or delivery.publication_id != publication_id:  # before anybody else's publication is locked
        raise NotFound
    found = await locked_delivery(context, delivery_id)
    if found is None:
        raise NotFound
    if found[0].state is PublicationState.WITHDRAWN:
        raise forbidden_in(found[0].state)
    check_match(if_match, found[1].version)
    return found


async def _with_attempts(context: Context, deliveries: Sequence[Delivery]) -> list[WithAttempts]:
    query = select(Attempt).where(col(Attempt.delivery_id).in_([delivery.id for delivery in deliveries]))
    attempts: defaultdict[UUID, list[Attempt]] = defaultdict(list)
    for attempt in await context.store.all(query.order_by(col(Attempt.number))):
        attempts[attempt.delivery_id].append(attempt)
    of = select(Channel).where(col(Channel.id).in_([delivery.channel_id for delivery in deliveries]))
    networks = {channel.id: channel.network for channel in await context.store.all(of)}
    return [(delivery, attempts[delivery.id], networks[delivery.channel_id]) for delivery in deliveries]
