"""The moment of a scheduled publication: not in the past, not for ever, and by the rules of its zone as they are."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from shared.errors import Invalid
from shared.local_time import LocalTimeDoesNotExist, moment_of

FURTHEST = timedelta(days=2 * 366)
_POINTER = "/local_time"


class TimeOutOfRange(Invalid):
    code = "publication.time_out_of_range"
    title = {
        "ru": "Время публикации: в будущем и не дальше двух лет",
        "en": "A publication is scheduled for the future, at most two years ahead",
    }


def planned_moment(local_time: datetime, zone: ZoneInfo, fold: int, now: datetime) -> datetime:
    """The moment of a plan that is being made. Raises LocalTimeDoesNotExist, TimeOutOfRange."""
    day = timedelta(days=1)  # more than any zone is away from UTC; keeps the year 9999 from overflowing
    if not now - day < local_time.replace(tzinfo=UTC) < now + FURTHEST + day:
        raise TimeOutOfRange
    moment = moment_of(local_time, zone, _POINTER, fold)
    if not now < moment <= now + FURTHEST:
        raise TimeOutOfRange
    return moment


def moment_now_meant(local_time: datetime, zone: ZoneInfo, fold: int, planned: datetime) -> datetime:
    """The moment by today's rules of the zone; `planned` stands when they skip that local time."""
    try:
        return moment_of(local_time, zone, _POINTER, fold)
    except LocalTimeDoesNotExist:
        return planned
