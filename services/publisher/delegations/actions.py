"""See what one is asked to carry; carry it at once, in words of one's own, or not at all."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from services.publisher.channels.actions.accounts import words_of
from services.publisher.channels.rules.attempts import DeliveryState, Step
from services.publisher.channels.rules.readiness import TestKey
from services.publisher.channels.tables import Channel
from services.publisher.delegations.rules import check_answerable, refused
from services.publisher.delegations.schemas import DelegationFilter, DelegationView
from services.publisher.directory.tables import DIRECTORY
from services.publisher.media.actions.keeping import may_be_shown
from services.publisher.media.tables import Media
from services.publisher.networks.shortcomings import problems_of_post
from services.publisher.publications.actions.composing import compose
from services.publisher.publications.actions.contents import contents_of, parts_of
from services.publisher.publications.actions.counting import counted_links
from services.publisher.publications.actions.outcomes import follow, locked_delivery
from services.publisher.publications.actions.turns import make_due
from services.publisher.publications.rules.formats import text_as
from services.publisher.publications.rules.policies import Consent
from services.publisher.publications.rules.states import NotPublishable
from services.publisher.publications.tables import Delivery, Publication
from services.publisher.runtime import is_rehearsal
from shared.app import check_match, paginate
from shared.context import Context
from shared.errors import FieldError, NotFound
from shared.permissions import Permission


async def list_delegations(context: Context, page: DelegationFilter) -> tuple[list[DelegationView], str | None]:
    """For the channels through which the caller may publish, newest first."""
    query = select(Delivery).where(
        col(Delivery.consent).is_not(None) if page.consent is None else col(Delivery.consent) == page.consent,
        _in_own_channels(context),
    )
    deliveries, following = await paginate(context, query, Delivery.id, page)
    return await _views(context, deliveries), following


async def read_delegation(context: Context, delivery_id: UUID) -> DelegationView:
    """Raises NotFound."""
    return (await _views(context, [await _found(context, delivery_id)]))[0]


async def accept_delegation(
    context: Context, delivery_id: UUID, text: str | None, if_match: str | None
) -> DelegationView:
    """It goes out now. Raises NotFound, Stale, TestKey, AnswerTooLate, NotPublishable."""
    publication, delivery = await _locked(context, delivery_id, if_match)
    if text is not None:
        delivery.own_text = text
        await _check_words(context, publication, delivery)
    delivery.consent = Consent.ACCEPTED
    delivery.version += 1
    await make_due(context, delivery, context.now)
    return (await _views(context, [delivery]))[0]


async def refuse_delegation(context: Context, delivery_id: UUID, comment: str, if_match: str | None) -> DelegationView:
    """It is not sent there. Raises NotFound, Stale, TestKey, AnswerTooLate."""
    publication, delivery = await _locked(context, delivery_id, if_match)
    delivery.consent = Consent.REFUSED
    delivery.reason = words_of(refused(comment))
    await follow(context, publication, delivery, Step(DeliveryState.DROPPED))
    return (await _views(context, [delivery]))[0]


async def _locked(context: Context, delivery_id: UUID, if_match: str | None) -> tuple[Publication, Delivery]:
    await _found(context, delivery_id)
    if context.caller.is_test and not is_rehearsal(context.runtime):
        raise TestKey
    found = await locked_delivery(context, delivery_id)
    if found is None:
        raise NotFound
    check_match(if_match, found[1].version)
    check_answerable(found[1].consent, found[1].state, found[1].consent_until, context.now)
    return found


async def _found(context: Context, delivery_id: UUID) -> Delivery:
    query = select(Delivery).where(
        col(Delivery.id) == delivery_id,
        col(Delivery.consent).is_not(None),
        _in_own_channels(context),
    )
    delivery = await context.store.first(query)
    if delivery is None:
        raise NotFound
    return delivery


def _in_own_channels(context: Context) -> ColumnElement[bool]:
    own = select(Channel.id).where(
        col(Channel.tenant_id) == context.tenant_id,
        DIRECTORY.reach_filter(context, Channel.organization_id, Permission.PUBLISH),
    )
    return col(Delivery.channel_id).in_(own)


async def _check_words(context: Context, publication: Publication, delivery: Delivery) -> None:
    """Raises NotPublishable."""
    channel = await context.store.get(Channel, delivery.channel_id)
    contents = await contents_of(context, publication.id)
    made = compose(publication, contents, channel.network, own_text=delivery.own_text, format_=delivery.format)
    wanted = publication.count_clicks
    links = await counted_links(context, publication.organization_id, [made.text], wanted=wanted)
    if links is not None:
        made = replace(made, text=links.shown(made.text, channel.network))
    found = problems_of_post(channel.network, replace(made.facts(), own=channel.limits()), channel.unable())
    if found:
        raise NotPublishable(errors=tuple(FieldError("/text", each.code, each.text) for each in found))


async def _views(context: Context, deliveries: Sequence[Delivery]) -> list[DelegationView]:
    """By as many questions however many they are. What a person signed is not described to a partner."""
    ids = {delivery.publication_id for delivery in deliveries}
    publications = {
        each.id: each for each in await context.store.all(select(Publication).where(col(Publication.id).in_(ids)))
    }
    channel_ids = [delivery.channel_id for delivery in deliveries]
    channels = {
        each.id: each for each in await context.store.all(select(Channel).where(col(Channel.id).in_(channel_ids)))
    }
    parts = await parts_of(context, list(publications.values()))
    shown: list[tuple[Delivery, str, list[UUID]]] = []
    for delivery in deliveries:
        publication, part = publications[delivery.publication_id], parts[delivery.publication_id]
        variant = part.variants.get(channels[delivery.channel_id].network)
        own = delivery.own_text if variant is None else delivery.own_text or variant.text
        media_ids = part.media_ids if variant is None or variant.media_ids is None else variant.media_ids
        text = publication.text if own is None else own
        shown.append((delivery, text_as(delivery.format, text, publication.repost_of), media_ids))
    wanted = {media_id for _, _, media_ids in shown for media_id in media_ids}
    described = select(Media).where(col(Media.id).in_(wanted), may_be_shown(context))
    images = {each.id: each.alt_text for each in await context.store.all(described)}
    return [
        DelegationView.of(
            delivery,
            publications[delivery.publication_id],
            channels[delivery.channel_id].network,
            text,
            [images[media_id] for media_id in media_ids if media_id in images],
        )
        for delivery, text, media_ids in shown
    ]
