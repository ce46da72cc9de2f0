"""What became of a try, for it and for all that went with it."""

import structlog
from sqlalchemy import update
from sqlmodel import col, select

from services.gateway.notifications.rules.tellings import OPEN, TellingState, pause_after, state_after_notice
from services.gateway.notifications.tables import NotificationTelling
from shared.context import Context
from shared.contracts.gateway import NotificationDue
from shared.contracts.publisher import NoticeDelivery

_log = structlog.get_logger()
_ANOTHER_ACCOUNT = frozenset({TellingState.REJECTED, TellingState.FAILED})


async def settle(context: Context, telling: NotificationTelling, state: TellingState, code: str | None) -> None:
    """WAITING asks for another try, while there are any left."""
    if state is not TellingState.WAITING:
        await end(context, telling, state, code)
        return
    telling.tries += 1
    pause = pause_after(telling.tries)
    if pause is None:
        await end(context, telling, TellingState.FAILED, code)
        return
    telling.due_at = context.now + pause
    await _try_again(context, telling, code)


async def hear_of_notice(context: Context, news: NoticeDelivery) -> None:
    """The publisher's word. What one account did not take another may; what may have arrived is not sent again."""
    query = select(NotificationTelling).where(col(NotificationTelling.reference_id) == news.reference_id)
    found = await context.store.first(query)
    if found is None:  # of a code, or of another notice that is not ours
        return
    telling = await context.store.lock(NotificationTelling, found.id)
    if telling.state is not TellingState.SENDING or telling.reference_id != news.reference_id:
        return
    state = state_after_notice(news.state)
    if state in _ANOTHER_ACCOUNT:
        telling.due_at = context.now
        await _try_again(context, telling, news.code)
    else:
        await end(context, telling, state, news.code)


async def end(context: Context, telling: NotificationTelling, state: TellingState, code: str | None) -> None:
    """Of it and of what it carries."""
    telling.state = state
    telling.code = code
    telling.lease_until = None
    if state is TellingState.UNKNOWN:
        _log.warning("notification.unknown", telling_id=str(telling.id), way=telling.way, code=code)
    carried = update(NotificationTelling).where(
        col(NotificationTelling.carrier_id) == telling.id, col(NotificationTelling.state).in_(OPEN)
    )
    await context.store.execute(carried.values(state=state, code=code))


async def _try_again(context: Context, telling: NotificationTelling, code: str | None) -> None:
    telling.state = TellingState.WAITING
    telling.code = code
    telling.lease_until = None
    due = NotificationDue(notification_id=telling.notification_id, way=telling.way, attempt=telling.attempts + 1)
    await context.emit(due, available_at=telling.due_at)
