"""What those who write to the press must be told: a letter that nobody is sure of."""

from services.publisher.releases.tables import Release
from shared.context import Context
from shared.contracts.gateway import NotificationRequested
from shared.permissions import Permission


async def alert_to_unknown_letter(context: Context, release: Release) -> None:
    """Once for a release, however many of its letters are in doubt: the list of its recipients has them all."""
    await context.emit(
        NotificationRequested(
            kind="delivery_unknown",
            incident=f"release:{release.id}",
            organization_id=release.organization_id,
            permission=Permission.MANAGE_PARTNERS,
            title={
                "ru": "Неизвестно, дошло ли письмо с релизом: подтвердите его или отправьте ещё раз",
                "en": "It is not known whether a letter of a release arrived: confirm it or send it again",
            },
            link=f"/v1/releases/{release.id}/recipients",
        )
    )
