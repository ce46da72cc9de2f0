"""Sessions: what a refresh token says and means when it is presented, and which device a session is on."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.gateway.sign_in.rules.problems import SessionOver

SECRET_BYTES: Final = 32
SESSION_DAYS: Final = 90  # after this a person signs in anew, however busy the session was
DEVICE_LONGEST: Final = 60
_BROWSERS: Final = (  # in this order: most of them claim to be others too
    ("YaBrowser/", "Yandex Browser"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("okhttp", "Android app"),
    ("Dart/", "app"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


class SessionEnd(StrEnum):
    LOGGED_OUT = "logged_out"
    REVOKED = "revoked"  # from another device of the same person
    REUSED = "reused"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a reason, not a password


@dataclass(frozen=True)
class RefreshToken:
    """Opaque outside; inside it names its tenant and session, so that it is looked up by key in the right tenant."""

    tenant_id: UUID
    session_id: UUID
    secret: bytes

    def __str__(self) -> str:
        raw = self.tenant_id.bytes + self.session_id.bytes + self.secret
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    @property
    def hashed(self) -> bytes:
        """What is kept. The secret has 256 bits of chance: a fast hash is enough."""
        return hashlib.sha256(self.secret).digest()


def parse_refresh_token(text: str) -> RefreshToken:
    """Raises SessionOver for whatever is not a token of ours."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise SessionOver from error
    if len(raw) != 2 * 16 + SECRET_BYTES:
        raise SessionOver
    return RefreshToken(UUID(bytes=raw[:16]), UUID(bytes=raw[16:32]), raw[32:])


class Presented(StrEnum):
    CURRENT = "current"
    REUSED = "reused"
    OVER = "over"


def judge_refresh(presented: bytes, current: bytes, *, ended: bool, expires_on: date, today: date) -> Presented:
    """What a presented token's hash means for its session.

    A live session knows one hash. Any other is a token that was used before: somebody has a copy, so the session ends.
    """
    if ended or today > expires_on:
        return Presented.OVER
    return Presented.CURRENT if hmac.compare_digest(presented, current) else Presented.REUSED


def last_day(today: date) -> date:
    return today + timedelta(days=SESSION_DAYS)


def device_label(given: str | None, user_agent: str) -> str:
    """What tells a session from another: the client's own word, or only the family of its browser and system.

    Not the whole user agent: it is a fingerprint of the person.
    """
    if given:
        return given[:DEVICE_LONGEST]
    families = (_first_of(_BROWSERS, user_agent), _first_of(_SYSTEMS, user_agent))
    return ", ".join(family for family in families if family)


def _first_of(families: Sequence[tuple[str, str]], user_agent: str) -> str:
    return next((family for mark, family in families if mark in user_agent), "")
