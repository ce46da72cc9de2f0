"""Story 5: a member asks in Telegram, is answered in the same chat and rates the help once. And the same by phone."""

from typing import Any

import pytest

from deploy.client import Client, Refused
from deploy.stand_ins import Community, StandIns
from deploy.until import until
from shared.permissions import Role
from tests.e2e.unions import Union

QUESTION = "Здравствуйте! Не оплатили работу в выходной, что делать?"
ANSWER = "Работа в выходной оплачивается не менее чем вдвойне: статья 153 Трудового кодекса."


@pytest.mark.parametrize("network", ["telegram", "vk", "max"])  # with buttons, and hooks that tell at once
async def test_a_member_is_answered_in_the_same_chat_and_rates_it_once(
    union: Union, stand_ins: StandIns, network: str
) -> None:
    dispatcher, lawyer = await union.staff(Role.DISPATCHER), await union.staff(Role.LAWYER)
    officer = await union.staff(Role.INFORMATION_OFFICER)
    community = (await union.channel(officer, stand_ins, network)).community
    account = await stand_ins.person(network, "Мария", "Садова", f"maria_{community.id}".replace("-", "_"))
    member, _ = await union.person(accounts={network: account})

    await stand_ins.write(community, account, QUESTION)
    request = await _only_request(dispatcher)
    assert (request["state"], request["source"], request["organization_id"]) == ("new", network, union.root)
    assert request["requester"]["person_id"] == member
    path = f"/requests/{request['id']}"
    assigned = await dispatcher.post(f"{path}/assign", {"assignee_id": lawyer.person_id})
    assert assigned["state"] == "open"

    reply = await lawyer.post(f"{path}/reply", {"text": ANSWER})
    await until(lambda: lawyer.get(f"{path}/messages/{reply['id']}"), lambda said: said["delivery_state"] == "sent")
    assert [said["text"] for said in await _received(stand_ins, community, account)] == [ANSWER]

    await lawyer.post(f"{path}/resolve")
    await until(lambda: _received(stand_ins, community, account), lambda said: len(said) == 2 and said[1]["buttons"])
    await stand_ins.press(community, account, "5")
    rating = await _rating(dispatcher, path)
    assert (rating["score"], rating["rated_by"], rating["resolution"]) == (5, "button", 1)

    await until(lambda: _received(stand_ins, community, account), lambda said: len(said) == 3)
    await stand_ins.press(community, account, "1")
    await stand_ins.write(community, account, "Спасибо!")
    await until(lambda: _said_by_member(dispatcher), lambda said: "Спасибо!" in said)
    assert (await dispatcher.get(f"{path}/rating"))["score"] == 5, "a second press changes nothing"
    assert len(await _received(stand_ins, community, account)) == 3, "nobody is thanked twice"


async def test_the_same_update_delivered_twenty_times_at_once_is_one_request(union: Union, stand_ins: StandIns) -> None:
    dispatcher = await union.staff(Role.DISPATCHER)
    community = (await union.channel(union.administrator, stand_ins, "telegram")).community
    account = await stand_ins.person("telegram", "Мария", "Садова", f"twenty_{-community.id}")
    fault = await stand_ins.fault("duplicate_hooks", community, account_id=community.account_id, copies=20)
    await stand_ins.write(community, account, QUESTION)
    await _only_request(dispatcher)
    await stand_ins.clear(fault)
    await until(lambda: stand_ins.waiting(community), lambda waiting: not waiting)
    attempts = await stand_ins.hook_attempts(community)
    assert [attempt["status"] for attempt in attempts] == [200] * 20

    await stand_ins.write(community, account, "И ещё: положен ли отгул?")
    said = await until(lambda: _said_by_member(dispatcher), lambda said: len(said) > 1)
    assert said == [QUESTION, "И ещё: положен ли отгул?"], "one request with two messages"
    await _only_request(dispatcher)


