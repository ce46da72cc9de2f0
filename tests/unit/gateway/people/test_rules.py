"""How people are called, written down and found again; their contacts, codes and birthdays."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.people.rules import display_name
from services.gateway.people.rules.contacts import ContactKind, InvalidContact, normal_contact
from services.gateway.people.rules.link_codes import deep_link, hash_of, new_code, normal_code
from services.gateway.people.rules.merging import TAKEN_OVER, gaps_filled
from services.gateway.people.rules.names import clean_name, name_key
from services.gateway.people.rules.people import InvalidBirthDay, check_birth_day
from shared.testing.clock import SeededChance
from shared.words import range_of, searched_words, words_of

words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("additional", "whole"), [("Петровна", "Иванова Мария Петровна"), (None, "Иванова Мария"), ("", "Иванова Мария")]
)
def test_a_name_is_written_family_name_first(additional: str | None, whole: str) -> None:
    assert display_name("Иванова", "Мария", additional) == whole


@pytest.mark.parametrize("hidden", ["\u200b", "\u202e", "\x07", "\u2028", "\ue000", "\ufeff", "\u00ad"])
def test_nobody_has_a_character_in_their_name_that_is_not_seen(hidden: str) -> None:
    with pytest.raises(ValueError, match="invisible"):
        clean_name(f"Ива{hidden}нова")


@given(name=st.text(st.characters(categories=["L", "M", "N", "P", "Zs"])))
def test_a_clean_name_stays_as_it_is(name: str) -> None:
    cleaned = clean_name(name)
    assert clean_name(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)


@given(name=st.lists(words, min_size=1, max_size=5))
def test_a_name_is_found_by_its_words_however_they_are_written(name: list[str]) -> None:
    whole = " ".join(name)
    assert name_key(whole) == name_key(f"  {whole.replace(' ', ', ')} ")
    assert name_key("Ёлкина-ПЁТР") == name_key("елкина пётр")


@given(word=words, length=st.integers(1, 20))
def test_a_word_lies_in_the_range_of_each_of_its_beginnings(word: str, length: int) -> None:
    for found in words_of(word):
        least, below = range_of(found[:length])
        assert least <= found < below


def test_a_search_begins_with_its_longest_word() -> None:
    assert searched_words("м Иванова") == ("иванова", "м")
    assert searched_words("а б") == ()
    assert searched_words("!!") == ()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("8 (916) 123-45-67", "+79161234567"),
        ("+7 916 123 45 67", "+79161234567"),
        ("79161234567", "+79161234567"),
        ("495 123-45-67", "+74951234567"),
        ("+375 29 123-45-67", "+375291234567"),
    ],
)
def test_a_telephone_number_has_one_form(given: str, kept: str) -> None:
    assert normal_contact(ContactKind.PHONE, given) == kept
    assert normal_contact(ContactKind.PHONE, kept) == kept


@pytest.mark.parametrize("given", ["12", "call me", "+7 000 000-00-00", "8" * 40, "@x.ru"])
def test_what_is_no_number_is_refused(given: str) -> None:
    with pytest.raises(InvalidContact) as refused:
        normal_contact(ContactKind.PHONE, given, "/contacts/0/value")
    assert refused.value.errors[0].pointer == "/contacts/0/value"


def test_an_address_is_kept_in_lower_case() -> None:
    assert normal_contact(ContactKind.EMAIL, " Anna@Example.ORG ") == "anna@example.org"
    for nonsense in ("anna", "anna@", "a b@example.org", "anna@example", "a\n@example.org"):
        with pytest.raises(InvalidContact):
            normal_contact(ContactKind.EMAIL, nonsense)


@given(seed=st.integers(0, 1000))
def test_a_code_is_the_same_however_it_is_typed(seed: int) -> None:
    code = new_code(SeededChance(seed))
    assert len(code) == 15
    typed = code.lower().replace("0", "o").replace("1", "l")
    assert normal_code(typed) == code
    assert hash_of(f" {typed} ", b"key") == hash_of(code, b"key") != hash_of(code, b"another key")


@pytest.mark.parametrize(
    ("network", "address", "link"),
    [
        ("telegram", "https://t.me/union_bot", "https://t.me/union_bot?start=VM-1"),
        ("telegram", "@union_bot", "https://t.me/union_bot?start=VM-1"),
        ("telegram", None, None),
        ("max", "https://max.ru/union", None),
    ],
)
def test_a_bot_is_opened_with_the_code_in_it_where_that_is_possible(
    network: str, address: str | None, link: str | None
) -> None:
    assert deep_link(network, address, "VM-1") == link


@pytest.mark.parametrize("day", ["02-29", "12-31", "05-20"])
def test_a_birthday_is_a_day_of_some_year(day: str) -> None:
    assert check_birth_day(day) == day


@pytest.mark.parametrize("day", ["02-30", "13-01", "00-10", "5-20", "05-00", "1980-05-20", "٠٥-٢٠"])
def test_what_is_no_day_is_refused(day: str) -> None:
    with pytest.raises(InvalidBirthDay):
        check_birth_day(day)


traits = st.fixed_dictionaries({name: st.none() | st.integers() for name in TAKEN_OVER})


@given(survivor=traits, merged=traits)
def test_a_survivor_loses_nothing_by_a_merge(survivor: dict[str, int | None], merged: dict[str, int | None]) -> None:
    filled = gaps_filled(survivor, merged)
    assert all(survivor[name] is None and merged[name] == value for name, value in filled.items())
    assert {name for name in TAKEN_OVER if survivor[name] is None and merged[name] is not None} == set(filled)
