"""Many states in one message: as if each had come by itself, in a handful of statements."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import event, text
from sqlmodel import select

from shared.clock import new_id
from shared.contracts import Message
from shared.contracts.gateway import CalendarChanged, OrganizationsChanged, PeopleChanged
from shared.contracts.states import Identifier, OrganizationState, PersonState
from shared.permissions import Permission, Role
from shared.testing.kit import ServiceKit, Tenant
from tests.service.shared.notes import DIRECTORY, Calendar, Organization, Person


@contextmanager
def counting(kit: ServiceKit) -> Generator[list[str]]:
    statements: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    engine = kit.runtime.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def organization(row_id: UUID, path: tuple[UUID, ...], version: int = 1, **more: Any) -> OrganizationState:
    values: dict[str, Any] = {
        "organization_id": row_id,
        "entity_version": version,
        "kind": "primary",
        "name": "Первичка",
        "parent_id": path[-2],
        "path": path,
        "timezone": "Europe/Moscow",
    }
    return OrganizationState(**(values | more))


def person(row_id: UUID, *places: UUID, version: int = 1, **more: Any) -> PersonState:
    values: dict[str, Any] = {
        "person_id": row_id,
        "entity_version": version,
        "display_name": "Иванова Анна",
        "status": "member",
        "organization_ids": places,
    }
    return PersonState(**(values | more))


async def tell(kit: ServiceKit, tenant: Tenant, message: Message) -> None:
    assert (await kit.deliver(tenant, message)).error is None


async def organizations_changed(kit: ServiceKit, tenant: Tenant, *states: OrganizationState, **more: Any) -> None:
    tenant.position += 1
    await tell(kit, tenant, OrganizationsChanged(position=tenant.position, organizations=states, **more))


async def people_changed(kit: ServiceKit, tenant: Tenant, *states: PersonState) -> None:
    tenant.position += 1
    await tell(kit, tenant, PeopleChanged(position=tenant.position, people=states))


async def rows(kit: ServiceKit, tenant: Tenant, statement: str) -> list[Any]:
    async with kit.transaction(tenant) as context:
        return list((await context.store.execute(text(statement))).all())


async def test_hundreds_of_organizations_take_no_more_statements_than_one(kit: ServiceKit, tenant: Tenant) -> None:
    taken: list[int] = []
    for count in (1, 500):
        states = [organization(row_id, (tenant.root, row_id)) for row_id in (new_id() for _ in range(count))]
        with counting(kit) as statements:
            await organizations_changed(kit, tenant, *states)
        taken.append(len(statements))
    assert taken[0] == taken[1] <= 9
    assert len(await rows(kit, tenant, "SELECT id FROM surveys.organization_reach")) == 1 + 501 * 2


async def test_hundreds_of_people_take_no_more_statements_than_one(kit: ServiceKit, tenant: Tenant) -> None:
    taken: list[int] = []
    for count in (1, 500):
        states = [
            person(row_id, tenant.root, identifiers=(Identifier(network="vk", external_id=str(row_id)),))
            for row_id in (new_id() for _ in range(count))
        ]
        with counting(kit) as statements:
            await people_changed(kit, tenant, *states)
        taken.append(len(statements))
    assert taken[0] == taken[1] <= 10
    async with kit.transaction(tenant) as context:
        assert len(await DIRECTORY.members_of(context, tenant.root)) == 501


async def test_of_a_batch_only_what_is_newer_is_kept(kit: ServiceKit, tenant: Tenant) -> None:
    north, south = [await kit.new_organization(tenant, kind="territorial") for _ in range(2)]
    moved, stayed = new_id(), new_id()
    await organizations_changed(
        kit,
        tenant,
        organization(moved, (tenant.root, south, moved), version=2, name="Новое"),
        organization(stayed, (tenant.root, north, stayed), version=5, name="Прежнее"),
    )
    await organizations_changed(
        kit,
        tenant,
        organization(moved, (tenant.root, north, moved), version=1, name="Старое"),
        organization(stayed, (tenant.root, south, stayed), version=6, name="Переехало"),
        organization(stayed, (tenant.root, north, stayed), version=4, name="Совсем старое"),
    )
    async with kit.transaction(tenant) as context:
        assert (await context.store.get(Organization, moved)).name == "Новое"
        assert (await context.store.get(Organization, stayed)).name == "Переехало"
        for caller, reached in ((north, False), (south, True)):
            context.caller = tenant.caller(Role.CHAIR, caller)
            query = select(Organization.id).where(DIRECTORY.reach_filter(context, Organization.id, Permission.PUBLISH))
            found = set(await context.store.all(query))
            assert ({moved, stayed} <= found) is reached


async def test_settings_in_force_are_kept(kit: ServiceKit, tenant: Tenant) -> None:
    row_id, calendar_id = new_id(), uuid4()
    state = organization(
        row_id,
        (tenant.root, row_id),
        calendar_id=calendar_id,
        least_numbers=7,
        least_texts=12,
        branding={"short_name": "ППО"},
        closed=True,
    )
    await organizations_changed(kit, tenant, state)
    async with kit.transaction(tenant) as context:
        kept = await context.store.get(Organization, row_id)
    assert (kept.calendar_id, kept.least_numbers, kept.least_texts) == (calendar_id, 7, 12)
    assert (kept.branding, kept.closed) == ({"short_name": "ППО"}, True)


async def test_an_erased_person_leaves_an_id_and_a_version(kit: ServiceKit, tenant: Tenant) -> None:
    person_id = await kit.new_person(tenant, identifiers=(Identifier(network="vk", external_id="7"),))
    await people_changed(kit, tenant, person(person_id, tenant.root, version=3, erased=True))
    await people_changed(kit, tenant, person(person_id, tenant.root, version=2))  # late news brings nothing back
    async with kit.transaction(tenant) as context:
        kept = await context.store.get(Person, person_id)
        assert (kept.display_name, kept.erased, kept.entity_version) == ("", True, 3)
        assert await DIRECTORY.find_person(context, "vk", "7") is None
        assert await DIRECTORY.members_of(context, tenant.root) == []


async def test_an_account_changes_hands_within_one_batch(kit: ServiceKit, tenant: Tenant) -> None:
    account = Identifier(network="vk", external_id="7")
    first = await kit.new_person(tenant, identifiers=(account,))
    second = await kit.new_person(tenant)
    await people_changed(
        kit,
        tenant,
        person(second, tenant.root, version=2, identifiers=(account,)),
        person(first, tenant.root, version=2),
    )
    async with kit.transaction(tenant) as context:
        assert await DIRECTORY.find_person(context, "vk", "7") == second


async def test_a_batch_takes_one_position(kit: ServiceKit, tenant: Tenant) -> None:
    before = tenant.position
    await people_changed(kit, tenant, *[person(new_id(), tenant.root) for _ in range(3)])
    ((applied,),) = await rows(kit, tenant, "SELECT applied FROM surveys.directory_position")
    assert applied == before + 1


async def test_a_whole_telling_closes_the_gaps_before_it(kit: ServiceKit, tenant: Tenant) -> None:
    tenant.position += 3  # three messages that were lost for good
    await organizations_changed(kit, tenant, whole=True)
    ((applied, ahead),) = await rows(kit, tenant, "SELECT applied, ahead FROM surveys.directory_position")
    assert (applied, ahead) == (tenant.position, [])


async def test_a_calendar_is_kept_in_its_newest_version(kit: ServiceKit, tenant: Tenant) -> None:
    calendar_id = uuid4()
    for version, name in ((2, "Новый"), (1, "Старый")):
        tenant.position += 1
        message = CalendarChanged(
            calendar_id=calendar_id,
            entity_version=version,
            position=tenant.position,
            name=name,
            definition={"version": version},
        )
        await tell(kit, tenant, message)
    async with kit.transaction(tenant) as context:
        calendar = await context.store.get(Calendar, calendar_id)
    assert (calendar.name, calendar.definition) == ("Новый", {"version": 2})
