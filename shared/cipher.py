"""Encryption at rest of what a dump of the database must not show: channel credentials, confidential texts."""

import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class UnreadableCiphertext(Exception):
    """The text was encrypted with a key that is no longer among the keys, or was changed."""


class Cipher:
    """Encrypts with the newest of the keys and reads with any of them."""

    def __init__(self, keys: str) -> None:
        """`keys` are Fernet keys, comma separated, newest first."""
        names = [key.strip() for key in keys.split(",") if key.strip()]
        self._fernet = MultiFernet([Fernet(name) for name in names])
        self._newest = names[0].encode()

    def encrypt(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def decrypt(self, text: str) -> str:
        """Raises UnreadableCiphertext."""
        try:
            return self._fernet.decrypt(text.encode("ascii")).decode()
        except (InvalidToken, UnicodeError) as error:
            raise UnreadableCiphertext from error

    def derive(self, purpose: str) -> bytes:
        """32 bytes for signing links of one purpose. They change when the newest key does."""
        return hmac.digest(self._newest, purpose.encode(), "sha256")
