"""Names, passwords, refresh tokens: what is accepted and what a token presented for refreshing means."""

import base64
import binascii
import hashlib
import hmac
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import ceil
from typing import Final
from uuid import UUID

from shared.errors import Conflict, Invalid, TooMany, Unauthenticated

SECRET_BYTES: Final = 32
SESSION_DAYS: Final = 90  # after this a person signs in anew, however busy the session was
PASSWORD_LENGTH: Final = 10
PASSWORD_LONGEST: Final = 200
NAME_LONGEST: Final = 200


class SessionEnd(StrEnum):
    LOGGED_OUT = "logged_out"
    REUSED = "reused"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a reason, not a password


class WrongSignIn(Unauthenticated):
    code = "auth.wrong_sign_in"
    title = {"ru": "Имя входа или пароль не подходят", "en": "The sign-in name or the password is wrong"}


class SessionOver(Unauthenticated):
    code = "auth.session_over"
    title = {"ru": "Сеанс завершён, войдите заново", "en": "The session is over, sign in again"}


class ChooseTenant(Conflict):
    """Each entry of `errors` is one tenant: its id in `code`, its name in `detail`."""

    code = "auth.choose_tenant"
    title = {"ru": "Укажите, в какую организацию войти", "en": "Say which union to sign in to"}


class TooManyTries(TooMany):
    code = "auth.too_many_tries"
    title = {"ru": "Слишком много попыток входа", "en": "Too many sign-in attempts"}


def too_many_tries(seconds: int) -> TooManyTries:
    """What to raise when trying is possible again in so many seconds."""
    minutes = max(1, ceil(seconds / 60))
    return TooManyTries(
        {
            "ru": f"Повторите через {minutes} мин; до тех пор не подойдёт и верный пароль",
            "en": f"Try again in {minutes} min; until then even the right password is refused",
        },
        retry_after=max(1, seconds),
    )


class WrongPassword(Invalid):
    code = "auth.wrong_password"
    title = {"ru": "Текущий пароль не подходит", "en": "The current password is wrong"}


class WeakPassword(Invalid):
    code = "auth.weak_password"
    title = {"ru": "Пароль слишком простой", "en": "The password is too simple"}


class SignInExists(Conflict):
    code = "auth.sign_in_exists"
    title = {"ru": "У этого человека уже есть вход", "en": "This person already has a sign-in"}


class NameTaken(Conflict):
    code = "auth.name_taken"
    title = {"ru": "Это имя входа уже занято", "en": "This sign-in name is taken"}


def normal_name(name: str) -> str:
    """How a sign-in name is kept and looked up: letter case and look-alike forms of a character do not matter."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def check_password(password: str, sign_in_name: str) -> None:
    """Raise WeakPassword. Length is what counts (NIST SP 800-63B); a repeated character or one's own name is none."""
    if len(password) < PASSWORD_LENGTH or len(set(password)) < PASSWORD_LENGTH // 2:
        raise WeakPassword(
            {
                "ru": f"Не короче {PASSWORD_LENGTH} знаков и не из одних повторов",
                "en": f"At least {PASSWORD_LENGTH} characters, not mere repetition",
            }
        )
    if normal_name(password) == normal_name(sign_in_name):
        raise WeakPassword({"ru": "Пароль совпадает с именем входа", "en": "The password is the sign-in name"})


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
