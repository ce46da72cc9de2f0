"""Personal data's consumers, jobs and timer."""

from collections.abc import Mapping, Sequence

from services.gateway.base import metadata
from services.gateway.consents.actions.access import keep_access
from services.gateway.consents.actions.holdings import FindMore
from services.gateway.consents.actions.incidents import CLOCK, remind
from services.gateway.consents.actions.retention import AGED, let_go_of_codes, let_go_of_files, tell_all_terms
from services.gateway.consents.actions.subjects import ERASURE, EXPORT
from services.gateway.consents.actions.surroundings import organizations_of
from services.gateway.consents.actions.working_off import erasure_chunk, export_chunk
from shared.consumers import Consumer, consumes
from shared.contracts.gateway import AccessRecorded, JobDue
from shared.contracts.states import Kept
from shared.job_parts import collects
from shared.jobs import Chunk
from shared.retention import Aged, retention_consumer
from shared.worker import Timer

_HOUR = 3600.0


def consumers(aged: Sequence[Aged] = ()) -> list[Consumer]:
    """`aged` is what the rooms after this one let go of."""
    return [
        consumes(AccessRecorded, keep_access),
        collects(lambda job_id: JobDue(job_id=job_id)),
        retention_consumer(
            metadata, [*AGED, *aged], [(Kept.SUBJECT_EXPORTS, let_go_of_files), (Kept.SESSIONS, let_go_of_codes)]
        ),
    ]


def job_kinds(more: Sequence[FindMore] = ()) -> Mapping[str, Chunk]:
    """`more` is what the rooms after this one hold of a person."""
    return {EXPORT: export_chunk([*more, organizations_of]), ERASURE: erasure_chunk(more), CLOCK: remind}


def timers() -> list[Timer]:
    """Hourly, so that a worker that was away at midnight makes up for it; each tenant is told once a day."""
    return [Timer("retention", _HOUR, tell_all_terms)]
