"""What the gateway tells of organizations and people."""

from services.publisher.directory.tables import DIRECTORY
from shared.consumers import Consumer


def consumers() -> list[Consumer]:
    return DIRECTORY.consumers()
