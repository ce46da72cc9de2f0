"""What a seal covers, and how a broken one is known. Pure: lines of text and hashes.

The chain can be checked with nothing but SHA-256. A seal's text is a head line and the lines of its entries in the order
of their ids, each ended by a line feed; its hash is that of the text; the head names the hash of the seal before.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from shared.errors import Forbidden

SEAL_SIZE: Final = 1000  # entries under one seal: a broken one is looked through by eye
SETTLED_AFTER: Final = timedelta(minutes=2)  # a transaction that began to write an entry has ended by then
LATENESS: Final = timedelta(hours=1)  # no entry is committed later than this after its id was made
NO_HASH: Final = "0" * 64  # what the first seal names as the one before
_PSEUDONYM_BYTES: Final = 16
_UUID7_RANDOM_BITS: Final = 80
_OLDEST: Final = UUID(int=0)


class WholeUnionOnly(Forbidden):
    title = {"ru": "Журнал виден только на уровне всей организации", "en": "The audit is for the whole union only"}


@dataclass(frozen=True)
class Entry:
    """One change. `actor` is a pseudonym; None where nobody in particular was named."""

    id: UUID
    service: str
    operation: str
    actor_kind: str
    actor: str | None
    resource: str
    status: int
    occurred_at: datetime
    request_id: str


@dataclass(frozen=True)
class Seal:
    sequence: int
    previous_hash: str
    hash: str
    count: int
    sealed_at: datetime


class Flaw(StrEnum):
    GAP = "gap"  # a seal is missing
    UNLINKED = "unlinked"  # it does not name the seal before it
    CHANGED = "changed"  # an entry under it was changed, added, moved or removed
    SMUGGLED = "smuggled"  # an entry that is older than the last seal and stands under none


@dataclass(frozen=True)
class Break:
    """The first place at which the chain does not hold."""

    sequence: int
    flaw: Flaw


def pseudonym(key: bytes, tenant_id: UUID, actor_id: UUID) -> str:
    """Who acted, as the audit names them: the same for ever, and nobody's without the tenant's key."""
    return hmac.digest(key, tenant_id.bytes + actor_id.bytes, "sha256")[:_PSEUDONYM_BYTES].hex()


def line_of(entry: Entry) -> str:
    return _json({**vars(entry), "id": str(entry.id), "occurred_at": _moment(entry.occurred_at)})


def head_of(sequence: int, previous_hash: str, sealed_at: datetime) -> str:
    return _json({"sequence": sequence, "previous_hash": previous_hash, "sealed_at": _moment(sealed_at)})


def hash_of(lines: Sequence[str]) -> str:
    """Of a seal's text: its head and its entries' lines."""
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def text_of(seal: Seal, entries: Sequence[Entry]) -> list[str]:
    """The lines that `seal` should have been made of."""
    return [head_of(seal.sequence, seal.previous_hash, seal.sealed_at), *map(line_of, entries)]


def flaw_of(seal: Seal, entries: Sequence[Entry], *, expected: int, previous_hash: str) -> Flaw | None:
    """What is wrong with the seal that should be number `expected` after one of `previous_hash`."""
    if seal.sequence != expected:
        return Flaw.GAP
    if seal.previous_hash != previous_hash:
        return Flaw.UNLINKED
    if seal.count != len(entries) or hash_of(text_of(seal, entries)) != seal.hash:
        return Flaw.CHANGED
    return None


def oldest_unsealed(last_sealed: UUID | None) -> UUID:
    """The id under which no unsealed entry can be, when the newest entry under the last seal is `last_sealed`.

    Read from the UUIDv7 alone, so that no clock but that of the ids counts.
    """
    if last_sealed is None:
        return _OLDEST
    milliseconds = (last_sealed.int >> _UUID7_RANDOM_BITS) - int(LATENESS.total_seconds() * 1000)
    return UUID(int=max(0, milliseconds) << _UUID7_RANDOM_BITS)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _json(values: dict[str, object]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
