"""Requests about short links."""

from typing import Any
from uuid import UUID

from services.publisher.links.actions.making import short_url
from services.publisher.links.actions.places import Spot
from services.publisher.links.rules.targets import TargetKind
from shared.clock import new_id
from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.identity import system
from tests.security.attempts import Attempt
from tests.security.house import Branch, done
from tests.security.makers.publisher import channel
from tests.security.makers.registry import makes


def _link_body(branch: Branch) -> dict[str, Any]:
    return {"organization_id": branch.organization, "target": "https://vmeste.test/feeds"}


async def link(branch: Branch) -> str:
    return (await branch.post("/links", _link_body(branch)))["id"]


@makes("link_hosts_create")
async def new_link_host(branch: Branch) -> Attempt:
    return Attempt(["/link_hosts?limit=5"], body={"organization_id": branch.organization, "host": "union.test"})


@makes("link_hosts_list")
async def link_hosts(branch: Branch) -> Attempt:
    await branch.post("/link_hosts", (await new_link_host(branch)).body)
    return Attempt([], query={"organization_id": branch.organization})


@makes("link_hosts_read", "link_hosts_delete")
async def a_link_host(branch: Branch) -> Attempt:
    host = (await branch.post("/link_hosts", (await new_link_host(branch)).body))["id"]
    return Attempt(["/link_hosts?limit=5"], {"link_host_id": host})


@makes("links_create")
async def new_link(branch: Branch) -> Attempt:
    return Attempt(["/links?limit=5"], body=_link_body(branch))


@makes("links_list")
async def links(branch: Branch) -> Attempt:
    """With one that was made for a publication, as only the publisher's own rooms make them."""
    about = new_id()
    runtime = branch.services.runtime(ServiceName.PUBLISHER)
    async with unit_of_work(runtime, branch.tenant_id, system(branch.tenant_id)) as context:
        await short_url(
            context,
            organization_id=UUID(branch.organization),
            kind=TargetKind.PUBLICATION,
            about_id=about,
            target=_link_body(branch)["target"],
            spot=Spot.mail(),
        )
    return Attempt([], query={"organization_id": branch.organization, "about_id": str(about)})


@makes("link_clicks_read", "link_clicks_export")
async def clicks(branch: Branch) -> Attempt:
    one = await link(branch)
    (place,) = done(await branch.client.get(f"/v1/links/{one}/places"))["items"]
    return Attempt([f"/links/{one}"], {"link_id": one}, {"place_id": place["id"]})


@makes("links_read", "links_end", "link_places_list")
async def a_link(branch: Branch) -> Attempt:
    one = await link(branch)
    return Attempt([f"/links/{one}"], {"link_id": one})


@makes("links_update")
async def changed_link(branch: Branch) -> Attempt:
    one = await link(branch)
    return Attempt([f"/links/{one}"], {"link_id": one}, body={"title": "Чужое имя"})


@makes("link_places_create")
async def new_link_place(branch: Branch) -> Attempt:
    one = await link(branch)
    return Attempt([f"/links/{one}/places"], {"link_id": one}, body={"channel_id": await channel(branch)})


@makes("link_places_read")
async def a_link_place(branch: Branch) -> Attempt:
    one = await link(branch)
    made = await branch.post(f"/links/{one}/places", {"channel_id": await channel(branch)})
    return Attempt([f"/links/{one}/places"], {"link_id": one, "place_id": made["id"]})
