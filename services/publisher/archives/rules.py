"""What lies in an archive, for how long, and how its page looks. Nothing of the page runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Final

from shared.errors import Conflict, Forbidden, Gone

KEPT: Final = timedelta(days=7)
MOST_KEPT: Final = 5  # archives of one organization at a time: each holds all its images again
PUBLICATIONS_AT_ONCE: Final = 50  # of one file, unless their images fill it before
FILE_BYTES: Final = 50_000_000  # of images in one file; one publication's may be more

_STYLE: Final = """
body{font:16px/1.5 sans-serif;max-width:48rem;margin:0 auto;padding:1rem;color:#111;background:#fff}
article{border-top:2px solid #555;margin-top:2rem}
h1,h2,p,dd{overflow-wrap:anywhere}
.text{white-space:pre-line}
img{max-width:100%;height:auto}
"""


class ArchiveOver(Gone):
    code = "archive.over"
    title = {"ru": "Архив хранится неделю: соберите его заново", "en": "An archive is kept for a week: make it anew"}


class TooManyArchives(Conflict):
    code = "archive.too_many"
    title = {
        "ru": f"Архивов этой организации уже {MOST_KEPT}: новый можно собрать, когда истечёт неделя первого из них",
        "en": f"There are {MOST_KEPT} archives of this organization: make another when the first one's week is over",
    }


class NotForPartners(Forbidden):
    code = "archive.not_for_partners"
    title = {"ru": "Архив собирают сотрудники союза", "en": "Archives are for the union's own people"}


@dataclass(frozen=True)
class Picture:
    name: str  # inside the archive
    alt_text: str


@dataclass(frozen=True)
class Place:
    channel: str
    network: str
    state: str
    url: str | None


@dataclass(frozen=True)
class Entry:
    """One publication as the page shows it."""

    published_at: datetime
    text: str
    pictures: Sequence[Picture]
    places: Sequence[Place]
    facts: Mapping[str, str]  # of a change in the law


def page(organization: str, entries: Sequence[Entry]) -> str:
    name = escape(organization)
    body = "\n".join(_article(entry) for entry in entries)
    return (
        f'<!doctype html>\n<html lang="ru">\n<meta charset="utf-8">\n<title>{name}: публикации</title>\n'
        f"<style>{_STYLE}</style>\n<h1>{name}: публикации</h1>\n{body}\n</html>\n"
    )


def _article(entry: Entry) -> str:
    moment = entry.published_at.isoformat(timespec="minutes")
    facts = "".join(f"<dt>{escape(name)}<dd>{escape(value)}" for name, value in entry.facts.items())
    pictures = "".join(
        f'<p><img src="{escape(picture.name)}" alt="{escape(picture.alt_text)}">' for picture in entry.pictures
    )
    places = "".join(f"<li>{_place(place)}" for place in entry.places)
    return (
        f'<article>\n<h2><time datetime="{moment}">{moment}</time></h2>\n<p class="text">{escape(entry.text)}</p>\n'
        f"{pictures}\n{f'<dl>{facts}</dl>' if facts else ''}\n<ul>{places}</ul>\n</article>"
    )


def _place(place: Place) -> str:
    told = f"{escape(place.channel)} ({escape(place.network)}, {escape(place.state)})"
    return told if place.url is None else f'<a href="{escape(place.url)}">{told}</a>'
