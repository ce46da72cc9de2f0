r"""What a short link may point at: https, on the organization's own hosts, written in one way alone.

Browsers and Python read odd addresses differently (`https://evil.test\.own.test`, tabs inside a host, full-width
letters). So an address is not only looked at: it is written anew out of what was read, and that is what is kept.
"""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from shared.errors import Invalid

TARGET_LIMIT: Final = 2000  # what every browser and QR code reader takes
HOST_LIMIT: Final = 253
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_UNSAFE: Final = re.compile(r"[\x00-\x20\x7f\\]")
_IN_PATH: Final = "/%:@!$&'()*+,;=~-._"
_IN_QUERY: Final = _IN_PATH + "?"


class TargetKind(StrEnum):
    """What a link leads to.

    `publication`: a publication; `release`: a release; `event`: an event and its registration; `survey`: a survey;
    `external`: a page outside, on a registered host.
    """

    PUBLICATION = "publication"
    RELEASE = "release"
    EVENT = "event"
    SURVEY = "survey"
    EXTERNAL = "external"


class UnsafeTarget(Invalid):
    code = "link.unsafe_target"
    title = {
        "ru": "Ссылка может вести только по https на сайты организации: список в /v1/link_hosts",
        "en": "A link may lead by https to the organization's own hosts alone: see /v1/link_hosts",
    }


class NotAHost(Invalid):
    code = "link_host.not_a_host"
    title = {
        "ru": "Нужно имя сайта вида example.org, без https:// и пути",
        "en": "It takes a host name like example.org, without https:// and a path",
    }


@dataclass(frozen=True)
class Utm:
    """What a site's own statistics will say of where a visitor came from."""

    source: str
    medium: str
    campaign: str


def normal_host(text: str) -> str:
    """A public host name as it goes over the wire: `Профсоюз.РФ` is `xn--g1anacfhu6f.xn--p1ai`. Raises NotAHost."""
    try:
        host = text.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise NotAHost from error
    labels = host.split(".")
    if len(host) > HOST_LIMIT or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):  # noqa: PLR2004 - a name and a domain
        raise NotAHost
    if labels[-1].isdigit() or _is_address(host) or labels[-1] in {"local", "localhost", "internal"}:
        raise NotAHost
    return host


def normal_target(url: str, own_hosts: AbstractSet[str]) -> str:
    """`url` as it is kept. Raises UnsafeTarget unless it is https, without credentials or port, on one of `own_hosts`."""
    if _UNSAFE.search(url) or len(url) > TARGET_LIMIT:
        raise UnsafeTarget
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii").lower()
    except ValueError as error:  # "https://[", a port that is no number, a label that is too long
        raise UnsafeTarget from error
    if parts.scheme != "https" or "@" in parts.netloc or port not in {None, 443} or host not in own_hosts:
        raise UnsafeTarget
    written = urlunsplit(
        (
            "https",
            host,
            quote(parts.path, _IN_PATH) or "/",
            quote(parts.query, _IN_QUERY),
            quote(parts.fragment, _IN_QUERY),
        )
    )
    if len(written) > TARGET_LIMIT:
        raise UnsafeTarget
    return written


def own_hosts_of(public_url: str, named: AbstractSet[str]) -> frozenset[str]:
    """The installation's: where the outside reaches it, and what its operator named."""
    return frozenset({*(name.lower() for name in named), (urlsplit(public_url).hostname or "").lower()})


def with_utm(target: str, utm: Utm | None) -> str:
    """`target` with the parameters that it has not itself."""
    if utm is None:
        return target
    parts = urlsplit(target)
    known = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    wanted: Sequence[tuple[str, str]] = (
        ("utm_source", utm.source),
        ("utm_medium", utm.medium),
        ("utm_campaign", utm.campaign),
    )
    added = urlencode([(name, value) for name, value in wanted if name not in known])
    return urlunsplit(parts._replace(query="&".join(part for part in (parts.query, added) if part)))


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
