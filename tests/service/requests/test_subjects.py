"""A person's requests: shown to them, erased without touching a figure, let go of when they are old."""

from collections.abc import Sequence
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from shared.clock import new_id
from shared.contracts import Message
from shared.contracts.gateway import PartReported, RetentionDue, SubjectErasureRequested, SubjectExportRequested
from shared.contracts.publisher import DirectMessageRequested
from shared.contracts.states import Identifier, Kept, Subject
from shared.subjects import SHOWN
from shared.testing.kit import ServiceKit, Tenant
from tests.service.requests.chat import Chat
from tests.service.requests.forms import by_phone

ACCOUNT = Identifier(network="telegram", external_id="1001")
LONG_AGO = 1  # days; the clock of tests is years ahead of the ids
NEVER = 36_500


def about(kit: ServiceKit, *, person_id: UUID | None = None, phones: Sequence[str] = ()) -> str:
    subject = Subject(person_id=person_id or new_id(), identifiers=(ACCOUNT,), phones=tuple(phones))
    return kit.runtime.cipher.encrypt(subject.model_dump_json())


async def told(kit: ServiceKit, tenant: Tenant, wish: Message) -> PartReported:
    """The service's part of a job."""
    assert (await kit.deliver(tenant, wish)).error is None
    return (await kit.emitted(tenant, PartReported))[-1]


async def words_in(kit: ServiceKit, tenant: Tenant) -> str:
    """All that the service has of the tenant, its outbox too."""
    found: list[str] = []
    async with kit.transaction(tenant) as context:
        for table in ("help_request", "request_message", "rating", "idempotency_record"):
            rows = await context.store.execute(text(f"SELECT to_jsonb(t)::text FROM requests.{table} AS t ORDER BY 1"))  # noqa: S608
            found += rows.scalars()
    asked = await kit.emitted(tenant, DirectMessageRequested)
    return "\n".join([*found, *(message.model_dump_json() for message in asked)])


@pytest.fixture
async def request_id(staff: httpx.AsyncClient, chat: Chat) -> str:
    """A resolved request out of the subject's chat."""
    await chat.write("Помогите, я Котова")
    (request,) = (await staff.get("/v1/requests")).json()["items"]
    answer = await staff.post(
        f"/v1/requests/{request['id']}/reply", json={"text": "Ответ Котовой"}, headers={"idempotency-key": "once"}
    )
    assert answer.status_code == 201, answer.text
    await staff.post(f"/v1/requests/{request['id']}/note", json={"text": "Котова права"})
    await staff.post(f"/v1/requests/{request['id']}/resolve")
    return request["id"]


async def test_all_that_is_known_is_shown(kit: ServiceKit, tenant: Tenant, request_id: str) -> None:
    part = await told(kit, tenant, SubjectExportRequested(job_id=new_id(), sealed_subject=about(kit)))
    assert part.sealed is not None
    assert "Котова" not in part.model_dump_json()
    shown = SHOWN.validate_json(kit.runtime.cipher.decrypt(part.sealed))
    assert {kind: len(rows) for kind, rows in shown.items()} == part.counts
    assert shown["requests"][0]["requester_name"] == "Анна Котова"
    assert "Помогите, я Котова" in str(shown["request_messages"])


async def test_a_letter_is_found_by_the_address_that_is_theirs(kit: ServiceKit, tenant: Tenant) -> None:
    await Chat(kit, tenant, tenant.root, network="email", account="anna@mail.example").write("Помогите")
    for address, found in (("Anna@Mail.example", 1), ("other@mail.example", 0)):
        subject = Subject(person_id=new_id(), emails=(address,))
        sealed = kit.runtime.cipher.encrypt(subject.model_dump_json())
        part = await told(kit, tenant, SubjectExportRequested(job_id=new_id(), sealed_subject=sealed))
        assert part.counts["requests"] == found


async def test_counting_changes_nothing(kit: ServiceKit, tenant: Tenant, request_id: str) -> None:
    before = await words_in(kit, tenant)
    wish = SubjectErasureRequested(job_id=new_id(), sealed_subject=about(kit), dry_run=True)
    part = await told(kit, tenant, wish)
    assert (part.counts["requests"], part.counts["request_messages"], part.sealed) == (1, 4, None)
    assert await words_in(kit, tenant) == before


