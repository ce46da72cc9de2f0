"""The publisher's application."""

from fastapi import FastAPI

from services.publisher.cards.api import router as cards
from services.publisher.channels.api import router as channels
from services.publisher.conversations.api import router as conversations
from services.publisher.directory.tables import DIRECTORY
from services.publisher.media.api import router as media
from services.publisher.publications.api import router as publications
from services.publisher.runtime import PublisherRuntime, open_publisher
from services.publisher.settings import PublisherSettings
from shared.app import create_service


def create_app(settings: PublisherSettings, runtime: PublisherRuntime | None = None) -> FastAPI:
    """`runtime` is given by tests that set its clock and its connectors."""
    return create_service(
        runtime or open_publisher(settings),
        [channels, conversations, media, cards, publications],
        wait_for_position=DIRECTORY.wait_for_position,
    )
