"""Init data of Telegram's mini apps: what is signed, and until when it says who somebody is.

https://core.telegram.org/bots/webapps, "Validating data for Third-Party Use": Telegram signs `<bot id>:WebAppData` and
the sorted fields, without `hash` and `signature`, with its own Ed25519 key. The bot's token is not needed.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, cast
from urllib.parse import parse_qsl

from services.gateway.sign_in.rules.problems import WrongSignIn

INIT_DATA_LONGEST: Final = 4096
LIFETIME: Final = timedelta(minutes=5)
CLOCK_SKEW: Final = timedelta(seconds=30)
_MOST_FIELDS: Final = 32
_NAME: Final = re.compile(r"[a-z_]{1,40}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")  # a line break in a value would read as two fields
_UNSIGNED: Final = frozenset({"hash", "signature"})
_SIGNATURE_BYTES: Final = 64


@dataclass(frozen=True)
class InitData:
    user_id: str
    made_at: datetime
    signature: bytes
    fields: str  # what is signed, without its first line

    def signed_text(self, bot_id: str) -> bytes:
        return f"{bot_id}:WebAppData\n{self.fields}".encode()


def parse_init_data(text: str) -> InitData:
    """Raises WrongSignIn for whatever is none."""
    fields = _fields(text)
    try:
        signature = base64.b64decode(fields["signature"] + "==", altchars=b"-_", validate=True)
        made_at = datetime.fromtimestamp(int(fields["auth_date"]), UTC)
        user_id = _user_id(fields["user"])
    except (KeyError, binascii.Error, ValueError, OverflowError, OSError, RecursionError) as error:
        raise WrongSignIn from error
    if len(signature) != _SIGNATURE_BYTES:
        raise WrongSignIn
    signed = sorted(f"{name}={value}" for name, value in fields.items() if name not in _UNSIGNED)
    return InitData(user_id, made_at, signature, "\n".join(signed))


def check_fresh(made_at: datetime, now: datetime) -> None:
    """Raises WrongSignIn."""
    if not made_at - CLOCK_SKEW <= now <= made_at + LIFETIME:
        raise WrongSignIn


def _fields(text: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError as error:
        raise WrongSignIn from error
    fields = dict(pairs)
    clean = all(_NAME.fullmatch(name) and not _CONTROL.search(value) for name, value in pairs)
    if len(fields) != len(pairs) or not clean:
        raise WrongSignIn
    return fields


def _user_id(user: str) -> str:
    """Raises ValueError."""
    found: object = json.loads(user)
    number = cast("Mapping[str, object]", found).get("id") if isinstance(found, dict) else None  # of unknown shape
    if not isinstance(number, int) or isinstance(number, bool) or number <= 0:
        raise ValueError("no user")
    return str(number)
