"""What is out already: corrected or taken down in each network that can, and said of each that cannot."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel import col, select

from services.publisher.channels.actions.accounts import words_of
from services.publisher.channels.rules.attempts import WAITING, DeliveryState
from services.publisher.channels.tables import Channel
from services.publisher.networks.outcomes import Reason
from services.publisher.publications.actions.composing import compose, post_in
from services.publisher.publications.actions.contents import Contents, check_may_use, contents_of, set_variants
from services.publisher.publications.actions.drafting import WithParts, locked_publication, touch, with_parts
from services.publisher.publications.actions.fingerprints import note_review
from services.publisher.publications.actions.outcomes import refresh_state
from services.publisher.publications.actions.policies import leave_asked
from services.publisher.publications.actions.previewing import check_words
from services.publisher.publications.actions.reviewing import check_stands_at
from services.publisher.publications.actions.telling import tell_correction, tell_state
from services.publisher.publications.rules.followups import Change, failed
from services.publisher.publications.rules.problems import ChannelOfPost
from services.publisher.publications.rules.reviews import Verdict
from services.publisher.publications.rules.states import PublicationState, Verb, check_allowed, check_not_being_sent
from services.publisher.publications.schemas.contents import VariantBody
from services.publisher.publications.schemas.publications import Correction
from services.publisher.publications.tables import Delivery, Publication
from shared.context import Context
from shared.contracts.publisher import DeliveryChangeDue

NO_ADDRESS = Reason(
    "delivery.no_post_id",
    {
        "ru": "Номер этой записи в сети неизвестен: сделайте это в самом канале",
        "en": "The post's id in the network is not known: do it in the channel itself",
    },
)
_MAY_BE_OUT = frozenset({DeliveryState.SENT, DeliveryState.UNKNOWN})


async def withdraw_publication(context: Context, publication_id: UUID, if_match: str | None) -> WithParts:
    """What waits is not sent, what is out is taken down where the network can.

    Raises NotFound, Forbidden, Stale, PublicationStateForbids, BeingSent.
    """
    publication = await locked_publication(context, publication_id, if_match)
    check_allowed(Verb.WITHDRAW, publication.state)
    deliveries = await _locked_deliveries(context, publication.id)
    check_not_being_sent([delivery.state for delivery in deliveries])
    for delivery in deliveries:
        if delivery.state in WAITING:
            delivery.state = DeliveryState.WITHDRAWN
            delivery.next_attempt_at = None
            delivery.version += 1
        elif delivery.state in _MAY_BE_OUT:
            await _begin(context, delivery, Change.WITHDRAWING)
    if _MAY_BE_OUT.isdisjoint(delivery.state for delivery in deliveries):
        publication.state = PublicationState.WITHDRAWN
        touch(context, publication)
        await tell_state(context, publication)
    else:
        await refresh_state(context, publication)
    return await with_parts(context, publication)


async def correct_publication(
    context: Context, publication_id: UUID, correction: Correction, if_match: str | None
) -> WithParts:
    """Other words for what is out, by somebody who may publish in each channel whose words change.

    Where its words need somebody's leave, by whoever could have given it last. Words that are there already change
    nothing and leave no trace.

    Raises NotFound, Forbidden, Stale, PublicationStateForbids, BeingSent, NotPublishable, NotYourLevel.
    """
    publication = await locked_publication(context, publication_id, if_match)
    check_allowed(Verb.CORRECT, publication.state)
    deliveries = await _locked_deliveries(context, publication.id)
    check_not_being_sent([delivery.state for delivery in deliveries])
    asked = await leave_asked(context, publication.organization_id)
    if asked:
        await check_stands_at(context, asked[-1:])
    shown = await contents_of(context, publication.id)
    if not _differs(publication, shown, correction):
        return await with_parts(context, publication)
    channels = {channel.id: channel for channel in await _channels_of(context, deliveries)}
    before = {each.id: _shown_in(publication, shown, each, channels[each.channel_id]) for each in deliveries}
    contents = await _reword(context, publication, shown, correction)
    check_words(publication, contents, _stand_ins(publication, contents, deliveries, channels))
    changed = [
        delivery
        for delivery in deliveries
        if before[delivery.id] != _shown_in(publication, contents, delivery, channels[delivery.channel_id])
    ]
    await check_may_use(context, [channels[delivery.channel_id] for delivery in changed])
    for delivery in changed:
        delivery.version += delivery.state in WAITING  # whoever has read its words for sending them reads them again
        if delivery.state in _MAY_BE_OUT and delivery.change is not Change.WITHDRAWING:
            await _begin(context, delivery, Change.CORRECTING)
    if changed:
        await tell_correction(context, publication)
    touch(context, publication)
    organization_id = asked[-1] if asked else publication.organization_id
    await note_review(context, publication, contents, Verdict.CORRECTED, organization_id, correction.comment)
    return await with_parts(context, publication)


def _differs(publication: Publication, contents: Contents, correction: Correction) -> bool:
    if correction.text is not None and correction.text != publication.text:
        return True
    return any(
        contents.variants.get(network, VariantBody()).text != text for network, text in correction.variants.items()
    )


async def _reword(context: Context, publication: Publication, contents: Contents, correction: Correction) -> Contents:
    """Raises NotPublishable for what a network never takes."""
    if correction.text is not None:
        publication.text = correction.text
    variants = dict(contents.variants)
    for network, text in correction.variants.items():
        variants[network] = variants.get(network, VariantBody()).model_copy(update={"text": text})
    if correction.variants:
        await set_variants(context, publication.id, variants)
    await context.store.flush()
    return await contents_of(context, publication.id)


def _stand_ins(
    publication: Publication, contents: Contents, deliveries: Sequence[Delivery], channels: Mapping[UUID, Channel]
) -> list[tuple[UUID, ChannelOfPost]]:
    """What the channels show, or are to show, that carry it in place of others; and whose place that is."""
    by_id = {delivery.id: delivery for delivery in deliveries}
    found: list[tuple[UUID, ChannelOfPost]] = []
    for each in deliveries:
        if each.failover_of is None or each.state not in WAITING | _MAY_BE_OUT:
            continue
        first = each
        while first.failover_of is not None:
            first = by_id[first.failover_of]
        channel = channels[each.channel_id]
        shown = post_in(publication, contents, channel, own_text=each.own_text, format_=each.format)
        found.append((first.channel_id, shown))
    return found


def _shown_in(publication: Publication, contents: Contents, delivery: Delivery, channel: Channel) -> str:
    return compose(publication, contents, channel.network, own_text=delivery.own_text, format_=delivery.format).text


async def _begin(context: Context, delivery: Delivery, change: Change) -> None:
    delivery.version += 1
    if delivery.state is DeliveryState.UNKNOWN or delivery.external_id is None:
        delivery.change = failed(change)
        delivery.change_reason = words_of(NO_ADDRESS)
        return
    delivery.change = change
    delivery.change_reason = None
    await context.emit(DeliveryChangeDue(delivery_id=delivery.id))


async def _locked_deliveries(context: Context, publication_id: UUID) -> list[Delivery]:
    query = select(Delivery).where(col(Delivery.publication_id) == publication_id).order_by(col(Delivery.id))
    return await context.store.all(query.with_for_update())


async def _channels_of(context: Context, deliveries: Sequence[Delivery]) -> list[Channel]:
    ids = [delivery.channel_id for delivery in deliveries]
    return await context.store.all(select(Channel).where(col(Channel.id).in_(ids)))
