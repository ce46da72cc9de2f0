"""Requests to the service of surveys and events."""

from typing import Any

from tests.security.attempts import Attempt
from tests.security.house import Branch
from tests.security.makers.registry import makes


def _survey_body(branch: Branch) -> dict[str, Any]:
    options = [{"id": "pay", "text": "Зарплата"}, {"id": "rest", "text": "Отдых"}]
    question = {"id": "need", "kind": "single", "text": "Что важнее?", "options": options}
    return {"organization_id": branch.organization, "title": "Чем помочь?", "questions": [question]}


def _event_body(branch: Branch) -> dict[str, Any]:
    return {
        "organization_id": branch.organization,
        "title": "Встреча с юристом",
        "format": "in_person",
        "place": "Москва, ул. Новая, 1",
        "timezone": "Europe/Moscow",
        "starts_local": "2031-05-20T18:30:00",
        "ends_local": "2031-05-20T20:00:00",
        "capacity": 2,
    }


async def survey(branch: Branch, *steps: str, **more: Any) -> str:
    one = (await branch.post("/surveys", _survey_body(branch) | more))["id"]
    for step in steps:
        await branch.post(f"/surveys/{one}/{step}", status=200)
    return one


async def event(branch: Branch, *steps: str) -> str:
    one = (await branch.post("/events", _event_body(branch)))["id"]
    for step in steps:
        await branch.post(f"/events/{one}/{step}", status=200)
    return one


def _on_survey(one: str, **more: Any) -> Attempt:
    return Attempt([f"/surveys/{one}", f"/surveys/{one}/results"], {"survey_id": one}, **more)


def _on_event(one: str, **more: Any) -> Attempt:
    return Attempt([f"/events/{one}", f"/events/{one}/registrations"], {"event_id": one}, **more)


@makes("surveys_create")
async def new_survey(branch: Branch) -> Attempt:
    return Attempt(["/surveys?limit=5"], body=_survey_body(branch))


@makes("surveys_list")
async def surveys(branch: Branch) -> Attempt:
    await survey(branch)
    return Attempt([], query={"organization_id": branch.organization})


@makes("surveys_read", "surveys_open", "surveys_archive")
async def a_drafted_survey(branch: Branch) -> Attempt:
    return _on_survey(await survey(branch))


@makes("surveys_update")
async def changed_survey(branch: Branch) -> Attempt:
    return _on_survey(await survey(branch), body={"title": "Чужой заголовок"})


@makes("surveys_close", "survey_results_read")
async def an_open_survey(branch: Branch) -> Attempt:
    return _on_survey(await survey(branch, "open"))


@makes("survey_responses_create", hot=True)
async def new_response(branch: Branch) -> Attempt:
    return _on_survey(await survey(branch, "open"), body={"answers": {"need": "pay"}})


@makes("survey_responses_list")
async def a_named_survey(branch: Branch) -> Attempt:
    one = await survey(branch, "open", anonymity="named")
    await branch.post(f"/surveys/{one}/responses", {"answers": {"need": "pay"}})
    return _on_survey(one)


@makes("events_create")
async def new_event(branch: Branch) -> Attempt:
    return Attempt(["/events?limit=5"], body=_event_body(branch))


@makes("events_list")
async def events(branch: Branch) -> Attempt:
    await event(branch)
    return Attempt([], query={"organization_id": branch.organization})


@makes("events_read", "event_calendar_read", "events_open")
async def a_drafted_event(branch: Branch) -> Attempt:
    return _on_event(await event(branch))


@makes("events_update")
async def changed_event(branch: Branch) -> Attempt:
    return _on_event(await event(branch), body={"capacity": 60})


@makes("events_close", "events_cancel")
async def an_open_event(branch: Branch) -> Attempt:
    return _on_event(await event(branch, "open"))


@makes("event_registrations_list")
@makes("event_registrations_read", "event_registrations_cancel", in_the_open=("event_id",))
async def a_registration(branch: Branch) -> Attempt:
    """Somebody else's, as staff see it: without its token."""
    one = await event(branch, "open")
    who = {"name": "Мария Соколова", "email": "sokolova@example.org"}
    async with branch.services.client() as somebody:
        taken = (await somebody.post(f"/v1/events/{one}/registrations", json=who)).json()["id"]
    attempt = _on_event(one)
    return Attempt(attempt.watch, {**attempt.path, "registration_id": taken})
