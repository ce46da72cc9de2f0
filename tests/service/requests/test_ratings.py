import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from services.requests.desk.rules.rating_buttons import press_of
from shared.app import public_id
from shared.clock import new_id
from shared.testing.kit import ServiceKit, Tenant
from tests.service.requests.chat import Chat
from tests.service.requests.forms import by_phone


async def resolve(staff: httpx.AsyncClient, request_id: str) -> None:
    answer = await staff.post(f"/v1/requests/{request_id}/resolve")
    assert answer.status_code == 200, answer.text


async def rating_of(staff: httpx.AsyncClient, request_id: str) -> dict[str, Any] | None:
    answer = await staff.get(f"/v1/requests/{request_id}/rating")
    return answer.json() if answer.status_code == 200 else None


@pytest.fixture
async def from_chat(staff: httpx.AsyncClient, chat: Chat) -> str:
    """A request out of a chat, resolved."""
    await chat.write("Здравствуйте")
    request_id = (await staff.get("/v1/requests")).json()["items"][0]["id"]
    await resolve(staff, request_id)
    return request_id


@pytest.fixture
async def from_phone(staff: httpx.AsyncClient, tenant: Tenant) -> str:
    """A request taken by phone, resolved."""
    request_id = (await staff.post("/v1/requests", json=by_phone(tenant.root))).json()["id"]
    await resolve(staff, request_id)
    return request_id


async def link_of(staff: httpx.AsyncClient, request_id: str) -> dict[str, str]:
    answer = await staff.post(f"/v1/requests/{request_id}/rating_link")
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_resolution_comes_with_five_buttons(chat: Chat, from_chat: str) -> None:
    (notice,) = await chat.told()
    assert "2031-000001" in notice.text
    assert [button.label for button in notice.buttons] == ["1", "2", "3", "4", "5"]
    assert all(len(button.payload.encode()) <= 64 for button in notice.buttons)


async def test_a_press_rates_the_resolution_and_is_thanked_for(
    staff: httpx.AsyncClient, chat: Chat, from_chat: str
) -> None:
    (notice,) = await chat.told()
    await chat.press(notice.buttons[3].payload)
    rating = await rating_of(staff, from_chat)
    assert rating is not None
    assert (rating["score"], rating["resolution"], rating["rated_by"]) == (4, 1, "button")
    assert (await chat.told())[-1].text == "Спасибо за оценку!"


async def test_only_the_first_of_many_presses_counts(staff: httpx.AsyncClient, chat: Chat, from_chat: str) -> None:
    (notice,) = await chat.told()
    answers = await asyncio.gather(*(chat.press(button.payload) for button in notice.buttons * 4))
    assert all(answer.error is None for answer in answers)
    before = await rating_of(staff, from_chat)
    assert before is not None
    assert len(await chat.told()) == 2
    await chat.press(notice.buttons[0].payload)
    assert await rating_of(staff, from_chat) == before


async def test_a_press_in_another_chat_rates_nothing(
    kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient, chat: Chat, from_chat: str
) -> None:
    (notice,) = await chat.told()
    stranger = Chat(kit, tenant, tenant.root)
    answer = await stranger.press(notice.buttons[0].payload)
    assert answer.error is None
    assert await rating_of(staff, from_chat) is None
    assert await stranger.told() == []


@pytest.mark.parametrize("payload", ["", "menu:ask", f"rate:{UUID(int=1).hex}:1:5", "rate:x:1:5"])
async def test_other_buttons_are_left_alone(staff: httpx.AsyncClient, chat: Chat, from_chat: str, payload: str) -> None:
    assert (await chat.press(payload)).error is None
    assert await rating_of(staff, from_chat) is None


async def test_each_resolution_is_rated_by_its_own_buttons(
    staff: httpx.AsyncClient, chat: Chat, from_chat: str
) -> None:
    first = (await chat.told())[0].buttons
    await staff.post(f"/v1/requests/{from_chat}/reopen")
    await chat.press(first[0].payload)
    assert await rating_of(staff, from_chat) is None
    await resolve(staff, from_chat)
    second = (await chat.told())[-1].buttons
    press = press_of(second[0].payload)
    assert press is not None
    assert press.resolution == 2
    await chat.press(first[0].payload)
    assert await rating_of(staff, from_chat) is None
    await chat.press(second[4].payload)
    rating = await rating_of(staff, from_chat)
    assert rating is not None
    assert (rating["resolution"], rating["score"]) == (2, 5)


