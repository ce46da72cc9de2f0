"""A person with everything is erased: nothing of them is left anywhere, no figure has changed, a certificate says so."""

import io
import json
import re
import zipfile
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from cryptography.fernet import InvalidToken
from httpx import URL
from redis.asyncio import Redis
from sqlalchemy import text

from deploy.migrate import schemas
from services.gateway.consents.actions.holdings import held as held_by_gateway
from services.gateway.notifications import jobs as notifications
from services.publisher.networks.accounts import Network
from services.publisher.subjects.actions import held as held_by_publisher
from services.requests.desk.rules.rating_buttons import payload_of, rating_presses
from services.requests.subjects.actions import held as held_by_requests
from services.surveys.subjects.actions import held as held_by_surveys
from shared.app import parse_public_id
from shared.cipher import UnreadableCiphertext
from shared.clock import new_id
from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.contracts.states import Subject
from shared.db.platform_tables import CROSS_TENANT
from shared.identity import system
from shared.subjects import Find
from tests.conftest import Ground
from tests.security.house import PASSWORD, Branch, Services, done
from tests.security.makers import publisher, surveys
from tests.service.requests.forms import by_phone
from tests.service.shared.schema import engine

NAME: Final = "Канарейкина7f3"
MAIL: Final = "zoya7f3@canary.example"
PHONE: Final = "+79161237654"
ACCOUNT: Final = "98765432198"
WORDS: Final = "слова7f3 о себе"
TRACES: Final = (NAME, "zoya7f3", "9161237654", ACCOUNT, "слова7f3")
SEALED: Final = re.compile(r"gAAAAA[A-Za-z0-9_-]+={0,2}")


@dataclass
class Canary:
    union: Branch
    person: str
    client: httpx.AsyncClient
    event: str
    survey: str
    request: str

    @property
    def services(self) -> Services:
        return self.union.services

    async def figures(self) -> dict[str, Any]:
        """What the union counts, as its administrator sees it."""
        see = self.union.client
        event = done(await see.get(f"/v1/events/{self.event}"))
        return {
            "members": done(await see.get(f"/v1/organizations/{self.union.organization}"))["member_count"],
            "seats": [event["confirmed"], event["waiting"]],
            "results": done(await see.get(f"/v1/surveys/{self.survey}/results")),
            "rating": done(await see.get(f"/v1/requests/{self.request}/rating"))["score"],
            "requests": [
                (one["number"], one["state"], one["topic"]) for one in done(await see.get("/v1/requests"))["items"]
            ],
        }


async def telegram(union: Branch, *updates: dict[str, str]) -> None:
    """Somebody writes to the union's bot."""
    hook = union.services.networks[Network.TELEGRAM].hooks[-1]
    async with union.services.client() as network:
        heard = await network.post(URL(hook.url).path, json=list(updates), headers={"x-secret": hook.secret})
    assert heard.status_code == 200, heard.text
    await union.services.drain()


async def chatted(union: Branch) -> str:
    """A request out of the canary's chat: answered, resolved, rated."""
    await publisher.channel(union)
    await union.services.drain()
    said = {"user": ACCOUNT, "name": NAME}
    await telegram(union, {"id": "1", "kind": "message", "text": WORDS, **said})
    (request,) = done(await union.client.get("/v1/requests"))["items"]
    address = f"/requests/{request['id']}"
    await union.post(f"{address}/reply", {"text": f"{NAME}, оплатят вдвойне"})
    await union.post(f"{address}/note", {"text": f"{NAME} права"})
    await union.post(f"{address}/resolve", status=200)
    parsed = parse_public_id(request["id"])
    assert parsed is not None
    *_, press = rating_presses(parsed[1], 1)
    await telegram(union, {"id": "2", "kind": "button", "payload": payload_of(press), **said})
    return request["id"]


