"""The publisher's application."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.publisher.acknowledgements.api import router as acknowledgements
from services.publisher.archives.api import router as archives
from services.publisher.campaigns.api import routers as campaigns
from services.publisher.cards.api import routers as cards
from services.publisher.channels.api import router as channels
from services.publisher.conversations.api import router as conversations
from services.publisher.delegations.api import router as delegations
from services.publisher.directory.tables import DIRECTORY
from services.publisher.enterprises.api import router as enterprises
from services.publisher.feeds.api import router as feeds
from services.publisher.links.actions.following import LinkFollower
from services.publisher.links.api import followed
from services.publisher.links.api import router as links
from services.publisher.media.api import router as media
from services.publisher.mentions.api import router as mentions
from services.publisher.metrics.api import router as metrics
from services.publisher.plans.api import routers as plans
from services.publisher.publications.api import routers as publications
from services.publisher.releases.api import routers as releases
from services.publisher.runtime import PublisherRuntime, open_publisher
from services.publisher.settings import PublisherSettings
from shared.app import create_service
from shared.app.samples import samples_of
from shared.contracts import ServiceName


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncGenerator[None, None]:
    """Clicks that were taken into hand are written before the process ends."""
    yield
    follower: LinkFollower = app.state.link_follower
    await follower.drain()


def create_app(settings: PublisherSettings, runtime: PublisherRuntime | None = None) -> FastAPI:
    """`runtime` is given by tests that set its clock and its connectors."""
    runtime = runtime or open_publisher(settings)
    app = create_service(
        runtime,
        [
            channels,
            conversations,
            media,
            links,
            enterprises,
            *cards,
            *publications,
            *plans,
            *releases,
            acknowledgements,
            delegations,
            archives,
            mentions,
            *campaigns,
            metrics,
        ],
        beside=[followed, feeds],
        wait_for_position=DIRECTORY.wait_for_position,
        lifespan=_life,
        samples=samples_of(ServiceName.PUBLISHER),
    )
    app.state.link_follower = LinkFollower(runtime)
    return app
