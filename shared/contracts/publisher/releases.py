"""Releases: the publisher's own due letters, to itself."""

from typing import ClassVar
from uuid import UUID

from shared.contracts.message import Message, ServiceName


class ReleaseLetterDue(Message):
    """To the publisher itself: the turn of a release's letter to one recipient has come (first try or a later one)."""

    type: ClassVar[str] = "publisher.release_letter_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    recipient_id: UUID
    attempt: int  # the attempt that is due; a message for an attempt already made is dropped
