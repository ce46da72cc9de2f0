"""Who is asked, and the one bit that says they took part."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.surveys.questionnaires.rules import roster
from services.surveys.questionnaires.rules.roster import (
    SHARD_SIZE,
    no_bits,
    place_of,
    shard_count,
    shard_of,
    shards_of,
    take_part,
)
from shared.clock import new_id

people_lists = st.lists(st.uuids(), max_size=60, unique=True)


@given(people=people_lists)
def test_everybody_has_exactly_one_place_whatever_the_order(people: list[UUID]) -> None:
    shards = shards_of(people)
    assert shards == shards_of(reversed(people))
    assert sorted(person for shard in shards for person in shard) == sorted(people)
    for person in people:
        shard = shards[shard_of(person, len(shards))]
        place = place_of(person, shard)
        assert place is not None
        assert shard[place] == person


@given(people=people_lists, stranger=st.uuids())
def test_a_stranger_has_no_place(people: list[UUID], stranger: UUID) -> None:
    shard = sorted(set(people) - {stranger})
    assert place_of(stranger, shard) is None


@given(count=st.integers(0, 10**7))
def test_shards_hold_at_most_their_size_on_average(count: int) -> None:
    shards = shard_count(count)
    assert shards >= 1
    assert (shards - 1) * SHARD_SIZE < max(count, 1) <= shards * SHARD_SIZE or count == 0


def test_shards_are_even() -> None:
    shards = [0] * 20
    for _ in range(20_000):
        shards[shard_of(new_id(), 20)] += 1
    assert max(shards) < 1_300


@given(size=st.integers(1, 80), data=st.data())
def test_each_place_takes_part_once(size: int, data: st.DataObject) -> None:
    places = data.draw(st.lists(st.integers(0, size - 1), max_size=120))
    bits, first_time = take_part(no_bits(size), places)
    assert len(bits) == len(no_bits(size))
    assert first_time == [place not in places[:earlier] for earlier, place in enumerate(places)]
    assert [bool(bits[place // 8] & 1 << place % 8) for place in range(size)] == [
        place in places for place in range(size)
    ]
    assert take_part(bits, places) == (bits, [False] * len(places))


@given(order=st.permutations(range(30)))
def test_bits_do_not_tell_in_what_order_they_were_set(order: list[int]) -> None:
    bits = no_bits(30)
    for place in order[:20]:
        bits, _ = take_part(bits, [place])
    assert bits == take_part(no_bits(30), sorted(order[:20]))[0]


def test_the_shard_is_cut_by_what_the_database_computes_too() -> None:
    person = UUID("01890000-0000-7000-8000-0000fffffffe")
    assert roster.tail_of(person) == 0xFFFFFFFE
