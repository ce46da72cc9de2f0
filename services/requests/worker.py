"""The requests service's worker process."""

from services.requests.desk import jobs as desk
from services.requests.directory import jobs as directory
from services.requests.intake import jobs as intake
from services.requests.ratings import jobs as ratings
from services.requests.settings import RequestsSettings
from services.requests.subjects import jobs as subjects
from shared.consumers import Consumer
from shared.contracts import ServiceName
from shared.runtime import open_runtime
from shared.worker import run_worker


def consumers() -> list[Consumer]:
    return [*directory.consumers(), *desk.consumers(), *intake.consumers(), *ratings.consumers(), *subjects.consumers()]


def run(settings: RequestsSettings) -> None:
    """Block until SIGTERM or SIGINT."""
    run_worker(open_runtime(ServiceName.REQUESTS, settings, settings.database_url), consumers())
