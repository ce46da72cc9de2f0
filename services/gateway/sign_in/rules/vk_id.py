"""VK ID (OAuth 2.1 with PKCE): the state that goes around by the browser, and the verifier that never leaves us."""

import base64
import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from services.gateway.sign_in.rules.problems import SessionOver, UnknownRedirect, WrongSignIn
from services.gateway.sign_in.rules.sessions import SECRET_BYTES, RefreshToken, parse_refresh_token

LIFETIME: Final = timedelta(minutes=10)
VERIFIER_BYTES: Final = SECRET_BYTES


@dataclass(frozen=True)
class State:
    """Opaque outside; inside it names its tenant and its row there, like a refresh token."""

    tenant_id: UUID
    authorization_id: UUID
    secret: bytes

    def __str__(self) -> str:
        return str(RefreshToken(self.tenant_id, self.authorization_id, self.secret))

    @property
    def hashed(self) -> bytes:
        return hashlib.sha256(self.secret).digest()

    def fits(self, kept: bytes) -> bool:
        return hmac.compare_digest(self.hashed, kept)


def parse_state(text: str, within: UUID | None = None) -> State:
    """Raises WrongSignIn for whatever is no state of ours, or not of the tenant `within`."""
    try:
        token = parse_refresh_token(text)
    except SessionOver as error:
        raise WrongSignIn from error
    if within not in {None, token.tenant_id}:
        raise WrongSignIn
    return State(token.tenant_id, token.session_id, token.secret)


def verifier_text(secret: bytes) -> str:
    """43 characters of the base64url alphabet, as RFC 7636 asks at least."""
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode()


def challenge_of(verifier: str) -> str:
    """S256 of RFC 7636."""
    return verifier_text(hashlib.sha256(verifier.encode()).digest())


def check_redirect(uri: str, allowed: Collection[str]) -> None:
    """Only an address that the operator named, to the letter. Raises UnknownRedirect."""
    if uri not in allowed:
        raise UnknownRedirect
