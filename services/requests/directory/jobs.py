"""Keeping the directory as the gateway tells it."""

from services.requests.directory.tables import DIRECTORY
from shared.consumers import Consumer


def consumers() -> list[Consumer]:
    return DIRECTORY.consumers()
