"""The requests service's consumers of what the gateway asks about a person, and of the daily letting go."""

from services.requests.base import metadata
from services.requests.subjects.actions import aged, held
from shared.consumers import Consumer
from shared.retention import retention_consumer
from shared.subjects import subject_consumers


def consumers() -> list[Consumer]:
    return [*subject_consumers(held), retention_consumer(metadata, aged())]
