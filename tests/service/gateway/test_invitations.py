"""Personal invitations: sent, opened, joined; into membership, and into a network's community."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.gateway.people.actions import link_proven_identifier
from services.gateway.people.rules import Network, Proof
from shared.app import public_id
from shared.clock import new_id
from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.contracts.publisher import CommunityInvitationMade, CommunityInvitationRequested, CommunityJoined
from shared.identity import system
from shared.permissions import Role
from tests.service.gateway.test_identifiers import a_channel, tell
from tests.service.gateway.union import Gateway, Union

JOINING = {
    "family_name": "Новикова",
    "given_name": "Нина",
    "contact": {"kind": "phone", "value": "8 916 123-45-67"},
    "consents": True,
    "consent_text": "Я согласна на обработку моих данных.",
}


async def invite(client: httpx.AsyncClient, organization_id: Any, **more: Any) -> dict[str, Any]:
    body = {"organization_id": str(organization_id), "kind": "membership", **more}
    answer = await client.post("/v1/invitations", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def funnel(client: httpx.AsyncClient, of: Any, room: str = "organizations") -> dict[str, int]:
    answer = await client.get(f"/v1/{room}/{of}/invitation_funnel")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def state(client: httpx.AsyncClient, invitation: dict[str, Any]) -> dict[str, Any]:
    return (await client.get(f"/v1/invitations/{invitation['id']}")).json()


async def test_who_is_invited_joins_once(gateway: Gateway, union: Union) -> None:
    primary = await union.organization(name="ППО парка")
    invitation = await invite(union.admin, primary["id"])
    link = invitation["link"].removeprefix("https://vmeste.test")
    async with gateway.client() as guest:
        opened = (await guest.get(link)).json()
        assert opened == {
            "kind": "membership",
            "organization_name": "ППО парка",
            "inviter_name": "Орлова Вера",
            "expires_at": invitation["expires_at"],
            "network": None,
            "community_url": None,
        }
        assert (await state(union.admin, invitation))["state"] == "opened"
        refused = await guest.post(link, json={**JOINING, "consents": False})
        assert (refused.status_code, refused.json()["code"]) == (422, "invitation.consent_needed")
        unreachable = await guest.post(link, json={**JOINING, "contact": {"kind": "phone", "value": "abc"}})
        assert unreachable.json()["code"] == "person.invalid_contact"
        assert [error["pointer"] for error in unreachable.json()["errors"]] == ["/contact/value"]
        joined = await guest.post(link, json=JOINING)
        assert (joined.status_code, joined.json()) == (201, {"organization_name": "ППО парка"})
        for answer in (await guest.post(link, json=JOINING), await guest.get(link)):
            assert (answer.status_code, answer.json()["code"]) == (410, "invitation.over")
    after = await state(union.admin, invitation)
    assert (after["state"], after["joined"], after["untold"]) == ("joined", True, None)
    person = (await union.admin.get(f"/v1/people/{after['joined_person_id']}")).json()
    assert (person["display_name"], person["status"]) == ("Новикова Нина", "prospective")
    assert person["organization_ids"] == [primary["id"]]
    (contact,) = person["contacts"]
    assert (contact["kind"], contact["value"], contact["verified_at"]) == ("phone", "+79161234567", None)
    assert await funnel(union.admin, union.id) == {"sent": 1, "opened": 1, "joined": 1, "untold": 0}


async def test_of_two_who_join_by_one_link_one_does(gateway: Gateway, union: Union) -> None:
    link = (await invite(union.admin, union.id))["link"]
    async with gateway.client() as guest:
        answers = await asyncio.gather(*(guest.post(link, json=JOINING) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 410, 410, 410, 410]


@pytest.mark.parametrize("why", ["revoked", "late"])
async def test_a_link_that_is_over_opens_nothing(gateway: Gateway, union: Union, why: str) -> None:
    invitation = await invite(union.admin, union.id)
    if why == "revoked":
        address = f"/v1/invitations/{invitation['id']}/revoke"
        assert (await union.admin.post(address, headers={"if-match": '"9"'})).status_code == 412
        revoked = await union.admin.post(address, headers={"if-match": '"1"'})
        assert (revoked.status_code, revoked.json()["state"]) == (200, "revoked")
        assert (await union.admin.post(address)).status_code == 410
    else:
        gateway.clock.advance(timedelta(days=30))
    async with gateway.client() as guest:
        assert (await guest.get(invitation["link"])).status_code == 410
        assert (await guest.post(invitation["link"], json=JOINING)).status_code == 410


async def test_a_link_cannot_be_guessed_or_made_of_what_staff_see(gateway: Gateway, union: Union) -> None:
    invitation = await invite(union.admin, union.id)
    other = await gateway.found()
    secret = invitation["link"].rpartition("/")[2]
    async with gateway.client() as guest:
        for guess in (public_id(union.id, UUID(invitation["id"])), public_id(other.id, new_id()), secret[:-1] + "!"):
            assert (await guest.get(f"/v1/invitation_links/{guess}")).status_code == 404
    listed = await union.admin.get("/v1/invitations")
    assert secret not in listed.text
    await other.admin.aclose()


async def test_the_link_is_shown_once(union: Union) -> None:
    body = {"organization_id": str(union.id), "kind": "membership"}
    headers = {"idempotency-key": "1"}
    first = await union.admin.post("/v1/invitations", json=body, headers=headers)
    second = await union.admin.post("/v1/invitations", json=body, headers=headers)
    assert (first.status_code, second.status_code, second.json()["code"]) == (201, 409, "idempotency.shown_once")


async def test_a_member_invites_to_where_they_belong_and_sees_their_own(union: Union) -> None:
    north, south = await union.organization(kind="territorial"), await union.organization(kind="territorial")
    async with await union.staff(Role.MEMBER, north["id"]) as member:
        mine = await invite(member, north["id"])
        theirs = await invite(union.admin, north["id"])
        for elsewhere in (south["id"], str(union.id)):
            answer = await member.post("/v1/invitations", json={"organization_id": elsewhere, "kind": "membership"})
            assert answer.status_code == 404
        assert [one["id"] for one in (await member.get("/v1/invitations")).json()["items"]] == [mine["id"]]
        assert (await member.get(f"/v1/invitations/{theirs['id']}")).status_code == 404
        assert (await member.post(f"/v1/invitations/{theirs['id']}/revoke")).status_code == 404
        assert (await funnel(member, north["id"]))["sent"] == 1
        assert (await funnel(member, mine["inviter_id"], "people"))["sent"] == 1
        for hidden in (f"organizations/{south['id']}", f"people/{union.administrator_id}"):
            assert (await member.get(f"/v1/{hidden}/invitation_funnel")).status_code == 404
    async with await union.staff(Role.CHAIR, north["id"]) as chair:
        assert len((await chair.get("/v1/invitations")).json()["items"]) == 2
        assert (await funnel(chair, north["id"]))["sent"] == 2
        assert (await funnel(chair, mine["inviter_id"], "people"))["sent"] == 1
        assert (await chair.get(f"/v1/organizations/{south['id']}/invitation_funnel")).status_code == 404
    async with await union.staff(Role.CHAIR, south["id"]) as other:
        assert (await other.get(f"/v1/invitations/{mine['id']}")).status_code == 404
        assert (await other.get(f"/v1/people/{mine['inviter_id']}/invitation_funnel")).status_code == 404


async def test_into_a_community_whose_network_tells(gateway: Gateway, union: Union) -> None:
    channel_id = await a_channel(gateway, union)
    invitation = await invite(union.admin, union.id, kind="community", channel_id=str(channel_id))
    asked = await gateway.house.outbox(ServiceName.GATEWAY, union.id, CommunityInvitationRequested)
    assert [(each.channel_id, str(each.invitation_id)) for each in asked] == [(channel_id, invitation["id"])]
    made = CommunityInvitationMade(
        invitation_id=asked[0].invitation_id, sealed_url=gateway.runtime.cipher.encrypt("https://t.me/+abc")
    )
    await tell(gateway, union, made)
    async with gateway.client() as guest:
        opened = (await guest.get(invitation["link"])).json()
        assert (opened["network"], opened["community_url"]) == ("telegram", "https://t.me/+abc")
        refused = await guest.post(invitation["link"], json=JOINING)
        assert (refused.status_code, refused.json()["code"]) == (409, "invitation.not_for_joining")
    before = await state(union.admin, invitation)
    assert (before["state"], before["joined"]) == ("opened", False)
    person = await union.person()
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        await link_proven_identifier(context, UUID(person["id"]), Network.TELEGRAM, "777", Proof.NETWORK)
    for invitation_id in (None, new_id(), asked[0].invitation_id, asked[0].invitation_id):
        joined = CommunityJoined(
            channel_id=channel_id,
            network="telegram",
            external_user_id="777",
            invitation_id=invitation_id,
            joined_at=gateway.clock.now(),
        )
        await tell(gateway, union, joined)
    after = await state(union.admin, invitation)
    assert (after["state"], after["joined"], after["joined_person_id"]) == ("joined", True, person["id"])


async def test_where_nobody_can_tell_that_is_said(gateway: Gateway, union: Union) -> None:
    vk = await a_channel(gateway, union, "vk")
    silent = await invite(union.admin, union.id, kind="community", channel_id=str(vk))
    assert (silent["joined"], silent["untold"]) == (None, "network_does_not_tell")
    telegram = await a_channel(gateway, union)
    refused = await invite(union.admin, union.id, kind="community", channel_id=str(telegram))
    await tell(gateway, union, CommunityInvitationMade(invitation_id=UUID(refused["id"]), code="not_allowed"))
    after = await state(union.admin, refused)
    assert (after["joined"], after["untold"]) == (None, "not_allowed")
    assert (await funnel(union.admin, union.id))["untold"] == 2


async def test_a_community_is_of_the_organization_or_above_it(gateway: Gateway, union: Union) -> None:
    north, south = await union.organization(kind="territorial"), await union.organization(kind="territorial")
    channel_id = await a_channel(gateway, union, organization_id=UUID(north["id"]))
    part = await union.organization(north["id"])
    await invite(union.admin, part["id"], kind="community", channel_id=str(channel_id))
    body = {"organization_id": south["id"], "kind": "community", "channel_id": str(channel_id)}
    assert (await union.admin.post("/v1/invitations", json=body)).status_code == 404
    for wrong in ({"kind": "community"}, {"kind": "membership", "channel_id": str(channel_id)}):
        answer = await union.admin.post("/v1/invitations", json={"organization_id": part["id"], **wrong})
        assert (answer.status_code, answer.json()["code"]) == (422, "invitation.channel_needed")
    paused = await a_channel(gateway, union, state="paused")
    answer = await union.admin.post(
        "/v1/invitations", json={"organization_id": part["id"], "kind": "community", "channel_id": str(paused)}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "channel.unusable")
