"""Names, passwords and what a refresh token means."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.sign_in.rules.names import check_password, normal_name
from services.gateway.sign_in.rules.problems import SessionOver, WeakPassword
from services.gateway.sign_in.rules.sessions import (
    SECRET_BYTES,
    Presented,
    RefreshToken,
    judge_refresh,
    last_day,
    parse_refresh_token,
)

TODAY = date(2031, 3, 3)


@given(st.text(max_size=40))
def test_a_name_is_kept_in_one_form(name: str) -> None:
    assert normal_name(normal_name(name)) == normal_name(name)


def test_letter_case_and_width_do_not_matter() -> None:
    assert normal_name(" Chair@Example.ORG ") == normal_name("ｃhair@example.org") == "chair@example.org"


@pytest.mark.parametrize("password", ["short", "a" * 40, "abababababab", "chair@example.org", "CHAIR@example.org"])
def test_simple_passwords_are_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_password(password, "chair@example.org")


@pytest.mark.parametrize("password", ["correct horse battery", "пароль длинный", "0123456789"])
def test_long_passwords_are_taken(password: str) -> None:
    check_password(password, "chair@example.org")


@given(st.uuids(), st.uuids(), st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES))
def test_a_refresh_token_carries_its_tenant_and_session(tenant: UUID, session: UUID, secret: bytes) -> None:
    token = RefreshToken(tenant, session, secret)
    assert parse_refresh_token(str(token)) == token
    assert len(token.hashed) == 32
    assert secret not in token.hashed


@given(st.text(max_size=120))
def test_what_is_no_token_is_over(text: str) -> None:
    with pytest.raises(SessionOver):
        parse_refresh_token(text)


@given(
    presented=st.sampled_from([b"a" * 32, b"b" * 32]),
    ended=st.booleans(),
    days=st.integers(-5, 5),
)
def test_only_the_newest_token_of_a_live_session_is_good(presented: bytes, ended: bool, days: int) -> None:
    verdict = judge_refresh(presented, b"a" * 32, ended=ended, expires_on=TODAY + timedelta(days=days), today=TODAY)
    if ended or days < 0:
        assert verdict is Presented.OVER
    else:
        assert verdict is (Presented.CURRENT if presented == b"a" * 32 else Presented.REUSED)


def test_a_session_lasts_ninety_days() -> None:
    assert last_day(TODAY) == date(2031, 6, 1)
