"""The surveys service's application."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.surveys.directory.tables import DIRECTORY
from services.surveys.events.actions.registering import Registrar
from services.surveys.events.api import router as events
from services.surveys.questionnaires.actions.answering import AnswerTaker
from services.surveys.questionnaires.api import router as questionnaires
from services.surveys.results.api import router as results
from services.surveys.settings import SurveysSettings
from shared.app import create_service
from shared.app.samples import samples_of
from shared.contracts import ServiceName
from shared.runtime import Runtime, open_runtime


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncGenerator[None, None]:
    """What was taken into hand is written before the process ends."""
    yield
    taker: AnswerTaker = app.state.answer_taker
    registrar: Registrar = app.state.registrar
    await taker.drain()
    await registrar.drain()


def create_app(settings: SurveysSettings, runtime: Runtime | None = None) -> FastAPI:
    """`runtime` is given by tests that set its clock."""
    if runtime is None:
        runtime = open_runtime(ServiceName.SURVEYS, settings, settings.database_url)
    app = create_service(
        runtime,
        [questionnaires, results, events],
        wait_for_position=DIRECTORY.wait_for_position,
        lifespan=_life,
        samples=samples_of(ServiceName.SURVEYS),
    )
    app.state.answer_taker = AnswerTaker(runtime)
    app.state.registrar = Registrar(runtime)
    return app
