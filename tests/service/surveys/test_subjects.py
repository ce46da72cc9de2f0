"""A person's registrations and named answers: shown, erased with every figure as it was, let go of when they are old."""

from uuid import UUID

import httpx

from shared.clock import new_id
from shared.contracts import Message
from shared.contracts.gateway import PartReported, RetentionDue, SubjectErasureRequested, SubjectExportRequested
from shared.contracts.states import Kept, Subject
from shared.subjects import SHOWN
from shared.testing.kit import ServiceKit, Tenant
from tests.service.surveys.gatherings import line, opened, register
from tests.service.surveys.polls import members, person, respond
from tests.service.surveys.polls import opened as opened_poll

MAIL = "kotova@example.org"


def about(kit: ServiceKit, person_id: UUID | None = None) -> str:
    subject = Subject(person_id=person_id or new_id(), emails=(MAIL,), phones=("+79161234567",))
    return kit.runtime.cipher.encrypt(subject.model_dump_json())


async def told(kit: ServiceKit, tenant: Tenant, wish: Message) -> PartReported:
    assert (await kit.deliver(tenant, wish)).error is None
    return (await kit.emitted(tenant, PartReported))[-1]


async def test_a_seat_stays_taken_by_nobody(kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient) -> None:
    event = await opened(chair, tenant)
    for email in ("first@example.org", MAIL, "third@example.org"):
        assert (await register(kit, event, email)).status_code == 201
    part = await told(kit, tenant, SubjectErasureRequested(job_id=new_id(), sealed_subject=about(kit)))
    assert part.counts["registrations"] == 1
    assert [(email, state) for email, state, _ in await line(chair, event)] == [
        ("first@example.org", "confirmed"),
        (None, "confirmed"),
        ("third@example.org", "waiting"),
    ]
    seats = (await chair.get(f"/v1/events/{event}")).json()
    assert (seats["confirmed"], seats["waiting"]) == (2, 1)


async def test_a_contact_that_is_known_to_be_anothers_is_left_alone(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient
) -> None:
    event = await opened(chair, tenant)
    other = await kit.new_person(tenant)
    assert (await register(kit, event, MAIL, caller=person(tenant, other))).status_code == 201
    part = await told(kit, tenant, SubjectErasureRequested(job_id=new_id(), sealed_subject=about(kit)))
    assert part.counts["registrations"] == 0
    assert [email for email, _, _ in await line(chair, event)] == [MAIL]


async def test_named_answers_count_on_without_a_name(kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient) -> None:
    people = await members(kit, tenant, 6)
    named = await opened_poll(chair, tenant, anonymity="named")
    anonymous = await opened_poll(chair, tenant, anonymity="anonymous")
    for survey in (named, anonymous):
        for one in people:
            assert (await respond(kit, tenant, survey, one)).status_code == 201
        assert (await chair.post(f"/v1/surveys/{survey}/close")).status_code == 200
    results = [(await chair.get(f"/v1/surveys/{survey}/results")).json() for survey in (named, anonymous)]
    export = await told(kit, tenant, SubjectExportRequested(job_id=new_id(), sealed_subject=about(kit, people[0])))
    assert export.sealed is not None
    shown = SHOWN.validate_json(kit.runtime.cipher.decrypt(export.sealed))
    assert [row["answers"] for row in shown["named_answers"]] == [{"need": "pay"}], "and none of the anonymous ones"
    wish = SubjectErasureRequested(job_id=new_id(), sealed_subject=about(kit, people[0]))
    assert (await told(kit, tenant, wish)).counts["named_answers"] == 1
    again = [(await chair.get(f"/v1/surveys/{survey}/results")).json() for survey in (named, anonymous)]
    assert again == results
    answers = (await chair.get(f"/v1/surveys/{named}/responses")).json()["items"]
    assert len(answers) == len(people)
    assert str(people[0]) not in str(answers)


async def test_who_was_at_old_events_is_let_go(kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient) -> None:
    old, coming = (
        await opened(chair, tenant),
        await opened(chair, tenant, starts_local="2032-05-20T18:30:00", ends_local="2032-05-20T20:00:00"),
    )
    for event in (old, coming):
        assert (await register(kit, event, MAIL)).status_code == 201
    kit.advance(days=120)
    due = RetentionDue(day=kit.clock.now().date(), days={Kept.REGISTRATIONS: 30})
    assert (await kit.deliver(tenant, due)).error is None
    assert [email for email, _, _ in await line(chair, old)] == [None]
    assert [email for email, _, _ in await line(chair, coming)] == [MAIL]
    kit.advance(days=-120)
