"""Accounts of people in networks: what staff writes down, what is proven, and codes that prove."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.gateway.people.actions import find_person_by_proven_identifier, link_proven_identifier
from services.gateway.people.rules import IdentifierTaken, Network, Proof
from shared.context import unit_of_work
from shared.contracts import Message
from shared.contracts.publisher import ChannelChanged, LinkCodeReceived
from shared.identity import system
from shared.permissions import Role
from shared.testing.envelopes import enveloped
from tests.service.gateway.union import Gateway, Union


async def tell(gateway: Gateway, union: Union, message: Message) -> None:
    """As the publisher does."""
    envelope = enveloped(message, union.id, gateway.clock.now())
    answer = await gateway.house.handle(envelope)
    assert answer.error is None, answer


async def a_channel(gateway: Gateway, union: Union, network: str = "telegram", **more: Any) -> UUID:
    channel = ChannelChanged(
        channel_id=uuid4(),
        entity_version=1,
        organization_id=union.id,
        network=network,
        name="Бот профсоюза",
        state="active",
        account_id="42",
        address="https://t.me/union",
        mailbox_address="https://t.me/union_bot",
    )
    await tell(gateway, union, channel.model_copy(update=more))
    return channel.channel_id


async def accounts(union: Union, person_id: str) -> list[tuple[str, str]]:
    person = (await union.admin.get(f"/v1/people/{person_id}")).json()
    return [(one["external_id"], one["proof"]) for one in person["identifiers"]]


async def test_what_staff_wrote_down_proves_nothing(gateway: Gateway, union: Union) -> None:
    await union.person(identifiers=[{"network": "vk", "external_id": "1"}])
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        assert await find_person_by_proven_identifier(context, "vk", "1") is None


async def test_a_proof_outweighs_what_staff_wrote_down(gateway: Gateway, union: Union) -> None:
    account = {"network": "vk", "external_id": "1"}
    mistaken, owner = await union.person(identifiers=[account]), await union.person()
    for _ in range(2):
        async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
            await link_proven_identifier(context, UUID(owner["id"]), Network.VK, "1", Proof.NETWORK)
            assert await find_person_by_proven_identifier(context, "vk", "1") == UUID(owner["id"])
    assert await accounts(union, mistaken["id"]) == []
    assert await accounts(union, owner["id"]) == [("1", "network")]
    with pytest.raises(IdentifierTaken):
        async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
            await link_proven_identifier(context, UUID(mistaken["id"]), Network.VK, "1", Proof.NETWORK)
    version = (await union.admin.get(f"/v1/people/{owner['id']}")).json()["version"]
    assert version == 2, "a second proof changes nothing"


async def test_staff_keeps_a_proof_by_naming_it_and_cannot_make_one(gateway: Gateway, union: Union) -> None:
    person = await union.person()
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        await link_proven_identifier(context, UUID(person["id"]), Network.VK, "1", Proof.LINK_CODE)
    address = f"/v1/people/{person['id']}"
    both = [{"network": "vk", "external_id": "1"}, {"network": "max", "external_id": "2"}]
    await union.admin.patch(address, json={"identifiers": both})
    assert sorted(await accounts(union, person["id"])) == [("1", "link_code"), ("2", "staff")]
    forged = await union.admin.patch(address, json={"identifiers": [{**both[0], "proof": "network"}]})
    assert forged.status_code == 422
    await union.admin.patch(address, json={"identifiers": []})
    assert await accounts(union, person["id"]) == []


async def test_a_code_that_comes_back_from_a_bot_proves_the_account(gateway: Gateway, union: Union) -> None:
    channel_id = await a_channel(gateway, union)
    async with await union.staff(Role.MEMBER) as member:
        me = (await member.get("/v1/me")).json()["person"]["id"]
        answer = await member.post("/v1/me/identifiers/link_code", json={"channel_id": str(channel_id)})
        assert answer.status_code == 201, answer.text
        code = answer.json()["code"]
        assert answer.json()["link"] == f"https://t.me/union_bot?start={code}"
        await tell(gateway, union, received(gateway, channel_id, f" {code.lower()} "))
        assert await accounts(union, me) == [("777", "link_code")]
        await tell(gateway, union, received(gateway, channel_id, code, "888"))
        assert await accounts(union, me) == [("777", "link_code")], "it was good once"


@pytest.mark.parametrize("why", ["late", "replaced", "wrong", "another channel", "sealed with another key"])
async def test_a_code_that_is_not_good_does_nothing(gateway: Gateway, union: Union, why: str) -> None:
    channel_id = await a_channel(gateway, union)
    async with await union.staff(Role.MEMBER) as member:
        me = (await member.get("/v1/me")).json()["person"]["id"]
        body = {"channel_id": str(channel_id)}
        code = (await member.post("/v1/me/identifiers/link_code", json=body)).json()["code"]
        message = received(gateway, channel_id, code)
        match why:
            case "late":
                gateway.clock.advance(timedelta(minutes=10))
            case "replaced":
                await member.post("/v1/me/identifiers/link_code", json=body)
            case "wrong":
                message = received(gateway, channel_id, "VM-000000000000")
            case "another channel":
                message = received(gateway, await a_channel(gateway, union, account_id="43"), code)
            case _:
                message = message.model_copy(update={"sealed_code": "gAAAA"})
        await tell(gateway, union, message)
    assert await accounts(union, me) == []


async def test_a_code_is_made_for_a_channel_that_works(gateway: Gateway, union: Union) -> None:
    paused = await a_channel(gateway, union, state="paused")
    answer = await union.admin.post("/v1/me/identifiers/link_code", json={"channel_id": str(paused)})
    assert (answer.status_code, answer.json()["code"]) == (409, "channel.unusable")
    absent = await union.admin.post("/v1/me/identifiers/link_code", json={"channel_id": str(uuid4())})
    assert absent.status_code == 404


def received(gateway: Gateway, channel_id: UUID, code: str, account: str = "777") -> LinkCodeReceived:
    return LinkCodeReceived(
        channel_id=channel_id,
        network="telegram",
        external_user_id=account,
        display_name="Маша",
        sealed_code=gateway.runtime.cipher.encrypt(code),
    )