async def with_everything(services: Services) -> Canary:
    union = await services.found()
    body = {
        "family_name": NAME,
        "given_name": "Зоя",
        "status": "member",
        "organization_ids": [union.organization],
        "identifiers": [{"network": "telegram", "external_id": ACCOUNT}],
        "contacts": [{"kind": "email", "value": MAIL}, {"kind": "phone", "value": PHONE}],
        "workplace": f"Завод {NAME}",
    }
    person = (await union.post("/people", body))["id"]
    await union.post("/grants", {"person_id": person, "role": "lawyer", "organization_id": union.organization})
    done(await union.client.put(f"/v1/people/{person}/sign_in", json={"sign_in_name": MAIL, "password": PASSWORD}))
    await services.drain()
    client = await services.signed_in(MAIL, union.tenant_id)
    text_id = (
        await union.post(
            "/consent_texts",
            {"organization_id": union.organization, "purpose": "events", "title": "Согласие", "text": "Согласна"},
        )
    )["id"]
    consent = {"person_id": person, "consent_text_id": text_id, "way": "paper", "evidence": WORDS}
    await union.post("/consents", consent)
    request = await chatted(union)
    requester = {"display_name": NAME, "phone": "8 (916) 123-76-54"}
    call = by_phone(union.organization, requester=requester, text=WORDS)
    done(await union.client.post("/v1/requests", json=call, headers={"idempotency-key": "once"}), 201)
    event = await surveys.event(union, "open")
    async with services.client() as nobody:
        seat = {"name": NAME, "email": MAIL.upper(), "phone": PHONE}
        done(await nobody.post(f"/v1/events/{event}/registrations", json=seat), 201)
    survey = await surveys.survey(union, "open", anonymity="named")
    done(await client.post(f"/v1/surveys/{survey}/responses", json={"answers": {"need": "pay"}}), 201)
    post = {
        "organization_id": union.organization,
        "kind": "news",
        "text": "Договор подписан",
        "channel_ids": [await publisher.channel(union)],
        "author_id": person,
    }
    await union.post("/publications", post)
    done(await union.client.post(f"/v1/subjects/{person}/export"), 202)
    await services.drain()
    return Canary(union, person, client, event, survey, request)


@pytest_asyncio.fixture
async def canary(services: Services) -> AsyncGenerator[Canary, None]:
    found = await with_everything(services)
    yield found
    await found.client.aclose()
    await found.union.client.aclose()


async def bury(ground: Ground, canary: Canary) -> None:
    """Messages about the canary that nobody could take in, and one of many people's states."""
    person: dict[str, Any] = {
        "person_id": canary.person,
        "entity_version": 1,
        "display_name": NAME,
        "status": "member",
        "organization_ids": [],
        "identifiers": [{"network": "telegram", "external_id": ACCOUNT}],
    }
    other: dict[str, Any] = person | {"person_id": str(new_id()), "display_name": "Другая Нина", "identifiers": []}
    account = {"network": "telegram", "external_user_id": ACCOUNT}
    letters: list[tuple[str, str, dict[str, Any]]] = [
        ("publisher", "publisher.direct_message_received", {**account, "display_name": NAME, "text": WORDS}),
        ("gateway", "publisher.notice_requested", {**account, "sealed_text": "gAAAAA"}),
        ("gateway", "gateway.people_changed", {"position": 1, "people": [person, other]}),
        ("gateway", "gateway.person_changed", {"position": 2, **person}),
    ]
    async with engine(ground.owner_url).begin() as owner:
        for schema, kind, payload in letters:
            envelope = {"type": kind, "payload": payload}
            await owner.execute(
                text(
                    f"INSERT INTO {schema}.dead_letter (message_id, destination, tenant_id, priority, envelope, reason) "  # noqa: S608
                    "VALUES (:id, 'requests', :tenant_id, 5, CAST(:envelope AS jsonb), 'a test')"
                ),
                {"id": new_id(), "tenant_id": canary.union.tenant_id, "envelope": json.dumps(envelope)},
            )


