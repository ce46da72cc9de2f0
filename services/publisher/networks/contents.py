"""What is handed to a network: posts, messages and invitations, in no network's own words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Image:
    content: bytes = field(repr=False)
    content_type: str  # image/jpeg or image/png
    alt_text: str


@dataclass(frozen=True)
class Post:
    """Plain text with images, as one channel will show it. The same `delivery_id` on every attempt."""

    delivery_id: UUID
    text: str
    images: tuple[Image, ...] = ()


@dataclass(frozen=True)
class Button:
    label: str
    payload: str  # at most 64 bytes, the smallest limit of the networks


BUTTONS_IN_A_ROW = 5  # VK's limit, the smallest


def button_rows(buttons: Sequence[Button]) -> list[Sequence[Button]]:
    """Buttons in rows as every network shows them: five marks stand in one row."""
    return [buttons[start : start + BUTTONS_IN_A_ROW] for start in range(0, len(buttons), BUTTONS_IN_A_ROW)]


@dataclass(frozen=True)
class DirectMessage:
    """A message into the private chat with one user. The same `reference_id` on every attempt."""

    reference_id: UUID
    recipient: str
    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Invitation:
    """A link of one use into the account's community. `name` comes back with the join, where the network tells it."""

    name: str  # at most 32 characters
    expires_at: datetime


@dataclass(frozen=True)
class Invited:
    url: str = field(repr=False)
