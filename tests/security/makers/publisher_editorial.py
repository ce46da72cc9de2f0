"""Requests about approval, corrections and acknowledgements of publications."""

from dataclasses import replace
from typing import Any

from services.publisher.networks.outcomes import Sent
from shared.permissions import Role
from tests.security.attempts import Attempt
from tests.security.house import Branch, done
from tests.security.makers.publisher import channel, draft, sent
from tests.security.makers.registry import makes

LAW = {
    "kind": "law_change",
    "act": "Приказ 7",
    "in_force_on": "2031-04-01",
    "summary": "Перерыв длиннее",
    "source_url": "https://pravo.test/7",
}


async def reviewed_part(branch: Branch) -> Branch:
    """A part of its own, whose publications are approved by those who run it."""
    part = replace(branch, organization=await branch.part())
    await branch.services.drain()
    body = {"review_levels": ["own"]}
    done(await branch.client.put(f"/v1/editorial_policies/{part.organization}", json=body))
    return part


async def in_review(branch: Branch) -> str:
    part = await reviewed_part(branch)
    publication = await draft(part)
    officer = await part.holder(Role.INFORMATION_OFFICER, part.organization)
    await branch.services.drain()
    done(await officer.post(f"/v1/publications/{publication}/submit", json={}))
    return publication


async def law_change(branch: Branch) -> str:
    publication = await draft(branch)
    done(await branch.client.patch(f"/v1/publications/{publication}", json=LAW))
    await branch.post(f"/publications/{publication}/publish", status=200)
    await branch.services.drain()
    return publication


def _about(publication: str, *more: str, body: dict[str, Any] | None = None) -> Attempt:
    address = f"/publications/{publication}"
    return Attempt([address, *(f"{address}/{part}" for part in more)], {"publication_id": publication}, body=body)


@makes("publications_submit")
async def a_draft_to_submit(branch: Branch) -> Attempt:
    return _about(await draft(await reviewed_part(branch)), "reviews", body={"comment": "Прошу согласовать"})


@makes("publications_approve", "publications_return")
async def a_publication_in_review(branch: Branch) -> Attempt:
    return _about(await in_review(branch), "reviews", body={"comment": "Посмотрели"})


@makes("publication_reviews_list")
async def reviews(branch: Branch) -> Attempt:
    return _about(await in_review(branch), "reviews")


@makes("publications_correct")
async def a_publication_that_is_out(branch: Branch) -> Attempt:
    publication, _ = await sent(branch, Sent("1", None))
    return _about(publication, "deliveries", "reviews", body={"text": "Иначе"})


@makes("publications_acknowledge", "publication_coverage_read")
async def a_change_in_the_law(branch: Branch) -> Attempt:
    return _about(await law_change(branch), "acknowledgements", "acknowledgements/coverage")


@makes("publication_acknowledgements_list")
async def acknowledgements(branch: Branch) -> Attempt:
    publication = await law_change(branch)
    await branch.post(f"/publications/{publication}/acknowledge", status=200)
    return _about(publication, "acknowledgements")


@makes("editorial_policies_read", "editorial_policies_set", "editorial_policies_delete")
async def a_policy(branch: Branch) -> Attempt:
    part = await reviewed_part(branch)
    organization = {"organization_id": part.organization}
    return Attempt(
        [f"/editorial_policies/{part.organization}"],
        organization,
        body={"review_levels": ["own", "root"], "failover": False},
    )


@makes("delegations_read", "delegations_accept", "delegations_refuse")
async def a_delegation(branch: Branch) -> Attempt:
    part = replace(branch, organization=await branch.part())
    await branch.services.drain()
    policy = f"/v1/editorial_policies/{part.organization}"
    done(await branch.client.put(policy, json={"carrying": "ask"}))
    publication = await draft(branch)
    body = {"channel_ids": [await channel(part)]}
    done(await branch.client.patch(f"/v1/publications/{publication}", json=body))
    await branch.post(f"/publications/{publication}/publish", status=200)
    (delivery,) = done(await branch.client.get(f"/v1/publications/{publication}/deliveries"))["items"]
    address = f"/delegations/{delivery['id']}"
    return Attempt([address], {"delivery_id": delivery["id"]}, body={})


@makes("publication_archives_create")
async def a_new_archive(branch: Branch) -> Attempt:
    return Attempt([], body={"organization_id": branch.organization})


@makes("publication_archives_read", "publication_archives_download")
async def an_archive(branch: Branch) -> Attempt:
    """Of a part of its own: an organization has so many archives at most."""
    part = await branch.part()
    await branch.services.drain()
    archive = await branch.post("/publication_archives", {"organization_id": part}, 202)
    await branch.services.drain()
    address = f"/publication_archives/{archive['id']}"
    return Attempt([address], {"archive_id": archive["id"], "number": "1"})
