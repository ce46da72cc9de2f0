"""How often feeds of others are asked, what is too much of them, and why one could not be read."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from services.publisher.networks.outcomes import Reason
from shared.errors import Conflict, Text

PACE: Final = timedelta(minutes=15)
SLOWEST: Final = timedelta(days=1)
LIMIT: Final = timedelta(seconds=20)  # of one asking; below the time-out of a queue job (30 s)
LARGEST: Final = 2_000_000  # bytes
MOST_FEEDS: Final = 100  # of one organization

_TEXTS: Final[Mapping[str, Text]] = {
    "unsafe": {"ru": "На этот адрес обращаться нельзя", "en": "This address must not be called"},
    "no_answer": {"ru": "Сайт не отвечает", "en": "The site does not answer"},
    "moved": {
        "ru": "Лента переехала: откройте её в браузере и введите новый адрес",
        "en": "The feed has moved: open it in a browser and enter the new address",
    },
    "gone": {"ru": "Ленты по этому адресу больше нет", "en": "There is no feed at this address any more"},
    "refused": {"ru": "Сайт не отдаёт ленту", "en": "The site does not give the feed"},
    "server_error": {"ru": "Сбой на стороне сайта", "en": "The site failed on its side"},
    "too_large": {"ru": "Лента больше 2 МБ", "en": "The feed is larger than 2 MB"},
    "not_a_feed": {"ru": "Это не RSS и не Atom", "en": "This is neither RSS nor Atom"},
}


class FeedExists(Conflict):
    code = "watched_feed.exists"
    title = {"ru": "За этой лентой уже следят", "en": "This feed is watched already"}


class TooManyFeeds(Conflict):
    code = "watched_feed.too_many"
    title = {
        "ru": f"У организации не больше {MOST_FEEDS} лент",
        "en": f"An organization watches {MOST_FEEDS} feeds at most",
    }


def broken(why: str, network_code: str | None = None) -> Reason:
    return Reason(f"watched_feed.{why}", _TEXTS[why], network_code)


def why_refused(status: int) -> Reason:
    """What an answer with this status says."""
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return broken("gone", str(status))
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return broken("moved", str(status))
    return broken("server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "refused", str(status))


def pause_after(failures: int, below: Callable[[int], int]) -> timedelta:
    """Twice as long after each failure, up to a day; with up to a tenth more by chance, so that not all come at once."""
    pause = min(PACE * 2 ** min(failures, 10), SLOWEST)
    return pause + pause * below(1000) / 10_000
