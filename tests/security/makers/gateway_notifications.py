"""Requests to the room of notifications."""

from uuid import UUID

from sqlmodel import select

from services.gateway.notifications.actions.gathering import take_request
from services.gateway.notifications.tables import Notification
from shared.clock import new_id
from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.contracts.gateway import NotificationRequested
from shared.identity import system
from tests.security.attempts import Attempt
from tests.security.house import Branch
from tests.security.makers.registry import makes


@makes("notifications_read", "notifications_mark_read")
async def a_notification(branch: Branch) -> Attempt:
    """Told to the one who runs the branch."""
    incident = f"publication:{new_id()}:1"
    request = NotificationRequested(
        kind="publication_failed",
        incident=incident,
        organization_id=UUID(branch.organization),
        person_ids=(UUID(branch.chair),),
        title={"ru": "Публикация не вышла", "en": "A publication did not come out"},
    )
    runtime = branch.services.runtime(ServiceName.GATEWAY)
    async with unit_of_work(runtime, branch.tenant_id, system(branch.tenant_id)) as context:
        await take_request(context, request)
        (notification_id,) = await context.store.all(select(Notification.id).where(Notification.incident == incident))
    return Attempt([f"/notifications/{notification_id}"], {"notification_id": str(notification_id)})
