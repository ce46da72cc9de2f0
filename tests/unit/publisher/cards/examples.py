"""Cards that the tests share, and strategies for others."""

from datetime import date

from hypothesis import strategies as st

from services.publisher.cards.rules.templates import (
    LIMITS,
    SIGNATURE_LIMIT,
    TEMPLATES,
    CardField,
    CardSize,
    CardTemplate,
)
from services.publisher.cards.rules.texts import CardTexts, Signature

PICTURES = (CardSize.STORY, CardSize.POST)
CARD = CardTexts(
    enterprise="ГУП «Северный трамвайный парк»",
    years=75,
    greeting="Уважаемые коллеги!\nТри четверти века ваш труд соединяет город. Здоровья вам и уверенности в завтрашнем дне!",
    signed_by=Signature("Городская организация профсоюза", "Председатель Анна Воронцова"),
)

PROSE = (
    "и в с № 5 — «Заря» ГБУ уважаемые коллеги поздравляем предприятие профсоюзной Государственное бюджетное "
    "эксплуатации автомобильных Северо-Восточного благодарим надёжность ёлка съёмочный подъезд научно-производственное "
    "здоровья, успехов! счастья; благополучия. объединение энергетиков 75 лет год щит жизнь"
)
WORDS = PROSE.split()


def prose(limit: int) -> st.SearchStrategy[str]:
    """Russian words up to `limit` characters, as people write them."""
    lists = st.lists(st.sampled_from(WORDS), min_size=1, max_size=limit)
    return lists.map(lambda words: " ".join(words)[:limit].strip())


def monster_words(limit: int) -> st.SearchStrategy[str]:
    """Texts whose words may be 60 letters long, wide ones too."""
    word = st.text("абвежощьъйяЩШЮЖМ-«W", min_size=1, max_size=60)
    return st.lists(word, min_size=1, max_size=30).map(lambda words: " ".join(words)[:limit].strip())


def cards(template: CardTemplate = CardTemplate.JUBILEE, *, monstrous: bool = False) -> st.SearchStrategy[CardTexts]:
    """Everything that the template takes, what it does not need only now and then."""
    texts = monster_words if monstrous else prose
    rules = TEMPLATES[template]
    made: dict[CardField, st.SearchStrategy[object]] = {
        CardField.YEARS: st.integers(1, 999),
        CardField.DAY: st.dates(date(2020, 1, 1), date(2040, 12, 31)),
        CardField.GREETING: texts(rules.greeting_limit),
        CardField.LINK: st.integers(1, 250).map(lambda length: f"https://union.test/{'x' * length}"),
        CardField.HEADING: st.sampled_from(["С юбилеем!", "С Новым годом!", "Благодарим от души!", "Ура!"]),
        **{field: texts(limit) for field, limit in LIMITS.items() if field not in {CardField.LINK, CardField.HEADING}},
    }
    fields = {
        field.value: made[field] if field in rules.required else st.one_of(st.just(""), made[field])
        for field in CardField
        if field in rules.required | rules.optional
    }
    empty = {"enterprise": st.just(""), "years": st.none(), "greeting": st.just("")}
    signature = st.builds(Signature, union=texts(SIGNATURE_LIMIT), person=texts(SIGNATURE_LIMIT))
    return st.builds(CardTexts, **{**empty, **fields, "signed_by": signature})
