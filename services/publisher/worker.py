"""The publisher's worker process."""

from services.publisher.archives import jobs as archives
from services.publisher.campaigns import jobs as campaigns
from services.publisher.cards import jobs as cards
from services.publisher.channels import jobs as channels
from services.publisher.conversations import jobs as conversations
from services.publisher.directory import jobs as directory
from services.publisher.mentions import jobs as mentions
from services.publisher.metrics import jobs as metrics
from services.publisher.plans import jobs as plans
from services.publisher.publications import jobs as publications
from services.publisher.releases import jobs as releases
from services.publisher.runtime import open_publisher
from services.publisher.settings import PublisherSettings
from services.publisher.subjects import jobs as subjects
from shared.consumers import Consumer
from shared.worker import run_worker


def consumers() -> list[Consumer]:
    return [
        *directory.consumers(),
        *channels.consumers(),
        *conversations.consumers(),
        *cards.consumers(),
        *publications.consumers(),
        *plans.consumers(),
        *releases.consumers(),
        *archives.consumers(),
        *mentions.consumers(),
        *campaigns.consumers(),
        *metrics.consumers(),
        *subjects.consumers(),
    ]


def run(settings: PublisherSettings) -> None:
    """Block until SIGTERM or SIGINT."""
    run_worker(open_publisher(settings), consumers())
