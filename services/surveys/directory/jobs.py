"""The gateway's news of organizations and people."""

from services.surveys.directory.tables import DIRECTORY
from shared.consumers import Consumer


def consumers() -> list[Consumer]:
    return DIRECTORY.consumers()
