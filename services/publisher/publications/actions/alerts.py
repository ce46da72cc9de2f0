"""What those who publish must be told: a post that nobody is sure of, a publication that did not come out."""

from uuid import UUID

from services.publisher.channels.rules.attempts import DeliveryState, Step
from services.publisher.channels.tables import Channel
from services.publisher.publications.rules.states import PublicationState
from services.publisher.publications.tables import Delivery, Publication
from shared.context import Context
from shared.contracts.gateway import NotificationRequested
from shared.errors import Text
from shared.permissions import Permission

_NOT_OUT: dict[PublicationState, Text] = {
    PublicationState.FAILED: {
        "ru": "Публикация не вышла ни в одном канале",
        "en": "A publication came out in no channel",
    },
    PublicationState.PARTIALLY_PUBLISHED: {
        "ru": "Публикация вышла не во всех каналах",
        "en": "A publication came out in some of its channels only",
    },
}


async def alert_to_doubt(context: Context, publication: Publication, delivery: Delivery, step: Step) -> None:
    """Once for each attempt that the network may have taken and that nothing but a person's look can clear up."""
    if step.state is not DeliveryState.UNKNOWN or step.look_in is not None:
        return
    await context.emit(
        NotificationRequested(
            kind="delivery_unknown",
            incident=f"delivery:{delivery.id}:{delivery.attempts}",
            organization_id=publication.organization_id,
            permission=Permission.PUBLISH,
            title={
                "ru": "Неизвестно, вышла ли публикация: посмотрите в самом канале",
                "en": "It is not known whether a publication came out: look at the channel itself",
            },
            link=f"/v1/publications/{publication.id}/deliveries",
            urgent=True,
        )
    )


async def alert_to_failure(context: Context, publication: Publication, before: PublicationState) -> None:
    """Once each time that a publication comes to such an end."""
    title = _NOT_OUT.get(publication.state)
    if title is None or publication.state is before:
        return
    await context.emit(
        NotificationRequested(
            kind="publication_failed",
            incident=f"publication:{publication.id}:{publication.version}",
            organization_id=publication.organization_id,
            permission=Permission.PUBLISH,
            title=dict(title),
            link=f"/v1/publications/{publication.id}/deliveries",
        )
    )


async def alert_to_failover(
    context: Context, publication: Publication, blocked: Channel, second: Channel, delivery: Delivery
) -> None:
    """Once for each delivery in place of another; whoever is to carry it in a channel of theirs is asked."""
    if delivery.consent is not None:
        await alert_to_carrying(context, second.organization_id, delivery)
    await context.emit(
        NotificationRequested(
            kind="publication_failed",
            incident=f"failover:{delivery.id}",
            organization_id=publication.organization_id,
            permission=Permission.PUBLISH,
            title={
                "ru": f"Канал «{blocked.title}» не принял публикацию: она идёт в «{second.title}»",
                "en": f"The channel “{blocked.title}” could not take a publication: it goes to “{second.title}”",
            },
            link=f"/v1/publications/{publication.id}/deliveries",
        )
    )


async def alert_to_review(context: Context, publication: Publication, organization_id: UUID) -> None:
    """Those whose turn it is to approve."""
    await context.emit(
        NotificationRequested(
            kind="publication_review",
            incident=f"review:{publication.id}:{publication.version}",
            organization_id=organization_id,
            permission=Permission.APPROVE_PUBLICATIONS,
            title={"ru": "Публикация ждёт согласования", "en": "A publication waits for approval"},
            link=f"/v1/publications/{publication.id}/reviews",
        )
    )


async def alert_to_return(context: Context, publication: Publication) -> None:
    """Those who publish there: it did not pass, or is no longer what was approved."""
    await context.emit(
        NotificationRequested(
            kind="publication_returned",
            incident=f"returned:{publication.id}:{publication.version}",
            organization_id=publication.organization_id,
            permission=Permission.PUBLISH,
            title={"ru": "Публикация вернулась с согласования", "en": "A publication came back from review"},
            link=f"/v1/publications/{publication.id}/reviews",
        )
    )


async def alert_to_carrying(context: Context, organization_id: UUID, delivery: Delivery) -> None:
    """Those whose channel is to carry what an organization above wrote."""
    await context.emit(
        NotificationRequested(
            kind="publication_review",
            incident=f"carrying:{delivery.id}",
            organization_id=organization_id,
            permission=Permission.PUBLISH,
            title={
                "ru": "Вышестоящая организация просит выпустить публикацию в вашем канале",
                "en": "An organization above asks you to carry a publication in your channel",
            },
            link=f"/v1/delegations/{delivery.id}",
        )
    )
