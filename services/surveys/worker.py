"""The surveys service's worker process."""

from services.surveys.directory import jobs as directory
from services.surveys.questionnaires import jobs as questionnaires
from services.surveys.settings import SurveysSettings
from services.surveys.subjects import jobs as subjects
from shared.consumers import Consumer
from shared.contracts import ServiceName
from shared.runtime import open_runtime
from shared.worker import run_worker


def consumers() -> list[Consumer]:
    return [*directory.consumers(), *questionnaires.consumers(), *subjects.consumers()]


def run(settings: SurveysSettings) -> None:
    """Block until SIGTERM or SIGINT."""
    run_worker(open_runtime(ServiceName.SURVEYS, settings, settings.database_url), consumers())
