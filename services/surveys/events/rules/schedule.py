"""The times of an event: within reach, in their order, not in the past."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from shared.errors import FieldError, Invalid, Text
from shared.local_time import moment_of

LONGEST = timedelta(days=31)
EARLIEST_YEAR, LATEST_YEAR = 2000, 2200


class InvalidSchedule(Invalid):
    code = "event.invalid_schedule"
    title = {"ru": "Время мероприятия указано неверно", "en": "The event's times are not valid"}


_FAULTS: dict[str, Text] = {
    "ends_before_start": {"ru": "Конец должен быть позже начала", "en": "The end must be after the start"},
    "too_long": {"ru": "Не дольше 31 дня", "en": "At most 31 days"},
    "out_of_range": {"ru": "Слишком далёкое время", "en": "Too far away"},
    "in_the_past": {"ru": "Это время уже прошло", "en": "This time is in the past"},
    "after_the_end": {"ru": "Не позже конца мероприятия", "en": "Not after the end of the event"},
}


def fault(pointer: str, code: str) -> InvalidSchedule:
    return InvalidSchedule(errors=(FieldError(pointer, code, _FAULTS[code]),))


def moment_within_reach(local_time: datetime, zone: ZoneInfo, pointer: str) -> datetime:
    """As `moment_of`; a time that comes twice means the earlier one. Raises InvalidSchedule for other centuries too."""
    if not EARLIEST_YEAR <= local_time.year <= LATEST_YEAR:
        raise fault(pointer, "out_of_range")
    return moment_of(local_time, zone, pointer)


def check_times(starts_at: datetime, ends_at: datetime, registration_closes_at: datetime | None) -> None:
    """Raises InvalidSchedule."""
    if ends_at <= starts_at:
        raise fault("/ends_local", "ends_before_start")
    if ends_at - starts_at > LONGEST:
        raise fault("/ends_local", "too_long")
    if registration_closes_at is not None and registration_closes_at > ends_at:
        raise fault("/registration_closes_at", "after_the_end")


def check_ahead(starts_at: datetime, now: datetime) -> None:
    """Raises InvalidSchedule: only what has not begun is announced."""
    if starts_at <= now:
        raise fault("/starts_local", "in_the_past")
