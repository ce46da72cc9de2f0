"""Where a link is shown: each place has a code of its own, so that nobody who follows it can say another."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from services.publisher.links.rules.targets import Utm
from shared.errors import Conflict, Gone

MOST_PLACES: Final = 200  # of one link: they are shown in one answer with their clicks
NAME_LIMIT: Final = 120
PERIOD_LIMIT: Final = 366  # days in one answer


class PlaceKind(StrEnum):
    """Where an address of a link is shown.

    `channel`: in a channel; `sheet`: on a printed sheet; `mail`: in letters; `direct`: wherever somebody puts it by
    hand.
    """

    CHANNEL = "channel"
    SHEET = "sheet"
    MAIL = "mail"
    DIRECT = "direct"


MEDIUM: Final[Mapping[PlaceKind, str]] = {
    PlaceKind.CHANNEL: "social",
    PlaceKind.SHEET: "print",
    PlaceKind.MAIL: "email",
    PlaceKind.DIRECT: "link",
}
"""The usual values of `utm_medium`."""


class PlaceExists(Conflict):
    code = "link.place_exists"
    title = {"ru": "Для этого места у ссылки уже есть код", "en": "The link has a code for this place already"}


class TooManyPlaces(Conflict):
    code = "link.too_many_places"
    title = {
        "ru": f"У одной ссылки не больше {MOST_PLACES} мест: создайте ещё одну",
        "en": f"A link has {MOST_PLACES} places at most: make another",
    }


class LinkEnded(Gone):
    code = "link.ended"
    title = {"ru": "Ссылка больше не действует", "en": "The link is over"}


class LinkIsOver(Conflict):
    code = "link.wrong_state"
    title = {"ru": "Ссылка завершена: создайте новую", "en": "The link is ended: make a new one"}


def utm_at(kind: PlaceKind, source: str, campaign: str | None) -> Utm | None:
    """None where no campaign is counted. `source` is the network's name, or the kind of the place."""
    return None if campaign is None else Utm(source, MEDIUM[kind], campaign)


_MACHINES: Final = re.compile(
    r"(?<!cu)bot\b|crawl|spider|preview|vkshare|facebookexternalhit|whatsapp|skypeuripreview|slackbot|okhttp.*ok\.ru"
    r"|curl/|wget/|python-|monitor",
    re.IGNORECASE,
)


def is_machine(user_agent: str, purpose: str) -> bool:
    """Whether a program asks, to draw a preview or to look whether the page is there: followed, and not counted.

    Programs say so by themselves (`TelegramBot (like TwitterBot)`, `vkShare`, `Sec-Purpose: prefetch`); one that
    pretends to be a browser is counted, and so is one person's second click.
    """
    return "prefetch" in purpose.lower() or _MACHINES.search(user_agent) is not None