async def test_what_was_said_goes_and_the_figures_stay(
    kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient, chat: Chat, request_id: str
) -> None:
    buttons = (await chat.told())[-1].buttons
    await chat.press(buttons[4].payload)
    part = await told(kit, tenant, SubjectErasureRequested(job_id=new_id(), sealed_subject=about(kit)))
    assert part.counts["requests"] == 1
    assert part.counts["messages_on_their_way"] == 3, "the reply, the notice and the thanks were not sent yet"
    assert "Котов" not in await words_in(kit, tenant)
    kept = (await staff.get(f"/v1/requests/{request_id}")).json()
    assert (kept["state"], kept["resolutions"], kept["requester"]["display_name"]) == ("resolved", 1, "")
    assert (await staff.get(f"/v1/requests/{request_id}/rating")).json()["score"] == 5


async def test_a_repeat_after_the_erasure_does_nothing_twice(
    kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient, request_id: str
) -> None:
    """Its answer is forgotten with the rest: whom it quoted, nobody can tell."""
    await told(kit, tenant, SubjectErasureRequested(job_id=new_id(), sealed_subject=about(kit)))
    again = await staff.post(
        f"/v1/requests/{request_id}/reply", json={"text": "Ответ Котовой"}, headers={"idempotency-key": "once"}
    )
    assert (again.status_code, again.json()["code"]) == (409, "idempotency.shown_once")


async def test_by_phone_only_what_is_nobody_elses(kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient) -> None:
    """A number that a request gives to call back finds it, unless it is known to be another's."""
    other = await kit.new_person(tenant, name="Другая Нина")
    requester = {"display_name": "Другая Нина", "phone": "8 (495) 000 00 00", "person_id": str(other)}
    for body in (by_phone(tenant.root), by_phone(tenant.root, requester=requester)):
        assert (await staff.post("/v1/requests", json=body)).status_code == 201
    wish = SubjectErasureRequested(job_id=new_id(), sealed_subject=about(kit, phones=["+74950000000"]))
    assert (await told(kit, tenant, wish)).counts["requests"] == 1
    names = {item["requester"]["display_name"] for item in (await staff.get("/v1/requests")).json()["items"]}
    assert names == {"", "Другая Нина"}


async def test_nothing_of_another_tenant_is_touched(kit: ServiceKit, tenant: Tenant, request_id: str) -> None:
    stranger = await kit.new_tenant()
    before = await words_in(kit, tenant)
    part = await told(kit, stranger, SubjectErasureRequested(job_id=new_id(), sealed_subject=about(kit)))
    assert part.counts["requests"] == part.counts["messages_on_their_way"] == 0
    assert await words_in(kit, tenant) == before


async def test_old_words_are_let_go(
    kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient, chat: Chat, request_id: str
) -> None:
    day = kit.clock.now().date()
    await kit.drain()
    await chat.write("Новое обращение")
    young = RetentionDue(day=day, days=dict.fromkeys(Kept, NEVER))
    before = await words_in(kit, tenant)
    assert (await kit.deliver(tenant, young)).error is None
    assert await words_in(kit, tenant) == before
    kit.advance(days=2)
    old = RetentionDue(day=day, days={Kept.REQUEST_TEXTS: LONG_AGO, Kept.REMEMBERED_ANSWERS: LONG_AGO})
    assert (await kit.deliver(tenant, old)).error is None
    left = await words_in(kit, tenant)
    assert "Новое обращение" in left, "it is not over"
    assert "Помогите" not in left
    assert (await staff.get(f"/v1/requests/{request_id}")).json()["topic"] is None
    repeat = await staff.post(
        f"/v1/requests/{request_id}/note", json={"text": "Дальше"}, headers={"idempotency-key": "once"}
    )
    assert repeat.status_code == 201, "the key is free again"


async def test_the_inbox_is_let_go(kit: ServiceKit, tenant: Tenant) -> None:
    async def known() -> int:
        async with kit.transaction(tenant) as context:
            return (await context.store.execute(text("SELECT count(*) FROM requests.processed_message"))).scalar_one()

    assert await known() >= 1
    due = RetentionDue(day=kit.clock.now().date(), days={Kept.INBOX: LONG_AGO})
    assert (await kit.deliver(tenant, due)).error is None
    assert await known() == 1, "but for the message that said so"
