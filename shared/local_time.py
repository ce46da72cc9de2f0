"""Local times as moments: what the clock on the wall shows in an IANA zone, and the UTC that follows from it.

People agree on the local time, so it is kept beside the moment: zones change (Volgograd in 2020, Kazakhstan in 2024).
A time that the clocks skip is refused. One that comes twice, where they go back, means the earlier of the two.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.errors import FieldError, Invalid


class UnknownTimezone(Invalid):
    code = "local_time.unknown_timezone"
    title = {
        "ru": "Нет такого часового пояса IANA, пример: Europe/Moscow",
        "en": "There is no such IANA time zone; for example Europe/Moscow",
    }


class LocalTimeDoesNotExist(Invalid):
    code = "local_time.does_not_exist"
    title = {
        "ru": "Такого местного времени нет: часы в этот момент переводят вперёд",
        "en": "There is no such local time: the clocks go forward over it",
    }


def zone_named(name: str, pointer: str = "/timezone") -> ZoneInfo:
    """Raises UnknownTimezone, of the field at `pointer`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # "../x" and "Europe" raise the latter two
        raise UnknownTimezone(errors=(FieldError(pointer, UnknownTimezone.code, UnknownTimezone.title),)) from error


def moment_of(local_time: datetime, zone: ZoneInfo, pointer: str, fold: int = 0) -> datetime:
    """The UTC of a local time without offset, at least a day from both ends of what calendars hold.

    Of a time that comes twice, `fold` 0 is the earlier and 1 the later of the two. Raises LocalTimeDoesNotExist, of the
    field at `pointer`.
    """
    moment = local_time.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local_time:
        wrong = FieldError(pointer, LocalTimeDoesNotExist.code, LocalTimeDoesNotExist.title)
        raise LocalTimeDoesNotExist(errors=(wrong,))
    return moment
