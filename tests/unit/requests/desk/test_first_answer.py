from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.requests.desk.rules.first_answer import hears_of_assignment, is_unanswered, remind_at
from services.requests.desk.rules.life import UNRESOLVED, RequestState
from shared.working_time import WorkingCalendar, worked

MOSCOW = "Europe/Moscow"
OFFICE = WorkingCalendar(week=((("09:00", "18:00"),),) * 5 + ((), ()))
NEVER = WorkingCalendar(week=((),) * 7)
MOMENTS = st.integers(0, 4 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
PEOPLE = st.sampled_from([uuid4() for _ in range(3)])


@pytest.mark.parametrize(
    ("came_at", "reminded_at"),
    [
        ("2026-11-23T09:00:00+03:00", "2026-11-23T15:00:00+03:00"),
        ("2026-11-23T16:00:00+03:00", "2026-11-24T13:00:00+03:00"),
        ("2026-11-27T17:00:00+03:00", "2026-11-30T14:00:00+03:00"),  # Friday evening
        ("2026-11-28T03:00:00+03:00", "2026-11-30T15:00:00+03:00"),  # Saturday night
    ],
)
def test_the_reminder_comes_after_six_hours_of_work(came_at: str, reminded_at: str) -> None:
    moment = remind_at(datetime.fromisoformat(came_at), OFFICE, MOSCOW)
    assert moment == datetime.fromisoformat(reminded_at)


@given(came_at=MOMENTS)
def test_two_working_hours_are_left_whenever_it_came(came_at: datetime) -> None:
    moment = remind_at(came_at, OFFICE, MOSCOW)
    assert moment is not None
    assert moment > came_at
    assert worked(came_at, moment, OFFICE, MOSCOW) == timedelta(hours=6)


def test_who_never_works_is_never_reminded() -> None:
    assert remind_at(datetime(2026, 11, 23, tzinfo=UTC), NEVER, MOSCOW) is None


@given(state=st.sampled_from(RequestState), was_answered=st.booleans())
def test_an_answer_is_owed_only_while_it_is_staffs_turn(state: RequestState, *, was_answered: bool) -> None:
    owed = is_unanswered(state, was_answered=was_answered)
    assert owed == (not was_answered and state in UNRESOLVED - {RequestState.WAITING})


@given(before=st.none() | PEOPLE, assignee=PEOPLE, by=st.none() | PEOPLE)
def test_only_news_to_the_assignee_is_told(before: UUID | None, assignee: UUID, by: UUID | None) -> None:
    assert hears_of_assignment(before, assignee, by) == all(assignee != knows for knows in (before, by))
