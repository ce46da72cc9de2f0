"""Requests to the service of help requests."""

from typing import Any

from tests.security.attempts import Attempt
from tests.security.house import Branch, done
from tests.security.makers.registry import makes
from tests.service.requests.forms import by_phone


def _body(branch: Branch) -> dict[str, Any]:
    requester = {"display_name": "Анна Котова", "phone": "+7 495 000-00-00", "person_id": branch.chair}
    return by_phone(branch.organization, requester=requester)


async def request(branch: Branch, *steps: str) -> str:
    """A request that has gone through some steps."""
    one = (await branch.post("/requests", _body(branch)))["id"]
    for step in steps:
        body = {"assign": {"assignee_id": branch.chair}, "reply": {"text": "Оплатят вдвойне"}}.get(step)
        await branch.post(f"/requests/{one}/{step}", body, 201 if step == "reply" else 200)
    return one


def _on(one: str, **more: Any) -> Attempt:
    watch = [f"/requests/{one}", f"/requests/{one}/messages", f"/requests/{one}/history", f"/requests/{one}/rating"]
    return Attempt(watch, {"request_id": one}, **more)


@makes("requests_create", within_the_union=("requester/person_id",))
async def new_request(branch: Branch) -> Attempt:
    return Attempt(["/requests?limit=5"], body=_body(branch))


@makes("requests_list")
async def requests(branch: Branch) -> Attempt:
    await request(branch, "assign")
    return Attempt([], query={"organization_id": branch.organization, "assignee_id": branch.chair})


@makes("requests_read", "request_messages_list", "request_history_list")
async def a_request(branch: Branch) -> Attempt:
    return _on(await request(branch))


@makes("requests_wait", "requests_hold", "requests_resolve", "requests_close")
async def an_assigned_request(branch: Branch) -> Attempt:
    return _on(await request(branch, "assign", "reply"))


@makes("requests_reopen", "request_ratings_invite")
async def a_resolved_request(branch: Branch) -> Attempt:
    return _on(await request(branch, "assign", "reply", "resolve"))


@makes("requests_update")
async def updated_request(branch: Branch) -> Attempt:
    return _on(await request(branch), body={"kind": "complaint", "topic": "Чужая тема"})


@makes("requests_assign", within_the_union=("assignee_id",))
async def assigned_request(branch: Branch) -> Attempt:
    return _on(await request(branch), body={"assignee_id": branch.chair})


@makes("requests_reply", "requests_note")
async def answered_request(branch: Branch) -> Attempt:
    return _on(await request(branch, "assign"), body={"text": "Это написано чужой рукой"})


@makes("request_messages_read")
async def a_message(branch: Branch) -> Attempt:
    one = await request(branch)
    (said,) = done(await branch.client.get(f"/v1/requests/{one}/messages"))["items"]
    return Attempt([], {"request_id": one, "message_id": said["id"]})


@makes("request_ratings_read")
async def a_rating(branch: Branch) -> Attempt:
    one = await request(branch, "assign", "reply", "resolve")
    link = await branch.post(f"/requests/{one}/rating_link")
    await branch.post(f"/requests/{one}/rating", {"token": link["token"], "score": 5})
    return _on(one)
