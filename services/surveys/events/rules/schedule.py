"""Local times of an event as moments. The local time and its zone are what people agreed on; the moment follows."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.errors import FieldError, Invalid, Text

LONGEST = timedelta(days=31)
EARLIEST_YEAR, LATEST_YEAR = 2000, 2200


class InvalidSchedule(Invalid):
    code = "event.invalid_schedule"
    title = {"ru": "Время мероприятия указано неверно", "en": "The event's times are not valid"}


_FAULTS: dict[str, Text] = {
    "unknown_zone": {
        "ru": "Нет такого часового пояса, пример: Europe/Moscow",
        "en": "No such zone; for example Europe/Moscow",
    },
    "no_such_time": {
        "ru": "В этот день часы переводят, такого времени нет",
        "en": "The clocks skip this time that day",
    },
    "ends_before_start": {"ru": "Конец должен быть позже начала", "en": "The end must be after the start"},
    "too_long": {"ru": "Не дольше 31 дня", "en": "At most 31 days"},
    "out_of_range": {"ru": "Слишком далёкое время", "en": "Too far away"},
    "in_the_past": {"ru": "Это время уже прошло", "en": "This time is in the past"},
    "after_the_end": {"ru": "Не позже конца мероприятия", "en": "Not after the end of the event"},
}


def fault(pointer: str, code: str) -> InvalidSchedule:
    return InvalidSchedule(errors=(FieldError(pointer, code, _FAULTS[code]),))


def zone_named(name: str) -> ZoneInfo:
    """Raises InvalidSchedule."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # a name may be a path or a folder of the zone data
        raise fault("/timezone", "unknown_zone") from error


def moment_of(local: datetime, zone: ZoneInfo, pointer: str) -> datetime:
    """The moment of a local time in UTC; a time that comes twice means the earlier one.

    Raises InvalidSchedule for a time that the clocks skip, or that lies outside what calendars can hold.
    """
    if not EARLIEST_YEAR <= local.year <= LATEST_YEAR:
        raise fault(pointer, "out_of_range")
    moment = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local:
        raise fault(pointer, "no_such_time")
    return moment


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
