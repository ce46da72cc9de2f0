"""Codes, init data, addresses and devices: what counts, and what looks like it."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.sign_in.rules.addresses import address_block, address_site
from services.gateway.sign_in.rules.codes import CODE_TRIES, CodeVerdict, code_hash, code_text, judge_code
from services.gateway.sign_in.rules.names import check_name, normal_name
from services.gateway.sign_in.rules.problems import UnknownRedirect, WrongSignIn, too_many_tries
from services.gateway.sign_in.rules.sessions import DEVICE_LONGEST, device_label
from services.gateway.sign_in.rules.telegram import check_fresh, parse_init_data
from services.gateway.sign_in.rules.vk_id import State, check_redirect, parse_state

NOW = datetime(2031, 3, 3, 9, tzinfo=UTC)
TENANT, PERSON = UUID(int=1), UUID(int=2)
FIELDS = {"user": '{"id": 42}', "auth_date": "1930000000", "signature": "A" * 86, "hash": "0"}


@given(right=st.booleans(), tries=st.integers(0, 10), seconds=st.integers(-5, 605))
def test_a_code_is_right_while_it_lasts(*, right: bool, tries: int, seconds: int) -> None:
    verdict = judge_code(
        b"a" if right else b"b", b"a", tries=tries, expires_at=NOW + timedelta(seconds=seconds), now=NOW
    )
    if tries >= CODE_TRIES or seconds <= 0:
        assert verdict is CodeVerdict.OVER
    else:
        assert verdict is (CodeVerdict.RIGHT if right else CodeVerdict.WRONG)


@given(st.integers(0, 999_999))
def test_a_code_is_six_digits_and_hashed_for_one_person(number: int) -> None:
    code = code_text(number)
    assert (len(code), int(code)) == (6, number)
    hashed = code_hash(b"key", TENANT, PERSON, code)
    assert hashed != code_hash(b"another key", TENANT, PERSON, code)
    assert hashed != code_hash(b"key", TENANT, TENANT, code)
    assert hashed != code_hash(b"key", PERSON, PERSON, code)


def test_what_is_signed_is_sorted_and_begins_with_the_bot() -> None:
    data = parse_init_data(urlencode({**FIELDS, "query_id": "q", "start_param": "x y"}))
    assert data.signed_text("99") == (
        b'99:WebAppData\nauth_date=1930000000\nquery_id=q\nstart_param=x y\nuser={"id": 42}'
    )
    assert (data.user_id, data.made_at) == ("42", datetime.fromtimestamp(1930000000, UTC))


@pytest.mark.parametrize(
    "changed",
    [
        {"user": "{}"},
        {"user": '{"id": "42"}'},
        {"user": '{"id": true}'},
        {"user": '{"id": -1}'},
        {"user": "[" * 4000},
        {"user": "[1]"},
        {"auth_date": "soon"},
        {"auth_date": "9" * 30},
        {"signature": "A"},
        {"signature": "A" * 43},
        {"start_param": 'x\nuser={"id": 7}'},
        {"Start": "x"},
        {"a\nb": "x"},
    ],
)
def test_what_is_no_init_data_is_refused(changed: dict[str, str]) -> None:
    with pytest.raises(WrongSignIn):
        parse_init_data(urlencode({**FIELDS, **changed}))


@pytest.mark.parametrize("text", ["", "x", "&", urlencode(FIELDS) + "&user=%7B%22id%22%3A7%7D", "user=%ff", "a=1;b=2"])
def test_what_is_no_query_is_refused(text: str) -> None:
    with pytest.raises(WrongSignIn):
        parse_init_data(text)


@given(st.text(max_size=300))
def test_any_text_is_init_data_or_refused(text: str) -> None:
    with pytest.raises(WrongSignIn):
        parse_init_data(text)


@given(st.integers(-1000, 1000))
def test_init_data_is_fresh_for_five_minutes(seconds: int) -> None:
    made = NOW - timedelta(seconds=seconds)
    if -30 <= seconds <= 300:
        check_fresh(made, NOW)
    else:
        with pytest.raises(WrongSignIn):
            check_fresh(made, NOW)


@given(tenant=st.uuids(), row=st.uuids(), secret=st.binary(min_size=32, max_size=32))
def test_a_state_comes_back_as_it_went(tenant: UUID, row: UUID, secret: bytes) -> None:
    state = State(tenant, row, secret)
    assert parse_state(str(state)) == parse_state(str(state), within=tenant) == state
    assert len(str(state)) >= 32
    assert state.fits(state.hashed)
    with pytest.raises(WrongSignIn):
        parse_state(str(state), within=UUID(int=5))


@given(st.text(max_size=150))
def test_a_made_up_state_is_refused(text: str) -> None:
    with pytest.raises(WrongSignIn):
        parse_state(text)


def test_only_named_addresses_are_gone_back_to() -> None:
    check_redirect("https://union.test/vk", {"https://union.test/vk"})
    with pytest.raises(UnknownRedirect):
        check_redirect("https://union.test/vk/", {"https://union.test/vk"})


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("unix", "unix"),
        ("", ""),
    ],
)
def test_a_household_is_one_caller(address: str, block: str) -> None:
    assert address_block(address) == block


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("2001:db8:1:ffff::1", "2001:db8:1::/48"),
        ("2001:db8:2::1", "2001:db8:2::/48"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("unix", "unix"),
    ],
)
def test_who_guesses_has_a_whole_site(address: str, site: str) -> None:
    assert address_site(address) == site


@pytest.mark.parametrize(
    ("given_name", "agent", "label"),
    [
        ("Телефон Анны", "Mozilla/5.0", "Телефон Анны"),
        (None, "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox, Windows"),
        (
            None,
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/124.0 YaBrowser/24.1 Mobile Safari/537.36",
            "Yandex Browser, Android",
        ),
        (
            None,
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Safari/604",
            "Safari, iPhone",
        ),
        (
            None,
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/124.0 Safari/537.36 Edg/124.0",
            "Edge, Linux",
        ),
        (None, "okhttp/4.12", "Android app"),
        (None, "curl/8.5", ""),
        (None, "", ""),
    ],
)
def test_a_device_has_a_name_or_a_family(given_name: str | None, agent: str, label: str) -> None:
    assert device_label(given_name, agent) == label


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_label_is_short(given_name: str, agent: str) -> None:
    assert len(device_label(given_name, agent)) <= DEVICE_LONGEST


@given(st.text(min_size=1, max_size=40))
def test_a_name_that_is_accepted_has_one_form_without_spaces(name: str) -> None:
    try:
        check_name(name)
    except ValueError:
        return
    kept = normal_name(name)
    assert normal_name(kept) == kept
    assert not any(character.isspace() for character in kept)


@given(st.integers(-10, 100_000))
def test_a_refusal_says_when(seconds: int) -> None:
    problem = too_many_tries(seconds, "account", 10, 900)
    assert problem.retry_after == max(1, seconds)
    assert problem.headers["ratelimit"] == f'"account";r=0;t={problem.retry_after}'
