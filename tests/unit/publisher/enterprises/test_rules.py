"""Addresses and numbers in one form; ages of enterprises."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.enterprises.rules.contacts import normal_email, normal_phone
from services.publisher.enterprises.rules.relationship import BY_HAND, EventKind, age_on
from shared.errors import BrokenRule


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" Press@Example.ORG ", "press@example.org"),
        ("a.b+c@mail.example.org", "a.b+c@mail.example.org"),
        ("press@завод.рф", "press@xn--80aegj1b.xn--p1ai"),
    ],
)
def test_an_address_has_one_form(text: str, kept: str) -> None:
    assert normal_email(text) == kept
    assert normal_email(kept) == kept


@pytest.mark.parametrize(
    "text",
    ["", "a", "@b.ru", "a@", "a@b", "a@@b.ru", "a@b..ru", ".a@b.ru", "a\r\nbcc:x@b.ru", "я@b.ru", "a b@c.ru"],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(BrokenRule):
        normal_email(text)


@given(text=st.text(max_size=80))
def test_no_address_could_end_a_header(text: str) -> None:
    try:
        address = normal_email(text)
    except BrokenRule:
        return
    assert address.isascii()
    assert address.isprintable()
    assert " " not in address


@pytest.mark.parametrize("text", ["8 495 123-45-67", "+7 (495) 123 45 67", "+74951234567"])
def test_a_number_has_one_form(text: str) -> None:
    assert normal_phone(text) == "+74951234567"


@pytest.mark.parametrize("text", ["", "123", "495 123-45-67", "+0 123", "+7 495 абв"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(BrokenRule):
        normal_phone(text)


@pytest.mark.parametrize(
    ("founded_on", "day", "age"),
    [
        (date(1951, 5, 20), date(2026, 5, 19), 74),
        (date(1951, 5, 20), date(2026, 5, 20), 75),
        (date(1952, 2, 29), date(2026, 2, 28), 73),
        (date(1952, 2, 29), date(2026, 3, 1), 74),
        (date(2026, 5, 20), date(2026, 5, 19), -1),
    ],
)
def test_an_enterprise_grows_older_on_its_day(founded_on: date, day: date, age: int) -> None:
    assert age_on(founded_on, day) == age


def test_what_networks_tell_of_is_not_entered_by_hand() -> None:
    assert set(EventKind) - BY_HAND == {EventKind.RELEASE_SENT, EventKind.COMMENT}
