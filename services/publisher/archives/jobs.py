"""Archives are gathered file by file, and let go of in time."""

from services.publisher.archives.actions.gathering import KIND, archive_due, gather, let_go
from shared.consumers import Consumer, consumes
from shared.contracts.publisher import ArchiveDue, ArchiveOverDue
from shared.jobs import works_off


def consumers() -> list[Consumer]:
    return [works_off(ArchiveDue, archive_due, {KIND: gather}), consumes(ArchiveOverDue, let_go)]
