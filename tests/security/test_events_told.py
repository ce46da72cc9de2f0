"""What happens in any service comes to the webhooks and streams of those who may hear it, and names nobody."""

import json
from uuid import UUID

from sqlalchemy import text

from services.gateway.webhooks.actions import events_after, latest_sequence
from services.publisher.networks.outcomes import Sent, Unknown
from services.publisher.networks.reasons import reason
from shared.clock import new_id
from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.contracts.events import EVENTS
from shared.identity import ApiKey, Caller, CallerKind, Grant, system
from shared.permissions import PARTNER_SCOPES, Permission, Role
from tests.security.conftest import Neighbours
from tests.security.house import Branch, Services, done
from tests.security.makers import publisher, publisher_campaigns, requests, surveys
from tests.security.test_partner_keys import NAMES, people_of


async def told(branch: Branch) -> list[tuple[str, str, str]]:
    """Name, subject and data of every event of the union that is not one person's own, in their sequence."""
    await branch.services.drain()
    runtime = branch.services.runtime(ServiceName.GATEWAY)
    query = text("SELECT event, subject, data, sequence, hearers FROM gateway.event ORDER BY sequence")
    async with runtime.database.transaction(branch.tenant_id) as session:
        rows = (await session.execute(query)).all()
    assert [row.sequence for row in rows] == list(range(1, len(rows) + 1))
    return [(row.event, row.subject, json.dumps(row.data)) for row in rows if row.hearers is None]


async def everything_happens(branch: Branch) -> None:
    published, _ = await publisher.sent(branch, Sent("1", None))
    await branch.post(f"/publications/{published}/correct", {"text": "Собрание переносится"}, 200)
    await publisher.failed_over(branch)
    await publisher.sent(branch, Unknown(reason("no_answer")))
    campaign = await publisher_campaigns.campaign(branch, "open")
    await branch.post(f"/campaigns/{campaign}/outside_publications", publisher_campaigns.OUTSIDE)
    withdrawn = await publisher.draft(branch)
    await branch.post(f"/publications/{withdrawn}/withdraw", status=200)
    one = await requests.request(branch, "assign", "reply", "resolve")
    link = await branch.post(f"/requests/{one}/rating_link")
    await branch.post(f"/requests/{one}/rating", {"token": link["token"], "score": 5})
    await branch.post(f"/requests/{one}/close", status=200)
    await surveys.survey(branch, "open", "close")
    gathering = await surveys.event(branch, "open")
    async with branch.services.client() as somebody:
        for name in ("a", "b", "c"):
            who = {"name": "Мария Соколова", "email": f"{name}.sokolova@example.org"}
            done(await somebody.post(f"/v1/events/{gathering}/registrations", json=who), 201)
    await branch.post(f"/events/{gathering}/cancel", status=200)
    part = await branch.part()
    done(await branch.client.patch(f"/v1/organizations/{part}", json={"name": "Иначе"}))


async def test_every_kind_of_event_is_told_once_and_names_nobody(services: Services, neighbours: Neighbours) -> None:
    branch = neighbours.owner
    before = len(await told(branch))
    await everything_happens(branch)
    news = (await told(branch))[before:]
    names = [name for name, _, _ in news]
    seldom = {
        "publication.partially_published",  # of several channels
        "channel.needs_reauthorization",
        "webhook.test",
    }
    assert set(names) == set(EVENTS) - seldom
    assert {name: names.count(name) for name in names} == {
        **dict.fromkeys(set(EVENTS) - seldom, 1),
        "organization.changed": 2,
    }
    people = await people_of(branch)
    for name, _, data in news:
        assert not [each for each in (*NAMES, *people) if each in data], name
        assert set(json.loads(data)) == set(EVENTS[name].data.model_fields)


async def test_each_hears_what_they_may_see_where_they_may_see_it(services: Services, neighbours: Neighbours) -> None:
    branch, sibling = neighbours.owner, neighbours.sibling
    runtime = services.runtime(ServiceName.GATEWAY)
    async with unit_of_work(runtime, branch.tenant_id, system(branch.tenant_id)) as context:
        before = await latest_sequence(context)
    await everything_happens(branch)
    await services.drain()

    async def heard(caller: Caller) -> set[str]:
        async with unit_of_work(runtime, branch.tenant_id, caller) as context:
            found = await events_after(context, before, 100_000)
            newest = await latest_sequence(context)
            assert all(event.sequence <= newest for event in found)
            return {event.event.split(".")[0] for event in found}

    def person(role: Role, organization: str) -> Caller:
        return Caller(CallerKind.PERSON, branch.tenant_id, new_id(), (Grant(role, UUID(organization)),))

    def key(*scopes: Permission) -> Caller:
        held = ApiKey(new_id(), new_id(), UUID(branch.organization), frozenset(scopes))
        return Caller(CallerKind.PARTNER, branch.tenant_id, key=held)

    assert await heard(person(Role.CHAIR, branch.organization)) >= {"publication", "request", "survey", "event"}
    assert await heard(person(Role.LAWYER, branch.organization)) == {"request", "organization"}
    assert await heard(person(Role.MEMBER, branch.organization)) == {"organization"}
    assert "request" not in await heard(person(Role.LAWYER, sibling.organization))
    assert await heard(key(*PARTNER_SCOPES)) == {
        "publication",
        "campaign",
        "delivery",
        "survey",
        "event",
        "organization",
    }
    assert await heard(key(Permission.SEE_EVENTS)) == {"event"}
    assert await heard(Caller(CallerKind.PERSON, branch.tenant_id, new_id())) == set()
