"""What a service knows of organizations and people: the newest state, the reach of grants, and how far behind it is."""

import asyncio
from random import Random
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from shared.clock import new_id
from shared.contracts.gateway import OrganizationChanged, PersonChanged
from shared.contracts.states import Identifier
from shared.errors import Forbidden, NotFound, Unavailable
from shared.identity import Caller, CallerKind, Grant
from shared.permissions import Permission, Role
from shared.testing.kit import ServiceKit, Tenant
from tests.service.shared.notes import DIRECTORY, Organization, Person


def person_changed(
    tenant: Tenant, person_id: UUID, *, position: int, version: int = 1, **more: object
) -> PersonChanged:
    whole: dict[str, object] = {
        "person_id": person_id,
        "entity_version": version,
        "position": position,
        "display_name": "Иванова Анна",
        "status": "member",
        "organization_ids": (tenant.root,),
    }
    return PersonChanged.model_validate(whole | more)


def organization_changed(
    organization_id: UUID, path: tuple[UUID, ...], *, position: int, version: int, name: str = "Первичка"
) -> OrganizationChanged:
    return OrganizationChanged(
        organization_id=organization_id,
        entity_version=version,
        position=position,
        kind="primary",
        name=name,
        parent_id=path[-2] if len(path) > 1 else None,
        path=path,
        timezone="Europe/Moscow",
    )


async def position_of(kit: ServiceKit, tenant: Tenant) -> tuple[int, list[int]]:
    async with kit.transaction(tenant) as context:
        (row,) = await context.store.execute(text("SELECT applied, ahead FROM surveys.directory_position"))
        return row.applied, sorted(row.ahead)


async def test_an_older_state_is_dropped(kit: ServiceKit, tenant: Tenant) -> None:
    person_id = new_id()
    for version, name in ((2, "Новая"), (1, "Старая"), (2, "Та же версия")):
        tenant.position += 1
        message = person_changed(tenant, person_id, position=tenant.position, version=version, display_name=name)
        await kit.deliver(tenant, message)
    async with kit.transaction(tenant) as context:
        assert (await context.store.get(Person, person_id)).display_name == "Новая"
    assert await position_of(kit, tenant) == (tenant.position, [])  # the dropped ones are counted too


async def test_the_newest_wins_in_any_order(kit: ServiceKit, tenant: Tenant) -> None:
    person_id = new_id()
    messages = [
        person_changed(tenant, person_id, position=tenant.position + number, version=number, display_name=str(number))
        for number in range(1, 13)
    ]
    Random(7).shuffle(messages)
    await asyncio.gather(*(kit.deliver(tenant, message) for message in messages * 2))
    async with kit.transaction(tenant) as context:
        assert (await context.store.get(Person, person_id)).display_name == "12"
    assert await position_of(kit, tenant) == (tenant.position + 12, [])


async def test_a_gap_is_waited_for(kit: ServiceKit, tenant: Tenant) -> None:
    start = tenant.position
    for position in (start + 3, start + 5, start + 2):
        await kit.deliver(tenant, person_changed(tenant, new_id(), position=position))
    assert await position_of(kit, tenant) == (start, [start + 2, start + 3, start + 5])
    await kit.deliver(tenant, person_changed(tenant, new_id(), position=start + 1))
    assert await position_of(kit, tenant) == (start + 3, [start + 5])
    await kit.deliver(tenant, person_changed(tenant, new_id(), position=start + 4))
    assert await position_of(kit, tenant) == (start + 5, [])


async def test_a_position_that_comes_again_moves_nothing(kit: ServiceKit, tenant: Tenant) -> None:
    """As when a read model is told anew."""
    start = tenant.position
    for _ in range(2):
        await kit.deliver(tenant, person_changed(tenant, new_id(), position=start))
    assert await position_of(kit, tenant) == (start, [])


async def test_whoever_changed_something_finds_it_or_is_told_to_come_back(kit: ServiceKit, tenant: Tenant) -> None:
    caller = Caller(CallerKind.PERSON, tenant.id, uuid4(), (Grant(Role.CHAIR, tenant.root),), tenant.position + 1)
    async with kit.client(caller) as client:
        behind = await client.get("/v1/notes")
        assert (behind.status_code, behind.headers["retry-after"]) == (503, "1")
        waiting = asyncio.create_task(client.get("/v1/notes"))
        await kit.deliver(tenant, person_changed(tenant, new_id(), position=tenant.position + 1))
        assert (await waiting).status_code == 200


