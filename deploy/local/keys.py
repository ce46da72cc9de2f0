"""The secrets of a local installation: drawn once, kept in one file that only its owner may read."""

import base64
import json
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ConfigDict

from shared.identity.tokens import encode_public, private_key


class Keys(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    role_secret: str  # the passwords of all database roles are derived from it
    signing_key: str  # Ed25519, 32 raw bytes, base64url
    next_signing_key: str  # published already, so that it may sign any day
    encryption_key: str  # Fernet

    @property
    def signing_keys(self) -> str:
        return f"{self.signing_key},{self.next_signing_key}"

    @property
    def public_keys(self) -> str:
        keys = (self.signing_key, self.next_signing_key)
        return ",".join(encode_public(private_key(key).public_key()) for key in keys)


def kept_keys(path: Path) -> Keys:
    """The keys of `path`, drawn now if there are none. An installation from before there was a next key gets one."""
    known: dict[str, str] = json.loads(path.read_bytes()) if path.exists() else {}
    drawn = {
        "role_secret": secrets.token_urlsafe(32),
        "signing_key": _signing_key(),
        "next_signing_key": _signing_key(),
        "encryption_key": Fernet.generate_key().decode(),
    }
    keys = Keys.model_validate(drawn | known)
    if keys.model_dump() != known:
        unfinished = path.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(keys.model_dump_json(indent=2))
        unfinished.rename(path)
    return keys


def _signing_key() -> str:
    return base64.urlsafe_b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()
