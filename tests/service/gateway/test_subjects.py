"""A person's file and their erasure, as the gateway does it: the jobs, what stands against them, who read what."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text

from services.gateway.consents.rules.erasure import ErasureReason, ErasureState
from services.gateway.consents.tables import Erasure
from shared.clock import new_id
from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.contracts.gateway import READ_MODELS, AccessRecorded, PartReported
from shared.identity import system
from shared.jobs import Job, read_job
from shared.permissions import Role
from shared.subjects import opened
from shared.testing.envelopes import enveloped
from tests.service.gateway.union import Gateway, Union

CANARY = "Канарейкина"


async def report(gateway: Gateway, union: Union, job_id: UUID, *, sealed: str | None = None) -> None:
    """Every service's part."""
    for service in READ_MODELS:
        part = PartReported(job_id=job_id, service=service, counts={"things": 2}, sealed=sealed)
        await hand_over(gateway, union, service, part)
        await hand_over(gateway, union, service, part)  # said twice, counted once
    await gateway.drain()


async def hand_over(gateway: Gateway, union: Union, source: ServiceName, part: PartReported) -> None:
    answer = await gateway.house.handle(enveloped(part, union.id, gateway.clock.now(), source=source))
    assert answer.error is None


async def job_of(gateway: Gateway, union: Union, answer: httpx.Response) -> Job:
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"/v1/jobs/{answer.json()['id']}"
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        return await read_job(context.store, ServiceName.GATEWAY, UUID(answer.json()["id"].split("-", 1)[1]))


async def begun(gateway: Gateway, union: Union, answer: httpx.Response) -> Job:
    """The job, after it has asked the services."""
    await gateway.drain()
    return await job_of(gateway, union, answer)


async def canary(union: Union, **more: Any) -> str:
    return (await union.person(family_name=CANARY, **more))["id"]


async def words_in(gateway: Gateway, union: Union) -> str:
    """Every row of the tenant in the gateway's schema."""
    found: list[str] = []
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        names = await context.store.execute(
            text(
                "SELECT table_name FROM information_schema.role_table_grants WHERE table_schema = 'gateway' "
                "AND privilege_type = 'SELECT' AND grantee = current_user"
            )
        )
        for name in names.scalars().all():
            rows = await context.store.execute(text(f"SELECT to_jsonb(t)::text FROM gateway.{name} AS t"))  # noqa: S608
            found += rows.scalars()
    return "\n".join(found)


async def erase(gateway: Gateway, union: Union, person_id: str, **more: Any) -> Job:
    answer = await union.admin.post(f"/v1/subjects/{person_id}/erasure", json={"reason": "asked", **more})
    job = await begun(gateway, union, answer)
    await report(gateway, union, job.id)
    return await job_of(gateway, union, answer)


