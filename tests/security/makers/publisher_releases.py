"""Requests about the press list and releases."""

from typing import Any

from shared.clock import new_id
from shared.mail import MailOutcome
from tests.security.attempts import Attempt
from tests.security.house import Branch, done
from tests.security.makers.publisher_enterprises import enterprise
from tests.security.makers.registry import makes
from tests.service.publisher.post_office import BROKEN_OFF, REFUSED


async def _contact_body(branch: Branch) -> dict[str, Any]:
    return {
        "organization_id": branch.organization,
        "kind": "enterprise_head",
        "name": "Орлов Пётр Ильич",
        "email": f"{new_id().hex}@example.org",
        "basis": "published",
        "enterprise_id": await enterprise(branch),
    }


async def contact(branch: Branch) -> str:
    return (await branch.post("/contacts", await _contact_body(branch)))["id"]


async def _release_body(branch: Branch) -> dict[str, Any]:
    return {
        "organization_id": branch.organization,
        "title": "Соглашение подписано",
        "text": "Подробности завтра",
        "contact_ids": [await contact(branch)],
    }


async def release(branch: Branch) -> str:
    return (await branch.post("/releases", await _release_body(branch)))["id"]


async def _sent(branch: Branch, outcome: MailOutcome) -> Attempt:
    one = await release(branch)
    await branch.services.drain()  # nothing else is to get the outcome
    branch.services.post_office.outcomes.append(outcome)
    await branch.post(f"/releases/{one}/send", status=200)
    await branch.services.drain()
    (letter,) = done(await branch.client.get(f"/v1/releases/{one}/recipients"))["items"]
    watch = [f"/releases/{one}", f"/releases/{one}/recipients"]
    return Attempt(watch, {"release_id": one, "recipient_id": letter["id"]})


@makes("contacts_create")
async def new_contact(branch: Branch) -> Attempt:
    return Attempt(["/contacts?limit=5"], body=await _contact_body(branch))


@makes("contacts_list")
async def contacts(branch: Branch) -> Attempt:
    await contact(branch)
    return Attempt([], query={"organization_id": branch.organization})


@makes("contacts_read", "contacts_delete")
async def a_contact(branch: Branch) -> Attempt:
    one = await contact(branch)
    return Attempt([f"/contacts/{one}"], {"contact_id": one})


@makes("contacts_update")
async def changed_contact(branch: Branch) -> Attempt:
    one = await contact(branch)
    return Attempt([f"/contacts/{one}"], {"contact_id": one}, body={"position": "Чужая должность"})


@makes("releases_create")
async def new_release(branch: Branch) -> Attempt:
    return Attempt(["/releases?limit=5"], body=await _release_body(branch))


@makes("releases_list")
async def releases(branch: Branch) -> Attempt:
    await release(branch)
    return Attempt([], query={"organization_id": branch.organization})


@makes("releases_read", "releases_send", "release_recipients_list")
async def a_release(branch: Branch) -> Attempt:
    one = await release(branch)
    return Attempt([f"/releases/{one}", f"/releases/{one}/recipients"], {"release_id": one})


@makes("releases_update")
async def changed_release(branch: Branch) -> Attempt:
    one = await release(branch)
    body = {"title": "Чужой заголовок", "contact_ids": [await contact(branch)]}
    return Attempt([f"/releases/{one}", f"/releases/{one}/recipients"], {"release_id": one}, body=body)


@makes("release_recipients_retry")
async def a_refused_letter(branch: Branch) -> Attempt:
    return await _sent(branch, REFUSED)


@makes("release_recipients_confirm")
async def a_letter_in_doubt(branch: Branch) -> Attempt:
    attempt = await _sent(branch, BROKEN_OFF)
    return Attempt(attempt.watch, attempt.path, body={"sent": True})


@makes("release_pickups_create")
async def new_pickup(branch: Branch) -> Attempt:
    one = await release(branch)
    body = {"url": f"https://example.org/{new_id()}", "outlet": "Газета", "published_on": "2026-12-02"}
    return Attempt([f"/releases/{one}/pickups"], {"release_id": one}, body=body)


@makes("release_pickups_list")
async def pickups(branch: Branch) -> Attempt:
    attempt = await new_pickup(branch)
    await branch.post(f"/releases/{attempt.path['release_id']}/pickups", attempt.body)
    return Attempt(attempt.watch, attempt.path)


@makes("release_pickups_read", "release_pickups_delete")
async def a_pickup(branch: Branch) -> Attempt:
    attempt = await new_pickup(branch)
    made = await branch.post(f"/releases/{attempt.path['release_id']}/pickups", attempt.body)
    return Attempt(attempt.watch, {**attempt.path, "pickup_id": made["id"]})
