"""The requests service's application."""

from fastapi import FastAPI

from services.requests.desk.api import router as desk
from services.requests.directory.tables import DIRECTORY
from services.requests.intake.api import router as intake
from services.requests.ratings.api import router as ratings
from services.requests.settings import RequestsSettings
from shared.app import create_service
from shared.app.samples import samples_of
from shared.contracts import ServiceName
from shared.runtime import Runtime, open_runtime


def create_app(settings: RequestsSettings, runtime: Runtime | None = None) -> FastAPI:
    """`runtime` is given by tests that set its clock."""
    if runtime is None:
        runtime = open_runtime(ServiceName.REQUESTS, settings, settings.database_url)
    return create_service(
        runtime,
        [intake, desk, ratings],
        wait_for_position=DIRECTORY.wait_for_position,
        samples=samples_of(ServiceName.REQUESTS),
    )
