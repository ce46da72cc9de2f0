"""What the gateway is asked to tell members: of surveys that ask them, in parts, and of the seats that they got."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import delete
from sqlmodel import select

from services.surveys.questionnaires.rules.roster import no_bits
from services.surveys.questionnaires.tables import RosterShard, Survey
from shared.clock import new_id
from shared.contracts.gateway import PEOPLE_AT_ONCE, NotificationRequested
from shared.contracts.surveys import SurveyTellingDue
from shared.testing.kit import ServiceKit, Tenant
from tests.service.surveys import gatherings, polls

OPENED, CLOSING = "survey_opened", "survey_closing"
SEAT = "registration_confirmed"


async def wished(kit: ServiceKit, tenant: Tenant, kind: str) -> list[NotificationRequested]:
    return [each for each in await kit.emitted(tenant, NotificationRequested) if each.kind == kind]


async def told_to_the_end(kit: ServiceKit, tenant: Tenant, occasion: str) -> int:
    """Each wake-up as if its time had come, by hand, so that the wishes stay to be read. How many there were."""
    done = 0
    while True:
        due = [each for each in await kit.emitted(tenant, SurveyTellingDue) if each.occasion == occasion]
        if done == len(due):
            return done
        for message in due[done:]:
            assert (await kit.deliver(tenant, message)).error is None
        done = len(due)


async def grown_roster(kit: ServiceKit, tenant: Tenant, sizes: Sequence[int]) -> list[UUID]:
    """As if the tenant's only survey had been opened for that many people, in so many shards."""
    people: list[UUID] = []
    async with kit.transaction(tenant) as context:
        (survey,) = await context.store.all(select(Survey))
        await context.store.execute(delete(RosterShard))
        for number, size in enumerate(sizes):
            shard = sorted(new_id() for _ in range(size))
            people += shard
            row = RosterShard(survey_id=survey.id, number=number, person_ids=shard, taken_part=no_bits(size))
            context.store.add(row)
        survey.roster_shards = len(sizes)
    return people


async def test_those_who_are_asked_are_told_when_it_opens(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient
) -> None:
    people = await polls.members(kit, tenant, 3)
    await kit.new_person(tenant, status="former")
    survey_id = await polls.opened(chair, tenant)
    assert await told_to_the_end(kit, tenant, "opened") == 1
    (told,) = await wished(kit, tenant, OPENED)
    assert set(told.person_ids) == set(people)
    assert (told.permission, told.link, told.urgent) == (None, f"/v1/surveys/{survey_id}", False)
    async with kit.client(polls.person(tenant, people[0])) as member:
        assert (await member.get(f"/v1/surveys/{survey_id}")).status_code == 200, "the link opens for who got it"


async def test_a_draft_tells_nobody(kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient) -> None:
    await polls.members(kit, tenant, 1)
    await polls.drafted(chair, tenant)
    assert await kit.emitted(tenant, SurveyTellingDue) == []


async def test_many_are_told_in_parts_each_once_under_one_incident(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient
) -> None:
    await polls.members(kit, tenant, 1)
    await polls.opened(chair, tenant)
    people = await grown_roster(kit, tenant, [PEOPLE_AT_ONCE, 0, 2 * PEOPLE_AT_ONCE + 1, 3])
    assert await told_to_the_end(kit, tenant, "opened") == 6
    told = await wished(kit, tenant, OPENED)
    assert [person_id for each in told for person_id in each.person_ids] == people
    assert max(len(each.person_ids) for each in told) == PEOPLE_AT_ONCE
    assert len({each.incident for each in told}) == 1


async def test_the_next_part_waits_for_a_moment(kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient) -> None:
    await polls.members(kit, tenant, 1)
    await polls.opened(chair, tenant)
    await grown_roster(kit, tenant, [3 * PEOPLE_AT_ONCE])
    for start in (1, 2):
        await kit.drain()
        (waiting,) = await kit.emitted(tenant, SurveyTellingDue)
        assert (waiting.shard, waiting.start) == (0, start * PEOPLE_AT_ONCE)
        kit.advance(seconds=10)
    await kit.drain()
    assert await kit.emitted(tenant, SurveyTellingDue) == []


