"""The life of a survey: who drafts, opens and closes it, and what opening fixes."""

from datetime import timedelta

import httpx
import pytest

from shared.permissions import Role
from shared.testing.kit import ServiceKit, Tenant
from tests.service.surveys.polls import drafted, members, opened, person, poll, respond


async def test_a_survey_is_drafted_changed_opened_closed_and_archived(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient
) -> None:
    await members(kit, tenant, 3)
    created = await chair.post("/v1/surveys", json=poll(tenant))
    assert created.status_code == 201
    survey = created.json()
    assert created.headers["location"] == f"/v1/surveys/{survey['id']}"
    assert (survey["state"], survey["anonymity"], survey["roster_size"]) == ("draft", "anonymous", 0)
    path = f"/v1/surveys/{survey['id']}"
    changed = await chair.patch(path, json={"title": "Иначе"}, headers={"if-match": created.headers["etag"]})
    assert (changed.json()["title"], changed.json()["questions"]) == ("Иначе", survey["questions"])
    states: list[tuple[str, int]] = []
    for verb in ("open", "close", "archive"):
        moved = await chair.post(f"{path}/{verb}")
        assert moved.status_code == 200, moved.text
        states.append((moved.json()["state"], moved.json()["roster_size"]))
    assert states == [("open", 3), ("closed", 3), ("archived", 3)]
    assert (await chair.post(f"{path}/open")).json()["code"] == "survey.wrong_state"


async def test_a_stale_change_is_refused(tenant: Tenant, chair: httpx.AsyncClient) -> None:
    path = f"/v1/surveys/{await drafted(chair, tenant)}"
    assert (await chair.patch(path, json={"title": "а"}, headers={"if-match": '"1"'})).status_code == 200
    for request in (
        chair.patch(path, json={"title": "б"}, headers={"if-match": '"1"'}),
        chair.post(f"{path}/open", headers={"if-match": '"1"'}),
    ):
        assert (await request).status_code == 412


@pytest.mark.parametrize(
    "change", [{"anonymity": "named"}, {"results_hidden_until_close": False}, {"title": "а"}, {"closes_at": None}]
)
async def test_what_was_opened_is_not_changed(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient, change: dict[str, object]
) -> None:
    await members(kit, tenant, 1)
    survey_id = await opened(chair, tenant, results_hidden_until_close=True)
    refused = await chair.patch(f"/v1/surveys/{survey_id}", json=change)
    assert (refused.status_code, refused.json()["code"]) == (409, "survey.not_draft")


async def test_the_roster_is_that_of_the_opening(kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient) -> None:
    primary = await kit.new_organization(tenant)
    inside = await kit.new_person(tenant, primary)
    left = await kit.new_person(tenant, primary, status="former")
    outside = await kit.new_person(tenant)
    survey_id = await opened(chair, tenant, organization_id=str(primary))
    late = await kit.new_person(tenant, primary)
    statuses = [
        (await respond(kit, tenant, survey_id, person_id)).status_code for person_id in (inside, left, outside, late)
    ]
    assert statuses == [201, 404, 404, 404]


async def test_nobody_to_ask_is_a_conflict(tenant: Tenant, chair: httpx.AsyncClient) -> None:
    refused = await chair.post(f"/v1/surveys/{await drafted(chair, tenant)}/open")
    assert (refused.status_code, refused.json()["code"]) == (409, "survey.nobody_to_ask")


async def test_a_survey_closes_by_itself(kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient) -> None:
    first, second = await members(kit, tenant, 2)
    closes_at = kit.clock.now() + timedelta(seconds=40)  # within the life of an identity
    survey_id = await opened(chair, tenant, closes_at=closes_at.isoformat())
    assert (await respond(kit, tenant, survey_id, first)).status_code == 201
    kit.clock.set(closes_at)
    late = await respond(kit, tenant, survey_id, second)  # nobody has closed it yet: the clock decides
    assert (late.status_code, late.json()["code"]) == (410, "survey.closed")
    await kit.drain()
    survey = (await chair.get(f"/v1/surveys/{survey_id}")).json()
    assert survey["state"] == "closed"
    assert survey["closed_at"] == closes_at.isoformat().replace("+00:00", "Z")


async def test_a_survey_that_was_closed_earlier_is_left_alone(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient
) -> None:
    await members(kit, tenant, 1)
    survey_id = await opened(chair, tenant, closes_at=(kit.clock.now() + timedelta(seconds=40)).isoformat())
    closed = (await chair.post(f"/v1/surveys/{survey_id}/close")).json()
    kit.advance(seconds=50)
    assert all(answer.error is None for answer in await kit.drain())
    assert (await chair.get(f"/v1/surveys/{survey_id}")).json() == closed


