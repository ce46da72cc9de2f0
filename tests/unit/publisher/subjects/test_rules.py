"""Names are known again in their cases, and nobody else's words are taken for theirs."""

import pytest

from services.publisher.subjects.rules import tells_of

NAMES = ["Мария Кузнецова"]


@pytest.mark.parametrize(
    "text",
    [
        "Поздравляем Марию Кузнецову!",
        "МАРИИ — наш привет",
        "с кузнецовой говорили",
        "Кузнецова",
        "«Кузнецовы» на сцене",
    ],
)
def test_a_name_is_known_in_its_cases(text: str) -> None:
    assert tells_of([text], NAMES, [])


@pytest.mark.parametrize("text", ["", "Поздравляем Ивана Петрова!", "Замарийский сад", "Договор подписан"])
def test_other_words_are_not_theirs(text: str) -> None:
    assert not tells_of([text], NAMES, [])


def test_one_letter_is_written_in_two_ways() -> None:
    assert tells_of(["Петр и Алена"], ["Алёна Иволгина"], [])
    assert tells_of(["Алёне"], ["Алена"], [])


def test_what_says_what_the_first_one_said_is_the_same_whoever_is_named() -> None:
    assert tells_of(["Машенька, с  праздником! Источник: профсоюз"], NAMES, ["Машенька, с праздником!"])
    assert not tells_of(["Другое"], NAMES, ["Машенька, с праздником!", ""])


def test_without_a_name_nobody_is_named() -> None:
    assert not tells_of(["Мария"], [], [])
    assert not tells_of(["Ян, Ли и Юй"], ["Ян Ли"], [])
