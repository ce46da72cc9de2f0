"""The gateway's processes are killed at named steps of their work: nothing is lost, nothing is done twice.

Where a partner's server may have taken an event and nobody knows, the event comes again under the same `webhook-id` and
the attempt without an end stays in the log.
"""

import csv
import io
from collections import Counter
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from services.gateway.audit.actions import verify
from shared.clock import new_id
from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.contracts.events import PublicationEvent, occurred
from shared.contracts.gateway import READ_MODELS, PartReported
from shared.identity import system
from shared.testing.envelopes import enveloped
from tests.chaos.gateway_processes import Fragile, answers, fragile_gateway, listening, running
from tests.service.gateway.receiver import PartnerServer, partner_server
from tests.service.shared.schema import engine
from tests.service.shared.waiting import eventually

pytestmark = pytest.mark.chaos

GOES_ON_WITHIN = 30.0  # seconds
OUTBOUND_SECONDS = 10.0  # which with the length of a turn bounds how long a dead worker holds a webhook
EVENTS, SUBJECTS = 24, 6
ROWS = 2500  # three parts of an import
WEBHOOKS = "services.gateway.webhooks"
IMPORTING = "services.gateway.people.actions.importing"
SUBJECT = "services.gateway.consents.actions.working_off"
SEALING = "services.gateway.audit.actions.sealing"


@pytest_asyncio.fixture
async def partner() -> AsyncGenerator[PartnerServer, None]:
    async with partner_server() as server:
        yield server


@pytest_asyncio.fixture
async def fragile(tmp_path: Path, partner: PartnerServer) -> AsyncGenerator[Fragile, None]:
    async with fragile_gateway(tmp_path, sandbox_url=partner.url, outbound_seconds=OUTBOUND_SECONDS) as fragile:
        yield fragile


async def listen(fragile: Fragile, partner: PartnerServer) -> dict[str, Any]:
    body = {
        "organization_id": str(fragile.union.id),
        "url": f"{partner.url}/hook",
        "events": ["publication.published"],
    }
    return (await fragile.union.admin.post("/v1/webhooks", json=body)).json()


async def tell(fragile: Fragile) -> dict[str, list[str]]:
    """Events in turn of each subject. Returns their ids, by subject in their order."""
    told: dict[str, list[str]] = {}
    subjects = [new_id() for _ in range(SUBJECTS)]
    async with unit_of_work(fragile.gateway.runtime, fragile.union.id, system(fragile.union.id)) as context:
        for number in range(EVENTS):
            subject = subjects[number % SUBJECTS]
            data = PublicationEvent(publication_id=subject, kind="news", state="published")
            message = occurred("publication.published", fragile.union.id, data, context.now)
            await context.emit(message)
            told.setdefault(str(subject), []).append(str(message.event_id))
    return told


async def unended_attempts(fragile: Fragile, webhook: dict[str, Any]) -> list[str]:
    """Of which event it was begun to tell, and nobody knows what came of it."""
    answer = await fragile.union.admin.get(f"/v1/webhooks/{webhook['id']}/deliveries", params={"limit": 100})
    return [
        one["event_id"]
        for one in answer.json()["items"]
        for attempt in one["attempts"]
        if attempt["status"] is None and attempt["error"] is None
    ]


@pytest.mark.parametrize(
    ("function", "before", "in_doubt"),
    [
        (f"{WEBHOOKS}.actions.sending:_Round.calls", True, True),  # the attempts are written, no call is made
        (f"{WEBHOOKS}.actions.sending:_Round._post", False, True),  # one call of several is answered
        (f"{WEBHOOKS}.actions.sending:_Round.calls", False, True),  # all are answered, nothing is written
        (f"{WEBHOOKS}.actions.sending:end_turn", False, True),  # the results are written, not committed
        (f"{WEBHOOKS}.jobs:send_due", False, False),  # committed, and the message of the turn comes again
    ],
)
async def test_a_webhook_is_told_everything_in_order(
    fragile: Fragile, partner: PartnerServer, function: str, *, before: bool, in_doubt: bool
) -> None:
    endpoint = partner.endpoint("/hook")
    webhook = await listen(fragile, partner)
    point = fragile.fail_point(function, before=before)
    async with running(fragile.worker(point), fragile.relay()):
        told = await tell(fragile)
        everything = {event for events in told.values() for event in events}
        await eventually(point.was_reached, within=GOES_ON_WITHIN)
        await eventually(lambda: {call.id for call in endpoint.taken} == everything, within=GOES_ON_WITHIN)
    assert max(endpoint.counts.values()) == 1
    taken = [call.id for call in endpoint.taken]
    for events in told.values():
        assert [one for one in taken if one in events] == events
    repeated = {event for event, count in Counter(call.id for call in endpoint.calls).items() if count > 1}
    doubtful = await unended_attempts(fragile, webhook)
    assert bool(doubtful) == in_doubt
    assert repeated <= set(doubtful), "only what was in doubt came again"