@pytest.mark.parametrize("body", [{"closes_at": "2020-01-01T00:00:00Z"}, {"closes_at": "2040-01-01T00:00:00"}])
async def test_a_closing_time_is_a_moment_in_the_future(
    tenant: Tenant, chair: httpx.AsyncClient, body: dict[str, str]
) -> None:
    assert (await chair.post("/v1/surveys", json=poll(tenant, **body))).status_code == 422


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({"kind": "single", "text": "?", "options": [{"text": "а"}]}, "options_needed"),
        ({"kind": "scale", "text": "?", "options": [{"text": "а"}, {"text": "б"}]}, "options_not_here"),
        ({"text": "?"}, "missing"),
        ({"measure": "trust", "kind": "nps"}, "measure_mismatch"),
    ],
)
async def test_a_wrong_question_is_named(
    tenant: Tenant, chair: httpx.AsyncClient, question: dict[str, object], code: str
) -> None:
    refused = await chair.post("/v1/surveys", json=poll(tenant, questions=[{"measure": "nps"}, question]))
    assert (refused.status_code, refused.json()["code"]) == (422, "survey.invalid_questions")
    assert ("/questions/1", code) in {(error["pointer"], error["code"]) for error in refused.json()["errors"]}


async def test_a_measure_brings_its_wording(tenant: Tenant, chair: httpx.AsyncClient) -> None:
    created = await chair.post("/v1/surveys", json=poll(tenant, questions=[{"measure": "trust"}, {"measure": "nps"}]))
    trust, nps = created.json()["questions"]
    assert len(trust["options"]) == 5
    assert "Доверяете" in trust["text"]
    assert (nps["kind"], nps["lowest"], nps["highest"]) == ("nps", 0, 10)


async def test_those_who_are_asked_may_read_it_and_nobody_else(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient
) -> None:
    primary = await kit.new_organization(tenant)
    asked = await kit.new_person(tenant, primary)
    other = await kit.new_person(tenant)
    draft_id = await drafted(chair, tenant, organization_id=str(primary))
    survey_id = await opened(chair, tenant, organization_id=str(primary))
    async with kit.client(person(tenant, asked)) as client:
        assert (await client.get(f"/v1/surveys/{survey_id}")).json()["state"] == "open"
        assert (await client.get(f"/v1/surveys/{draft_id}")).status_code == 404
        assert (await client.get("/v1/surveys")).status_code == 403
    async with kit.client(person(tenant, other)) as client:
        assert (await client.get(f"/v1/surveys/{survey_id}")).status_code == 404


async def test_staff_see_their_branch_and_manage_by_permission(kit: ServiceKit, tenant: Tenant) -> None:
    here, there = await kit.new_organization(tenant), await kit.new_organization(tenant)
    async with kit.client(tenant.caller(Role.CHAIR, here)) as chair:
        survey_id = await drafted(chair, tenant, organization_id=str(here))
    path = f"/v1/surveys/{survey_id}"
    async with kit.client(tenant.caller(Role.CHAIR, there)) as neighbour:
        assert (await neighbour.get(path)).status_code == 404
        assert (await neighbour.post(f"{path}/open")).status_code == 404
        assert (await neighbour.post("/v1/surveys", json=poll(tenant, organization_id=str(here)))).status_code == 404
        assert (await neighbour.get("/v1/surveys")).json()["items"] == []
    async with kit.client(tenant.caller(Role.AUDITOR, here)) as auditor:
        assert (await auditor.get(path)).status_code == 200
        assert (await auditor.post(f"{path}/open")).status_code == 403
    stranger = await kit.new_tenant()
    async with kit.client(stranger.caller(Role.ADMINISTRATOR)) as foreigner:
        assert (await foreigner.get(path)).status_code == 404
        assert (await foreigner.post(f"{path}/close")).status_code == 404


async def test_lists_are_filtered_and_paged(kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient) -> None:
    await members(kit, tenant, 1)
    primary = await kit.new_organization(tenant)
    drafts = [await drafted(chair, tenant) for _ in range(2)]
    below = await drafted(chair, tenant, organization_id=str(primary))
    running = await opened(chair, tenant)

    async def ids(**filters: str) -> list[str]:
        page = await chair.get("/v1/surveys", params=filters)
        return [item["id"] for item in page.json()["items"]]

    assert await ids() == [running, below, *reversed(drafts)]
    assert await ids(state="open") == [running]
    assert await ids(organization_id=str(primary)) == [below]
    first = (await chair.get("/v1/surveys", params={"limit": 3})).json()
    assert len(first["items"]) == 3
    assert await ids(limit="3", after=first["next"]) == [drafts[0]]
