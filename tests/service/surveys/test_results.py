"""Results: nothing below the threshold, no step that shows one person, nothing before its time."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.permissions import Role
from shared.testing.kit import ServiceKit, Tenant
from tests.service.surveys.polls import members, opened, respond

WITHHELD = {"value": None, "numerator": None, "denominator": None, "n": None, "reason_if_null": "withheld"}


class Poll:
    """One open poll and the people who have not answered yet."""

    def __init__(self, kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient) -> None:
        self._kit, self._tenant, self._chair = kit, tenant, chair
        self.id = ""
        self._people: list[UUID] = []

    async def open(self, people: int, **more: Any) -> None:
        self._people = await members(self._kit, self._tenant, people)
        self.id = await opened(self._chair, self._tenant, **more)

    async def answer(self, *needs: str, **more: Any) -> None:
        for need in needs:
            taken = await respond(self._kit, self._tenant, self.id, self._people.pop(), {"need": need, **more})
            assert taken.status_code == 201, taken.text

    async def results(self) -> dict[str, Any]:
        response = await self._chair.get(f"/v1/surveys/{self.id}/results")
        assert response.status_code == 200, response.text
        return response.json()

    async def counts(self) -> dict[str, float | None]:
        question = (await self.results())["questions"][0]
        return {option["id"]: option["share"]["numerator"] for option in question["options"]}


@pytest.fixture
def asked(kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient) -> Poll:
    return Poll(kit, tenant, chair)


async def test_four_answers_look_like_none(asked: Poll) -> None:
    await asked.open(20)
    empty = await asked.results()
    await asked.answer("pay", "rest", "pay", "safety", work=3)
    assert await asked.results() == empty
    assert empty["participation"] == WITHHELD
    assert all(option["share"] == WITHHELD for question in empty["questions"] for option in question["options"])


async def test_five_answers_are_shown_and_the_sixth_is_not_until_five_more(asked: Poll) -> None:
    await asked.open(20)
    await asked.answer("pay", "rest", "pay", "safety", "pay", work=3)
    first = await asked.results()
    assert first["participation"]["value"] == 0.25
    assert await asked.counts() == {"pay": 3, "safety": 1, "rest": 1}
    await asked.answer("rest", "rest", "pay", "pay")
    assert await asked.results() == first
    await asked.answer("safety")
    assert await asked.counts() == {"pay": 5, "safety": 2, "rest": 3}


async def test_closing_shows_nothing_that_a_step_would_not(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient, asked: Poll
) -> None:
    await asked.open(20)
    await asked.answer("pay", "rest", "pay", "safety", "pay")
    before = await asked.counts()
    await asked.answer("rest")
    await chair.post(f"/v1/surveys/{asked.id}/close")
    assert await asked.counts() == before


async def test_unanimity_looks_like_nothing(asked: Poll) -> None:
    await asked.open(20)
    empty = (await asked.results())["questions"][0]
    await asked.answer(*["pay"] * 6)
    assert (await asked.results())["questions"][0] == empty
    await asked.answer("rest", *["pay"] * 4)  # one dissenter would know all the others, and they him
    assert (await asked.results())["questions"][0] == empty
    await asked.answer("rest", *["pay"] * 4)
    assert await asked.counts() == {"pay": 14, "safety": 0, "rest": 2}


async def test_a_question_that_few_answered_is_withheld_by_itself(asked: Poll) -> None:
    await asked.open(20)
    await asked.answer("pay", "rest", "pay", "safety", work=5)
    await asked.answer("pay", "rest")
    needs, _, work = (await asked.results())["questions"]
    assert needs["options"][0]["share"]["n"] == 6
    assert work["mean"] == WITHHELD
    assert all(option["share"] == WITHHELD for option in work["options"])


async def test_multiple_choice_counts_people_not_ticks(asked: Poll) -> None:
    await asked.open(20)
    await asked.answer("pay", "rest", "pay", help=["law", "trips"])
    await asked.answer("pay", "rest", "pay", help=["kids"])
    options = (await asked.results())["questions"][1]["options"]
    assert [(each["share"]["numerator"], each["share"]["denominator"]) for each in options] == [(3, 6), (3, 6), (3, 6)]


async def test_scores_are_those_of_the_field(asked: Poll) -> None:
    await asked.open(20, questions=[{"id": "need", "measure": "trust"}, {"id": "nps", "measure": "nps"}])
    await asked.answer("trust", "rather_trust", "unsure", nps=10)
    await asked.answer("distrust", "trust", nps=6)
    trust, nps = (await asked.results())["questions"]
    assert trust["score"]["value"] == 40.0  # 3 of 5 trust, 1 does not
    assert (nps["score"]["value"], nps["mean"]["value"]) == (20.0, 8.4)


@pytest.mark.parametrize("anonymity", ["anonymous", "named"])
async def test_hidden_until_the_close_means_hidden(chair: httpx.AsyncClient, asked: Poll, anonymity: str) -> None:
    await asked.open(8, results_hidden_until_close=True, anonymity=anonymity)
    await asked.answer("pay", "rest", "pay", "safety", "pay", "rest", "rest")
    hidden = await asked.results()
    reasons = {option["share"]["reason_if_null"] for question in hidden["questions"] for option in question["options"]}
    assert reasons | {hidden["participation"]["reason_if_null"]} == {"hidden_until_close"}
    await chair.post(f"/v1/surveys/{asked.id}/close")
    assert await asked.counts() == {"pay": 3, "safety": 1, "rest": 3}  # all seven: nobody watched a step before


async def test_results_are_for_staff_of_the_branch(kit: ServiceKit, tenant: Tenant, asked: Poll) -> None:
    await asked.open(1)
    path = f"/v1/surveys/{asked.id}/results"
    elsewhere = await kit.new_organization(tenant)
    for caller, status in (
        (tenant.caller(Role.ANALYST), 200),
        (tenant.caller(Role.ANALYST, elsewhere), 404),
        (tenant.caller(Role.MEMBER), 403),
    ):
        async with kit.client(caller) as client:
            assert (await client.get(path)).status_code == status
