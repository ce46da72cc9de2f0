"""Names are known again in their cases, and nobody else's words are taken for theirs."""

import unicodedata

import pytest

from services.publisher.subjects.rules.naming import tells_of

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
    assert tells_of([text], NAMES)


@pytest.mark.parametrize("text", ["", "Поздравляем Ивана Петрова!", "Замарийский сад", "Договор подписан"])
def test_other_words_are_not_theirs(text: str) -> None:
    assert not tells_of([text], NAMES)


def test_one_letter_is_written_in_two_ways() -> None:
    assert tells_of(["Петр и Алена"], ["Алёна Иволгина"])
    assert tells_of(["Алёне"], ["Алена"])


def test_without_a_name_nobody_is_named() -> None:
    assert not tells_of(["Мария"], [])
    assert not tells_of(["Мария"], [""])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Павел Орёл", "Поздравляем Павла"),
        ("Павел Орёл", "Орла видели в президиуме"),
        ("Лев Коган", "вручили Льву"),
        ("Лев Коган", "Когана поздравляем"),
        ("Ольга Заяц", "Благодарим Зайца"),
        ("Пётр Боец", "с Бойцом"),
        ("Иван Соловей", "Соловья слушали"),
        ("Лев Ким", "Киму"),
        ("Юрий Белый", "о Юрии"),
        ("Дмитрий Толстой", "Толстого наградили"),
        ("Наталья Чайковская", "Чайковскую и Натальей"),
        ("Любовь Шевченко", "с Любовью Шевченко"),
        ("Марии Кузнецовой", "Мария"),
        ("Сергея Лебедева", "Сергей"),
        ("Анна Петренко", "Вместе с Анной"),
    ],
)
def test_vowels_that_flee_and_endings_that_change(name: str, text: str) -> None:
    assert tells_of([text], [name])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Лев Ким", "левый берег, кимоно, на левом берегу"),
        ("Олег Мирон", "Ольга, мирного неба"),
        ("Мария Кузнецова", "Марий Эл, мариновать, кузнечик, Марианна"),
        ("Иван Павел", "Иванов и Павлова"),
        ("Ли Ян", "Знаете ли вы январь"),
        ("Мария Кузнецова, мастер", "Мастера наградили"),
        ("М. Кузнецова", "м, А. и М."),
    ],
)
def test_words_that_only_begin_alike_are_not_names(name: str, text: str) -> None:
    assert not tells_of([text], [name])


@pytest.mark.parametrize("text", ["Ли Ян, с юбилеем", "Уважаемая Ли!", "Поздравляем Яна", "ЛИ ЯН", "ли ян"])
def test_a_short_name_is_known_by_its_capital_or_by_the_whole_name(text: str) -> None:
    assert tells_of([text], ["Ли Ян"])


@pytest.mark.parametrize(
    "text",
    [
        unicodedata.normalize("NFD", "Поздравляем Семёна"),
        "Семё\u00adнова",
        "Семе\u00ad\u0308нова",
        "Семёно\u0301ва",
        "Семён\u200bСемёнов",
        "семён\u200bсемёнов",
        "#Семён_Семёнов",
        "#СемёнСемёнов",
        "#семенсеменов",
    ],
)
def test_what_is_not_seen_hides_no_name(text: str) -> None:
    assert tells_of([text], ["Семён Семёнов"])


def test_what_is_not_seen_in_a_name_hides_nobody() -> None:
    assert tells_of(["Семёнову"], ["Семё\u00adнов"])
    assert tells_of(["семёнову"], ["семён\u200bсемёнов"])


@pytest.mark.parametrize(
    "text", ["Дорогая Мария Петрова!", "Марию Ивановну Чайковскую", "МАРИЯ ПЕТРОВА", "Кузнецова Ирина"]
)
def test_a_namesake_is_somebody_else(text: str) -> None:
    assert not tells_of([text], NAMES)
    assert tells_of([f"{text} и Мария"], NAMES)


@pytest.mark.parametrize(
    "text", ["Мария Ивановна Кузнецова", "Кузнецова Маша", "Мария Ивановна, ура", "Марии Москва рада"]
)
def test_words_beside_a_name_make_it_nobody_elses(text: str) -> None:
    assert tells_of([text], NAMES)


def test_a_single_name_is_theirs_whatever_surname_follows() -> None:
    assert tells_of(["Мария Петрова"], ["Мария"])


def test_a_fathers_name_alone_names_nobody() -> None:
    assert not tells_of(["Анна Петровна Орлова"], ["Кузнецова Мария Петровна"])
    assert tells_of(["Абрамовича"], ["Роман Абрамович"])