def sheet() -> bytes:
    rows = [f"Иванова;Анна;;{number};1980" for number in range(ROWS)]
    return "\n".join(["Фамилия;Имя;Отчество;Номер билета;Год рождения", *rows]).encode()


@pytest.mark.parametrize(
    ("function", "turn"),
    [
        (f"{IMPORTING}.chunks:ImportChunks._read", 1),  # the file is read, nothing of it is committed
        (f"{IMPORTING}.chunks:_take_part_in", 2),  # a part is written, not committed
        ("shared.jobs:_write", 3),  # so is how far the job came
        ("shared.consumers:Consumers.handle", 3),  # a part is committed, its message comes again
        (f"{IMPORTING}.chunks:put_away", 1),  # everything is put away, the end is not committed
    ],
)
async def test_an_import_takes_every_row_once(fragile: Fragile, function: str, turn: int) -> None:
    admin = fragile.union.admin
    point = fragile.fail_point(function, turn)
    async with running(fragile.worker(point), fragile.relay()):
        started = await admin.post(
            "/v1/people/imports",
            data={"organization_id": str(fragile.union.id)},
            files={"file": ("people.csv", sheet(), "text/csv")},
        )
        address = f"/v1/people/imports/{started.json()['id']}"

        async def is_over() -> bool:
            return (await admin.get(address)).json()["state"] in {"done", "failed"}

        await eventually(point.was_reached, within=GOES_ON_WITHIN)
        await eventually(is_over, within=GOES_ON_WITHIN)
    done = (await admin.get(address)).json()
    assert (done["state"], done["total"], done["created"], done["failed"]) == ("done", ROWS, ROWS, 0)
    report = await admin.get(f"{address}/report.csv")
    lines = list(csv.reader(io.StringIO(report.content.decode("utf-8-sig")), delimiter=";"))[1:]
    assert sorted(int(line[0]) for line in lines) == list(range(2, ROWS + 2))
    numbers = await rows(fragile, "SELECT membership_number FROM gateway.person WHERE membership_number IS NOT NULL")
    assert sorted(numbers, key=int) == [str(number) for number in range(ROWS)]


async def rows(fragile: Fragile, query: str) -> list[Any]:
    async with engine(fragile.ground.owner_url).connect() as connection:
        return list((await connection.execute(text(query))).scalars())


async def has_come(fragile: Fragile, job: str, parts: int) -> bool:
    return (await fragile.union.admin.get(job)).json()["done"] >= parts


async def report_part(fragile: Fragile, job_id: UUID, service: ServiceName) -> None:
    """What a service puts into its own outbox once it has erased."""
    part = PartReported(job_id=job_id, service=service, counts={"things": 2}, sealed=None)
    envelope = enveloped(part, fragile.union.id, datetime.now(UTC), source=service)
    async with engine(fragile.ground.owner_url).begin() as connection:
        await connection.execute(
            text(
                f"INSERT INTO {service}.outbox (message_id, destination, tenant_id, priority, envelope) "  # noqa: S608 - a ServiceName
                "VALUES (:id, 'gateway', :tenant, 5, CAST(:envelope AS jsonb))"
            ),
            {"id": envelope.id, "tenant": fragile.union.id, "envelope": envelope.model_dump_json()},
        )


