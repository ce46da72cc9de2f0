"""Who is calling, and how the gateway proves it to a service."""

from shared.identity.caller import NOBODY, ApiKey, Caller, CallerKind, Grant, system
from shared.identity.tokens import (
    HEADER,
    IdentitySigner,
    IdentityVerifier,
    encode_public,
    key_id,
    private_key,
    public_keys,
)

__all__ = [
    "HEADER",
    "NOBODY",
    "ApiKey",
    "Caller",
    "CallerKind",
    "Grant",
    "IdentitySigner",
    "IdentityVerifier",
    "encode_public",
    "key_id",
    "private_key",
    "public_keys",
    "system",
]
