"""Terms are chosen within their bounds, told once a day, and kept to."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.gateway.consents.actions.retention import tell_all_terms, tell_terms
from services.gateway.people.tables import LinkCode
from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.contracts.gateway import RetentionDue
from shared.contracts.states import Kept
from shared.identity import system
from shared.permissions import Role
from tests.service.gateway.union import Gateway, Union


async def told(gateway: Gateway, union: Union) -> list[RetentionDue]:
    """Once for each service."""
    return await gateway.house.outbox(ServiceName.GATEWAY, union.id, RetentionDue)


async def choose(union: Union, days: dict[str, int], **headers: str) -> Any:
    body = {"policies": [{"kind": kind, "days": chosen} for kind, chosen in days.items()]}
    return await union.admin.put("/v1/retention_policies", json=body, headers=headers)


async def test_every_kind_has_a_term_and_a_reason(union: Union) -> None:
    terms = (await union.admin.get("/v1/retention_policies")).json()
    assert {term["kind"] for term in terms["policies"]} == set(Kept)
    for term in terms["policies"]:
        assert term["least_days"] <= term["days"] == term["usual_days"] <= term["most_days"]
        assert term["why"].keys() == {"ru", "en"}


async def test_terms_are_chosen_within_their_bounds(union: Union) -> None:
    chosen = await choose(union, {"access_log": 400}, **{"if-match": '"1"'})
    assert chosen.status_code == 200, chosen.text
    in_force = {term["kind"]: term["days"] for term in chosen.json()["policies"]}
    assert (in_force["access_log"], in_force["jobs"]) == (400, 30)
    assert "2" in chosen.headers["etag"]
    assert (await choose(union, {}, **{"if-match": '"1"'})).status_code == 412
    refused = await choose(union, {"request_texts": 30, "access_log": 1})
    assert (refused.status_code, refused.json()["code"]) == (422, "retention.out_of_bounds")
    assert len(refused.json()["errors"]) == 2


@pytest.mark.parametrize(("role", "status"), [(Role.CHAIR, 404), (Role.AUDITOR, 403)])
async def test_a_part_of_the_union_chooses_nothing_for_all(union: Union, role: Role, status: int) -> None:
    part = await union.organization()
    async with await union.staff(role, part["id"]) as somebody:
        assert (await somebody.get("/v1/retention_policies")).status_code == 200
        answer = await somebody.put("/v1/retention_policies", json={"policies": []})
        assert answer.status_code == status


async def test_a_tenant_is_told_once_a_day(gateway: Gateway, union: Union) -> None:
    await choose(union, {"jobs": 60})
    await tell_all_terms(gateway.runtime)
    await tell_all_terms(gateway.runtime)
    assert [one.days["jobs"] for one in await told(gateway, union)] == [60] * len(ServiceName)
    gateway.clock.advance(timedelta(days=1))
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        assert await tell_terms(context)
        assert not await tell_terms(context)
    assert len(await told(gateway, union)) == 2 * len(ServiceName)


async def test_what_is_old_goes(gateway: Gateway, union: Union) -> None:
    await gateway.house.forget()  # what others left would come due in the months that pass here
    person = await union.person()
    started = await union.admin.post(f"/v1/subjects/{person['id']}/export")
    assert started.status_code == 202
    await gateway.drain()

    async def left(table: str) -> int:
        async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
            return (await context.store.execute(text(f"SELECT count(*) FROM gateway.{table}"))).scalar_one()  # noqa: S608

    assert await left("access_entry") > 0
    assert await left("subject_export") == 1
    sessions = await left("session")
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        for days in (1, 300):
            until = context.now + timedelta(days=days)
            code = LinkCode(person_id=UUID(person["id"]), channel_id=uuid4(), code_hash=uuid4().bytes, expires_at=until)
            context.store.add(code)
    gateway.clock.advance(timedelta(days=10))
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        await context.emit(RetentionDue(day=context.now.date(), days={Kept.ACCESS_LOG: 5, Kept.SUBJECT_EXPORTS: 5}))
    await gateway.drain()
    assert (await left("access_entry"), await left("subject_export"), await left("session")) == (0, 0, sessions)
    gateway.clock.advance(timedelta(days=200))
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        await context.emit(RetentionDue(day=context.now.date(), days={Kept.SESSIONS: 90}))
    await gateway.drain()
    assert (await left("session"), await left("link_code")) == (0, 1)  # the one that is still good