@pytest.mark.parametrize("network", ["telegram", "max"])
async def test_a_bot_of_two_channels_brings_each_message_once(union: Union, stand_ins: StandIns, network: str) -> None:
    dispatcher = await union.staff(Role.DISPATCHER)
    branch = await union.organization("Цех")
    officer = await union.staff(Role.INFORMATION_OFFICER)
    first = await union.channel(officer, stand_ins, network)
    handle = f"branch{branch.replace('-', '')}"
    shop = await stand_ins.community(network, "Цех", handle, bot_id=first.community.account_id)
    await union.connect(officer, shop, branch)
    account = await stand_ins.person(network, "Мария", "Садова", f"shared_{handle}"[:40])

    await stand_ins.write(shop, account, QUESTION)
    assert (await _only_request(dispatcher))["organization_id"] == union.root
    assert (await officer.call("PATCH", f"/channels/{first.id}", json={"paused": True})).is_success
    await stand_ins.write(shop, account, "И ещё: положен ли отгул?")
    said = await until(lambda: _said_by_member(dispatcher), lambda said: len(said) > 1)
    assert said == [QUESTION, "И ещё: положен ли отгул?"], "the same conversation goes on"
    await until(lambda: stand_ins.waiting(shop), lambda waiting: not waiting)
    assert [attempt["status"] for attempt in await stand_ins.hook_attempts(shop)] == [200] * 2
    await _only_request(dispatcher)


async def test_a_request_taken_by_phone_has_the_same_life(union: Union) -> None:
    dispatcher, lawyer = await union.staff(Role.DISPATCHER), await union.staff(Role.LAWYER)
    request = await dispatcher.post(
        "/requests",
        {
            "organization_id": union.root,
            "kind": "legal",
            "source": "phone",
            "requester": {"display_name": "Котова Анна Сергеевна", "phone": "+7 495 000-00-00"},
            "text": QUESTION,
        },
    )
    path = f"/requests/{request['id']}"
    await dispatcher.post(f"{path}/assign", {"assignee_id": lawyer.person_id})
    reply = await lawyer.post(f"{path}/reply", {"text": ANSWER})
    assert reply["delivery_state"] == "spoken"
    await lawyer.post(f"{path}/resolve")
    link = await lawyer.post(f"{path}/rating_link")

    requester = union.client()
    rating = await requester.post(f"{path}/rating", {"token": link["token"], "score": 4, "comment": "Понятно"})
    assert (rating["score"], rating["rated_by"]) == (4, "link")
    for token, refusal in ((link["token"], (409, "request.already_rated")), ("1.forged", (404, "not_found"))):
        with pytest.raises(Refused) as refused:
            await requester.post(f"{path}/rating", {"token": token, "score": 1})
        assert (refused.value.status, refused.value.code) == refusal
    assert (await dispatcher.get(f"{path}/rating"))["score"] == 4
    steps = [step["action"] for step in await dispatcher.all(f"{path}/history")]
    assert steps[0] == "create"
    assert "resolve" in steps


async def _only_request(dispatcher: Client) -> Any:
    page = await until(lambda: dispatcher.get("/requests"), lambda page: page["items"])
    (request,) = page["items"]
    return request


async def _said_by_member(dispatcher: Client) -> list[str]:
    """In all requests, oldest first."""
    requests = reversed(await dispatcher.all("/requests"))
    messages = [said for request in requests for said in await dispatcher.all(f"/requests/{request['id']}/messages")]
    return [said["text"] for said in messages if said["direction"] == "inbound"]


async def _received(stand_ins: StandIns, community: Community, account: int) -> list[dict[str, Any]]:
    """What the member got, as the network has it."""
    return [message for message in await stand_ins.dialog(community, account) if message["outgoing"]]


async def _rating(dispatcher: Client, path: str) -> Any:
    answer = await until(lambda: dispatcher.call("GET", f"{path}/rating"), lambda answer: answer.is_success)
    return answer.json()
