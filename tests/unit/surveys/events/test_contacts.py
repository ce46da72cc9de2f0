"""One form for each contact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.surveys.events.rules.contacts import InvalidContact, normal_email, normal_phone


@pytest.mark.parametrize(
    "text", ["+7 916 123-45-67", "8 (916) 123-45-67", "89161234567", "+79161234567", "+7\u2011916\u2011123.45.67"]
)
def test_a_russian_number_has_one_form(text: str) -> None:
    assert normal_phone(text) == "+79161234567"


@pytest.mark.parametrize(
    "text", ["", "916 123-45-67", "+0123456789", "=1+1", "+7916123456a", "+" + "1" * 16, "٨٩١٦١٢٣٤٥٦٧"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidContact):
        normal_phone(text)


@pytest.mark.parametrize(
    ("text", "email"), [(" Anna@Example.ORG ", "anna@example.org"), ("анна@почта.рф", "анна@почта.рф")]
)
def test_an_address_has_one_form(text: str, email: str) -> None:
    assert normal_email(text) == email


@pytest.mark.parametrize("text", ["", "a", "a@b", "@b.c", "a@b..c", "a b@c.d", "a@b.c\nd", "a@b.c,d@e.f", "<a@b.c"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidContact):
        normal_email(text)


@given(text=st.text(max_size=40))
def test_a_form_is_its_own_form(text: str) -> None:
    for normal in (normal_email, normal_phone):
        try:
            once = normal(text)
        except InvalidContact:
            continue
        assert normal(once) == once