async def dump(ground: Ground, tenant_id: UUID) -> str:
    """Every row of every table of all services, as the owner sees them, bytes as text too."""
    found: list[str] = []
    async with engine(ground.owner_url).connect() as owner:
        for metadata, _ in schemas():
            for table in metadata.sorted_tables:
                query = text(f"SELECT to_jsonb(t)::text FROM {table.fullname} AS t {_of(table.columns)}")  # noqa: S608
                found += (await owner.execute(query, {"tenant_id": tenant_id})).scalars()
    return "\n".join(found)


def _of(columns: Any) -> str:
    return "WHERE tenant_id = :tenant_id" if "tenant_id" in columns else "WHERE CAST(:tenant_id AS uuid) IS NOT NULL"


def unsealed(services: Services, content: str) -> str:
    """What lies in it encrypted: a key that is still there opens it."""
    cipher = services.runtime(ServiceName.GATEWAY).cipher
    plain: list[str] = []
    for token in SEALED.findall(content):
        try:
            plain.append(cipher.decrypt(token))
        except (UnreadableCiphertext, InvalidToken):
            continue
    return "\n".join(plain)


async def redis_dump(url: str) -> bytes:
    redis: Any = Redis.from_url(url)  # pyright: ignore[reportUnknownMemberType] - the client's keywords are untyped
    try:
        return b"\n".join([key + (await redis.dump(key) or b"") for key in await redis.keys("*")])
    finally:
        await redis.aclose()


async def erased(canary: Canary, *, dry_run: bool = False) -> dict[str, Any]:
    """The job's result."""
    body = {"reason": "asked", "dry_run": dry_run}
    started = await canary.union.client.post(f"/v1/subjects/{canary.person}/erasure", json=body)
    done(started, 202)
    await canary.services.drain()
    job = done(await canary.union.client.get(started.headers["location"]))
    assert job["state"] == "done", job
    return job["result"]


