"""The buttons under "your request is resolved", and what a press on one of them says.

A payload is no secret: it counts only when it comes from the chat of the request that it names.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

LOWEST = 1
HIGHEST = 5
PAYLOAD_LIMIT = 64  # bytes, the smallest limit of the networks

_PAYLOAD = re.compile(r"rate:([0-9a-f]{32}):([1-9][0-9]{0,8}):([1-5])", re.ASCII)


@dataclass(frozen=True)
class RatingPress:
    request_id: UUID
    resolution: int
    score: int


def rating_presses(request_id: UUID, resolution: int) -> Iterator[RatingPress]:
    """One for each button, the lowest score first."""
    return (RatingPress(request_id, resolution, score) for score in range(LOWEST, HIGHEST + 1))


def payload_of(press: RatingPress) -> str:
    return f"rate:{press.request_id.hex}:{press.resolution}:{press.score}"


def press_of(payload: str) -> RatingPress | None:
    """None when the payload is of another kind of button."""
    found = _PAYLOAD.fullmatch(payload)
    if found is None:
        return None
    return RatingPress(UUID(hex=found[1]), int(found[2]), int(found[3]))
