"""Who may come in: through the gateway, as a person, with a permission, into one tenant; lists, pages and ETags."""

from uuid import UUID, uuid4

import httpx
import pytest

from shared.app import public_id
from shared.contracts import ServiceName
from shared.identity import HEADER, Caller, CallerKind, Grant, IdentitySigner
from shared.permissions import Role
from shared.testing.kit import ServiceKit, Tenant


def note(tenant: Tenant, words: str = "раз", organization_id: object = None) -> dict[str, object]:
    return {"organization_id": str(organization_id or tenant.root), "words": words}


async def written(kit: ServiceKit, tenant: Tenant, words: str = "раз") -> str:
    async with kit.client(tenant.caller(Role.CHAIR)) as client:
        return (await client.post("/v1/notes", json=note(tenant, words))).json()["id"]


async def test_without_the_gateway_nobody_comes_in(kit: ServiceKit, tenant: Tenant) -> None:
    transport = httpx.ASGITransport(kit.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service.test") as client:
        for path in ("/v1/notes", f"/v1/tenants/{tenant.id}/who", f"/v1/public/{public_id(tenant.id, uuid4())}"):
            for headers in ({}, {HEADER: "forged"}, {"authorization": "Bearer x"}, {"x-user-id": str(uuid4())}):
                answer = await client.get(path, headers=headers)
                assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
                assert answer.headers["www-authenticate"] == "Bearer"


async def test_an_identity_for_another_service_is_none(kit: ServiceKit, tenant: Tenant, signer: IdentitySigner) -> None:
    caller = tenant.caller(Role.CHAIR)
    async with kit.client(caller) as client:
        assert (await client.get("/v1/notes")).status_code == 200
        client.headers[HEADER] = signer.sign(ServiceName.PUBLISHER, caller, kit.clock.now())
        assert (await client.get("/v1/notes")).status_code == 401


async def test_an_identity_ends(kit: ServiceKit, tenant: Tenant, signer: IdentitySigner) -> None:
    async with kit.client() as client:
        client.headers[HEADER] = signer.sign(kit.service, tenant.caller(Role.CHAIR), kit.clock.now())
        assert (await client.get("/v1/notes")).status_code == 200
        kit.advance(seconds=91)
        assert (await client.get("/v1/notes")).status_code == 401


@pytest.mark.parametrize("kind", [CallerKind.ANONYMOUS, CallerKind.SYSTEM])
async def test_only_people_are_signed_in(kit: ServiceKit, tenant: Tenant, kind: CallerKind) -> None:
    async with kit.client(Caller(kind, tenant.id, uuid4(), (Grant(Role.CHAIR, tenant.root),))) as client:
        assert (await client.get("/v1/notes")).status_code == 401
        assert (await client.post("/v1/notes", json=note(tenant))).status_code == 401


async def test_a_person_without_the_permission_anywhere_is_refused(kit: ServiceKit, tenant: Tenant) -> None:
    for role, status in ((Role.MEMBER, 403), (Role.AUDITOR, 403), (Role.INFORMATION_OFFICER, 201)):
        async with kit.client(tenant.caller(role)) as client:
            for path in ("/v1/notes", "/v1/notes/outside"):
                assert (await client.post(path, json=note(tenant))).status_code == status


async def test_what_is_above_is_not_there_and_what_is_only_seen_is_forbidden(kit: ServiceKit, tenant: Tenant) -> None:
    territorial = await kit.new_organization(tenant, kind="territorial")
    primary, beside = await kit.new_organization(tenant, territorial), await kit.new_organization(tenant)
    person = uuid4()
    caller = tenant.caller(Role.INFORMATION_OFFICER, territorial, person)
    caller = Caller(caller.kind, tenant.id, person, (*caller.grants, Grant(Role.MEMBER, beside)), tenant.position)
    expected = {territorial: 201, primary: 201, beside: 403, tenant.root: 404, uuid4(): 404}
    async with kit.client(caller) as client:
        for organization_id, status in expected.items():
            answer = await client.post("/v1/notes", json=note(tenant, organization_id=organization_id))
            assert answer.status_code == status


async def test_a_list_shows_what_is_in_reach_page_by_page(kit: ServiceKit, tenant: Tenant) -> None:
    primary, beside = [await kit.new_organization(tenant) for _ in range(2)]
    async with kit.client(tenant.caller(Role.CHAIR)) as chair:
        for number in range(7):
            for organization_id in (primary, beside):
                await chair.post("/v1/notes", json=note(tenant, f"{number}", organization_id))
    async with kit.client(tenant.caller(Role.AUDITOR, primary)) as client:
        pages: list[list[str]] = []
        after: str | None = None
        while after is not None or not pages:
            answer = (await client.get("/v1/notes", params={"limit": 3} | ({"after": after} if after else {}))).json()
            pages.append([item["words"] for item in answer["items"]])
            after = answer["next"]
    assert pages == [["6", "5", "4"], ["3", "2", "1"], ["0"]]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "after=no", "after=" + "a" * 65, "sort=up"])