async def test_a_file_has_what_everybody_holds(gateway: Gateway, union: Union) -> None:
    person = await canary(union, contacts=[{"kind": "email", "value": "canary@example.org"}])
    await union.grant(person, Role.LAWYER)
    answer = await union.admin.post(f"/v1/subjects/{person}/export")
    job = await begun(gateway, union, answer)
    asked = str(job.memory["asked"])
    assert "canary" not in asked
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        assert opened(context, asked).emails == (), "nobody proved that it is theirs"
    await report(gateway, union, job.id, sealed=gateway.runtime.cipher.encrypt('{"requests": [{"text": "<b>"}]}'))
    done = await job_of(gateway, union, answer)
    assert done.result is not None, done
    assert done.memory == {}
    file = await union.admin.get(str(done.result["url"]))
    assert (file.status_code, file.headers["content-type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        page, data = archive.read("README.html").decode(), archive.read("data.json").decode()
    assert CANARY in page
    assert "canary@example.org" in data
    assert "lawyer" in data
    assert "<b>" not in page.split("<body>")[1].replace("&lt;b&gt;", "")
    stored = await gateway.runtime.storage.get(f"{union.id}/subject_exports/{job.id}")
    assert CANARY.encode() not in stored
    assert b"README" not in stored
    async with await union.staff(Role.CHAIR) as another:
        assert (await another.get(str(done.result["url"]))).status_code == 404
    gateway.clock.advance(timedelta(days=8))
    again = await union.admin.post(
        "/v1/auth/login", json={"sign_in_name": union.sign_in_name, "password": "correct horse battery"}
    )
    async with gateway.client(again.json()["access_token"]) as admin:
        over = await admin.get(str(done.result["url"]))
    assert (over.status_code, over.json()["code"]) == (410, "subject.export_over")


async def test_everybody_may_have_their_own_file(gateway: Gateway, union: Union) -> None:
    person, other = await canary(union), await canary(union)
    async with gateway.client((await gateway.tokens(await union.sign_in_of(person)))["access_token"]) as member:
        assert (await member.post(f"/v1/subjects/{person}/export")).status_code == 202
        assert (await member.post(f"/v1/subjects/{other}/export")).status_code == 404
        erasure = await member.post(f"/v1/subjects/{person}/erasure", json={"reason": "asked"})
        assert erasure.status_code == 403


async def test_a_part_of_the_union_has_not_all_of_a_person(union: Union) -> None:
    """Who belongs to two organizations is shown whole, and erased, by somebody who answers for both."""
    north, south = await union.organization(), await union.organization()
    both = await union.person(north["id"], organization_ids=[north["id"], south["id"]])
    alone = await union.person(north["id"])
    leader = await union.person(north["id"])
    await union.grant(leader["id"], Role.ADMINISTRATOR)
    body = {"reason": "asked"}
    async with await union.staff(Role.CHAIR, north["id"]) as chair:
        for verb in ("export", "erasure"):
            sent = body if verb == "erasure" else None
            assert (await chair.post(f"/v1/subjects/{both['id']}/{verb}", json=sent)).status_code == 403
            above = await chair.post(f"/v1/subjects/{leader['id']}/{verb}", json=sent)
            assert (above.status_code, above.json()["code"]) == (403, "grant.exceeds_yours")
            assert (await chair.post(f"/v1/subjects/{alone['id']}/{verb}", json=sent)).status_code == 202


async def test_counting_changes_nothing_and_names_what_holds(gateway: Gateway, union: Union) -> None:
    person = await canary(union)
    hold = await union.admin.post("/v1/legal_holds", json={"person_id": person, "reason": "Дело 2-1234"})
    assert hold.status_code == 201, hold.text
    job = await erase(gateway, union, person, dry_run=True)
    assert job.result is not None
    assert job.result["legal_hold"] == hold.json()["id"]
    counts: Any = job.result["counts"]
    assert counts["requests"] == {"things": 2}
    assert (counts["gateway"]["people"], counts["gateway"]["kept_memberships"]) == (1, 1)
    assert CANARY in await words_in(gateway, union)


async def test_an_erased_person_is_an_id(gateway: Gateway, union: Union) -> None:
    identifiers = [{"network": "telegram", "external_id": "canary-1001"}]
    contacts = [{"kind": "email", "value": "canary@example.org"}]
    person = await canary(union, identifiers=identifiers, contacts=contacts)
    await union.grant(person, Role.LAWYER)
    name = await union.sign_in_of(person)
    token = (await gateway.tokens(name))["access_token"]
    evidence = {"person_id": person, "way": "paper", "evidence": CANARY}
    words = {"organization_id": str(union.id), "purpose": "events", "title": "Согласие", "text": "Да"}
    text_id = (await union.admin.post("/v1/consent_texts", json=words)).json()["id"]
    await union.admin.post("/v1/consents", json={**evidence, "consent_text_id": text_id})
    members = (await union.admin.get(f"/v1/organizations/{union.id}")).json()["member_count"]
    job = await erase(gateway, union, person)
    assert job.result is not None, job
    left = await words_in(gateway, union)
    for trace in (CANARY, "canary", name):
        assert trace not in left, trace
    assert person in left, "the id stays, for the figures"
    async with gateway.client(token) as member:
        assert (await member.get("/v1/me")).status_code == 401
    assert (await union.admin.get(f"/v1/organizations/{union.id}")).json()["member_count"] == members
    consents = (await union.admin.get("/v1/consents", params={"person_id": person})).json()["items"]
    assert len(consents) == 1, "the ledger stays whole"
    for listing in ({}, {"status": "member"}, {"status": "prospective"}, {"organization_id": str(union.id)}):
        listed = (await union.admin.get("/v1/people", params=listing)).json()["items"]
        assert person not in {one["id"] for one in listed}
    for address in (f"/v1/people/{person}", f"/v1/people/{person}/status_changes"):
        assert (await union.admin.get(address)).status_code == 404
    change = await union.admin.patch(f"/v1/people/{person}", json={"family_name": CANARY})
    assert change.status_code == 404, "nobody gets a name again"


async def test_a_certificate_says_how_much_and_of_nobody(gateway: Gateway, union: Union) -> None:
    person = await canary(union)
    job = await erase(gateway, union, person)
    assert job.result is not None
    certificate = (await union.admin.get(str(job.result["url"]))).json()
    assert certificate["state"] == "done"
    assert certificate["certificate_hash"] == job.result["certificate_hash"]
    assert certificate["counts"]["surveys"] == {"things": 2}
    assert CANARY not in str(certificate)
    fields = ("counts", "finished_at", "id", "person_id", "reason", "requested_at", "requested_by")
    said = json.dumps(
        {name: certificate[name] for name in fields}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert hashlib.sha256(said.encode()).hexdigest() == certificate["certificate_hash"], "as the API's document tells"
    assert certificate["requested_by"] == str(union.administrator_id)
    listed = (await union.admin.get("/v1/erasures", params={"person_id": person})).json()["items"]
    assert listed == [certificate]


async def test_a_legal_hold_keeps_everything(gateway: Gateway, union: Union) -> None:
    person = await canary(union)
    hold = (await union.admin.post("/v1/legal_holds", json={"person_id": person, "reason": "Иск"})).json()
    body = {"reason": "asked"}
    refused = await union.admin.post(f"/v1/subjects/{person}/erasure", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "subject.legal_hold")
    stale = await union.admin.post(f"/v1/legal_holds/{hold['id']}/lift", headers={"if-match": '"7"'})
    assert stale.status_code == 412
    lifted = await union.admin.post(f"/v1/legal_holds/{hold['id']}/lift", headers={"if-match": '"1"'})
    assert lifted.json()["lifted_at"] is not None
    again = await union.admin.post(f"/v1/legal_holds/{hold['id']}/lift")
    assert (again.status_code, again.json()["code"]) == (409, "legal_hold.lifted")
    assert (await union.admin.post(f"/v1/subjects/{person}/erasure", json=body)).status_code == 202
    running = await union.admin.post(f"/v1/subjects/{person}/erasure", json=body)
    assert (running.status_code, running.json()["code"]) == (409, "subject.erasure_running")
    late = await union.admin.post("/v1/legal_holds", json={"person_id": person, "reason": "Иск"})
    assert (late.status_code, late.json()["code"]) == (409, "subject.erasure_running")
    assert CANARY in await words_in(gateway, union)


async def test_a_hold_ends_with_its_last_day(gateway: Gateway, union: Union) -> None:
    person = await canary(union)
    today = gateway.clock.now().date().isoformat()
    body = {"person_id": person, "reason": "Проверка", "until": today}
    assert (await union.admin.post("/v1/legal_holds", json=body)).status_code == 201
    assert (await union.admin.post(f"/v1/subjects/{person}/erasure", json={"reason": "asked"})).status_code == 409
    gateway.clock.advance(timedelta(days=1))
    admin = gateway.client((await gateway.tokens(union.sign_in_name))["access_token"])
    assert (await admin.post(f"/v1/subjects/{person}/erasure", json={"reason": "asked"})).status_code == 202


async def test_the_last_administrator_is_not_erased(union: Union) -> None:
    answer = await union.admin.post(f"/v1/subjects/{union.administrator_id}/erasure", json={"reason": "asked"})
    assert (answer.status_code, answer.json()["code"]) == (409, "grant.last_administrator")


async def test_who_read_whose_file_is_known(gateway: Gateway, union: Union) -> None:
    person = await canary(union)
    await union.admin.get("/v1/consents", params={"person_id": person})
    reader, operation = new_id(), "requests_read"
    told = AccessRecorded(
        service=ServiceName.REQUESTS,
        operation=operation,
        actor_kind="person",
        actor_id=reader,
        person_ids=(UUID(person),),
        occurred_at=gateway.clock.now(),
        request_id="r-1",
    )
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        await context.emit(told)
    await gateway.drain()
    entries = (await union.admin.get("/v1/access_log", params={"person_id": person})).json()["items"]
    assert entries[0] | {"id": ""} == {
        "id": "",
        "person_id": person,
        "reader_kind": "person",
        "reader": str(reader),
        "service": "requests",
        "operation": operation,
        "request_id": "r-1",
        "read_at": gateway.clock.now().isoformat().replace("+00:00", "Z"),
    }
    mine = await union.admin.get("/v1/access_log", params={"reader_id": str(reader)})
    assert len(mine.json()["items"]) == 1
    later = (gateway.clock.now() + timedelta(seconds=1)).isoformat()
    assert (await union.admin.get("/v1/access_log", params={"since": later})).json()["items"] == []
    async with await union.staff(Role.AUDITOR) as auditor:
        seen = (await auditor.get("/v1/access_log", params={"person_id": person})).json()["items"]
        assert seen[0]["operation"] == operation
        assert str(reader) not in str(seen)
        assert (await auditor.get("/v1/access_log", params={"reader_id": str(reader)})).status_code == 403
    async with await union.staff(Role.LAWYER) as lawyer:
        assert (await lawyer.get("/v1/access_log")).status_code == 403


async def merged_twice(union: Union, first: str, organization_id: str | None = None) -> str:
    """`first` went into somebody, who went into the one whose id is returned."""
    second, third = [await canary(union, organization_id=organization_id) for _ in range(2)]
    for survivor, merged in ((second, first), (third, second)):
        answer = await union.admin.post("/v1/people/merges", json={"survivor_id": survivor, "merged_id": merged})
        assert answer.status_code == 201, answer.text
    return third


async def test_an_erasure_takes_records_of_earlier_merges_too(gateway: Gateway, union: Union) -> None:
    job = await erase(gateway, union, await merged_twice(union, await canary(union, workplace=CANARY)))
    assert job.result is not None, job
    assert CANARY not in await words_in(gateway, union)


async def test_a_hold_holds_whoever_the_person_was_merged_into(gateway: Gateway, union: Union) -> None:
    held = await canary(union)
    hold = await union.admin.post("/v1/legal_holds", json={"person_id": held, "reason": "Иск"})
    survivor = await merged_twice(union, held)
    refused = await union.admin.post(f"/v1/subjects/{survivor}/erasure", json={"reason": "asked"})
    assert (refused.status_code, refused.json()["code"]) == (409, "subject.legal_hold")
    job = await erase(gateway, union, survivor, dry_run=True)
    assert job.result is not None, job
    assert job.result["legal_hold"] == hold.json()["id"]


async def hold_of_merged(union: Union, organization_id: str) -> tuple[dict[str, Any], str]:
    """A hold that was set before two merges, and who is left of them."""
    held = (await union.person(organization_id))["id"]
    hold = await union.admin.post("/v1/legal_holds", json={"person_id": held, "reason": "Иск"})
    return hold.json(), await merged_twice(union, held, organization_id)


async def test_a_hold_is_seen_and_lifted_by_who_looks_after_the_survivor(union: Union) -> None:
    branch = (await union.organization())["id"]
    hold, survivor = await hold_of_merged(union, branch)
    later = await union.admin.post("/v1/legal_holds", json={"person_id": survivor, "reason": "Проверка"})
    async with await union.staff(Role.CHAIR, branch) as chair:
        assert (await chair.get(f"/v1/legal_holds/{hold['id']}")).json() == hold
        assert (await chair.get("/v1/legal_holds")).json()["items"] == [later.json(), hold]
        first = (await chair.get("/v1/legal_holds", params={"limit": 1})).json()
        second = (await chair.get("/v1/legal_holds", params={"limit": 1, "after": first["next"]})).json()
        assert (first["items"], second) == ([later.json()], {"items": [hold], "next": None})
        for person, holds in ((survivor, [later.json(), hold]), (hold["person_id"], [hold])):
            listed = await chair.get("/v1/legal_holds", params={"person_id": person})
            assert (listed.status_code, listed.json().get("items")) == (200, holds)
        assert (await chair.post("/v1/legal_holds", json={"person_id": hold["person_id"], "reason": "Иск"})).is_error
        for each in (later.json(), hold):
            lifted = await chair.post(f"/v1/legal_holds/{each['id']}/lift", headers={"if-match": '"1"'})
            assert (lifted.status_code, lifted.json()["version"]) == (200, 2)
        assert (await chair.post(f"/v1/subjects/{survivor}/erasure", json={"reason": "asked"})).status_code == 202


async def test_nobody_else_sees_the_hold_of_who_was_merged(gateway: Gateway, union: Union) -> None:
    """Neither from another branch nor without the permission; what is there costs no more than what is not."""
    branch, elsewhere = (await union.organization())["id"], (await union.organization())["id"]
    hold, survivor = await hold_of_merged(union, branch)
    async with await union.staff(Role.CHAIR, elsewhere) as chair:
        costs: list[list[str]] = []
        await chair.get("/v1/legal_holds")
        for hold_id, person_id in ((hold["id"], hold["person_id"]), (hold["id"], survivor), (new_id(), new_id())):
            statements: list[str] = []
            with gateway.counting(statements):
                for path in ("", "/lift"):
                    answer = await chair.request("POST" if path else "GET", f"/v1/legal_holds/{hold_id}{path}")
                    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
                for books in ("legal_holds", "erasures", "consents"):
                    listed = await chair.get(f"/v1/{books}", params={"person_id": str(person_id)})
                    assert (listed.status_code, listed.json()["code"]) == (404, "not_found")
            costs.append(statements)
        assert costs[0] == costs[1] == costs[2]
        assert (await chair.get("/v1/legal_holds")).json()["items"] == []


async def test_the_hold_goes_back_with_who_it_was_set_for(union: Union) -> None:
    north, south = (await union.organization())["id"], (await union.organization())["id"]
    held, survivor = (await union.person(north))["id"], (await union.person(south))["id"]
    hold = (await union.admin.post("/v1/legal_holds", json={"person_id": held, "reason": "Иск"})).json()
    merge = await union.admin.post("/v1/people/merges", json={"survivor_id": survivor, "merged_id": held})
    async with await union.staff(Role.CHAIR, north) as of_north, await union.staff(Role.CHAIR, south) as of_south:
        for chair in (of_north, of_south):
            assert (await chair.get(f"/v1/legal_holds/{hold['id']}")).status_code == 200
        assert (await union.admin.post(f"/v1/people/merges/{merge.json()['id']}/undo")).status_code == 200
        assert (await of_north.get(f"/v1/legal_holds/{hold['id']}")).status_code == 200
        assert (await of_south.get(f"/v1/legal_holds/{hold['id']}")).status_code == 404
        free = await of_south.post(f"/v1/subjects/{survivor}/erasure", json={"reason": "asked"})
        kept = await of_north.post(f"/v1/subjects/{held}/erasure", json={"reason": "asked"})
        assert (free.status_code, kept.status_code) == (202, 409)


async def test_the_books_of_a_merged_record_are_those_of_whom_it_became(gateway: Gateway, union: Union) -> None:
    """Consents, certificates and who read the file; they keep the id under which they were written."""
    branch = (await union.organization())["id"]
    words = {"organization_id": str(union.id), "purpose": "events", "title": "Согласие", "text": "Да"}
    text_id = (await union.admin.post("/v1/consent_texts", json=words)).json()["id"]
    merged = (await union.person(branch))["id"]
    consent = await union.admin.post(
        "/v1/consents", json={"person_id": merged, "consent_text_id": text_id, "way": "paper"}
    )
    assert consent.status_code == 201, consent.text
    address = f"/v1/consents/{consent.json()['id']}"
    await union.admin.get(address)
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        refused = Erasure(
            person_id=UUID(merged),
            reason=ErasureReason.ASKED,
            state=ErasureState.REFUSED,
            job_id=new_id(),
            requested_at=context.now,
        )
        await context.store.insert(refused)
    survivor = await merged_twice(union, merged, branch)
    await gateway.drain()
    async with await union.staff(Role.CHAIR, branch) as chair:
        for books in ("consents", "erasures", "access_log"):
            for person in ({}, {"person_id": survivor}, {"person_id": merged}):
                listed = await chair.get(f"/v1/{books}", params=person)
                assert merged in {one["person_id"] for one in listed.json()["items"]}, (books, person)
        assert (await chair.get(f"/v1/erasures/{refused.id}")).status_code == 200
    async with gateway.client((await gateway.tokens(await union.sign_in_of(survivor)))["access_token"]) as member:
        own = (await member.get("/v1/consents")).json()["items"]
        assert [one["id"] for one in own] == [consent.json()["id"]]
        taken_back = await member.post(f"{address}/withdraw", json={"way": "web"})
        assert taken_back.status_code == 200, taken_back.text
