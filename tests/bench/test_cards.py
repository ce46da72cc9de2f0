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

SIGNED_BY = Signature(union="Городской профсоюз муниципальных работников", person="Анна Воронцова")
JUBILEE = CardTexts(
    enterprise="ГУП «Северный трамвайный парк»",
    years=75,
    greeting="Три четверти века ваш труд соединяет город. Здоровья вам и достойной работы!",
    signed_by=SIGNED_BY,
)
NOTICE = CardTexts(
    enterprise="",
    title="Собрание первичной организации",
    years=None,
    time="14 октября в 17:30",
    place="Красный уголок, второй этаж",
    greeting="Подводим итоги года и выбираем делегатов.\nВопросы собранию принимаются до 10 октября.",
    link="https://example.org/l/meeting",
    signed_by=SIGNED_BY,
)


@pytest.mark.parametrize("size", CardSize)
def test_cpu_of_a_card(size: CardSize, say: Say) -> None:
    card, template = (NOTICE, CardTemplate.SHEET) if size is CardSize.SHEET else (JUBILEE, CardTemplate.JUBILEE)
    spans: list[float] = []
    content = b""
    for _ in range(8):
        began = time.process_time()
        content = render_card(card, template, size, Branding())
        spans.append(time.process_time() - began)
    say(f"\ncard, {size.value}: median {median(spans[1:]) * 1000:.0f} ms of CPU, {len(content) / 1024:.0f} KB")