async def test_a_page_that_cannot_be_is_refused(kit: ServiceKit, tenant: Tenant, query: str) -> None:
    async with kit.client(tenant.caller(Role.CHAIR)) as client:
        answer = await client.get(f"/v1/notes?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"?{query.split('=', maxsplit=1)[0]}"


async def test_a_full_page_that_is_the_last_says_so(kit: ServiceKit, tenant: Tenant) -> None:
    for number in range(2):
        await written(kit, tenant, str(number))
    async with kit.client(tenant.caller(Role.CHAIR)) as client:
        answer = (await client.get("/v1/notes?limit=2")).json()
    assert (len(answer["items"]), answer["next"]) == (2, None)


async def test_a_change_is_based_on_what_was_read(kit: ServiceKit, tenant: Tenant) -> None:
    path = f"/v1/notes/{await written(kit, tenant)}"
    async with kit.client(tenant.caller(Role.CHAIR)) as client:
        first = await client.patch(path, json=note(tenant, "два"), headers={"if-match": '"1"'})
        assert (first.status_code, first.headers["etag"]) == (200, '"2"')
        stale = await client.patch(path, json=note(tenant, "три"), headers={"if-match": '"1"'})
        assert (stale.status_code, stale.json()["code"]) == (412, "stale")
        for match in ('W/"2"', "*", '"9", "4"'):
            assert (await client.patch(path, json=note(tenant), headers={"if-match": match})).status_code == 200


async def test_anyone_reads_what_is_public_in_the_tenant_of_the_address(kit: ServiceKit, tenant: Tenant) -> None:
    other = await kit.new_tenant()
    note_id = await written(kit, tenant, "для всех")
    await written(kit, other, "чужое")
    public = public_id(tenant.id, UUID(note_id))
    for caller, who in (
        (Caller(CallerKind.ANONYMOUS), "anonymous"),
        (tenant.caller(Role.MEMBER), "person"),
        (other.caller(Role.CHAIR), "anonymous"),  # of another tenant: nobody here
    ):
        async with kit.client(caller) as client:
            assert (await client.get(f"/v1/public/{public}/others")).json() == [f"{who} {note_id}", "для всех"]
            assert (await client.get(f"/v1/tenants/{tenant.id}/who")).json() == who
            assert (await client.get(f"/v1/public/{public}")).json()["words"] == "для всех"


async def test_wrong_public_addresses_all_look_alike(kit: ServiceKit, tenant: Tenant) -> None:
    other = await kit.new_tenant()
    note_id = uuid4()
    wrong = [public_id(tenant.id, note_id), public_id(other.id, note_id), public_id(uuid4(), note_id), "a" * 43, "a"]
    async with kit.client() as client:
        answers = [await client.get(f"/v1/public/{one}") for one in wrong]
        answers.append(await client.get("/v1/tenants/nothing/who"))
    for answer in answers:
        body = answer.json()
        assert answer.status_code == 404
        assert {**body, "instance": "", "request_id": ""} == {
            "type": "urn:vmeste:problem:not_found",
            "title": "Not found",
            "status": 404,
            "code": "not_found",
            "instance": "",
            "request_id": "",
        }
