"""Where a connector keeps what must be made by one alone: sessions that are renewed with a token of a single use. Pure.

Whoever finds the last one worn out asks for the next. One of all that ask has the turn to make it, and takes the last one
away with it: what it was renewed with may be used up, whatever becomes of the call, and nobody tries it again. The others
wait for what comes of it.
"""

from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from shared.clock import new_id


@dataclass(frozen=True)
class Kept:
    number: int  # grows with each that was made
    content: str = field(repr=False)


@dataclass(frozen=True)
class Turn:
    """Whoever has it makes the next one, from `last` if there is one that nobody else has tried."""

    holder: UUID
    number: int
    last: str | None = field(repr=False)


class Shelf(Protocol):
    @property
    def name(self) -> str:
        """Numbers of one shelf say nothing of another's."""
        ...

    async def take(self, key: str, after: int) -> Kept | Turn | None:
        """One with a greater number than `after`, or the turn to make it; None while that is somebody else's."""
        ...

    async def put(self, key: str, turn: Turn, content: str) -> None:
        """What the turn was for. Without effect once the turn is somebody else's."""
        ...

    async def give_up(self, key: str, turn: Turn) -> None:
        """Nothing came of it. What was there before is gone."""
        ...


class OwnShelf:
    """Of one process alone, for accounts that nobody has connected yet. Its callers come one at a time."""

    name = ""

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}

    async def take(self, key: str, after: int) -> Kept | Turn | None:
        kept = self._kept.pop(key, None)
        if kept is not None and kept.number > after:
            self._kept[key] = kept
            return kept
        return Turn(new_id(), after + 1, kept.content if kept is not None and kept.number == after else None)

    async def put(self, key: str, turn: Turn, content: str) -> None:
        self._kept[key] = Kept(turn.number, content)

    async def give_up(self, key: str, turn: Turn) -> None:
        """It was taken away already."""
