"""Access tokens: a JWT signed with Ed25519 for ten minutes, for the gateway itself. Services never see one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict

from shared.errors import TokenOver
from shared.identity import key_id

LIFETIME: Final = timedelta(minutes=10)
_CLOCK_SKEW: Final = timedelta(seconds=30)
_LONGEST: Final = 2048
_TYPE: Final = "at+jwt"  # RFC 9068; an identity has another type and another audience
_AUDIENCE: Final = "vmeste-api"
_ISSUER: Final = "vmeste-gateway"


class _Payload(BaseModel):
    """The payload, as it is on the wire."""

    model_config = ConfigDict(extra="forbid")

    iss: str
    aud: str
    sub: UUID
    tenant: UUID
    sid: UUID
    iat: int
    exp: int


@dataclass(frozen=True)
class AccessClaims:
    tenant_id: UUID
    person_id: UUID
    session_id: UUID
    expires_at: float  # seconds since 1970, the allowance for wrong clocks included


class AccessTokens:
    def __init__(self, keys: Sequence[Ed25519PrivateKey], known: Mapping[str, Ed25519PublicKey]) -> None:
        """Signs with the first of `keys`; believes all of them and every key of `known`: others may sign with those."""
        self._key = keys[0]
        self._key_id = key_id(keys[0].public_key())
        self.known = {key_id(key.public_key()): key.public_key() for key in keys} | dict(known)

    def sign(self, tenant_id: UUID, person_id: UUID, session_id: UUID, now: datetime) -> str:
        payload = _Payload(
            iss=_ISSUER,
            aud=_AUDIENCE,
            sub=person_id,
            tenant=tenant_id,
            sid=session_id,
            iat=int(now.timestamp()),
            exp=int((now + LIFETIME).timestamp()),
        )
        headers = {"kid": self._key_id, "typ": _TYPE}
        return jwt.encode(payload.model_dump(mode="json"), self._key, algorithm="EdDSA", headers=headers)

    def verify(self, token: bytes, now: datetime) -> AccessClaims:
        """Raises TokenOver, whatever is wrong."""
        if len(token) > _LONGEST:
            raise TokenOver
        payload = self._payload(token)
        skew = _CLOCK_SKEW.total_seconds()
        if not payload.iat - skew <= now.timestamp() < payload.exp + skew:
            raise TokenOver
        return AccessClaims(payload.tenant, payload.sub, payload.sid, payload.exp + skew)

    def _payload(self, token: bytes) -> _Payload:
        """The moments are judged by the caller's clock, so here they only have to be there."""
        try:
            header = jwt.get_unverified_header(token)
            key = self.known.get(str(header.get("kid")))
            if key is None or header.get("typ") != _TYPE or "crit" in header:
                raise TokenOver
            claims = jwt.decode(
                token,
                key,
                algorithms=["EdDSA"],
                audience=_AUDIENCE,
                issuer=_ISSUER,
                options={"require": ["exp", "iat", "aud", "iss", "sub"], "verify_exp": False, "verify_iat": False},
            )
            return _Payload.model_validate(claims)
        except (jwt.PyJWTError, ValueError) as error:
            raise TokenOver from error
