"""Public ids and cursors: opaque, one spelling each, and anything else is the id of nothing."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.app.public_id import LENGTH, id_within, parse_public_id, public_id
from shared.app.schemas import PageQuery, after_id, cursor_of
from shared.errors import Invalid, NotFound

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(st.uuids(), st.uuids())
def test_a_public_id_holds_its_tenant_and_its_id(tenant_id: UUID, row_id: UUID) -> None:
    text = public_id(tenant_id, row_id)
    assert len(text) == LENGTH
    assert set(text) <= set(ALPHABET)
    assert parse_public_id(text) == (tenant_id, row_id)
    assert id_within(tenant_id, text) == row_id


@given(st.text(max_size=60) | st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH))
def test_no_two_spellings_mean_the_same(text: str) -> None:
    parsed = parse_public_id(text)
    assert parsed is None or public_id(*parsed) == text


@given(st.uuids(), st.uuids(), st.uuids())
def test_anothers_is_not_found(tenant_id: UUID, other: UUID, row_id: UUID) -> None:
    if tenant_id == other:
        return
    with pytest.raises(NotFound):
        id_within(other, public_id(tenant_id, row_id))


@given(st.uuids())
def test_a_cursor_comes_back(row_id: UUID) -> None:
    assert after_id(PageQuery(after=cursor_of(row_id))) == row_id


@pytest.mark.parametrize("text", ["", "a", "=====", "курсор", "A" * 21, "A" * 23, "' OR 1=1 --", "\0" * 22])
def test_a_cursor_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        after_id(PageQuery(after=text))
    assert refused.value.errors[0].pointer == "?after"
