"""Who is asked and who has answered: a list of people frozen at opening, and one bit for each.

A bit says that somebody took part, and neither when nor what. Bits stand in the order of the people's ids, so they
carry no order of their own. A large roster is cut into shards, so that the row of bits stays small and answers of
different shards do not wait for each other.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from uuid import UUID

from shared.errors import Conflict, Forbidden

SHARD_SIZE = 5_000  # people; 625 bytes of bits, rewritten once per group of answers


class AlreadyAnswered(Conflict):
    code = "survey.already_answered"
    title = {"ru": "Вы уже ответили на этот опрос", "en": "You have answered this survey already"}


class NotOnRoster(Forbidden):
    code = "survey.not_on_roster"
    title = {
        "ru": "Вас нет среди участников: список составлен при открытии опроса",
        "en": "You are not among those asked: the list was made when the survey opened",
    }


def shard_count(people: int) -> int:
    """How many shards a roster of `people` has: at least one, of SHARD_SIZE on average."""
    return max(1, -(-people // SHARD_SIZE))


def tail_of(person_id: UUID) -> int:
    """What decides a person's shard: the last 32 bits of the id, which are random in every kind of UUID we use."""
    return person_id.int & 0xFFFFFFFF


def shard_of(person_id: UUID, shards: int) -> int:
    return tail_of(person_id) % shards


def shards_of(people: Iterable[UUID]) -> list[list[UUID]]:
    """The whole roster, cut: each person once, each shard in the order of ids."""
    everyone = sorted(set(people))
    shards: list[list[UUID]] = [[] for _ in range(shard_count(len(everyone)))]
    for person_id in everyone:
        shards[shard_of(person_id, len(shards))].append(person_id)
    return shards


def no_bits(people: int) -> bytes:
    return bytes(-(-people // 8))


def place_of(person_id: UUID, people: Sequence[UUID]) -> int | None:
    """Where somebody stands in a shard's sorted people, or None."""
    place = bisect_left(people, person_id)
    return place if place < len(people) and people[place] == person_id else None


def took_part(bits: bytes, place: int) -> bool:
    return bool(bits[place // 8] & 1 << place % 8)


def take_part(bits: bytes, places: Sequence[int]) -> tuple[bytes, list[bool]]:
    """Set the bit of each place in turn. Returns the new bits, and for each place whether it was not set before."""
    changed = bytearray(bits)
    first_time: list[bool] = []
    for place in places:
        mask = 1 << place % 8
        first_time.append(not changed[place // 8] & mask)
        changed[place // 8] |= mask
    return bytes(changed), first_time
