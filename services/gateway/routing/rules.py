"""What the edge lets in, whom it passes it to, and which headers survive. Pure, and over the raw bytes of HTTP."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from shared.contracts import ServiceName
from shared.errors import Invalid, Problem, TooMany, Unavailable

Headers = list[tuple[bytes, bytes]]

SERVICES: Final[Mapping[str, ServiceName]] = {
    **dict.fromkeys(
        (
            "channels",
            "media",
            "links",
            "link_hosts",
            "enterprises",
            "mentions",
            "watched_feeds",
            "metrics",
            "cards",
            "card_templates",
            "occasions",
            "professional_holidays",
            "publications",
            "contacts",
            "releases",
            "campaigns",
            "editorial_policies",
            "acknowledgements",
            "delegations",
            "publication_archives",
            "slots",
            "plans",
            "calendar",
            "calendar.ics",
            "network_hooks",
        ),
        ServiceName.PUBLISHER,
    ),
    "requests": ServiceName.REQUESTS,
    **dict.fromkeys(("surveys", "events"), ServiceName.SURVEYS),
}
"""The first segment after /v1 and the service that owns it. Anything else is the gateway's own, or its 404."""

BESIDE: Final[Mapping[str, ServiceName]] = {"feeds": ServiceName.PUBLISHER, "l": ServiceName.PUBLISHER}
"""The same of the segments that stand beside /v1: what the public reads and follows."""

WITHOUT_TOKEN: Final = frozenset(
    f"/v1/auth/{step}"
    for step in ("login", "code", "password/reset", "refresh", "logout", "keys", "telegram", "vk", "vk/start")
)
"""Paths whose proof is in the body: a client that adds its expired access token here must not be refused for it."""

_HOP_BY_HOP: Final = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
_NEVER_IN: Final = frozenset(
    {
        b"authorization",  # spent here: no service needs it, no log of theirs can keep it
        b"cookie",
        b"expect",
        b"forwarded",
        b"host",
        b"traceparent",
        b"x-real-ip",
        b"x-request-id",
    }
)
_NEVER_OUT: Final = frozenset({b"date", b"server"})  # the server in front of the client says its own
_OURS_PREFIXES: Final = (b"x-vmeste-", b"x-forwarded-")
_LONGEST_ADDRESS: Final = 8192
_MOST_HEADERS: Final = 100
_LONGEST_HEADERS: Final = 32_768
_TRACEPARENT: Final = re.compile(rb"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")
_OWNERS: Final = {service.encode(): service for service in ServiceName}
_STREAM: Final = re.compile(r"/v1/(?:stream|jobs/[^/]+/events)")
BEGIN: Final = "retry: 2000\n\n"  # a client whose stream broke off comes back after two seconds
HEARTBEAT: Final = ": \n\n"
_ORIGIN: Final = re.compile(
    r"(https|http)://((?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*)(?::([1-9][0-9]{0,4}))?"
)
_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1"})
_DEFAULT_PORTS: Final = {"https": "443", "http": "80"}
_HIGHEST_PORT: Final = 65_535
_LONGEST_HOST: Final = 253
_DIGITS: Final = re.compile(rb"[0-9]{1,15}")


class MalformedRequest(Problem):
    code = "malformed_request"
    status = 400
    title = {"ru": "Запрос составлен с ошибкой", "en": "The request is malformed"}


class AddressTooLong(Problem):
    code = "address_too_long"
    status = 414
    title = {"ru": "Слишком длинный адрес", "en": "The address is too long"}


class HeadersTooLarge(Problem):
    code = "headers_too_large"
    status = 431
    title = {"ru": "Слишком много заголовков, или они слишком велики", "en": "Too many headers, or too large ones"}


class BodyTooSlow(Problem):
    code = "body_too_slow"
    status = 408
    title = {"ru": "Тело запроса приходит слишком медленно", "en": "The body comes too slowly"}


class InvalidOrigin(Invalid):
    code = "origins.invalid"
    title = {
        "ru": "Источник страницы - это https://имя или https://имя:порт, без пути и звёздочек",
        "en": "An origin is https://name or https://name:port, without a path or asterisks",
    }


class TooManyStreams(TooMany):
    code = "stream.too_many"
    title = {"ru": "Слишком много открытых потоков", "en": "Too many streams are open"}


class ServiceUnavailable(Unavailable):
    code = "service_unavailable"
    title = {"ru": "Служба временно недоступна", "en": "The service is temporarily unavailable"}


class ServiceTimeout(Problem):
    code = "service_timeout"
    status = 504
    title = {"ru": "Служба не ответила вовремя", "en": "The service did not answer in time"}


def check_size(raw_path: bytes, query: bytes, headers: Sequence[tuple[bytes, bytes]]) -> None:
    """Raises AddressTooLong, HeadersTooLarge: nobody of good will comes near."""
    if len(raw_path) + len(query) > _LONGEST_ADDRESS:
        raise AddressTooLong
    if len(headers) > _MOST_HEADERS or sum(len(name) + len(value) for name, value in headers) > _LONGEST_HEADERS:
        raise HeadersTooLarge


