import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.requests.desk.rules.messages import (
    TEXT_LIMIT,
    Delivery,
    DeliveryState,
    ReplyTooLong,
    check_fits,
    delivery_after,
)

NETWORK_STATES = st.sampled_from([state for state in DeliveryState if state is not DeliveryState.SPOKEN])
NEWS = st.lists(NETWORK_STATES, min_size=1, max_size=8).map(
    lambda states: [Delivery(state, sequence) for sequence, state in enumerate(states, start=1)]
)


@given(news=NEWS, data=st.data())
def test_news_in_any_order_and_number_ends_at_the_latest(news: list[Delivery], data: st.DataObject) -> None:
    repeats = data.draw(st.lists(st.sampled_from(news), max_size=8))
    delivery = Delivery(DeliveryState.PENDING)
    for piece in data.draw(st.permutations([*news, *repeats])):
        delivery = delivery_after(delivery, piece)
    assert delivery == news[-1]


@given(news=NEWS)
def test_what_was_spoken_is_not_delivered_by_a_network(news: list[Delivery]) -> None:
    spoken = Delivery(DeliveryState.SPOKEN)
    assert all(delivery_after(spoken, piece) == spoken for piece in news)


@given(text=st.text(max_size=TEXT_LIMIT // 2))
def test_a_short_reply_fits_whatever_it_is_written_with(text: str) -> None:
    check_fits(text)


@pytest.mark.parametrize("letter", ["ж", "🙂"])
def test_a_reply_is_counted_as_the_strictest_network_counts(letter: str) -> None:
    units = len(letter.encode("utf-16-le")) // 2
    check_fits(letter * (TEXT_LIMIT // units))
    with pytest.raises(ReplyTooLong):
        check_fits(letter * (TEXT_LIMIT // units + 1))
