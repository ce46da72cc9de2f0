import asyncio
from typing import Any

import httpx
import pytest

from services.requests.desk.rules.messages import TEXT_LIMIT
from shared.clock import new_id
from shared.testing.kit import ServiceKit, Tenant
from tests.service.requests.chat import Chat
from tests.service.requests.forms import by_phone


@pytest.fixture
async def request_id(staff: httpx.AsyncClient, chat: Chat) -> str:
    """A request out of a chat."""
    await chat.write("Здравствуйте")
    return (await staff.get("/v1/requests")).json()["items"][0]["id"]


async def act(staff: httpx.AsyncClient, request_id: str, verb: str, **body: object) -> dict[str, Any]:
    answer = await staff.post(f"/v1/requests/{request_id}/{verb}", json=body or None)
    assert answer.is_success, answer.text
    return answer.json()


async def read(staff: httpx.AsyncClient, request_id: str) -> dict[str, Any]:
    answer = await staff.get(f"/v1/requests/{request_id}")
    assert answer.headers["etag"].startswith(f'"{answer.json()["version"]}.')
    return answer.json()


async def test_a_request_lives_from_the_first_word_to_its_close(
    kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient, chat: Chat, request_id: str
) -> None:
    lawyer = await kit.new_person(tenant, name="Юрист")
    assert (await act(staff, request_id, "assign", assignee_id=str(lawyer)))["state"] == "open"
    await act(staff, request_id, "reply", text="Какое предприятие?")
    assert (await act(staff, request_id, "wait"))["state"] == "waiting"
    await chat.write("Завод")
    assert (await read(staff, request_id))["state"] == "open"
    assert (await act(staff, request_id, "hold"))["state"] == "on_hold"
    assert (await act(staff, request_id, "reopen"))["state"] == "open"
    kit.advance(seconds=10)
    resolved = await act(staff, request_id, "resolve")
    assert (resolved["state"], resolved["resolutions"]) == ("resolved", 1)
    assert resolved["resolved_at"] == kit.clock.now().isoformat().replace("+00:00", "Z")
    assert (await act(staff, request_id, "close"))["state"] == "closed"
    history = (await staff.get(f"/v1/requests/{request_id}/history")).json()["items"]
    assert [step["action"] for step in history] == [
        "create", "assign", "wait", "receive", "hold", "reopen", "resolve", "close",
    ]  # fmt: skip
    assert [step["to_state"] for step in history][-2:] == ["resolved", "closed"]
    assert history[0]["from_state"] is None
    assert history[-1]["assignee_id"] == str(lawyer)


async def test_a_reply_goes_into_the_chat_and_its_delivery_comes_home(
    staff: httpx.AsyncClient, chat: Chat, request_id: str
) -> None:
    answer = await staff.post(f"/v1/requests/{request_id}/reply", json={"text": "Ответ"})
    reply = answer.json()
    assert (reply["direction"], reply["delivery_state"]) == ("outbound", "pending")
    (asked,) = await chat.told()
    assert (asked.text, str(asked.reference_id), asked.buttons) == ("Ответ", reply["id"], ())
    await chat.delivery(asked.reference_id, "rejected", 3, "403")
    await chat.delivery(asked.reference_id, "retrying", 2)
    kept = (await staff.get(answer.headers["location"])).json()
    assert (kept["delivery_state"], kept["delivery_code"]) == ("rejected", "403")
    await chat.delivery(asked.reference_id, "sent", 4)
    kept = (await staff.get(answer.headers["location"])).json()
    assert (kept["delivery_state"], kept["delivery_code"]) == ("sent", None)


async def test_news_of_what_the_desk_never_said_is_nothing_to_it(chat: Chat) -> None:
    assert (await chat.delivery(new_id(), "sent", 1)).error is None  # the publisher answers its menu by itself


