"""Answering: once, only those who are asked, only what is asked, and at once by many."""

import asyncio
import logging
from typing import Any

import httpx
import pytest
import structlog
from sqlalchemy import text

from services.surveys.questionnaires.actions.answering import AnswerTaker
from services.surveys.questionnaires.actions.opening import close_when_due
from services.surveys.questionnaires.rules import roster
from services.surveys.questionnaires.rules.roster import AlreadyAnswered
from services.surveys.questionnaires.tables import Survey
from shared.app import id_within
from shared.permissions import Role
from shared.testing.kit import ServiceKit, Tenant
from tests.service.surveys.polls import drafted, members, opened, person, respond


@pytest.mark.parametrize("anonymity", ["anonymous", "named"])
async def test_an_answer_is_taken_once_and_leads_nowhere(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient, anonymity: str
) -> None:
    (member,) = await members(kit, tenant, 1)
    survey_id = await opened(chair, tenant, anonymity=anonymity)
    taken = await respond(kit, tenant, survey_id, member, {"need": "pay", "help": ["kids", "law"], "work": 4})
    assert (taken.status_code, taken.json()) == (201, {"taken": True})
    assert "location" not in taken.headers
    again = await respond(kit, tenant, survey_id, member, {"need": "rest"})
    assert (again.status_code, again.json()["code"]) == (409, "survey.already_answered")


@pytest.mark.parametrize(
    ("answers", "pointer", "code"),
    [
        ({}, "/answers/need", "required"),
        ({"need": "gold"}, "/answers/need", "unknown_option"),
        ({"need": 1}, "/answers/need", "wrong_kind"),
        ({"need": "pay", "help": ["law", "trips", "kids"]}, "/answers/help", "too_many"),
        ({"need": "pay", "work": 6}, "/answers/work", "out_of_range"),
        ({"need": "pay", "secret": "x"}, "/answers", "unknown_question"),
    ],
)
async def test_a_wrong_answer_is_refused_and_may_be_mended(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient, answers: dict[str, Any], pointer: str, code: str
) -> None:
    (member,) = await members(kit, tenant, 1)
    survey_id = await opened(chair, tenant)
    refused = await respond(kit, tenant, survey_id, member, answers)
    assert (refused.status_code, refused.json()["code"]) == (422, "survey.invalid_answers")
    assert (pointer, code) in {(error["pointer"], error["code"]) for error in refused.json()["errors"]}
    assert (await respond(kit, tenant, survey_id, member)).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"answers": {"need": true}}',
        b'{"answers": {"need": 1.5}}',
        b'{"answers": {"need": "pay"}, "person_id": "x"}',
        b'{"answers": {"need": "pay", "need": "rest"}}',
        b'{"answers": {"need": NaN}}',
        b'{"answers": ' + b"[" * 10_000,
        b'{"answers": {"need": "' + b"p" * 10_000 + b'"}}',
    ],
)
async def test_a_hostile_body_is_invalid(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient, body: bytes
) -> None:
    (member,) = await members(kit, tenant, 1)
    survey_id = await opened(chair, tenant)
    async with kit.client(person(tenant, member)) as client:
        refused = await client.post(
            f"/v1/surveys/{survey_id}/responses", content=body, headers={"content-type": "application/json"}
        )
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    assert "ppp" not in refused.text


async def test_only_those_on_the_roster_answer(kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient) -> None:
    await members(kit, tenant, 1)
    survey_id = await opened(chair, tenant)
    path, body = f"/v1/surveys/{survey_id}/responses", {"answers": {"need": "pay"}}
    seen = await chair.post(path, json=body)
    assert (seen.status_code, seen.json()["code"]) == (403, "survey.not_on_roster")
    async with kit.client() as nobody:
        assert (await nobody.post(path, json=body)).status_code == 401
    stranger = await kit.new_tenant()
    async with kit.client(stranger.caller(Role.CHAIR)) as foreigner:
        assert (await foreigner.post(path, json=body)).status_code == 404


async def test_a_draft_takes_nothing_and_a_closed_survey_is_gone(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient
) -> None:
    (member,) = await members(kit, tenant, 1)
    assert (await respond(kit, tenant, await drafted(chair, tenant), member)).status_code == 404
    survey_id = await opened(chair, tenant)
    await chair.post(f"/v1/surveys/{survey_id}/close")
    assert (await respond(kit, tenant, survey_id, member)).status_code == 410


