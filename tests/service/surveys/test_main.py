"""The service's own beginning and end."""

from services.surveys.main import create_app
from services.surveys.settings import SurveysSettings
from shared.contracts import ServiceName
from tests.conftest import Ground


class Hand:
    """What takes answers or registrations, and still holds one."""

    def __init__(self) -> None:
        self.is_empty = False

    async def drain(self) -> None:
        self.is_empty = True


async def test_what_was_taken_into_hand_is_written_before_the_process_ends(ground: Ground) -> None:
    app = create_app(ground.settings(SurveysSettings, ServiceName.SURVEYS))
    answers, registrations = Hand(), Hand()
    async with app.router.lifespan_context(app):
        app.state.answer_taker, app.state.registrar = answers, registrations
    assert answers.is_empty
    assert registrations.is_empty
