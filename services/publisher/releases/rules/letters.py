"""How a release reads as a letter: text and HTML of the same words, the embargo first, the way out last."""

import re
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from shared.errors import Text

_ADDRESS: Final = re.compile(r"https://[^\s<>\"«»]*[^\s<>\"«».,;:!?)\]}]")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")  # what no header may have
_PARAGRAPH: Final = re.compile(r"\n\s*\n")
_MONTHS: Final = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
]
_EMBARGO: Final[Text] = {"ru": "ЭМБАРГО до {moment}", "en": "EMBARGO until {moment}"}
_WHY: Final[Text] = {
    "ru": "Это письмо отправлено в пресс-список: {sender}. Больше не получать таких писем: {way_out}",
    "en": "This letter was sent to a press list: {sender}. To receive no more of them: {way_out}",
}


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Addresses:
    """Those of one recipient alone."""

    way_out: str
    picture: str


def letter_of(title: str, text: str, embargo: str | None, sender: str, language: str, addresses: Addresses) -> Letter:
    """`embargo` in words, `sender` the organization's name. What is written is escaped; https addresses are links."""
    why = _WHY[language].format(sender=sender, way_out=addresses.way_out)
    first = [embargo] if embargo is not None else []
    subject = " | ".join([*first, " ".join(_CONTROL.sub(" ", title).split())])
    paragraphs = [*first, *(part.strip() for part in _PARAGRAPH.split(text) if part.strip())]
    html = "".join(f"<p>{_linked(part)}</p>" for part in paragraphs)
    return Letter(
        subject=subject,
        text="\n\n".join([*paragraphs, f"-- \n{why}"]),
        html=f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{escape(subject)}</title>'
        f'<body style="font:16px/1.5 sans-serif;max-width:40em">{html}<hr><p><small>{_linked(why)}</small></p>'
        f'<img src="{escape(addresses.picture)}" alt="" width="1" height="1"></body></html>',
    )


def embargo_in_words(until: datetime, zone: ZoneInfo, language: str) -> str:
    """With the zone's name: it is read elsewhere too."""
    local = until.astimezone(zone)
    day = f"{local.day} {_MONTHS[local.month - 1]} {local.year}" if language == "ru" else f"{local:%Y-%m-%d}"
    return _EMBARGO[language].format(moment=f"{day} {local:%H:%M} ({zone.key})")


def _linked(text: str) -> str:
    parts: list[str] = []
    end = 0
    for match in _ADDRESS.finditer(text):
        address = escape(match[0])
        parts += [_lines(text[end : match.start()]), f'<a href="{address}">{address}</a>']
        end = match.end()
    return "".join([*parts, _lines(text[end:])])


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")
