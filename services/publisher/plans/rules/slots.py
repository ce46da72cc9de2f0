"""Weekly slots: when each comes, which one is free, what became of those that are over."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from services.publisher.channels.rules.attempts import OPEN, DeliveryState
from shared.errors import Conflict
from shared.local_time import LocalTimeDoesNotExist, moment_of

WEEKS_AHEAD = 26  # as far as a free slot is looked for
MOST_SLOTS = 100  # of one channel: more than one in two hours is no rhythm
_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
_OUT_OR_ON_ITS_WAY = OPEN | {DeliveryState.SENT, DeliveryState.UNKNOWN}


class SlotState(StrEnum):
    """What became of one hour that a channel keeps for posts.

    `free`: to come, and nothing goes out in it yet; `taken`: something goes out in it, or did; `missed`: it is
    over, and nothing went out in it.
    """

    FREE = "free"
    TAKEN = "taken"
    MISSED = "missed"


class SlotExists(Conflict):
    code = "slot.exists"
    title = {
        "ru": "У канала уже есть слот в это время",
        "en": "The channel has a slot at this time already",
    }


class TooManySlots(Conflict):
    code = "slot.too_many"
    title = {
        "ru": f"У канала уже {MOST_SLOTS} слотов: больше нельзя",
        "en": f"The channel has {MOST_SLOTS} slots already, the most there may be",
    }


class NoFreeSlot(Conflict):
    code = "slot.none_free"
    title = {
        "ru": "У одного из каналов нет свободного слота на полгода вперёд: добавьте слоты",
        "en": "One of the channels has no free slot for half a year: add slots",
    }


@dataclass(frozen=True)
class WeeklySlot:
    """A time of the week on the wall clock of whoever owns the channel, since and until the moments it was kept."""

    id: UUID
    channel_id: UUID
    weekday: int  # 1 Monday to 7 Sunday
    at: time
    zone: ZoneInfo
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Turn:
    """A slot on one day."""

    slot: WeeklySlot
    on_day: date
    moment: datetime

    @property
    def local_time(self) -> datetime:
        return datetime.combine(self.on_day, self.slot.at)


def turns_of(slot: WeeklySlot, begins: datetime, ends: datetime) -> Iterator[Turn]:
    """Its turns with `begins` <= moment < `ends`, in order. Days on which the clocks skip its time have none."""
    first = max(begins, slot.since).astimezone(slot.zone).date() - _DAY
    day = first + timedelta(days=(slot.weekday - first.isoweekday()) % 7)
    last = ends.astimezone(slot.zone).date() + _DAY
    while day <= last:
        moment = _moment_on(slot, day)
        lasts = slot.until is None or (moment is not None and moment < slot.until)
        if moment is not None and lasts and begins <= moment < ends and slot.since <= moment:
            yield Turn(slot, day, moment)
        day += _WEEK


def free_turns(slots: Collection[WeeklySlot], taken: Collection[datetime], after: datetime) -> Iterator[Turn]:
    """The turns of one channel's slots later than `after` at which nothing goes out, the next first."""
    found = [turn for slot in slots for turn in turns_of(slot, after, after + WEEKS_AHEAD * _WEEK)]
    for turn in sorted(found, key=lambda turn: (turn.moment, turn.slot.id)):
        if turn.moment > after and turn.moment not in taken:
            yield turn


def next_free(slots: Collection[WeeklySlot], taken: Collection[datetime], after: datetime) -> Turn:
    """Raises NoFreeSlot."""
    for turn in islice(free_turns(slots, taken, after), 1):
        return turn
    raise NoFreeSlot


def went_out(delivery: DeliveryState | None, *, is_scheduled: bool) -> bool:
    """Whether something that was meant for a moment fills it: it is to come, on its way, or out."""
    return is_scheduled if delivery is None else delivery in _OUT_OR_ON_ITS_WAY


def state_of(moment: datetime, now: datetime, *, filled: bool) -> SlotState:
    if filled:
        return SlotState.TAKEN
    return SlotState.FREE if moment > now else SlotState.MISSED


def _moment_on(slot: WeeklySlot, day: date) -> datetime | None:
    try:
        return moment_of(datetime.combine(day, slot.at), slot.zone, "/local_time")
    except LocalTimeDoesNotExist:
        return None
