"""The secrets of a local installation: drawn once, kept in one file that only its owner may read."""

import base64
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ConfigDict

from shared.identity.tokens import encode_public, private_key


class Keys(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    role_secret: str  # the passwords of all database roles are derived from it
    signing_key: str  # Ed25519, 32 raw bytes, base64url
    encryption_key: str  # Fernet

    @property
    def public_key(self) -> str:
        return encode_public(private_key(self.signing_key).public_key())


def kept_keys(path: Path) -> Keys:
    """The keys of `path`, drawn now if there are none."""
    if not path.exists():
        keys = Keys(
            role_secret=secrets.token_urlsafe(32),
            signing_key=base64.urlsafe_b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode(),
            encryption_key=Fernet.generate_key().decode(),
        )
        unfinished = path.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(keys.model_dump_json(indent=2))
        unfinished.rename(path)
    return Keys.model_validate_json(path.read_bytes())
