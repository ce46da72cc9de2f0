"""Letters that no person wrote (RFC 3834): they are not taken in, so nothing of ours ever answers them. Pure."""

import re
from collections.abc import Mapping, Sequence

Headers = Mapping[str, Sequence[str]]  # by their names in lower case

_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_ROBOTS = re.compile(
    r"(?:mailer-daemon|postmaster|mail-daemon|listserv|majordomo)(?:[+.-].*)?@.*|.*-bounces?@.*", re.IGNORECASE
)
_SAID_BY_ROBOTS = ("x-autoreply", "x-autorespond", "x-autoresponder", "list-id")
_NO = frozenset({"", "no", "false", "0"})


def is_automatic(headers: Headers, content_type: str, sender: str) -> bool:
    """Whether a machine, a mailing list or a mail server sent it, as far as its headers tell."""
    return (
        any(_first_word(value) not in {"", "no"} for value in headers.get("auto-submitted", ()))
        or any(_first_word(value) in _BULK for value in headers.get("precedence", ()))
        or any(value.strip().lower() not in _NO for name in _SAID_BY_ROBOTS for value in headers.get(name, ()))
        or any(value.strip() == "<>" for value in headers.get("return-path", ()))
        or content_type in {"multipart/report", "message/delivery-status", "message/disposition-notification"}
        or _ROBOTS.fullmatch(sender) is not None
    )


def _first_word(value: str) -> str:
    """Of a header that may go on with parameters and comments."""
    return re.split(r"[;(\s]", value.strip().lower(), maxsplit=1)[0]