@pytest.mark.parametrize(
    ("function", "turn"),
    [
        (f"{SUBJECT}:erase", 1),  # the gateway's own part is erased, not committed
        (f"{SUBJECT}:parts_of", 2),  # a service's part is in, others are not
        (f"{SUBJECT}:drop_parts", 1),  # all are in, nothing is certified
        (f"{SUBJECT}:_certify", 1),  # it is, and not committed
    ],
)
async def test_an_erasure_is_whole_and_certified_once(fragile: Fragile, function: str, turn: int) -> None:
    admin = fragile.union.admin
    person = await fragile.union.person(family_name="Канарейкина")
    point = fragile.fail_point(function, turn)
    async with running(fragile.worker(point), fragile.relay()):
        started = await admin.post(f"/v1/subjects/{person['id']}/erasure", json={"reason": "asked"})
        job = f"/v1/jobs/{started.json()['id']}"
        job_id = UUID(started.json()["id"].split("-", 1)[1])
        for came, service in enumerate(READ_MODELS, start=1):  # one after the other: each wakes the job by itself
            await report_part(fragile, job_id, service)
            await eventually(partial(has_come, fragile, job, came + 1), within=GOES_ON_WITHIN)

        async def is_over() -> bool:
            return (await admin.get(job)).json()["state"] in {"done", "failed"}

        await eventually(point.was_reached, within=GOES_ON_WITHIN)
        await eventually(is_over, within=GOES_ON_WITHIN)
    done = (await admin.get(job)).json()
    assert done["state"] == "done", done
    erasure = (await admin.get(done["result"]["url"])).json()
    assert erasure["state"] == "done"
    assert {name: counts for name, counts in erasure["counts"].items() if name != "gateway"} == {
        service.value: {"things": 2} for service in READ_MODELS
    }
    assert await rows(fragile, "SELECT id FROM gateway.person WHERE family_name = 'Канарейкина'") == []


@pytest.mark.parametrize("function", [f"{SEALING}:_seal", f"{SEALING}:_seal_batch", f"{SEALING}:seal_tenant"])
async def test_the_audit_is_sealed_once_and_whole(fragile: Fragile, function: str) -> None:
    gateway, union = fragile.gateway, fragile.union
    for number in range(5):
        await union.organization(name=f"ППО {number}")
    gateway.clock.set(datetime.now(UTC))  # by which what was just told is due
    await gateway.drain()
    async with engine(fragile.ground.owner_url).begin() as connection:  # as if it had been written some minutes ago
        await connection.execute(text("UPDATE gateway.audit_mark SET minute = minute - interval '5 minutes'"))
    (written,) = await rows(fragile, "SELECT count(*) FROM gateway.audit_entry")
    point = fragile.fail_point(function)
    async with running(fragile.worker(point)):
        await eventually(point.was_reached, within=GOES_ON_WITHIN)

        async def is_sealed() -> bool:
            return await rows(fragile, "SELECT minute FROM gateway.audit_mark") == []

        await eventually(is_sealed, within=GOES_ON_WITHIN)
    verdict = await verify(gateway.runtime.database, union.id)
    assert written >= 5
    assert (verdict.broken, verdict.seals, verdict.entries) == (None, 1, written)


@pytest.mark.parametrize(
    ("function", "status"),
    [
        ("services.gateway.sign_in.actions.sessions:_renew", 200),  # the new token is written, not committed
        ("services.gateway.sign_in.api.own:refresh", 401),  # committed, nobody heard
    ],
)
async def test_a_refresh_token_whose_answer_was_lost(fragile: Fragile, function: str, status: int) -> None:
    """What was not committed never was. What was is as if somebody else had used the token: its session is over."""
    tokens = await fragile.gateway.tokens(fragile.union.sign_in_name)
    body = {"refresh_token": tokens["refresh_token"]}
    point = fragile.fail_point(function)
    with listening() as (listener, address):
        async with running(fragile.application(listener, point)), httpx.AsyncClient(base_url=address) as client:
            await eventually(lambda: answers(client), within=GOES_ON_WITHIN)
            with pytest.raises(httpx.TransportError):
                await client.post("/v1/auth/refresh", json=body)
            assert point.was_reached()
            await eventually(lambda: answers(client), within=GOES_ON_WITHIN)
            again = await client.post("/v1/auth/refresh", json=body)
            assert again.status_code == status, again.text
            if again.is_success:
                assert (await client.post("/v1/auth/refresh", json=body)).status_code == 401, "it is good once"
