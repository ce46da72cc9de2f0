"""Reports of mail servers that a letter could not be handed over (RFC 3464). Pure.

Anybody may write one: it says nothing but what became of a letter whose number and recipient it knows.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message
from typing import Final, TypeAlias, cast

from services.publisher.networks.email.errors import PERMANENT, Stage, refusal_of
from services.publisher.networks.outcomes import Reason, Rejected
from services.publisher.networks.reasons import reason

REPORT: Final = "multipart/report"
_STATUS: Final = "message/delivery-status"
_LETTER_ID: Final = re.compile(r"(?aim)^message-id:\s*<([!-;=?-~]{1,200})>")
_ADDRESS: Final = re.compile(r"\s*rfc822\s*;\s*<?([!-;=?-~]{3,254})>?\s*", re.IGNORECASE | re.ASCII)
_CODE: Final = re.compile(r"\b([45]\d\d)[ -]", re.ASCII)
_ENHANCED: Final = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?!\.?\d)", re.ASCII)  # RFC 3463; no part of an address
_MOST_BLOCKS: Final = 20
_LONGEST_SAID: Final = 1_000
_LONGEST_HEAD: Final = 20_000  # characters of the letter that came back: its number stands among the first

_Part: TypeAlias = "Message[str, str]"


@dataclass(frozen=True)
class Failure:
    letter_id: str
    recipients: tuple[str, ...]  # of the letter as it was sent, and where it was passed on to
    reason: Reason


def failure_in(report: _Part) -> Failure | None:
    """None for what is on its way yet, has arrived, or is another kind of report."""
    parts = _parts_of(report)
    letter_id = next((found for part in parts[1:] if (found := _letter_id(part)) is not None), None)
    if letter_id is None:
        return None
    for part in parts:
        if part.get_content_type() != _STATUS:
            continue
        for block in _parts_of(part)[:_MOST_BLOCKS]:
            recipients = tuple(_addresses_in(block))
            if recipients and _field(block, "action").lower() == "failed":
                return Failure(letter_id, recipients, _why(block))
    return None


def _parts_of(part: _Part) -> Sequence[_Part]:
    content = part.get_payload()
    inner = cast("list[_Part | str]", content) if isinstance(content, list) else []
    return [one for one in inner if isinstance(one, Message)]


def _letter_id(part: _Part) -> str | None:
    """Of the letter that came back: it lies in the report whole, or with its headers alone."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        letters = _parts_of(part)
        head = f"Message-ID: {letters[0].get('message-id', '')}" if letters else ""
    elif kind == "text/rfc822-headers":
        content = part.get_payload(decode=True)
        head = content[:_LONGEST_HEAD].decode("latin-1") if isinstance(content, bytes) else ""
    else:
        return None
    found = _LETTER_ID.search(head)
    return None if found is None else found[1]


def _addresses_in(block: _Part) -> Iterator[str]:
    for name in ("original-recipient", "final-recipient"):
        found = _ADDRESS.fullmatch(_field(block, name))
        if found is not None:
            yield found[1].lower()


def _why(block: _Part) -> Reason:
    """As if the server had said it while it was handed the letter, where it says that at all.

    Of its words the numbers alone go further: anybody may have written them, for our staff to read.
    """
    said = " ".join(_field(block, "diagnostic-code").partition(";")[2].split())[:_LONGEST_SAID]
    status = _field(block, "status")[:_LONGEST_SAID]
    code = _CODE.search(f"{said} ")
    enhanced = _ENHANCED.search(said) or _ENHANCED.search(status)
    numbers = " ".join(found for found in (code and code[1], enhanced and enhanced[0]) if found) or None
    refusal = refusal_of(int(code[1]) if code is not None else PERMANENT + 54, said or status, Stage.READER)
    if isinstance(refusal, Rejected) and refusal.reason.code != "network.refused":
        return reason(refusal.reason.code.removeprefix("network."), numbers)
    return reason("letter_returned", numbers)


def _field(block: _Part, name: str) -> str:
    return str(block.get(name, "")).strip()
