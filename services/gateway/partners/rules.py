"""What a partner's key looks like, what it may be given at most, and when it is over."""

import base64
import hashlib
import hmac
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from shared.errors import Conflict, FieldError, Forbidden, Invalid, Problem, TooMany, Unauthenticated
from shared.permissions import MATRIX, PARTNER_SCOPES, Permission, Role

SECRET_BYTES: Final = 32
PREFIX: Final = "vmk_"
LONGEST_LIFE: Final = timedelta(days=2 * 366)
MOST_KEYS: Final = 50  # of one partner that are good at once
_SHOWN: Final = 14  # characters after the kind: enough to tell keys apart, nothing of the secret
_KEY: Final = re.compile(r"(vmk_(live|test)_([A-Za-z0-9_-]{43})_([A-Za-z0-9_-]{43}))_([0-9a-f]{8})")


class PartnerKind(StrEnum):
    """Who a partner is.

    `newspaper`: an editorial office; `enterprise`: an enterprise's press service; `federation`: another union or a
    federation; `other`: anybody else.
    """

    NEWSPAPER = "newspaper"
    ENTERPRISE = "enterprise"
    FEDERATION = "federation"
    OTHER = "other"


class KeyOver(Unauthenticated):
    """One answer for whatever is wrong with a key."""

    code = "partner.key_over"
    title = {"ru": "Ключ не подходит, отозван или истёк", "en": "The key is wrong, revoked or expired"}


class ScopeExceedsYours(Forbidden):
    code = "partner.scope_exceeds_yours"
    title = {"ru": "Нельзя дать ключу больше прав, чем есть у вас", "en": "A key cannot have more than you hold there"}


class ScopeNotForPartners(Invalid):
    code = "partner.scope_not_for_partners"
    title = {"ru": "Такое право партнёрам не дают", "en": "Partners are never given this permission"}


class KeyLifeInvalid(Invalid):
    code = "partner.key_life_invalid"
    title = {"ru": "Срок ключа должен быть в будущем, не дальше двух лет", "en": "A key ends in the next two years"}


class TooManyKeys(Conflict):
    code = "partner.too_many_keys"
    title = {"ru": "У партнёра слишком много действующих ключей", "en": "The partner has too many keys that are good"}


class QuotaUsedUp(TooMany):
    code = "partner.quota_used_up"
    title = {"ru": "Квота ключа исчерпана", "en": "The key's quota is used up"}


@dataclass(frozen=True)
class KeyText:
    """A key as its owner holds it. It names its tenant, so that it is looked up by its id in the right one.

    `vmk_live_<tenant and key, base64url>_<secret, base64url>_<checksum>`. The checksum lets scanners find leaked keys,
    and a mistyped one is refused before anything is looked up.
    """

    tenant_id: UUID
    key_id: UUID
    secret: bytes
    test: bool

    def __str__(self) -> str:
        kind = "test" if self.test else "live"
        body = f"{PREFIX}{kind}_{_base64(self.tenant_id.bytes + self.key_id.bytes)}_{_base64(self.secret)}"
        return f"{body}_{_checksum(body)}"

    @property
    def prefix(self) -> str:
        """What is shown of it later: the end of its public part, where keys of one tenant differ."""
        kind = "test" if self.test else "live"
        return f"{PREFIX}{kind}_…{_base64(self.tenant_id.bytes + self.key_id.bytes)[-_SHOWN:]}"

    @property
    def hashed(self) -> bytes:
        """What is kept. The secret has 256 bits of chance: a fast hash is enough."""
        return hashlib.sha256(self.secret).digest()


def parse_key(text: str) -> KeyText | None:
    """None for whatever is no key of ours."""
    match = _KEY.fullmatch(text)
    if match is None or not hmac.compare_digest(_checksum(match[1]), match[5]):
        return None
    ids, secret = _bytes(match[3]), _bytes(match[4])
    key = KeyText(UUID(bytes=ids[:16]), UUID(bytes=ids[16:]), secret, match[2] == "test")
    return key if str(key) == text else None  # one spelling only


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=")


def _checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}"


def check_scopes(scopes: Sequence[Permission], held: Iterable[Permission]) -> None:
    """Each problem names the scopes that it is about. Raises ScopeNotForPartners, ScopeExceedsYours."""
    if kept_back := _beyond(scopes, PARTNER_SCOPES, ScopeNotForPartners):
        raise ScopeNotForPartners(errors=kept_back)
    if not_yours := _beyond(scopes, frozenset(held), ScopeExceedsYours):
        raise ScopeExceedsYours(errors=not_yours)


def _beyond(
    scopes: Sequence[Permission], allowed: frozenset[Permission], problem: type[Problem]
) -> tuple[FieldError, ...]:
    return tuple(
        FieldError(
            f"/scopes/{place}",
            problem.code,
            {tongue: f"{scope}: {words}" for tongue, words in problem.title.items()},
        )
        for place, scope in enumerate(scopes)
        if scope not in allowed
    )


def scopes_in_force(scopes: Iterable[str], creator: Iterable[Role]) -> frozenset[Permission]:
    """What a key may do now: what it was given, as far as its creator still holds it there and partners may have it."""
    held = frozenset[Permission]().union(*(MATRIX[role] for role in creator))
    return frozenset(Permission(scope) for scope in scopes) & held & PARTNER_SCOPES


def check_life(expires_at: datetime, now: datetime) -> None:
    """Raises KeyLifeInvalid."""
    if not now < expires_at <= now + LONGEST_LIFE:
        raise KeyLifeInvalid


@dataclass(frozen=True)
class Quota:
    """How many requests a key has in a window, and what is left of them."""

    limit: int
    window_seconds: int
    remaining: int
    reset_seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers has them."""
        return {
            "ratelimit-policy": f'"key";q={self.limit};w={self.window_seconds}',
            "ratelimit": f'"key";r={self.remaining};t={self.reset_seconds}',
        }


def quota_used_up(quota: Quota) -> QuotaUsedUp:
    """What to answer when there is nothing left."""
    return QuotaUsedUp(
        {
            "ru": f"До {quota.limit} запросов в минуту; повторите через {quota.reset_seconds} с",
            "en": f"Up to {quota.limit} requests a minute; try again in {quota.reset_seconds} s",
        },
        retry_after=quota.reset_seconds,
    )
