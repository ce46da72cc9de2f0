"""A suspended tenant: nothing of it goes out, its public pages are closed, nothing of it is lost. A deleted one is gone."""

from uuid import UUID

from shared.app import public_id
from shared.consumers import Work, consumes, performs, wakes
from shared.context import Context
from shared.contracts.gateway import TenantStateChanged
from shared.permissions import Role
from shared.standing import SUSPENDED_SECONDS
from shared.testing.kit import ServiceKit, Tenant
from tests.service.shared.conftest import MakeKit
from tests.service.shared.notes import NoteWritten
from tests.service.shared.telling import keep, notes, say


async def told(kit: ServiceKit, tenant: Tenant, state: str, version: int) -> None:
    answer = await kit.deliver(tenant, TenantStateChanged(state=state, state_version=version))
    assert answer.error is None


async def test_public_pages_are_closed_meanwhile(kit: ServiceKit, tenant: Tenant) -> None:
    async with kit.client(tenant.caller(Role.CHAIR)) as chair, kit.client() as anybody:
        body = {"organization_id": str(tenant.root), "words": "раз"}
        note = (await chair.post("/v1/notes", json=body)).json()["id"]
        page = f"/v1/public/{public_id(tenant.id, UUID(note))}"
        assert (await anybody.get(page)).status_code == 200
        await told(kit, tenant, "suspended", 2)
        closed = await anybody.get(page)
        assert (closed.status_code, closed.json()["code"]) == (403, "tenant.suspended")
        await told(kit, tenant, "active", 3)
        assert (await anybody.get(page)).status_code == 200


async def test_older_news_of_the_standing_is_dropped(kit: ServiceKit, tenant: Tenant) -> None:
    await told(kit, tenant, "suspended", 2)
    await told(kit, tenant, "active", 1)
    async with kit.client() as anybody:
        answer = await anybody.get(f"/v1/public/{public_id(tenant.id, tenant.root)}")
    assert answer.json()["code"] == "tenant.suspended"


async def test_effects_outside_wait_until_it_goes_on(make_kit: MakeKit) -> None:
    done: list[str] = []

    async def perform(_: Work, message: NoteWritten) -> None:
        done.append(message.words)

    async def read(_: Context, message: NoteWritten) -> str:
        return message.words

    async def look(work: Work, message: NoteWritten, _: str) -> None:
        await perform(work, message)

    for consumer in (performs(NoteWritten, perform), wakes(NoteWritten, read, look)):
        done.clear()
        kit = make_kit(consumer)
        tenant = await kit.new_tenant()
        await told(kit, tenant, "suspended", 1)
        await say(kit, tenant)
        (answer,) = await kit.drain()
        assert (answer.error, answer.retry_after, done) == (None, SUSPENDED_SECONDS, [])
        await told(kit, tenant, "active", 2)
        kit.advance(seconds=SUSPENDED_SECONDS)
        await kit.drain()
        assert done == ["раз"]


async def test_what_it_is_told_meanwhile_is_taken_in(make_kit: MakeKit) -> None:
    kit = make_kit(consumes(NoteWritten, keep))
    tenant = await kit.new_tenant()
    await told(kit, tenant, "suspended", 1)
    await say(kit, tenant)
    await kit.drain()
    assert await notes(kit, tenant) == ["раз"]


async def test_a_late_message_brings_nothing_of_a_deleted_tenant_back(make_kit: MakeKit) -> None:
    done: list[str] = []

    async def perform(_: Work, message: NoteWritten) -> None:
        done.append(message.words)

    for consumer in (consumes(NoteWritten, keep), performs(NoteWritten, perform)):
        kit = make_kit(consumer)
        tenant = await kit.new_tenant()
        await say(kit, tenant)
        await told(kit, tenant, "deleted", 1)
        (answer,) = await kit.drain()
        assert (answer.error, answer.retry_after) == (None, None)
        assert (await notes(kit, tenant), done) == ([], [])
