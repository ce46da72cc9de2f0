"""Codes that are printed, typed and read back."""

from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.publisher.links.rules.codes import (
    ALPHABET,
    CODE_LENGTH,
    TENANT_LENGTH,
    draw_code,
    parse_code,
    parse_tenant,
    short_address,
    tenant_code,
)


@given(tenant_id=st.uuids())
def test_a_tenant_is_read_back_from_its_letters(tenant_id: UUID) -> None:
    letters = tenant_code(tenant_id)
    assert len(letters) == TENANT_LENGTH
    assert parse_tenant(letters) == parse_tenant(letters.upper()) == tenant_id


@given(text=st.text(max_size=60) | st.text(ALPHABET, min_size=TENANT_LENGTH, max_size=TENANT_LENGTH))
def test_other_letters_are_no_tenant_or_one_alone(text: str) -> None:
    found = parse_tenant(text)
    assert found is None or tenant_code(found) == text.lower()


@given(seed=st.integers())
def test_a_drawn_code_has_nothing_that_is_misread(seed: int) -> None:
    code = draw_code(Random(seed).randrange)
    assert len(code) == CODE_LENGTH
    assert not set(code) & set("01oil")
    assert parse_code(code) == parse_code(code.upper()) == code


def test_what_is_no_code_is_none() -> None:
    assert [parse_code(text) for text in ("", "abcdefg1", "abcdef", "abcdef1", "abcdefg\n")] == [None] * 5


def test_an_address_is_short_enough_for_a_printed_square() -> None:
    address = short_address("https://vmeste.test/", UUID(int=1), "abcdefg")
    assert address == f"https://vmeste.test/l/{'2' * 25}3/abcdefg"
    assert len(address) <= 62, "with the host of 11 letters it fits a QR code of version 5 at level M (84 bytes)"
