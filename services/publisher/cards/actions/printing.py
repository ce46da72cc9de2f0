"""Cards on paper and in a catalogue: the sheet as PDF, the templates with samples of what they look like."""

import asyncio
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Final
from uuid import UUID

from services.publisher.cards.actions.branding import House, logo_of
from services.publisher.cards.actions.drawing import print_card, render_card
from services.publisher.cards.actions.making import card_for, texts_of
from services.publisher.cards.rules.colours import Branding
from services.publisher.cards.rules.templates import TEMPLATES, CardSize, CardTemplate
from services.publisher.cards.rules.texts import CardTexts, Signature, check_sizes
from services.publisher.runtime import publisher_of
from shared.app import Outside
from shared.errors import NotFound

_UNION = Signature("Городская организация профсоюза", "Председатель Анна Воронцова")
SAMPLES: Final = MappingProxyType(
    {
        CardTemplate.JUBILEE: CardTexts(
            "ГУП «Северный трамвайный парк»",
            75,
            "Уважаемые коллеги!\nТри четверти века ваш труд соединяет город. Здоровья вам, достойной работы "
            "и уверенности в завтрашнем дне!",
            _UNION,
        ),
        CardTemplate.HOLIDAY: CardTexts(
            "ГБУ «Горэнерго»",
            None,
            "Спасибо за свет и тепло в каждом доме, за ночные смены и морозные дежурства. Надёжных сетей и крепкого здоровья!",
            _UNION,
            title="День энергетика",
            day=date(2026, 12, 22),
        ),
        CardTemplate.THANKS: CardTexts(
            "Пресс-служба завода «Северный свет»",
            None,
            "За то, что рассказали городу о нашей эстафете добрых дел. Вместе нас слышно лучше!",
            _UNION,
        ),
        CardTemplate.PERSONAL: CardTexts(
            "ведущий инженер, ГБУ «Жилищник»",
            None,
            "Спасибо за двадцать лет в профкоме, за терпение и неравнодушие. Здоровья, радости и спокойного неба!",
            _UNION,
            person="Мария Ивановна Кузнецова",
        ),
        CardTemplate.ANNOUNCEMENT: CardTexts(
            "",
            None,
            "Юрист ответит на вопросы каждого: сверхурочные, отпуск, сокращение.",
            _UNION,
            title="Школа трудового права",
            time="12 декабря, суббота, 15:00",
            place="Дом культуры «Заря», малый зал",
            link="https://vmeste.example/l/7h3kq2m",
        ),
        CardTemplate.SHEET: CardTexts(
            "",
            None,
            "Приглашаем членов профсоюза на открытую встречу с юристом.\nРазберём коллективный договор, оплату "
            "сверхурочных и отпуска. Вопросы можно задать заранее: через бота профсоюза или запиской в профком.\n"
            "Вход свободный.",
            _UNION,
            title="Школа трудового права",
            time="12 декабря, 15:00",
            place="Малый зал, второй этаж",
            link="https://vmeste.example/l/7h3kq2m",
        ),
    }
)
"""What every template looks like with usual texts."""


async def draw_sample(outside: Outside, template: CardTemplate, size: CardSize | None) -> bytes:
    """As PNG. Raises SizeNotDrawn."""
    wanted = size or TEMPLATES[template].sizes[0]
    check_sizes(template, [wanted])
    drawing = publisher_of(outside.runtime).drawing
    return await asyncio.get_running_loop().run_in_executor(drawing, sample_card, template, wanted)


@cache
def sample_card(template: CardTemplate, size: CardSize) -> bytes:
    """Drawn once by each process of the pool: anybody may ask for it as often as they like."""
    return render_card(SAMPLES[template], template, size, Branding())


async def print_sheet(outside: Outside, card_id: UUID) -> bytes:
    """The notice-board sheet as PDF, drawn anew from what is kept of it. Raises NotFound, Forbidden, Unavailable."""
    async with outside.reading() as context:
        card, _ = await card_for(context, card_id)
        if card.template is not CardTemplate.SHEET:
            raise NotFound({"ru": "Печатается только листок на стенд", "en": "Only the notice-board sheet is printed"})
        logo_media_id, logo = await logo_of(context, card.logo_media_id)
    house = House(card.signed_by_union, Branding(card.accent, card.highlight), logo_media_id, logo)
    branding = await house.dressed(outside.runtime)
    publisher = publisher_of(outside.runtime)
    with publisher.lanes.drawing(outside.tenant_id):
        return await asyncio.get_running_loop().run_in_executor(publisher.drawing, print_card, texts_of(card), branding)