async def test_nothing_of_an_erased_person_is_left(
    canary: Canary, own_ground: Ground, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await bury(own_ground, canary)
    services, tenant_id = canary.services, canary.union.tenant_id
    before = await dump(own_ground, tenant_id)
    assert [trace for trace in TRACES if trace not in before] == []
    figures = await canary.figures()
    would = await erased(canary, dry_run=True)
    assert await dump(own_ground, tenant_id) != ""
    assert {service: bool(counts) for service, counts in would["counts"].items()} == dict.fromkeys(ServiceName, True)
    result = await erased(canary)

    left = await dump(own_ground, tenant_id)
    for where, content in {
        "tables": left,
        "sealed": unsealed(services, left),
        "redis": (await redis_dump(own_ground.redis_url)).decode("latin-1"),
        "media": "\n".join(
            file.read_bytes().decode("latin-1") for file in own_ground.media.rglob("*") if file.is_file()
        ),
        "logs": capsys.readouterr().out + caplog.text,
    }.items():
        for trace in TRACES:
            assert trace not in content, (where, trace)
            assert trace.encode().decode("latin-1") not in content, (where, trace)
    assert not list((own_ground.media / str(tenant_id) / "subject_exports").glob("*")), "nor the file of before"
    assert "Другая Нина" in left, "who is told of in the same message stays"
    assert await canary.figures() == figures
    async with services.client() as nobody:
        wrong = await nobody.post(
            "/v1/auth/login",
            json={"sign_in_name": MAIL, "password": PASSWORD, "tenant_id": str(canary.union.tenant_id)},
        )
    assert wrong.status_code == 401
    certificate = done(await canary.union.client.get(result["url"]))
    assert (certificate["state"], certificate["person_id"]) == ("done", canary.person)
    counts = certificate["counts"]
    assert {service: counts[service].keys() for service in counts} == {
        service: kinds.keys() for service, kinds in would["counts"].items()
    }, "the same kinds"
    assert counts["gateway"]["messages_on_their_way"] == 1, "and the notice in its outbox"
    for service, kinds in would["counts"].items():
        books = {"kept_access_log"}  # reading the figures is in it
        assert {kind: counts[service][kind] for kind in kinds.keys() - books} == {
            kind: rows for kind, rows in kinds.items() if kind not in books
        }, "as the dry run said"
    assert counts["requests"]["requests"] == 2
    assert counts["surveys"] == {
        "registrations": 1,
        "named_answers": 1,
        "messages_on_their_way": 0,
    }


async def test_a_second_erasure_finds_nobody(canary: Canary) -> None:
    await erased(canary)
    again = await erased(canary)
    certificate = done(await canary.union.client.get(again["url"]))
    for service in (ServiceName.PUBLISHER, ServiceName.REQUESTS, ServiceName.SURVEYS):
        kinds = {kind: rows for kind, rows in certificate["counts"][service].items() if not kind.startswith("kept_")}
        assert set(kinds.values()) == {0}, service


async def test_the_file_of_an_erased_person_has_what_the_books_keep(canary: Canary) -> None:
    await erased(canary)
    see = canary.union.client
    started = await see.post(f"/v1/subjects/{canary.person}/export")
    done(started, 202)
    await canary.services.drain()
    result = done(await see.get(started.headers["location"]))["result"]
    with zipfile.ZipFile(io.BytesIO((await see.get(result["url"])).content)) as archive:
        content = "".join(archive.read(name).decode() for name in archive.namelist())
    assert [trace for trace in TRACES if trace in content] == []
    assert canary.union.organization in content  # of the membership, which counts on


async def test_what_was_written_after_an_erasure_goes_with_a_second_one(canary: Canary, own_ground: Ground) -> None:
    """As by a registration that was under way when its service had reported."""
    await erased(canary)
    late = text("UPDATE surveys.registration SET name = :name, person_id = :person WHERE tenant_id = :tenant")
    async with engine(own_ground.owner_url).begin() as owner:
        await owner.execute(late, {"name": NAME, "person": canary.person, "tenant": canary.union.tenant_id})
    assert NAME in await dump(own_ground, canary.union.tenant_id)
    assert (await canary.union.client.get(f"/v1/people/{canary.person}")).status_code == 404
    again = await erased(canary)
    certificate = done(await canary.union.client.get(again["url"]))
    assert certificate["counts"][ServiceName.SURVEYS]["registrations"] == 1
    assert NAME not in await dump(own_ground, canary.union.tenant_id)


HELD: Final[Mapping[ServiceName, Find]] = {
    ServiceName.GATEWAY: partial(held_by_gateway, more=[notifications.held]),
    ServiceName.PUBLISHER: held_by_publisher,
    ServiceName.REQUESTS: held_by_requests,
    ServiceName.SURVEYS: held_by_surveys,
}
NAMES_SOMEBODY: Final = re.compile(
    r"(^|_)(person|survivor|merged|inviter|author|requester)_id$|^(email|phone|display_name)$"
)
EXPLAINED: Final[Mapping[str, str]] = {
    "person": "a read model: its name goes with the person's next version",
    "membership": "a read model: gone with the person's next version",
    "identifier": "a read model: gone with the person's next version",
    "erasure": "the certificate names an id that is left of nobody",
    "person_word": "goes with the name",
    "import_row": "what became of a row of a file, by the id alone",
}


@pytest.mark.parametrize("service", ServiceName)
async def test_every_table_that_names_somebody_is_known_to_the_erasure(
    service: ServiceName, services: Services
) -> None:
    union = await services.found()
    async with unit_of_work(services.runtime(service), union.tenant_id, system(union.tenant_id)) as context:
        held = await HELD[service](context, Subject(person_id=new_id()))
    known = {holding.table.name for holding in held.holdings}
    (metadata,) = (metadata for metadata, _ in schemas() if metadata.schema == service)
    naming = {
        table.name
        for table in metadata.sorted_tables
        if table.name not in CROSS_TENANT and any(NAMES_SOMEBODY.search(column.name) for column in table.columns)
    }
    assert naming - known - EXPLAINED.keys() == set()
    await union.client.aclose()