async def test_waiting_takes_about_a_second_and_holds_no_connection(kit: ServiceKit, tenant: Tenant) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    waits = [DIRECTORY.wait_for_position(kit.runtime, tenant.id, tenant.position + 1) for _ in range(20)]
    outcomes = await asyncio.gather(*waits, return_exceptions=True)
    assert all(isinstance(outcome, Unavailable) for outcome in outcomes)
    assert 0.9 < loop.time() - began < 5.0


async def test_an_organization_that_moves_takes_its_reach_along(kit: ServiceKit, tenant: Tenant) -> None:
    first, second = [await kit.new_organization(tenant, kind="territorial") for _ in range(2)]
    primary = await kit.new_organization(tenant, first)
    officer = {one: tenant.caller(Role.INFORMATION_OFFICER, one) for one in (first, second)}

    async def reaches(caller: Caller) -> bool:
        async with kit.transaction(tenant) as context:
            context.caller = caller
            try:
                await DIRECTORY.reachable(context, primary, Permission.PUBLISH)
            except NotFound:
                return False
            return True

    assert [await reaches(officer[one]) for one in (first, second)] == [True, False]
    moved = organization_changed(primary, (tenant.root, second, primary), position=tenant.position + 1, version=2)
    await kit.deliver(tenant, moved)
    assert [await reaches(officer[one]) for one in (first, second)] == [False, True]
    late = organization_changed(primary, (tenant.root, first, primary), position=tenant.position + 2, version=1)
    await kit.deliver(tenant, late)
    assert [await reaches(officer[one]) for one in (first, second)] == [False, True]


async def test_a_caller_without_grants_reaches_nothing(kit: ServiceKit, tenant: Tenant) -> None:
    async with kit.transaction(tenant) as context:
        with pytest.raises(NotFound):
            await DIRECTORY.reachable(context, tenant.root, Permission.SEE_ORGANIZATION)
        context.caller = tenant.caller(Role.MEMBER)
        with pytest.raises(Forbidden):
            await DIRECTORY.reachable(context, tenant.root, Permission.PUBLISH)


async def test_members_are_those_of_the_whole_subtree_each_once(kit: ServiceKit, tenant: Tenant) -> None:
    territorial = await kit.new_organization(tenant, kind="territorial")
    first, second = [await kit.new_organization(tenant, territorial) for _ in range(2)]
    beside = await kit.new_organization(tenant)
    in_both = new_id()
    tenant.position += 1
    await kit.deliver(
        tenant, person_changed(tenant, in_both, position=tenant.position, organization_ids=(first, second))
    )
    members = [in_both, *[await kit.new_person(tenant, one) for one in (first, second, territorial)]]
    for organization_id, status in ((first, "former"), (second, "prospective"), (beside, "member")):
        await kit.new_person(tenant, organization_id, status=status)
    async with kit.transaction(tenant) as context:
        assert await DIRECTORY.members_of(context, territorial) == sorted(members)
        assert await DIRECTORY.members_of(context, uuid4()) == []


async def test_a_person_is_found_by_a_proven_account_until_it_is_gone(kit: ServiceKit, tenant: Tenant) -> None:
    account = Identifier(network="telegram", external_id="42")
    person_id = await kit.new_person(tenant, identifiers=(account,))

    async def found(network: str = "telegram", in_tenant: Tenant = tenant) -> UUID | None:
        async with kit.transaction(in_tenant) as context:
            return await DIRECTORY.find_person(context, network, "42")

    assert await found() == person_id
    assert await found("vk") is None
    assert await found(in_tenant=await kit.new_tenant()) is None
    tenant.position += 1
    await kit.deliver(tenant, person_changed(tenant, person_id, position=tenant.position, version=2))
    assert await found() is None


async def test_an_organization_has_the_name_it_was_last_given(kit: ServiceKit, tenant: Tenant) -> None:
    renamed = organization_changed(tenant.root, (tenant.root,), position=2, version=2, name="Новое имя")
    await kit.deliver(tenant, renamed)
    async with kit.transaction(tenant) as context:
        assert (await context.store.get(Organization, tenant.root)).name == "Новое имя"
