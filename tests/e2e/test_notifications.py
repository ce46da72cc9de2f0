"""A lawyer is given a request and hears of it at once: by mail, in their client's stream, in their list."""

import json
from typing import Any

import httpx

from deploy.client import Client
from deploy.stand_ins import StandIns
from deploy.until import until
from shared.permissions import Role
from tests.e2e.unions import Union


async def test_who_is_given_a_request_hears_of_it_once_by_every_way(union: Union, stand_ins: StandIns) -> None:
    dispatcher = await union.staff(Role.DISPATCHER)
    lawyer, address = await _lawyer(union)
    assert await _settings(lawyer, quiet_from="00:00", quiet_until="00:00")  # whatever the hour of this test

    request = await dispatcher.post(
        "/requests",
        {
            "organization_id": union.root,
            "kind": "legal",
            "source": "phone",
            "requester": {"display_name": "Котова Анна Сергеевна"},
            "text": "Не оплатили выходной",
        },
    )
    path = f"/requests/{request['id']}"
    await dispatcher.post(f"{path}/assign", {"assignee_id": lawyer.person_id})

    heard = await _heard(union, lawyer)
    assert heard["data"] == {"kind": "request_assigned", "link": f"/v1{path}", "urgent": False}
    (mail,) = await until(lambda: stand_ins.mails(address), lambda mails: mails)
    assert mail["subject"] == f"Вам поручено обращение № {request['number']}"
    assert f"{union.hall.address}/v1{path}" in mail["text"]
    assert "Котова" not in str(mail)

    listed = await lawyer.get("/notifications")
    assert (listed["unread"], listed["items"][0]["link"]) == (1, f"/v1{path}")
    assert (await lawyer.get(path))["number"] == request["number"], "the link leads to the request"
    await dispatcher.post(f"{path}/assign", {"assignee_id": lawyer.person_id})
    await dispatcher.post(f"{path}/resolve")
    await union.known_everywhere()
    assert len(await stand_ins.mails(address)) == 1
    assert (await lawyer.get("/notifications"))["unread"] == 1


async def _lawyer(union: Union) -> tuple[Client, str]:
    """Signed in, and the mail address that they sign in with."""
    person_id, address = await union.person()
    grant = {"person_id": person_id, "role": Role.LAWYER, "organization_id": union.root}
    await union.administrator.post("/grants", grant)
    await union.known_everywhere()
    return await union.signed_in(address), address


async def _settings(client: Client, **change: str) -> bool:
    return (await client.call("PATCH", "/notification_settings", json=change)).is_success


async def _heard(union: Union, client: Client) -> dict[str, Any]:
    """The first notification in somebody's stream."""
    headers = {"authorization": f"Bearer {client.tokens['access_token']}"}
    async with (
        httpx.AsyncClient(trust_env=False, timeout=30) as http,
        http.stream("GET", f"{union.hall.address}/v1/stream?after=0", headers=headers) as stream,
    ):
        is_told = False
        async for line in stream.aiter_lines():
            is_told = is_told or line == "event: notification.created"
            if is_told and line.startswith("data: "):
                return json.loads(line.removeprefix("data: "))
    raise AssertionError("the stream ended")
