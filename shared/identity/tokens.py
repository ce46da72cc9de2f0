"""The identity that the gateway hands a service: a JWT signed with Ed25519, for one audience, for a minute.

Signing costs about 50 us and checking 150 us, so both sides keep what they made or checked until it expires.
"""

import base64
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import BaseModel, ConfigDict

from shared.contracts import ServiceName
from shared.errors import Unauthenticated
from shared.identity.caller import ApiKey, Caller, CallerKind, Grant
from shared.permissions import Permission, Role

HEADER = "x-vmeste-identity"
LIFETIME = timedelta(seconds=60)
CLOCK_SKEW = timedelta(seconds=30)
_TYPE = "vmeste-identity"
_KEPT = 4096  # verified tokens held by one process


class _Key(BaseModel):
    """A partner's key, as it is on the wire."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    partner: UUID
    organization: UUID
    scopes: list[Permission]
    test: bool

    @classmethod
    def of(cls, key: ApiKey) -> "_Key":
        return cls(
            id=key.id,
            partner=key.partner_id,
            organization=key.organization_id,
            scopes=sorted(key.scopes),
            test=key.test,
        )

    def key(self) -> ApiKey:
        return ApiKey(self.id, self.partner, self.organization, frozenset(self.scopes), self.test)


class _Claims(BaseModel):
    """The payload of the token, as it is on the wire."""

    model_config = ConfigDict(extra="forbid")

    aud: str
    iat: int
    exp: int
    kind: CallerKind
    tenant: UUID | None = None
    person: UUID | None = None
    grants: list[tuple[Role, UUID]] = []
    position: int = 0
    key: _Key | None = None
    session: UUID | None = None
    operator: UUID | None = None


def private_key(encoded: str) -> Ed25519PrivateKey:
    """From 32 raw bytes, base64url."""
    return Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(encoded))


def public_keys(encoded: str) -> dict[str, Ed25519PublicKey]:
    """From comma separated raw keys, base64url, by the key id that `key_id` gives them."""
    keys = [Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key)) for key in encoded.split(",") if key]
    return {key_id(key): key for key in keys}


def encode_public(key: Ed25519PublicKey) -> str:
    return base64.urlsafe_b64encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def key_id(key: Ed25519PublicKey) -> str:
    return encode_public(key)[:12]


class IdentitySigner:
    """Made once by the gateway. `sign` is cheap: the same caller and audience get the same token for half its life."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self._key_id = key_id(key.public_key())
        self._made: OrderedDict[tuple[ServiceName, Caller], tuple[datetime, str]] = OrderedDict()

    def sign(self, audience: ServiceName, caller: Caller, now: datetime) -> str:
        made = self._made.get((audience, caller))
        if made is not None and timedelta() <= now - made[0] < LIFETIME / 2:  # a clock may be set back
            return made[1]
        claims = _Claims(
            aud=audience,
            iat=int(now.timestamp()),
            exp=int((now + LIFETIME).timestamp()),
            kind=caller.kind,
            tenant=caller.tenant_id,
            person=caller.person_id,
            grants=[(grant.role, grant.organization_id) for grant in caller.grants],
            position=caller.position,
            key=_Key.of(caller.key) if caller.key is not None else None,
            session=caller.session_id if audience is ServiceName.GATEWAY else None,
            operator=caller.operator_key_id,
        )
        token = jwt.encode(
            claims.model_dump(mode="json", exclude_none=True),
            self._key,
            algorithm="EdDSA",
            headers={"kid": self._key_id, "typ": _TYPE},
        )
        self._made[(audience, caller)] = (now, token)
        if len(self._made) > _KEPT:
            self._made.popitem(last=False)
        return token


class IdentityVerifier:
    """Made once by each service. Believes the gateway's keys and its own audience, nothing else."""

    def __init__(self, keys: dict[str, Ed25519PublicKey], audience: ServiceName) -> None:
        self._keys = keys
        self._audience = audience
        self._checked: OrderedDict[str, tuple[int, Caller]] = OrderedDict()

    def verify(self, token: str, now: datetime) -> Caller:
        """Raises Unauthenticated, whatever is wrong."""
        checked = self._checked.get(token)
        if checked is not None and now.timestamp() < checked[0] + CLOCK_SKEW.total_seconds():
            return checked[1]
        claims = self._claims(token)
        if claims.exp - claims.iat > LIFETIME.total_seconds():
            raise Unauthenticated
        if not claims.iat - CLOCK_SKEW.total_seconds() <= now.timestamp() < claims.exp + CLOCK_SKEW.total_seconds():
            raise Unauthenticated
        grants = tuple(Grant(role, organization_id) for role, organization_id in claims.grants)
        key = claims.key.key() if claims.key is not None else None
        caller = Caller(
            claims.kind, claims.tenant, claims.person, grants, claims.position, key, claims.session, claims.operator
        )
        self._checked[token] = (claims.exp, caller)
        if len(self._checked) > _KEPT:
            self._checked.popitem(last=False)
        return caller

    def _claims(self, token: str) -> _Claims:
        try:
            header: dict[str, Any] = jwt.get_unverified_header(token)
            key = self._keys.get(str(header.get("kid")))
            if key is None or header.get("typ") != _TYPE or "crit" in header:
                raise Unauthenticated
            payload = jwt.decode(
                token,
                key,
                algorithms=["EdDSA"],
                audience=self._audience,
                options={"require": ["exp", "iat", "aud"], "verify_exp": False, "verify_iat": False},
            )
            return _Claims.model_validate(payload)
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise Unauthenticated from error
