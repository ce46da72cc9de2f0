"""Archives of what an organization published: the publisher's own due work, to itself."""

from typing import ClassVar
from uuid import UUID

from shared.contracts.message import Message, ServiceName


class ArchiveDue(Message):
    """To the publisher itself: the next file of an archive."""

    type: ClassVar[str] = "publisher.archive_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    job_id: UUID


class ArchiveOverDue(Message):
    """To the publisher itself: an archive's files are let go of."""

    type: ClassVar[str] = "publisher.archive_over_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    job_id: UUID
