"""What a card may say."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.cards.rules.templates import (
    ENTERPRISE_LIMIT,
    GREETING_LIMIT,
    TEMPLATES,
    CardField,
    CardSize,
    CardTemplate,
)
from services.publisher.cards.rules.texts import (
    DRAWABLE,
    CardTexts,
    CharacterNotDrawable,
    FieldNotTaken,
    Signature,
    SignedByPartner,
    SizeNotDrawn,
    TextMissing,
    TextTooLong,
    YearsOutOfRange,
    alt_text,
    check_signature,
    check_sizes,
    checked,
    years_word,
)
from shared.errors import Invalid
from tests.unit.publisher.cards.examples import CARD, cards


@pytest.mark.parametrize(
    ("years", "word"),
    [
        (1, "год"),
        (2, "года"),
        (5, "лет"),
        (11, "лет"),
        (12, "лет"),
        (14, "лет"),
        (20, "лет"),
        (21, "год"),
        (51, "год"),
        (52, "года"),
        (75, "лет"),
        (100, "лет"),
        (101, "год"),
        (111, "лет"),
        (112, "лет"),
        (122, "года"),
        (300, "лет"),
    ],
)
def test_the_word_agrees_with_the_number(years: int, word: str) -> None:
    assert years_word(years) == word


def test_spaces_and_invisible_characters_are_tidied() -> None:
    card = replace(
        CARD, enterprise="\u200b ГУП\u00a0 «За\u00adря»\n№\u202f5 \u202e", greeting="\r\n Ура!\r\n\r\n Ура\t! \n"
    )
    tidy = checked(card)
    assert tidy.enterprise == "ГУП «Заря» № 5"
    assert tidy.greeting == "Ура!\nУра !"


def test_letters_are_composed() -> None:
    assert checked(replace(CARD, enterprise="Е\u0308лка и И\u0306од")).enterprise == "Ёлка и Йод"


@given(card=cards())
def test_tidying_twice_changes_nothing(card: CardTexts) -> None:
    assert checked(checked(card)) == checked(card)


@pytest.mark.parametrize("years", [-1, 0, 1000])
def test_only_sensible_years(years: int) -> None:
    with pytest.raises(YearsOutOfRange):
        checked(replace(CARD, years=years))


@pytest.mark.parametrize(
    ("card", "problem", "pointer"),
    [
        (replace(CARD, enterprise="\u200b "), TextMissing, "/enterprise"),
        (replace(CARD, greeting="\n"), TextMissing, "/greeting"),
        (replace(CARD, signed_by=Signature("")), TextMissing, "/signed_by/union"),
        (replace(CARD, enterprise="я" * 151), TextTooLong, "/enterprise"),
        (replace(CARD, greeting="я" * 401), TextTooLong, "/greeting"),
        (replace(CARD, greeting="я\nю\nя\nю\nя"), TextTooLong, "/greeting"),
        (replace(CARD, signed_by=Signature("я" * 121)), TextTooLong, "/signed_by/union"),
        (replace(CARD, signed_by=Signature("я", "ю" * 121)), TextTooLong, "/signed_by/person"),
        (replace(CARD, greeting="Ура 🎉"), CharacterNotDrawable, "/greeting"),
        (replace(CARD, enterprise="a\0b"), CharacterNotDrawable, "/enterprise"),
        (replace(CARD, enterprise="工会"), CharacterNotDrawable, "/enterprise"),
        (replace(CARD, enterprise="\ud800"), CharacterNotDrawable, "/enterprise"),
    ],
)
def test_refusals_point_at_their_field(card: CardTexts, problem: type[Invalid], pointer: str) -> None:
    with pytest.raises(problem) as raised:
        checked(card)
    assert [error.pointer for error in raised.value.errors] == [pointer]


@pytest.mark.parametrize(
    ("text", "named"),
    [("Ура 🎉!", "🎉 (U+1F389)"), ("Ура\n工会", "工 (U+5DE5)"), ("a\0b", "U+0000"), ("\ud800", "U+D800")],
)
def test_a_character_that_cannot_be_drawn_is_named(text: str, named: str) -> None:
    with pytest.raises(CharacterNotDrawable) as raised:
        checked(replace(CARD, greeting=text))
    detail = raised.value.errors[0].detail
    assert f"Знака {named} нет" in detail["ru"]
    assert f"lacks {named}:" in detail["en"]
    detail["ru"].encode()  # it can be sent


@pytest.mark.parametrize("change", [{"years": None}, {"greeting": " "}, {"signed_by": Signature("")}])
def test_what_is_missing_says_for_which_template(change: dict[str, Any]) -> None:
    with pytest.raises(TextMissing) as raised:
        checked(replace(CARD, **change), CardTemplate.JUBILEE)
    for words in raised.value.errors[0].detail.values():
        assert "jubilee" in words
        assert "/v1/card_templates" in words


def test_texts_at_their_limits_are_taken() -> None:
    card = replace(CARD, enterprise="я" * ENTERPRISE_LIMIT, greeting="ю" * GREETING_LIMIT)
    assert checked(card) == card


@given(text=st.text(max_size=60))
def test_whatever_is_taken_can_be_drawn(text: str) -> None:
    try:
        card = checked(replace(CARD, greeting=text))
    except Invalid:
        return
    assert set(card.greeting) <= DRAWABLE | {"\n"}


def test_alt_text_reads_the_card_in_order() -> None:
    assert alt_text(CARD) == (
        "Поздравительная открытка. С юбилеем! ГУП «Северный трамвайный парк»: 75 лет. Уважаемые коллеги! "
        "Три четверти века ваш труд соединяет город. Здоровья вам и уверенности в завтрашнем дне! "
        "Подпись: Городская организация профсоюза, Председатель Анна Воронцова."
    )


def test_alt_text_does_without_a_person_and_ends_every_sentence_once() -> None:
    card = replace(CARD, greeting="Так держать\n«Вперёд!»", signed_by=Signature("Профсоюз"))
    assert alt_text(card).endswith("75 лет. Так держать. «Вперёд!» Подпись: Профсоюз.")


@pytest.mark.parametrize("template", CardTemplate)
def test_a_template_takes_what_it_needs_and_nothing_else(template: CardTemplate) -> None:
    rules = TEMPLATES[template]
    full: dict[CardField, Any] = {
        CardField.YEARS: 5,
        CardField.DAY: date(2026, 8, 9),
        CardField.LINK: "https://union.test/a",
    }
    bare: dict[str, Any] = {"enterprise": "", "years": None, "greeting": ""}
    said = {field.value: full.get(field, "Текст") for field in rules.required}
    card = CardTexts(**(bare | said), signed_by=Signature("Профсоюз"))
    assert checked(card, template) == card
    for field in rules.required:
        with pytest.raises(TextMissing) as missing:
            checked(replace(card, **{field.value: None if field in {CardField.YEARS, CardField.DAY} else ""}), template)
        assert missing.value.errors[0].pointer == f"/{field}"
    for field in set(CardField) - rules.required - rules.optional:
        with pytest.raises(FieldNotTaken) as foreign:
            checked(replace(card, **{field.value: full.get(field, "Текст")}), template)
        assert foreign.value.errors[0].pointer == f"/{field}"


def test_alt_text_of_an_announcement_says_when_where_and_where_its_code_leads() -> None:
    card = CardTexts(
        "",
        None,
        "",
        Signature("Профсоюз"),
        title="Школа права",
        time="12 декабря",
        place="Зал № 2",
        link="https://union.test/l/a",
    )
    assert alt_text(card, CardTemplate.ANNOUNCEMENT) == (
        "Анонс. Приглашаем. Школа права. 12 декабря. Зал № 2. QR-код ведёт на https://union.test/l/a. Подпись: Профсоюз."
    )


def test_alt_text_of_a_holiday_says_its_day() -> None:
    card = CardTexts("", None, "Ура!", Signature("Профсоюз"), title="День строителя", day=date(2026, 8, 9))
    assert "День строителя. 9 августа. Ура!" in alt_text(card, CardTemplate.HOLIDAY)


def test_a_size_that_a_template_has_not_is_refused() -> None:
    check_sizes(CardTemplate.SHEET, [CardSize.SHEET])
    with pytest.raises(SizeNotDrawn):
        check_sizes(CardTemplate.JUBILEE, [CardSize.POST, CardSize.SHEET])


@pytest.mark.parametrize("field", ["person", "signed_by"])
def test_partners_name_nobody(field: str) -> None:
    named = replace(CARD, signed_by=Signature("Профсоюз"), person="")
    check_signature(named, by_partner=True)
    named = replace(named, **{field: "Вера" if field == "person" else Signature("Профсоюз", "Вера")})
    with pytest.raises(SignedByPartner):
        check_signature(named, by_partner=True)
    check_signature(named, by_partner=False)