async def test_what_has_closed_meanwhile_is_told_no_further(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient
) -> None:
    await polls.members(kit, tenant, 1)
    survey_id = await polls.opened(chair, tenant)
    assert (await chair.post(f"/v1/surveys/{survey_id}/close")).status_code == 200
    assert await told_to_the_end(kit, tenant, "opened") == 1
    assert await wished(kit, tenant, OPENED) == []


@pytest.mark.parametrize("anonymity", ["anonymous", "named"])
async def test_before_it_closes_only_a_named_survey_leaves_out_who_has_answered(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient, anonymity: str
) -> None:
    people = await polls.members(kit, tenant, 3)
    closes_at = kit.clock.now() + timedelta(days=3)
    survey_id = await polls.opened(chair, tenant, anonymity=anonymity, closes_at=closes_at.isoformat())
    assert (await polls.respond(kit, tenant, survey_id, people[1])).status_code == 201
    await told_to_the_end(kit, tenant, "closing")
    (told,) = await wished(kit, tenant, CLOSING)
    reminded = set(people) if anonymity == "anonymous" else set(people) - {people[1]}
    assert set(told.person_ids) == reminded


async def test_the_reminder_waits_for_the_last_day(kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient) -> None:
    await polls.members(kit, tenant, 1)
    closes_at = kit.clock.now() + timedelta(days=3)
    await polls.opened(chair, tenant, closes_at=closes_at.isoformat())
    for days, waiting in ((1.9, ["closing"]), (0.2, [])):
        kit.advance(days=days)
        await kit.drain()
        assert [each.occasion for each in await kit.emitted(tenant, SurveyTellingDue)] == waiting


async def seated(kit: ServiceKit, tenant: Tenant, event_id: str, person_id: UUID) -> dict[str, Any]:
    answer = await gatherings.register(kit, event_id, None, caller=polls.person(tenant, person_id))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_who_gets_a_seat_is_told_and_who_waits_when_one_comes_free(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient
) -> None:
    first, second = await polls.members(kit, tenant, 2)
    event_id = await gatherings.opened(chair, tenant, capacity=1)
    seat = await seated(kit, tenant, event_id, first)
    assert (await seated(kit, tenant, event_id, second))["state"] == "waiting"
    (told,) = await wished(kit, tenant, SEAT)
    assert (told.person_ids, told.permission, told.link) == ((first,), None, f"/v1/events/{event_id}")
    async with kit.client(polls.person(tenant, first)) as member:
        path = f"/v1/events/{event_id}/registrations/{seat['id']}/cancel"
        assert (await member.post(path)).status_code == 200
    both = await wished(kit, tenant, SEAT)
    assert [each.person_ids for each in both] == [(first,), (second,)]
    assert len({each.incident for each in both}) == 2


async def test_who_comes_back_is_told_again(kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient) -> None:
    (person_id,) = await polls.members(kit, tenant, 1)
    event_id = await gatherings.opened(chair, tenant)
    seat = await seated(kit, tenant, event_id, person_id)
    async with kit.client(polls.person(tenant, person_id)) as member:
        await member.post(f"/v1/events/{event_id}/registrations/{seat['id']}/cancel")
    await seated(kit, tenant, event_id, person_id)
    assert len({each.incident for each in await wished(kit, tenant, SEAT)}) == 2


async def test_who_has_no_account_gets_no_notification(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient
) -> None:
    event_id = await gatherings.opened(chair, tenant, capacity=1)
    for name in ("a", "b"):
        assert (await gatherings.register(kit, event_id, f"{name}@example.org")).status_code == 201
    assert (await chair.patch(f"/v1/events/{event_id}", json={"capacity": 2})).status_code == 200
    assert [state for _, state, _ in await gatherings.line(chair, event_id)] == ["confirmed"] * 2
    assert await wished(kit, tenant, SEAT) == []
