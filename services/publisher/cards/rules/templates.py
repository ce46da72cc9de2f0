"""The templates of cards: what each is for, which texts it takes, and the sizes that it is drawn in."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from shared.errors import Text

ENTERPRISE_LIMIT = 150  # the longest official names of city enterprises run to some 130 characters
GREETING_LIMIT = 400
SHEET_LIMIT = 1500  # of the text of a sheet that is read standing in front of it
SIGNATURE_LIMIT = 120  # of the union and of the person, each
HEADING_LIMIT = 24  # one line in large letters
TITLE_LIMIT = 150
PERSON_LIMIT = 100
PLACE_LIMIT = 120
TIME_LIMIT = 60
LINK_LIMIT = 300  # above, the squares of its code are too small for a telephone held at arm's length
PARAGRAPH_LIMIT = 4
SHEET_PARAGRAPHS = 15
YEARS_LIMIT = 999


class CardTemplate(StrEnum):
    """What a card is drawn from.

    `jubilee`: an enterprise's jubilee; `holiday`: a professional holiday; `thanks`: thanks; `personal`: somebody's
    birthday or jubilee; `announcement`: of an event, with a code that leads to the registration; `sheet`: for the
    notice board, to be printed.
    """

    JUBILEE = "jubilee"
    HOLIDAY = "holiday"
    THANKS = "thanks"
    PERSONAL = "personal"
    ANNOUNCEMENT = "announcement"
    SHEET = "sheet"


class CardSize(StrEnum):
    """What a card is drawn for.

    `story`: 1080 x 1920; `post`: 1080 x 1080; `sheet`: A4, to be printed.
    """

    STORY = "story"
    POST = "post"
    SHEET = "sheet"


class CardField(StrEnum):
    """What a card is made of, by its name in `POST /v1/cards`.

    `heading`: in place of the template's own; `title`: of the holiday, the event, the announcement; `enterprise`:
    who is congratulated or thanked; `person`: whose day it is, or who is thanked; `years`: which jubilee; `day`:
    the holiday's day; `time`: when, in words; `place`: where, in words; `greeting`: the words themselves; `link`:
    where the QR code leads.
    """

    HEADING = "heading"
    TITLE = "title"
    ENTERPRISE = "enterprise"
    PERSON = "person"
    YEARS = "years"
    DAY = "day"
    TIME = "time"
    PLACE = "place"
    GREETING = "greeting"
    LINK = "link"


@dataclass(frozen=True)
class TemplateRules:
    """`name` is the field that stands under the heading in bold letters. Every card has a signature besides."""

    purpose: Text
    heading: str  # unless the card has one of its own
    name: CardField
    required: frozenset[CardField]
    optional: frozenset[CardField]
    sizes: tuple[CardSize, ...] = (CardSize.STORY, CardSize.POST)
    greeting_limit: int = GREETING_LIMIT
    paragraphs: int = PARAGRAPH_LIMIT
    spoken: str = "Поздравительная открытка"  # what its alt text begins with


LIMITS: Mapping[CardField, int] = MappingProxyType(
    {
        CardField.HEADING: HEADING_LIMIT,
        CardField.TITLE: TITLE_LIMIT,
        CardField.ENTERPRISE: ENTERPRISE_LIMIT,
        CardField.PERSON: PERSON_LIMIT,
        CardField.TIME: TIME_LIMIT,
        CardField.PLACE: PLACE_LIMIT,
        CardField.LINK: LINK_LIMIT,
    }
)
"""Characters of each text, whatever the template; of the greeting the template says it."""

_HEADING = frozenset({CardField.HEADING})

TEMPLATES: Mapping[CardTemplate, TemplateRules] = MappingProxyType(
    {
        CardTemplate.JUBILEE: TemplateRules(
            purpose={"ru": "Юбилей предприятия", "en": "An enterprise's jubilee"},
            heading="С юбилеем!",
            name=CardField.ENTERPRISE,
            required=frozenset({CardField.ENTERPRISE, CardField.YEARS, CardField.GREETING}),
            optional=_HEADING,
        ),
        CardTemplate.HOLIDAY: TemplateRules(
            purpose={"ru": "Профессиональный праздник", "en": "A professional holiday"},
            heading="С праздником!",
            name=CardField.TITLE,
            required=frozenset({CardField.TITLE, CardField.DAY, CardField.GREETING}),
            optional=_HEADING | {CardField.ENTERPRISE},
        ),
        CardTemplate.THANKS: TemplateRules(
            purpose={"ru": "Благодарность", "en": "Thanks"},
            heading="Спасибо!",
            name=CardField.ENTERPRISE,
            required=frozenset({CardField.ENTERPRISE, CardField.GREETING}),
            optional=_HEADING | {CardField.PERSON},
            spoken="Открытка с благодарностью",
        ),
        CardTemplate.PERSONAL: TemplateRules(
            purpose={"ru": "Личная дата", "en": "A personal date"},
            heading="С днём рождения!",
            name=CardField.PERSON,
            required=frozenset({CardField.PERSON, CardField.GREETING}),
            optional=_HEADING | {CardField.ENTERPRISE},
        ),
        CardTemplate.ANNOUNCEMENT: TemplateRules(
            purpose={
                "ru": "Анонс с QR-кодом для регистрации",
                "en": "An announcement with a QR code to the registration",
            },
            heading="Приглашаем",
            name=CardField.TITLE,
            required=frozenset({CardField.TITLE, CardField.LINK}),
            optional=_HEADING | {CardField.TIME, CardField.PLACE, CardField.GREETING},
            spoken="Анонс",
        ),
        CardTemplate.SHEET: TemplateRules(
            purpose={"ru": "Листок А4 на стенд", "en": "An A4 sheet for the notice board"},
            heading="Объявление",
            name=CardField.TITLE,
            required=frozenset({CardField.TITLE, CardField.GREETING}),
            optional=_HEADING | {CardField.TIME, CardField.PLACE, CardField.LINK},
            sizes=(CardSize.SHEET,),
            greeting_limit=SHEET_LIMIT,
            paragraphs=SHEET_PARAGRAPHS,
            spoken="Листок на стенд",
        ),
    }
)
