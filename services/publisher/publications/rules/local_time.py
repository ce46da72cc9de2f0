"""The moment of a scheduled publication: a local time in an IANA zone, and the UTC that follows from it.

All three are kept, for zones change (Volgograd in 2020, Kazakhstan in 2024): people meant the local time.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.errors import Invalid

FURTHEST = timedelta(days=2 * 366)


class UnknownTimeZone(Invalid):
    code = "publication.unknown_timezone"
    title = {"ru": "Нет такого часового пояса IANA", "en": "There is no such IANA time zone"}


class NonexistentLocalTime(Invalid):
    code = "publication.nonexistent_local_time"
    title = {
        "ru": "Такого местного времени нет: часы в этот момент переводят вперёд",
        "en": "There is no such local time: the clocks go forward over it",
    }


class TimeOutOfRange(Invalid):
    code = "publication.time_out_of_range"
    title = {
        "ru": "Время публикации: в будущем и не дальше двух лет",
        "en": "A publication is scheduled for the future, at most two years ahead",
    }


def zone_named(name: str) -> ZoneInfo:
    """Raises UnknownTimeZone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # "../x" and "Europe" raise the latter two
        raise UnknownTimeZone from error


def moment_of(local_time: datetime, zone: ZoneInfo, fold: int = 0) -> datetime:
    """The UTC of a local time without offset.

    Where the clocks go back and a time comes twice, `fold` 0 is the earlier and 1 the later of the two. Raises
    NonexistentLocalTime where they go forward over it.
    """
    moment = local_time.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local_time:
        raise NonexistentLocalTime
    return moment


def planned_moment(local_time: datetime, zone: ZoneInfo, fold: int, now: datetime) -> datetime:
    """As `moment_of`, for a plan that is being made. Raises TimeOutOfRange too."""
    day = timedelta(days=1)  # more than any zone is away from UTC; keeps the year 9999 from overflowing
    if not now - day < local_time.replace(tzinfo=UTC) < now + FURTHEST + day:
        raise TimeOutOfRange
    moment = moment_of(local_time, zone, fold)
    if not now < moment <= now + FURTHEST:
        raise TimeOutOfRange
    return moment


def moment_now_meant(local_time: datetime, zone: ZoneInfo, fold: int, planned: datetime) -> datetime:
    """The moment by today's rules of the zone; `planned` stands when they skip that local time."""
    try:
        return moment_of(local_time, zone, fold)
    except NonexistentLocalTime:
        return planned
