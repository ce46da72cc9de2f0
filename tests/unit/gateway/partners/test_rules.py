"""Keys as their owners hold them, and how far they go."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.partners.rules import (
    LONGEST_LIFE,
    KeyLifeInvalid,
    KeyText,
    ScopeExceedsYours,
    ScopeNotForPartners,
    check_life,
    check_scopes,
    parse_key,
    scopes_in_force,
)
from shared.permissions import MATRIX, PARTNER_SCOPES, Permission, Role

NOW = datetime(2031, 3, 3, tzinfo=UTC)
KEYS = st.builds(KeyText, st.uuids(), st.uuids(), st.binary(min_size=32, max_size=32), st.booleans())
SCOPES = st.frozensets(st.sampled_from(list(Permission)))


@given(key=KEYS)
def test_a_key_is_read_as_it_was_written(key: KeyText) -> None:
    assert parse_key(str(key)) == key
    assert str(key).startswith("vmk_test_" if key.test else "vmk_live_")
    assert len(str(key)) < 120


@given(key=KEYS, place=st.integers(0, 200), letter=st.sampled_from("abcXYZ019-_"))
def test_a_mistyped_key_is_refused_before_anything_is_looked_up(key: KeyText, place: int, letter: str) -> None:
    text = str(key)
    place %= len(text)
    mistyped = text[:place] + letter + text[place + 1 :]
    assert parse_key(mistyped) is None or mistyped == text
    assert parse_key(text[:place]) is None


@given(text=st.text())
def test_anything_else_is_no_key(text: str) -> None:
    assert parse_key(text) is None


def test_another_spelling_of_the_same_bytes_is_no_key() -> None:
    """The last letter of base64 has bits that say nothing."""
    from services.gateway.partners import rules  # noqa: PLC0415 - its checksum is nobody else's

    text = str(KeyText(UUID(int=1), UUID(int=2), bytes(32), False))
    body = text.rpartition("_")[0]
    assert body.endswith("A")
    other = body[:-1] + "B"
    assert parse_key(f"{other}_{rules._checksum(other)}") is None  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - as above


@given(key=KEYS)
def test_what_is_shown_and_kept_holds_nothing_of_the_secret(key: KeyText) -> None:
    secret = str(key)[-52:-9]  # 43 letters before the checksum
    assert not any(secret[at : at + 5] in key.prefix for at in range(39)) or secret[:5] == "AAAAA"
    assert key.secret not in key.hashed


@given(scopes=SCOPES, held=SCOPES)
def test_a_key_is_never_wider_than_partners_may_be_or_its_creator_is(
    scopes: frozenset[Permission], held: frozenset[Permission]
) -> None:
    try:
        check_scopes(sorted(scopes), held)
    except ScopeNotForPartners:
        assert not scopes <= PARTNER_SCOPES
    except ScopeExceedsYours:
        assert not scopes <= held
    else:
        assert scopes <= PARTNER_SCOPES & held


@given(scopes=SCOPES, roles=st.lists(st.sampled_from(list(Role))))
def test_what_a_key_may_do_follows_its_creator(scopes: frozenset[Permission], roles: list[Role]) -> None:
    in_force = scopes_in_force(scopes, roles)
    assert in_force <= scopes & PARTNER_SCOPES
    assert all(any(scope in MATRIX[role] for role in roles) for scope in in_force)
    assert scopes_in_force(scopes, [Role.CHAIR]) == scopes & PARTNER_SCOPES


@pytest.mark.parametrize("life", [timedelta(0), -timedelta(days=1), LONGEST_LIFE + timedelta(seconds=1)])
def test_a_key_ends_within_two_years(life: timedelta) -> None:
    check_life(NOW + LONGEST_LIFE, NOW)
    with pytest.raises(KeyLifeInvalid):
        check_life(NOW + life, NOW)
