"""When two addresses are one: a mention is counted once, however it was linked to."""

from typing import Final
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from shared.errors import Invalid

LONGEST: Final = 2000
MOST_BYTES: Final = 1700  # as it is kept: beside whom it is about, what an index of the database takes
_TRACES: Final = ("utm_", "mc_")  # what campaigns add
_CLICKS: Final = frozenset({"fbclid", "gclid", "yclid", "ysclid", "_openstat", "from", "ref", "erid"})


class NotAnAddress(Invalid):
    code = "mention.not_an_address"
    title = {
        "ru": "Нужен адрес страницы: http:// или https://, с именем сайта, без логина и пароля, не слишком длинный",
        "en": "It takes the address of a page: http:// or https://, with a host's name, no user or password, not too long",
    }


def one_address(url: str) -> str:
    """`url` without what does not change the page: the fragment, marks of campaigns, case of the host, a last slash.

    Raises NotAnAddress. Doing it twice is doing it once.
    """
    parts = _parts(url)
    host = (parts.hostname or "").lower()
    try:
        port = parts.port
    except ValueError as error:
        raise NotAnAddress from error
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None or len(url) > LONGEST:
        raise NotAnAddress
    shown = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}[parts.scheme]
    netloc = shown if port in {None, usual} else f"{shown}:{port}"
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name.lower() not in _CLICKS and not name.lower().startswith(_TRACES)
    ]
    query = f"?{urlencode(kept)}" if kept else ""
    address = f"{parts.scheme}://{netloc}{parts.path.rstrip('/')}{query}"
    if len(address.encode(errors="replace")) > MOST_BYTES:
        raise NotAnAddress
    return address


def _parts(url: str) -> SplitResult:
    if any(ord(sign) <= ord(" ") or sign == "\\" for sign in url):
        raise NotAnAddress
    try:
        return urlsplit(url)
    except ValueError as error:  # "https://["
        raise NotAnAddress from error
