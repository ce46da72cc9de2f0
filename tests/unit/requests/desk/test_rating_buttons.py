from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.requests.desk.rules.rating_buttons import PAYLOAD_LIMIT, payload_of, press_of, rating_presses

RESOLUTIONS = st.integers(1, 999_999_999)
REQUEST = "0192f0c1a2b37c4d8e5f60718293a4b5"


@given(request_id=st.uuids(), resolution=RESOLUTIONS)
def test_a_payload_fits_every_network_and_says_what_was_pressed(request_id: UUID, resolution: int) -> None:
    presses = list(rating_presses(request_id, resolution))
    assert [press.score for press in presses] == [1, 2, 3, 4, 5]
    for press in presses:
        assert len(payload_of(press).encode()) <= PAYLOAD_LIMIT
        assert press_of(payload_of(press)) == press


@given(payload=st.text(max_size=80))
def test_anything_else_is_another_kind_of_button(payload: str) -> None:
    press = press_of(payload)
    assert press is None or payload_of(press) == payload


@pytest.mark.parametrize(
    "payload",
    [
        f"rate:{REQUEST}:1:0",
        f"rate:{REQUEST}:1:6",
        f"rate:{REQUEST}:0:5",
        f"rate:{REQUEST}:01:5",
        f"rate:{REQUEST}:1:5\n",
        f"rate:{REQUEST}:1:٣",
        f"rate:{REQUEST.upper()}:1:5",
        "rate::1:5",
    ],
)
def test_near_misses_are_no_rating(payload: str) -> None:
    assert press_of(payload) is None