async def test_many_at_once_and_twice_are_each_counted_once(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient
) -> None:
    people = await members(kit, tenant, 40)
    survey_id = await opened(chair, tenant, results_hidden_until_close=True)
    everybody = [member for member in people for _ in range(2)]
    answers = await asyncio.gather(
        *(
            respond(kit, tenant, survey_id, member, {"need": ("pay", "rest")[place % 2]})
            for place, member in enumerate(everybody)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201] * 40 + [409] * 40
    await chair.post(f"/v1/surveys/{survey_id}/close")
    results = (await chair.get(f"/v1/surveys/{survey_id}/results")).json()
    assert results["participation"] == {
        "value": 1.0,
        "numerator": 40,
        "denominator": 40,
        "n": 40,
        "reason_if_null": None,
    }


async def test_answers_and_the_close_at_once_lose_and_add_nothing(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient
) -> None:
    people = await members(kit, tenant, 40)
    survey_id = await opened(chair, tenant, results_hidden_until_close=True)

    async def close() -> int:
        return (await chair.post(f"/v1/surveys/{survey_id}/close")).status_code

    async def answer(place: int) -> int:
        key = ("pay", "rest")[place % 2]
        return (await respond(kit, tenant, survey_id, people[place], {"need": key})).status_code

    statuses = await asyncio.gather(*map(answer, range(20)), close(), *map(answer, range(20, 40)))
    assert statuses.pop(20) == 200
    assert set(statuses) <= {201, 410}
    async with kit.transaction(tenant) as context:
        kept = await context.store.execute(text("SELECT count(*) FROM surveys.anonymous_response"))
        assert kept.scalar() == statuses.count(201)


async def test_named_answers_are_read_by_those_who_manage(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient
) -> None:
    (member,) = await members(kit, tenant, 1)
    named, secret = await opened(chair, tenant, anonymity="named"), await opened(chair, tenant)
    for survey_id in (named, secret):
        await respond(kit, tenant, survey_id, member, {"need": "rest", "work": 2})
    (row,) = (await chair.get(f"/v1/surveys/{named}/responses")).json()["items"]
    assert (row["person_id"], row["answers"]) == (str(member), {"need": "rest", "work": 2})
    refused = await chair.get(f"/v1/surveys/{secret}/responses")
    assert (refused.status_code, refused.json()["code"]) == (409, "survey.anonymous")
    async with kit.client(tenant.caller(Role.AUDITOR)) as auditor:
        assert (await auditor.get(f"/v1/surveys/{named}/responses")).status_code == 403


async def test_an_answer_leaves_no_log_line_and_no_idempotency_record(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    (member,) = await members(kit, tenant, 1)
    survey_id = await opened(chair, tenant)
    caplog.set_level(logging.DEBUG)
    async with kit.client(person(tenant, member), **{"idempotency-key": "again"}) as client:
        with structlog.testing.capture_logs() as lines:
            body = {"answers": {"need": "pay"}}
            assert (await client.get(f"/v1/surveys/{survey_id}")).status_code == 200
            assert (await client.post(f"/v1/surveys/{survey_id}/responses", json=body)).status_code == 201
            assert (await client.post(f"/v1/surveys/{survey_id}/responses", json=body)).status_code == 409
    assert lines == []
    with structlog.testing.capture_logs() as lines:
        await chair.get("/v1/surveys")  # the control: any other route leaves one
    assert [line["event"] for line in lines] == ["request"]
    assert not [record for record in caplog.records if survey_id in record.getMessage() and record.name != "httpx"]
    async with kit.transaction(tenant) as context:
        records = await context.store.execute(text("SELECT count(*) FROM surveys.idempotency_record"))
        assert records.scalar() == 0


async def test_a_large_roster_is_cut_and_everybody_still_answers_once(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster, "SHARD_SIZE", 3)
    people = await members(kit, tenant, 20)
    survey_id = await opened(chair, tenant, results_hidden_until_close=True)
    for member in people:
        async with kit.client(person(tenant, member)) as client:
            assert (await client.get(f"/v1/surveys/{survey_id}")).status_code == 200
    for status in (201, 409):
        answers = await asyncio.gather(*(respond(kit, tenant, survey_id, member) for member in people))
        assert {answer.status_code for answer in answers} == {status}
    async with kit.transaction(tenant) as context:
        shards = await context.store.execute(text("SELECT count(*) FROM surveys.roster_shard"))
        assert shards.scalar() == 7


async def test_several_processes_take_an_answer_once(kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient) -> None:
    people = await members(kit, tenant, 30)
    survey_id = await opened(chair, tenant, results_hidden_until_close=True)
    processes = [AnswerTaker(kit.runtime) for _ in range(3)]
    results = await asyncio.gather(
        *(
            process.take(person(tenant, member), survey_id, {"need": ("pay", "rest")[place % 2]})
            for place, member in enumerate(people)
            for process in processes
        ),
        return_exceptions=True,
    )
    assert results.count(None) == 30
    assert sum(isinstance(result, AlreadyAnswered) for result in results) == 60
    await chair.post(f"/v1/surveys/{survey_id}/close")
    shares = (await chair.get(f"/v1/surveys/{survey_id}/results")).json()["questions"][0]["options"]
    assert [option["share"]["numerator"] for option in shares] == [15, 0, 15]


async def test_an_answer_that_meets_the_close_comes_too_late(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient
) -> None:
    early, late = await members(kit, tenant, 2)
    survey_id = await opened(chair, tenant)
    assert (await respond(kit, tenant, survey_id, early)).status_code == 201
    async with asyncio.timeout(10), kit.transaction(tenant) as context:
        survey = await context.store.lock(Survey, id_within(tenant.id, survey_id), alone=True)
        answer = asyncio.create_task(respond(kit, tenant, survey_id, late))
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        while not (await context.store.execute(waiting)).scalar():  # until the answer waits for the survey's row
            assert not answer.done()
        await close_when_due(context, survey.id, survey.version)
    assert (await answer).status_code == 410
