import asyncio
from typing import Any

import httpx

from shared.clock import new_id
from shared.permissions import Role
from shared.testing.kit import ServiceKit, Tenant
from tests.service.requests.chat import Chat
from tests.service.requests.forms import by_phone


async def requests_of(staff: httpx.AsyncClient) -> list[dict[str, Any]]:
    answer = await staff.get("/v1/requests")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def texts_of(staff: httpx.AsyncClient, request_id: str) -> list[str]:
    answer = await staff.get(f"/v1/requests/{request_id}/messages")
    assert answer.status_code == 200, answer.text
    return [message["text"] for message in answer.json()["items"]]


async def test_the_first_message_in_a_chat_is_a_new_request(staff: httpx.AsyncClient, chat: Chat) -> None:
    await chat.write("Здравствуйте")
    (request,) = await requests_of(staff)
    assert request["state"] == "new"
    assert request["source"] == "telegram"
    assert request["number"] == "2031-000001"
    assert request["organization_id"] == str(chat.organization_id)
    assert request["requester"]["display_name"] == "Анна Котова"
    assert await texts_of(staff, request["id"]) == ["Здравствуйте"]


async def test_what_is_written_next_belongs_to_the_same_request(staff: httpx.AsyncClient, chat: Chat) -> None:
    for text in ("Здравствуйте", "У меня вопрос", "Об отпуске"):
        await chat.write(text)
    (request,) = await requests_of(staff)
    assert await texts_of(staff, request["id"]) == ["Здравствуйте", "У меня вопрос", "Об отпуске"]
    assert request["state"] == "new"


async def test_the_requester_who_was_waited_for_opens_the_request(staff: httpx.AsyncClient, chat: Chat) -> None:
    await chat.write("Здравствуйте")
    (request,) = await requests_of(staff)
    await staff.post(f"/v1/requests/{request['id']}/wait")
    await chat.write("Вот документы")
    (request,) = await requests_of(staff)
    assert request["state"] == "open"


async def test_a_message_after_the_resolution_begins_another_request(staff: httpx.AsyncClient, chat: Chat) -> None:
    await chat.write("Первое")
    (first,) = await requests_of(staff)
    await staff.post(f"/v1/requests/{first['id']}/resolve")
    await chat.write("Второе")
    second, resolved = await requests_of(staff)
    assert (second["state"], resolved["state"]) == ("new", "resolved")
    assert second["number"] == "2031-000002"


async def test_many_messages_at_once_in_a_new_chat_are_one_request(
    kit: ServiceKit, staff: httpx.AsyncClient, chat: Chat
) -> None:
    texts = [f"Сообщение {number}" for number in range(20)]
    answers = await asyncio.gather(*(chat.write(text) for text in texts))
    assert all(answer.error is None for answer in answers)
    (request,) = await requests_of(staff)
    assert sorted(await texts_of(staff, request["id"])) == sorted(texts)


async def test_the_same_message_told_many_times_at_once_is_kept_once(staff: httpx.AsyncClient, chat: Chat) -> None:
    message_id = new_id()
    await asyncio.gather(*(chat.write("Один раз", message_id=message_id) for _ in range(20)))
    (request,) = await requests_of(staff)
    assert await texts_of(staff, request["id"]) == ["Один раз"]


async def test_chats_at_once_get_a_request_and_a_number_each(
    kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient
) -> None:
    await asyncio.gather(*(Chat(kit, tenant, tenant.root).write("Здравствуйте") for _ in range(12)))
    numbers = {request["number"] for request in await requests_of(staff)}
    assert numbers == {f"2031-{count:06d}" for count in range(1, 13)}


async def test_an_account_that_becomes_known_names_the_requester(staff: httpx.AsyncClient, chat: Chat) -> None:
    await chat.write("Здравствуйте")
    chat.person_id = new_id()
    await chat.write("Это я")
    (request,) = await requests_of(staff)
    assert request["requester"]["person_id"] == str(chat.person_id)


async def test_a_network_that_requests_do_not_come_from_is_a_dead_letter(staff: httpx.AsyncClient, chat: Chat) -> None:
    chat.network = "fax"
    assert (await chat.write("Здравствуйте")).error is not None
    assert await requests_of(staff) == []


async def test_staff_take_down_what_is_said_by_phone(staff: httpx.AsyncClient, tenant: Tenant) -> None:
    answer = await staff.post("/v1/requests", json=by_phone(tenant.root, topic="Выходные"))
    assert answer.status_code == 201, answer.text
    request = answer.json()
    assert answer.headers["location"] == f"/v1/requests/{request['id']}"
    assert (await staff.get(answer.headers["location"])).json() == request
    assert request["created_by"] is not None
    assert request["topic"] == "Выходные"
    assert request["requester"]["phone"] == "+7 495 000-00-00"
    assert await texts_of(staff, request["id"]) == ["Не оплатили выходной"]


async def test_a_repeat_with_the_same_key_takes_one_request(staff: httpx.AsyncClient, tenant: Tenant) -> None:
    headers = {"Idempotency-Key": "call 17"}
    first = await staff.post("/v1/requests", json=by_phone(tenant.root), headers=headers)
    again = await staff.post("/v1/requests", json=by_phone(tenant.root), headers=headers)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json() == first.json()
    assert len(await requests_of(staff)) == 1


async def test_a_known_requester_must_be_in_the_directory(
    kit: ServiceKit, staff: httpx.AsyncClient, tenant: Tenant
) -> None:
    known = await kit.new_person(tenant)
    for person_id, status in ((known, 201), (new_id(), 422)):
        requester = {"display_name": "Анна", "person_id": str(person_id)}
        answer = await staff.post("/v1/requests", json=by_phone(tenant.root, requester=requester))
        assert answer.status_code == status, answer.text
    assert answer.json()["code"] == "request.unknown_person"
    assert answer.json()["errors"][0]["pointer"] == "/requester/person_id"


async def test_networks_are_not_taken_down_by_hand(staff: httpx.AsyncClient, tenant: Tenant) -> None:
    answer = await staff.post("/v1/requests", json=by_phone(tenant.root, source="vk"))
    assert answer.status_code == 422


async def test_a_request_is_taken_only_where_the_caller_may(kit: ServiceKit, tenant: Tenant) -> None:
    mine, other = await kit.new_organization(tenant), await kit.new_organization(tenant)
    caller = tenant.caller(Role.LAWYER, mine)
    async with kit.client(caller) as lawyer, kit.client(tenant.caller(Role.MEMBER)) as member:
        assert (await lawyer.post("/v1/requests", json=by_phone(mine))).status_code == 201
        assert (await lawyer.post("/v1/requests", json=by_phone(other))).status_code == 404
        assert (await lawyer.post("/v1/requests", json=by_phone(new_id()))).status_code == 404
        assert (await member.post("/v1/requests", json=by_phone(mine))).status_code == 403
    async with kit.client() as nobody:
        assert (await nobody.post("/v1/requests", json=by_phone(mine))).status_code == 401