async def test_a_repeated_reply_with_the_same_key_is_sent_once(
    staff: httpx.AsyncClient, chat: Chat, request_id: str
) -> None:
    headers = {"Idempotency-Key": "reply 1"}
    answers = [
        await staff.post(f"/v1/requests/{request_id}/reply", json={"text": "Ответ"}, headers=headers) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert len(await chat.told()) == 1


async def test_a_reply_must_fit_into_one_message(staff: httpx.AsyncClient, chat: Chat, request_id: str) -> None:
    for text in ("ж" * (TEXT_LIMIT + 1), "🙂" * TEXT_LIMIT, "   ", "\0"):
        answer = await staff.post(f"/v1/requests/{request_id}/reply", json={"text": text})
        assert answer.status_code == 422, text
    assert await chat.told() == []


async def test_a_note_stays_among_staff(staff: httpx.AsyncClient, chat: Chat, request_id: str) -> None:
    await act(staff, request_id, "close")
    note = await act(staff, request_id, "note", text="Спам")
    assert (note["direction"], note["delivery_state"]) == ("note", None)
    assert note["author_id"] is not None
    assert await chat.told() == []


async def test_what_is_answered_by_phone_is_kept_as_spoken(
    kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient, chat: Chat
) -> None:
    request = (await staff.post("/v1/requests", json=by_phone(tenant.root))).json()
    reply = await act(staff, request["id"], "reply", text="Рассказали порядок")
    assert reply["delivery_state"] == "spoken"
    assert (await act(staff, request["id"], "resolve"))["state"] == "resolved"
    await chat.delivery(reply["id"], "failed", 9)
    assert (await staff.get(f"/v1/requests/{request['id']}/messages/{reply['id']}")).json() == reply
    assert await chat.told() == []


async def test_impossible_steps_are_conflicts_and_change_nothing(
    staff: httpx.AsyncClient, chat: Chat, request_id: str
) -> None:
    before = await act(staff, request_id, "close")
    for verb, body in (
        ("reply", {"text": "Ответ"}),
        ("assign", {"assignee_id": before["created_by"] or str(new_id())}),
        *((verb, None) for verb in ("wait", "hold", "resolve", "reopen", "close")),
    ):
        answer = await staff.post(f"/v1/requests/{request_id}/{verb}", json=body)
        assert answer.json()["code"] in {"request.wrong_state", "request.unknown_person"}, verb
    assert await read(staff, request_id) == before
    assert await chat.told() == []


async def test_an_assignee_must_be_in_the_directory(staff: httpx.AsyncClient, request_id: str) -> None:
    answer = await staff.post(f"/v1/requests/{request_id}/assign", json={"assignee_id": str(new_id())})
    assert (answer.status_code, answer.json()["code"]) == (422, "request.unknown_person")


async def test_staff_say_what_kind_of_request_it_is(staff: httpx.AsyncClient, request_id: str) -> None:
    before = await read(staff, request_id)
    answer = await staff.patch(f"/v1/requests/{request_id}", json={"kind": "legal", "topic": "Отпуск"})
    assert (answer.json()["kind"], answer.json()["topic"]) == ("legal", "Отпуск")
    answer = await staff.patch(f"/v1/requests/{request_id}", json={"kind": "complaint"})
    assert (answer.json()["kind"], answer.json()["topic"]) == ("complaint", "Отпуск")
    assert answer.json()["version"] == before["version"] + 2
    for body in ({"state": "closed"}, {"kind": "poem"}, {"topic": ""}):
        assert (await staff.patch(f"/v1/requests/{request_id}", json=body)).status_code == 422


async def test_a_verb_based_on_what_was_read_before_is_stale(
    staff: httpx.AsyncClient, chat: Chat, request_id: str
) -> None:
    read_before = (await staff.get(f"/v1/requests/{request_id}")).headers["etag"]
    await chat.write("Ещё одно")
    for verb, body in (
        ("reply", {"text": "Ответ"}),
        ("assign", {"assignee_id": str(new_id())}),
        *((verb, None) for verb in ("wait", "hold", "resolve", "reopen", "close")),
    ):
        answer = await staff.post(f"/v1/requests/{request_id}/{verb}", json=body, headers={"If-Match": read_before})
        assert answer.status_code == 412, verb
    now = (await staff.get(f"/v1/requests/{request_id}")).headers["etag"]
    assert (await staff.post(f"/v1/requests/{request_id}/wait", headers={"If-Match": now})).status_code == 200


async def test_of_many_who_resolve_at_once_one_does(staff: httpx.AsyncClient, chat: Chat, request_id: str) -> None:
    answers = await asyncio.gather(*(staff.post(f"/v1/requests/{request_id}/resolve") for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert len(await chat.told()) == 1


async def test_a_resolved_request_is_not_reopened_beside_a_newer_one(
    staff: httpx.AsyncClient, chat: Chat, request_id: str
) -> None:
    await act(staff, request_id, "resolve")
    await chat.write("Другое")
    answer = await staff.post(f"/v1/requests/{request_id}/reopen")
    assert (answer.status_code, answer.json()["code"]) == (409, "request.conversation_busy")
    newer = (await staff.get("/v1/requests")).json()["items"][0]
    await act(staff, newer["id"], "close")
    assert (await act(staff, request_id, "reopen"))["resolved_at"] is None


async def test_reopening_and_writing_at_once_leave_one_unresolved_request(
    staff: httpx.AsyncClient, chat: Chat, request_id: str
) -> None:
    for _ in range(5):
        await act(staff, request_id, "resolve")
        reopened, written = await asyncio.gather(staff.post(f"/v1/requests/{request_id}/reopen"), chat.write("Ещё"))
        assert written.error is None
        unresolved = [item for item in (await staff.get("/v1/requests")).json()["items"] if item["state"] != "resolved"]
        assert len(unresolved) == 1
        if reopened.status_code == 409:
            request_id = unresolved[0]["id"]