def service_of(raw_path: bytes) -> ServiceName:
    """Whose path this is. Undecoded: `/v1/requests%2F..` names no service. A job's id says whose it is."""
    parts = raw_path.split(b"/", 4)
    if len(parts) < 3 or parts[0]:  # noqa: PLR2004 - "", "v1", the segment
        return ServiceName.GATEWAY
    if parts[1] != b"v1":
        return BESIDE.get(parts[1].decode("latin-1"), ServiceName.GATEWAY)
    if parts[2] == b"jobs" and len(parts) > 3:  # noqa: PLR2004 - the job's id
        return _OWNERS.get(parts[3].partition(b"-")[0], ServiceName.GATEWAY)
    return SERVICES.get(parts[2].decode("latin-1"), ServiceName.GATEWAY)


def is_stream(path: str) -> bool:
    """Whether the answer has no end: its caller is looked at again while it lasts."""
    return _STREAM.fullmatch(path) is not None


def incoming(headers: Sequence[tuple[bytes, bytes]]) -> Headers:
    """The headers of a request that a service may see. Names are lower case, as ASGI has them.

    Dropped: what only the gateway may say, what names the hop itself, every name with an underscore (a WSGI-like
    server would read `X_User_Id` as `X-User-Id`), and what `Connection` names.
    """
    named = _connection_options(headers)
    return [
        (name, value)
        for name, value in headers
        if name not in _HOP_BY_HOP
        and name not in _NEVER_IN
        and name not in named
        and b"_" not in name
        and not name.startswith(_OURS_PREFIXES)
    ]


def outgoing(headers: Sequence[tuple[bytes, bytes]]) -> Headers:
    """The headers of a service's answer that the client may see."""
    named = _connection_options(headers)
    return [
        (name, value)
        for name, value in headers
        if name not in _HOP_BY_HOP
        and name not in _NEVER_OUT
        and name not in named
        and not name.startswith(_OURS_PREFIXES)
    ]


def _connection_options(headers: Sequence[tuple[bytes, bytes]]) -> frozenset[bytes]:
    named = {option.strip().lower() for name, value in headers if name == b"connection" for option in value.split(b",")}
    return frozenset(named - {b"content-length", b"content-type"})  # without these a body would lose its meaning


def body_length(headers: Sequence[tuple[bytes, bytes]]) -> int | None:
    """What Content-Length says, None without one. Raises MalformedRequest where two servers could read two bodies."""
    lengths = {value.strip() for name, value in headers if name == b"content-length"}
    if not lengths:
        return None
    length = lengths.pop()
    if lengths or not _DIGITS.fullmatch(length) or any(name == b"transfer-encoding" for name, _ in headers):
        raise MalformedRequest
    return int(length)


def has_body(headers: Sequence[tuple[bytes, bytes]]) -> bool:
    return any(name in {b"content-length", b"transfer-encoding"} for name, _ in headers)


def bearer(headers: Sequence[tuple[bytes, bytes]]) -> bytes | None:
    """The access token, None without an Authorization header. An empty one for anything that is not one Bearer."""
    values = [value for name, value in headers if name == b"authorization"]
    if not values:
        return None
    scheme, _, token = values[0].partition(b" ")
    return token.strip() if len(values) == 1 and scheme.lower() == b"bearer" else b""


def trace_of(headers: Sequence[tuple[bytes, bytes]]) -> bytes | None:
    """The trace id of a valid W3C traceparent, to be continued."""
    for name, value in headers:
        if name == b"traceparent":
            match = _TRACEPARENT.fullmatch(value.strip())
            if match and match[1].strip(b"0") and match[2].strip(b"0"):
                return match[1]
    return None


def client_address(peer: str, headers: Sequence[tuple[bytes, bytes]], proxies: int) -> str:
    """Who calls, when `proxies` of the operator's own stand in front, each adding its caller to X-Forwarded-For.

    With none in front the header is the caller's own word and counts for nothing.
    """
    if proxies == 0:
        return peer
    chain = [entry.strip() for name, value in headers if name == b"x-forwarded-for" for entry in value.split(b",")]
    if len(chain) < proxies:
        return peer
    return chain[-proxies].decode("latin-1")[:64] or peer


def origin_of(text: str) -> str:
    """An origin as browsers write it: lower case, without the scheme's own port. Raises InvalidOrigin."""
    match = _ORIGIN.fullmatch(text.lower())
    if match is None or (match[1] == "http" and match[2] not in _THIS_MACHINE) or len(match[2]) > _LONGEST_HOST:
        raise InvalidOrigin
    if match[3] is not None and int(match[3]) > _HIGHEST_PORT:
        raise InvalidOrigin
    port = f":{match[3]}" if match[3] is not None and match[3] != _DEFAULT_PORTS[match[1]] else ""
    return f"{match[1]}://{match[2]}{port}"


def told(name: str, data: str, number: int | None = None) -> str:
    """One server-sent event; whoever comes back names the last `number` they saw. `data` is JSON without line breaks."""
    return f"event: {name}\ndata: {data}\n\n" if number is None else f"id: {number}\nevent: {name}\ndata: {data}\n\n"
