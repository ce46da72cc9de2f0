"""The one application that the stand-in knows, and how its calls are signed."""

import hashlib
from collections.abc import Mapping

from pydantic import JsonValue

APPLICATION_KEY = "CSANDBOXAPPLICATION"
APPLICATION_SECRET_KEY = "5A6D3C0FE21B9874D0A1B2C3"  # noqa: S105 of no application that there is
UNSIGNED = frozenset({"sig", "access_token"})


def session_secret_key(access_token: str) -> str:
    """What OK shows beside an access token: the token and the application's secret key, as one."""
    return _digest(access_token + APPLICATION_SECRET_KEY)


def sign(params: Mapping[str, JsonValue], access_token: str) -> str:
    joined = "".join(f"{name}={params[name]}" for name in sorted(params) if name not in UNSIGNED)
    return _digest(joined + session_secret_key(access_token))


def _digest(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
