"""Time and chance, given to those who need them so that tests can set both."""

import secrets
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID

import uuid_utils


class Clock(Protocol):
    def now(self) -> datetime:
        """The present, with UTC as its zone."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class Chance(Protocol):
    def token(self, size: int) -> bytes:
        """`size` unpredictable bytes."""
        ...

    def below(self, limit: int) -> int:
        """An unpredictable integer in [0, limit)."""
        ...


class SystemChance:
    def token(self, size: int) -> bytes:
        return secrets.token_bytes(size)

    def below(self, limit: int) -> int:
        return secrets.randbelow(limit)


def new_id() -> UUID:
    """A UUIDv7: ids sort by the time they were made, which keeps indexes and partitions narrow."""
    return UUID(int=uuid_utils.uuid7().int)


def random_id() -> UUID:
    """A UUIDv4, for what must not tell when it was made (an anonymous answer)."""
    return UUID(int=uuid_utils.uuid4().int)


def written(moment: datetime) -> str:
    """As answers of the API write it: whoever computes a certificate's hash has nothing but an answer."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