async def test_a_link_rates_once_without_a_sign_in(kit: ServiceKit, staff: httpx.AsyncClient, from_phone: str) -> None:
    link = await link_of(staff, from_phone)
    assert link["url"] == f"https://vmeste.test/v1/requests/{from_phone}/rating"
    body = {"token": link["token"], "score": 5, "comment": "Спасибо"}
    async with kit.client() as requester:
        answers = await asyncio.gather(
            *(requester.post(f"/v1/requests/{from_phone}/rating", json=body) for _ in range(8))
        )
        assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
        refused = next(answer for answer in answers if answer.status_code == 409)
        assert refused.json()["code"] == "request.already_rated"
    rating = await rating_of(staff, from_phone)
    assert rating is not None
    assert (rating["score"], rating["comment"], rating["rated_by"]) == (5, "Спасибо", "link")


async def test_a_wrong_token_looks_like_an_absent_request(
    kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient, from_phone: str
) -> None:
    token = (await link_of(staff, from_phone))["token"]
    other = (await staff.post("/v1/requests", json=by_phone(tenant.root))).json()["id"]
    foreign = public_id((await kit.new_tenant()).id, new_id())
    wrong = (token[:-2] + ("AA" if token[-2:] != "AA" else "BB"), "2" + token[1:], "1." + "A" * 43, "x")
    bodies = list[dict[str, Any]]()
    async with kit.client() as requester:
        for request_id, given in (
            *((from_phone, guess) for guess in wrong),
            (other, token),
            (public_id(tenant.id, new_id()), token),
            (foreign, token),
        ):
            answer = await requester.post(f"/v1/requests/{request_id}/rating", json={"token": given, "score": 1})
            assert answer.status_code == 404, given
            bodies.append(answer.json() | {"instance": "", "request_id": ""})
    assert all(body == bodies[0] for body in bodies)
    assert await rating_of(staff, from_phone) is None


@pytest.mark.parametrize("score", [0, 6, 4.5, "5", True, None])
async def test_a_score_is_a_whole_number_from_1_to_5(
    kit: ServiceKit, staff: httpx.AsyncClient, from_phone: str, score: object
) -> None:
    token = (await link_of(staff, from_phone))["token"]
    async with kit.client() as requester:
        answer = await requester.post(f"/v1/requests/{from_phone}/rating", json={"token": token, "score": score})
    assert answer.status_code == 422
    assert await rating_of(staff, from_phone) is None


async def test_a_link_ends_with_its_resolution(kit: ServiceKit, staff: httpx.AsyncClient, from_phone: str) -> None:
    first = await link_of(staff, from_phone)
    await staff.post(f"/v1/requests/{from_phone}/reopen")
    assert (await staff.post(f"/v1/requests/{from_phone}/rating_link")).json()["code"] == "request.not_ratable"
    async with kit.client() as requester:
        body = {"token": first["token"], "score": 1}
        answer = await requester.post(f"/v1/requests/{from_phone}/rating", json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "request.not_ratable")
        await resolve(staff, from_phone)
        assert (await requester.post(f"/v1/requests/{from_phone}/rating", json=body)).status_code == 409
        second = await link_of(staff, from_phone)
        body["token"] = second["token"]
        assert (await requester.post(f"/v1/requests/{from_phone}/rating", json=body)).status_code == 201
    assert (await staff.post(f"/v1/requests/{from_phone}/rating_link")).json()["code"] == "request.already_rated"


async def test_who_took_a_link_stands_in_the_history(staff: httpx.AsyncClient, from_phone: str) -> None:
    await link_of(staff, from_phone)
    step = (await staff.get(f"/v1/requests/{from_phone}/history")).json()["items"][-1]
    assert step["action"] == "invite_rating"
    assert step["by_person_id"] is not None


async def test_a_link_is_stored_nowhere(
    kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient, from_phone: str
) -> None:
    headers = {"Idempotency-Key": "link"}
    link = (await staff.post(f"/v1/requests/{from_phone}/rating_link", headers=headers)).json()
    again = await staff.post(f"/v1/requests/{from_phone}/rating_link", headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "idempotency.shown_once")
    signature = link["token"].partition(".")[2]
    async with kit.transaction(tenant) as context:
        for table in ("idempotency_record", "help_request", "request_message", "state_change", "rating"):
            rows = await context.store.execute(text(f"SELECT to_jsonb(r)::text FROM requests.{table} r"))  # noqa: S608
            assert not any(signature in row for row in rows.scalars())
