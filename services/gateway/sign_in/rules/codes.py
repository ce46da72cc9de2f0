"""One-time codes: six digits, ten minutes, five tries, and only the newest one counts."""

import hmac
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

CODE_DIGITS: Final = 6
CODES: Final = 10**CODE_DIGITS
CODE_LIFETIME: Final = timedelta(minutes=10)
CODE_TRIES: Final = 5  # five guesses at one of a million: 1 in 200,000


class CodeWay(StrEnum):
    """How a one-time code comes.

    `mail`: to the proven address; `messenger`: into the chat with a linked account.
    """

    MAIL = "mail"
    MESSENGER = "messenger"


class CodeVerdict(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"  # counts as a try
    OVER = "over"  # too old, or tried too often


def code_text(number: int) -> str:
    return f"{number:0{CODE_DIGITS}}"


def code_hash(key: bytes, tenant_id: UUID, person_id: UUID, code: str) -> bytes:
    """A million codes are tried in a second: without the installation's `key` a dump must not tell them."""
    return hmac.digest(key, tenant_id.bytes + person_id.bytes + code.encode(), "sha256")


def judge_code(presented: bytes, kept: bytes, *, tries: int, expires_at: datetime, now: datetime) -> CodeVerdict:
    """`tries` are the wrong ones before this one."""
    if tries >= CODE_TRIES or now >= expires_at:
        return CodeVerdict.OVER
    return CodeVerdict.RIGHT if hmac.compare_digest(presented, kept) else CodeVerdict.WRONG
