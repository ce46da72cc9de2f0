"""No span of time holds more calls than a network allows in one of that length, and none waits longer than it must."""

from hypothesis import given
from hypothesis import strategies as st

from services.publisher.channels.rules.pacing import kept_to, slot_after, worth_keeping
from services.publisher.networks.capabilities import Allowance

GROUP = (Allowance(1, 1), Allowance(20, 60))
SMALLEST = 1e-6  # floats of the size of an epoch are no finer

allowances = st.lists(
    st.builds(Allowance, st.integers(1, 5), st.sampled_from([1.0, 2.5, 60.0])), min_size=1, max_size=2
).map(tuple)
arrivals = st.lists(st.floats(0, 50), min_size=1, max_size=40).map(sorted)


def taken_by(arrivals: list[float], allowed: tuple[Allowance, ...]) -> list[float]:
    """The moments that calls get which ask at these times, with nothing kept but what is worth it."""
    kept: list[float] = []
    slots: list[float] = []
    for now in arrivals:
        slot = slot_after(kept, allowed, now)
        kept = worth_keeping([*kept, slot], allowed)
        slots.append(slot)
    return slots


@given(arrivals, allowances)
def test_no_span_holds_more_than_is_allowed(arrivals: list[float], allowed: tuple[Allowance, ...]) -> None:
    slots = taken_by(arrivals, allowed)
    for each in allowed:
        for first, beyond in zip(slots, slots[each.calls :], strict=False):
            assert beyond - first >= each.seconds - SMALLEST


@given(arrivals, allowances)
def test_nobody_waits_when_there_is_room(arrivals: list[float], allowed: tuple[Allowance, ...]) -> None:
    slots: list[float] = []
    for now, slot in zip(arrivals, taken_by(arrivals, allowed), strict=True):
        assert slot >= now
        has_room = all(len([one for one in slots if one + each.seconds > now]) < each.calls for each in allowed)
        assert (slot == now) == has_room
        slots.append(slot)


def test_a_telegram_group_takes_twenty_in_a_minute() -> None:
    slots = taken_by([0.0] * 41, GROUP)
    assert slots[:20] == list(range(20))
    assert (slots[20], slots[40]) == (60.0, 120.0)


def test_without_a_pace_nothing_is_limited() -> None:
    assert kept_to(GROUP, 0) == ()
    assert worth_keeping([1.0, 2.0], ()) == []
    (each_second, each_minute) = kept_to(GROUP, 60)
    assert (each_second.calls, each_minute.calls) == (1, 20)
    assert 1.0 < each_minute.seconds < 1.05
    assert kept_to(GROUP, 1)[1].seconds <= 60 * 1.02, "a long span is kept almost as it is"
