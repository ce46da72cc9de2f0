"""An anonymous poll: asked, answered once, shown only when enough people stand behind every figure."""

import asyncio
from typing import Any

import pytest

from deploy.client import Client, Refused
from shared.permissions import Role
from tests.e2e.unions import Union

PEOPLE = 11
OPTIONS = ("pay", "safety", "rest")


async def test_members_answer_an_anonymous_poll(union: Union) -> None:
    primary = await union.organization()
    chair = await union.staff(Role.CHAIR, primary)
    members = [await union.member(primary, by=chair) for _ in range(PEOPLE)]
    stranger = await union.member()
    poll = await _opened(chair, primary)
    assert poll["roster_size"] == PEOPLE + 1, "the chair is a member too"

    await _answer(members[0], poll, "pay")
    for refusal in await _refusals(members[0], stranger, poll):
        assert refusal in {(409, "survey.already_answered"), (404, "not_found")}
    await asyncio.gather(*(_answer(member, poll, OPTIONS[n % 2]) for n, member in enumerate(members[1:4])))
    assert _shares(await chair.get(f"/surveys/{poll['id']}/results")) == [None, None, None], "four people are too few"

    await asyncio.gather(*(_answer(member, poll, OPTIONS[n % 3]) for n, member in enumerate(members[4:])))
    await chair.post(f"/surveys/{poll['id']}/close")
    results = await chair.get(f"/surveys/{poll['id']}/results")
    shares = _shares(results)
    assert all(share is not None for share in shares)
    assert sum(share for share in shares if share is not None) == pytest.approx(1)
    assert results["participation"]["numerator"] == PEOPLE

    with pytest.raises(Refused) as named:
        await chair.get(f"/surveys/{poll['id']}/responses")
    assert named.value.status == 409, "nobody can be shown"
    with pytest.raises(Refused) as late:
        await _answer(chair, poll, "rest")
    assert late.value.status == 410


async def test_one_person_who_answers_many_times_at_once_counts_once(union: Union) -> None:
    primary = await union.organization()
    chair = await union.staff(Role.CHAIR, primary)
    member = await union.member(primary, by=chair)
    poll = await _opened(chair, primary)

    async def status() -> int:
        body = {"answers": {"important": "pay"}}
        return (await member.call("POST", f"/surveys/{poll['id']}/responses", json=body)).status_code

    statuses = await asyncio.gather(*(status() for _ in range(15)))
    assert sorted(statuses) == [201, *[409] * 14]


async def _opened(chair: Client, organization: str) -> Any:
    options = [{"id": option, "text": option} for option in OPTIONS]
    question = {"id": "important", "kind": "single", "text": "Что важнее?", "options": options}
    body = {"organization_id": organization, "title": "Чем помочь?", "questions": [question]}
    poll = await chair.post("/surveys", body)
    return await chair.post(f"/surveys/{poll['id']}/open")


async def _answer(member: Client, poll: dict[str, Any], option: str) -> None:
    taken = await member.post(f"/surveys/{poll['id']}/responses", {"answers": {"important": option}})
    assert taken == {"taken": True}


async def _refusals(member: Client, stranger: Client, poll: dict[str, Any]) -> list[tuple[int, str]]:
    """What a second answer and an answer of somebody who was not asked are told."""
    refusals: list[tuple[int, str]] = []
    for client in (member, stranger):
        with pytest.raises(Refused) as refused:
            await _answer(client, poll, "rest")
        refusals.append((refused.value.status, refused.value.code))
    return refusals


def _shares(results: dict[str, Any]) -> list[float | None]:
    return [option["share"]["value"] for option in results["questions"][0]["options"]]
