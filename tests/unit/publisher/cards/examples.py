"""Cards that the tests share, and strategies for others."""

from hypothesis import strategies as st

from services.publisher.cards.rules.texts import (
    ENTERPRISE_LIMIT,
    GREETING_LIMIT,
    SIGNATURE_LIMIT,
    CardTexts,
    Signature,
)

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


def cards(*, monstrous: bool = False) -> st.SearchStrategy[CardTexts]:
    texts = monster_words if monstrous else prose
    return st.builds(
        CardTexts,
        enterprise=texts(ENTERPRISE_LIMIT),
        years=st.integers(1, 999),
        greeting=texts(GREETING_LIMIT),
        signed_by=st.builds(Signature, union=texts(SIGNATURE_LIMIT), person=texts(SIGNATURE_LIMIT)),
    )
