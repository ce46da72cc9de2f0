"""What those who publish must be told: a post that nobody is sure of, a publication that did not come out."""

from services.publisher.channels.rules.attempts import DeliveryState, Step
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
