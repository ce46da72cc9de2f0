"""CPU of one greeting card, without the pool around it."""

import time
from statistics import median

import pytest

from services.publisher.cards.actions.drawing import render_card
from services.publisher.cards.rules.colours import Branding
from services.publisher.cards.rules.templates import CardSize, CardTemplate
from services.publisher.cards.rules.texts import CardTexts, Signature
from tests.bench.conftest import Say

pytestmark = pytest.mark.bench

CARD = CardTexts(
    enterprise="ГУП «Северный трамвайный парк»",
    years=75,
    greeting="Три четверти века ваш труд соединяет город. Здоровья вам и достойной работы!",
    signed_by=Signature(union="Городской профсоюз муниципальных работников", person="Анна Воронцова"),
)


@pytest.mark.parametrize("size", CardSize)
def test_cpu_of_a_card(size: CardSize, say: Say) -> None:
    spans: list[float] = []
    content = b""
    for _ in range(8):
        began = time.process_time()
        content = render_card(CARD, CardTemplate.JUBILEE, size, Branding())
        spans.append(time.process_time() - began)
    say(f"\ncard, {size.value}: median {median(spans[1:]) * 1000:.0f} ms of CPU, {len(content) / 1024:.0f} KB")
