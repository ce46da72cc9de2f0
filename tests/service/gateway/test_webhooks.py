"""Webhooks: what happens reaches its receivers once, in order, signed, whatever they answer."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from services.gateway.webhooks.actions import forget_old_events
from services.gateway.webhooks.actions.outcomes import disable
from services.gateway.webhooks.rules import GIVEN_UP_AFTER, KEPT, DisabledBecause
from services.gateway.webhooks.tables import Webhook
from shared.clock import new_id
from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.contracts.events import EVENTS, PublicationEvent, occurred
from shared.contracts.gateway import NotificationRequested
from shared.identity import system
from shared.permissions import Role
from tests.conftest import Ground
from tests.service.gateway.receiver import Endpoint, PartnerServer
from tests.service.gateway.union import Gateway, open_gateway
from tests.service.gateway.webhook_scene import Scene


@pytest_asyncio.fixture(scope="module")
async def own_gateway(ground: Ground, server: PartnerServer) -> AsyncGenerator[Gateway, None]:
    async with open_gateway(ground, sandbox_url=server.url) as gateway:
        yield gateway


@pytest_asyncio.fixture
async def scene(own_gateway: Gateway, server: PartnerServer) -> AsyncGenerator[Scene, None]:
    server.endpoints.clear()
    union = await own_gateway.found()
    scene = Scene(own_gateway, union, server)
    await scene.drain()
    yield scene
    await own_gateway.house.forget(union.id)
    await union.admin.aclose()


async def test_an_event_is_delivered_signed_and_kept_in_the_log(scene: Scene) -> None:
    endpoint = scene.server.endpoint("/hook", body=b"thank you")
    webhook = await scene.webhook()
    publication_id = new_id()
    event_id = await scene.tell(publication_id=publication_id)
    (call,) = endpoint.calls
    assert call.id == str(event_id)
    assert call.is_signed_with(webhook["secret"])
    assert call.told == {
        "type": "publication.published",
        "id": str(event_id),
        "timestamp": scene.gateway.clock.now().isoformat().replace("+00:00", "Z"),
        "organization_id": str(scene.union.id),
        "data": {"publication_id": str(publication_id), "kind": "news", "state": "published"},
    }
    (delivery,) = await scene.deliveries(webhook)
    assert (delivery["state"], delivery["event_id"], delivery["next_at"]) == ("sent", str(event_id), None)
    assert [(one["number"], one["status"], one["answer"]) for one in delivery["attempts"]] == [(1, 200, "thank you")]
    one = await scene.union.admin.get(f"/v1/webhooks/{webhook['id']}/deliveries/{delivery['id']}")
    assert one.json() == delivery


async def test_the_secret_is_shown_once(scene: Scene) -> None:
    webhook = await scene.webhook()
    assert webhook["secret"].startswith("whsec_")
    assert "secret" not in await scene.read(webhook)
    body = {"organization_id": str(scene.union.id), "url": f"{scene.server.url}/hook", "events": ["survey.opened"]}
    first = await scene.union.admin.post("/v1/webhooks", json=body, headers={"idempotency-key": "one"})
    again = await scene.union.admin.post("/v1/webhooks", json=body, headers={"idempotency-key": "one"})
    assert (first.status_code, again.status_code, again.json()["code"]) == (201, 409, "idempotency.shown_once")


async def test_only_what_a_webhook_listens_to_and_reaches_comes(scene: Scene) -> None:
    north = await scene.union.organization(kind="territorial")
    south = await scene.union.organization(kind="territorial")
    primary = await scene.union.organization(north["id"])
    endpoint = scene.server.endpoint("/north")
    await scene.webhook("/north", organization_id=north["id"], events=["publication.published"])
    heard = await scene.tell(organization_id=primary["id"])
    await scene.tell(organization_id=south["id"])
    await scene.tell(organization_id=str(scene.union.id))
    await scene.tell("publication.withdrawn", organization_id=primary["id"])
    assert [call.id for call in endpoint.calls] == [str(heard)]


async def test_a_message_that_comes_twice_is_one_event(scene: Scene) -> None:
    endpoint = scene.server.endpoint("/hook")
    await scene.webhook()
    data = PublicationEvent(publication_id=new_id(), kind="news", state="published")
    message = occurred("publication.published", scene.union.id, data, scene.gateway.clock.now())
    before = await scene.sequence()
    for _ in range(2):
        async with unit_of_work(scene.gateway.runtime, scene.union.id, system(scene.union.id)) as context:
            await context.emit(message)
    await scene.drain()
    await scene.tell()
    assert len(endpoint.calls) == 2
    assert await scene.sequence() == before + 2  # no gap


@pytest.mark.parametrize("status", [302, 400, 404, 500])
async def test_whatever_is_no_success_is_tried_again(scene: Scene, status: int) -> None:
    endpoint = scene.server.endpoint("/hook", answers=[status, status])
    elsewhere = scene.server.endpoint("/elsewhere")
    endpoint.headers = f"location: {scene.server.url}/elsewhere\r\n"
    webhook = await scene.webhook()
    event_id = await scene.tell()
    assert not endpoint.taken
    await scene.wait(minutes=3)
    assert [call.id for call in endpoint.calls] == [str(event_id)] * 3
    assert len({call.body for call in endpoint.calls}) == 1
    assert not elsewhere.calls
    (delivery,) = await scene.deliveries(webhook)
    assert [one["status"] for one in delivery["attempts"]] == [status, status, 200]


async def test_a_later_event_of_a_subject_waits_for_the_earlier(scene: Scene) -> None:
    endpoint = scene.server.endpoint("/hook", answers=[500, 500])
    await scene.webhook()
    publication_id = new_id()
    first = await scene.tell("publication.published", publication_id)
    second = await scene.tell("publication.withdrawn", publication_id)
    other = await scene.tell()
    assert [call.id for call in endpoint.calls] == [str(first), str(other)]  # the second failure is the other's
    await scene.wait(minutes=5)
    taken = [call.id for call in endpoint.taken]
    assert sorted(taken) == sorted(map(str, (first, second, other)))
    assert taken.index(str(first)) < taken.index(str(second))


async def test_an_hour_of_outage_loses_nothing_doubles_nothing_and_keeps_the_order(scene: Scene) -> None:
    endpoint = scene.server.endpoint("/hook", status=503)
    webhook = await scene.webhook()
    subjects = [new_id() for _ in range(5)]
    told: list[tuple[UUID, UUID]] = []
    began = scene.gateway.clock.now()
    for number in range(20):
        subject = subjects[number % 5]
        name = "publication.published" if number % 2 else "publication.withdrawn"
        told.append((subject, await scene.tell(name, subject)))
        await scene.wait(minutes=3)
    during = len(endpoint.calls)
    assert during < 20  # the circuit is open: only probes went
    assert (await scene.read(webhook))["state"] == "failing"
    endpoint.status = 200
    await scene.wait(minutes=20)
    assert (await scene.read(webhook))["state"] == "active"
    assert endpoint.counts == {str(event_id): 1 for _, event_id in told}
    answer = await scene.union.admin.post(f"/v1/webhooks/{webhook['id']}/replay", json={"since": began.isoformat()})
    assert answer.json() == {"deliveries": 20}
    await scene.drain()
    assert len(endpoint.calls) >= during + 40
    assert endpoint.counts == {str(event_id): 1 for _, event_id in told}
    for subject in subjects:
        in_order = [str(event_id) for about, event_id in told if about == subject]
        assert [call.id for call in endpoint.taken if call.id in in_order] == in_order
    assert {one["state"] for one in await scene.deliveries(webhook, limit=200)} == {"sent"}


async def test_one_event_that_is_always_refused_does_not_hold_the_others(scene: Scene) -> None:
    endpoint = scene.server.endpoint("/hook", status=500)
    await scene.webhook()
    poison = new_id()
    await scene.tell(publication_id=poison)
    await scene.wait(minutes=120)  # it alone opened the circuit
    endpoint.status = 200
    endpoint.answers = []
    refuse = endpoint.answer

    async def picky(call: Any) -> int:
        if call.told["data"]["publication_id"] == str(poison):
            endpoint.calls.append(call)
            return 500
        return await refuse(call)

    endpoint.answer = picky  # type: ignore[method-assign] - a receiver that cannot read one thing
    others = {str(await scene.tell()) for _ in range(10)}
    await scene.wait(minutes=20)
    assert set(endpoint.counts) == others


async def test_a_gone_address_is_called_no_more_and_somebody_is_told_once(scene: Scene) -> None:
    endpoint = scene.server.endpoint("/hook", status=410)
    webhook = await scene.webhook()
    await scene.tell()
    await scene.tell()
    await scene.wait(minutes=30)
    assert len(endpoint.calls) == 1
    shown = await scene.read(webhook)
    assert (shown["state"], shown["disabled_because"]) == ("disabled", "gone")
    (delivery,) = await scene.deliveries(webhook)
    assert delivery["state"] == "skipped"


async def test_days_of_failure_disable_it_and_enabling_and_a_replay_bring_everything(scene: Scene) -> None:
    endpoint = scene.server.endpoint("/hook", status=500)
    webhook = await scene.webhook()
    began = scene.gateway.clock.now()
    early = await scene.tell()
    late: UUID | None = None
    while scene.gateway.clock.now() - began < GIVEN_UP_AFTER + timedelta(hours=3):
        scene.gateway.clock.advance(timedelta(hours=3))
        await scene.drain()
        if late is None and scene.gateway.clock.now() - began > timedelta(days=4):
            late = await scene.tell()
    await scene.sign_in()
    states = {one["event_id"]: one["state"] for one in await scene.deliveries(webhook, limit=200)}
    assert (await scene.read(webhook))["disabled_because"] == "failed_for_days"
    assert states == {str(early): "failed", str(late): "skipped"}  # three days are over for the one alone
    missed = await scene.tell()
    assert (await scene.union.admin.post(f"/v1/webhooks/{webhook['id']}/test")).json()["code"] == "webhook.disabled"
    endpoint.status = 200
    enabled = await scene.union.admin.patch(f"/v1/webhooks/{webhook['id']}", json={"state": "active"})
    assert (enabled.status_code, enabled.json()["state"]) == (200, "active")
    replay = {"event_ids": [str(missed), str(early)]}
    answer = await scene.union.admin.post(f"/v1/webhooks/{webhook['id']}/replay", json=replay)
    assert answer.json() == {"deliveries": 2}
    await scene.drain()
    assert set(endpoint.counts) == {str(early), str(missed)}


async def test_a_disabled_webhook_asks_staff_to_look(scene: Scene) -> None:
    webhook = await scene.webhook()
    async with unit_of_work(scene.gateway.runtime, scene.union.id, system(scene.union.id)) as context:
        row = await context.store.lock(Webhook, UUID(webhook["id"]))
        await disable(context, row, DisabledBecause.GONE)
    (notice,) = await scene.gateway.house.outbox(ServiceName.GATEWAY, scene.union.id, NotificationRequested)
    assert (notice.incident, notice.link) == (f"webhook:{webhook['id']}:2", f"/v1/webhooks/{webhook['id']}")


async def test_while_a_secret_is_rotated_both_sign(scene: Scene) -> None:
    endpoint = scene.server.endpoint("/hook")
    webhook = await scene.webhook()
    rotated = await scene.union.admin.post(f"/v1/webhooks/{webhook['id']}/rotate")
    new = rotated.json()["secret"]
    assert new != webhook["secret"]
    await scene.tell()
    assert endpoint.calls[0].is_signed_with(new)
    assert endpoint.calls[0].is_signed_with(webhook["secret"])
    scene.gateway.clock.advance(timedelta(hours=24, minutes=1))
    await scene.tell()
    assert endpoint.calls[1].is_signed_with(new)
    assert not endpoint.calls[1].is_signed_with(webhook["secret"])


async def test_a_test_event_goes_to_that_webhook_alone(scene: Scene) -> None:
    one, other = scene.server.endpoint("/one"), scene.server.endpoint("/other")
    webhook = await scene.webhook("/one")
    await scene.webhook("/other", events=list(EVENTS))
    answer = await scene.union.admin.post(f"/v1/webhooks/{webhook['id']}/test")
    assert (answer.status_code, answer.json()["state"]) == (201, "pending")
    await scene.drain()
    assert [call.told["type"] for call in one.calls] == ["webhook.test"]
    assert not [call for call in other.calls if call.told["type"] == "webhook.test"]
    delivery = (await scene.union.admin.get(answer.headers["location"])).json()
    assert (delivery["state"], delivery["event"]) == ("sent", "webhook.test")


async def test_one_worker_at_a_time_sends_to_a_webhook(scene: Scene) -> None:
    endpoint = scene.server.endpoint("/hook", seconds=0.02)
    await scene.webhook()
    for _ in range(30):
        await scene.tell(drain=False)
    await scene.drain()
    assert len(endpoint.calls) == len(endpoint.counts) == 30
    assert 1 < endpoint.most_at_once <= 4  # of different subjects


async def test_old_events_are_let_go(scene: Scene) -> None:
    scene.server.endpoint("/hook")
    webhook = await scene.webhook()
    await scene.tell()
    scene.gateway.clock.advance(KEPT + timedelta(days=1))
    await scene.sign_in()
    recent = await scene.tell()
    async with unit_of_work(scene.gateway.runtime, scene.union.id, system(scene.union.id)) as context:
        assert await forget_old_events(context) == await scene.sequence() - 1
    assert [one["event_id"] for one in await scene.deliveries(webhook)] == [str(recent)]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/hook",
        "https://127.0.0.1/hook",
        "https://[::ffff:127.0.0.1]/hook",
        "https://[64:ff9b::7f00:1]/hook",
        "https://169.254.169.254/latest",
        "https://100.64.0.1/",
        "https://2130706433/",
        "https://user:secret@93.184.215.14/",
        "https://93.184.215.14:8443/",
        "ftp://93.184.215.14/",
        "https:///nowhere",
        "javascript:alert(1)",
    ],
)
async def test_an_address_that_must_not_be_called_is_not_kept(scene: Scene, url: str) -> None:
    body = {"organization_id": str(scene.union.id), "url": url, "events": ["survey.opened"]}
    answer = await scene.union.admin.post("/v1/webhooks", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "url.not_allowed")
    webhook = await scene.webhook()
    path = f"/v1/webhooks/{webhook['id']}"
    changed = await scene.union.admin.patch(path, json={"url": url})
    assert (changed.status_code, changed.json()["code"]) == (422, "url.not_allowed")
    for both in (
        await scene.union.admin.post("/v1/webhooks", json={**body, "events": ["survey.opened", "survey.exploded"]}),
        await scene.union.admin.patch(path, json={"url": url, "events": ["survey.opened", "survey.exploded"]}),
    ):
        assert (both.status_code, both.json()["code"]) == (422, "invalid")
        wrong = [(one["pointer"], one["code"]) for one in both.json()["errors"]]
        assert wrong == [("/url", "url.not_allowed"), ("/events/1", "webhook.unknown_event")]


async def test_nobody_has_a_webhook_told_more_than_they_know(scene: Scene) -> None:
    async with await scene.union.staff(Role.INFORMATION_OFFICER) as officer:
        body = {"organization_id": str(scene.union.id), "url": f"{scene.server.url}/x", "events": ["request.created"]}
        refused = await officer.post("/v1/webhooks", json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "webhook.event_not_yours")
        theirs = (await scene.union.admin.post("/v1/webhooks", json=body)).json()["id"]
        for method, path, change in (
            ("PATCH", "", {"url": f"{scene.server.url}/y"}),
            ("PATCH", "", {"url": f"{scene.server.url}/y", "events": ["survey.opened"]}),
            ("POST", "/rotate", None),
            ("POST", "/replay", {"since": "2020-01-01T00:00:00Z"}),
            ("GET", "/deliveries", None),
            ("GET", f"/deliveries/{new_id()}", None),
        ):
            refused = await officer.request(method, f"/v1/webhooks/{theirs}{path}", json=change)
            assert (refused.status_code, refused.json()["code"]) == (403, "webhook.event_not_yours"), path
    partner = {"organization_id": str(scene.union.id), "name": "Газета", "kind": "newspaper"}
    partner_id = (await scene.union.admin.post("/v1/partners", json=partner)).json()["id"]
    refused = await scene.union.admin.post("/v1/webhooks", json={**body, "partner_id": partner_id})
    assert (refused.status_code, refused.json()["code"]) == (422, "webhook.event_not_for_partners")
    (error,) = refused.json()["errors"]
    assert error["pointer"] == "/events/0"
    assert "request.created" in error["detail"]


async def test_a_change_is_made_on_what_was_read(scene: Scene) -> None:
    webhook = await scene.webhook()
    path = f"/v1/webhooks/{webhook['id']}"
    for method, body in (("PATCH", {"description": "x"}), ("DELETE", None)):
        stale = await scene.union.admin.request(method, path, json=body, headers={"if-match": '"7"'})
        assert stale.status_code == 412, method
    assert (await scene.union.admin.post(f"{path}/rotate", headers={"if-match": '"7"'})).status_code == 412
    changed = await scene.union.admin.patch(path, json={"description": "x"}, headers={"if-match": '"1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    await scene.tell()
    assert (await scene.union.admin.delete(path)).status_code == 204
    assert (await scene.union.admin.get(path)).status_code == 404


@pytest.mark.parametrize("path", ["/v1/webhooks", "/v1/webhooks/{id}/deliveries"])
async def test_a_list_asks_as_many_questions_for_many_as_for_one(scene: Scene, path: str) -> None:
    scene.server.endpoint("/hook")
    webhook = await scene.webhook()
    path = path.format(id=webhook["id"])
    await scene.tell()
    few: list[str] = []
    many: list[str] = []
    with scene.gateway.counting(few):
        assert len((await scene.union.admin.get(path)).json()["items"]) == 1
    for _ in range(5):
        await scene.webhook("/more", events=["survey.opened"])
        await scene.tell()
    with scene.gateway.counting(many):
        assert len((await scene.union.admin.get(path)).json()["items"]) == 6
    assert len(many) == len(few)


async def test_an_answer_without_end_is_not_read_to_its_end(scene: Scene) -> None:
    endpoint: Endpoint = scene.server.endpoint("/hook", status=500, body=b"\x00\xff" * 50_000)
    webhook = await scene.webhook()
    await scene.tell()
    assert len(endpoint.calls) == 1
    (delivery,) = await scene.deliveries(webhook)
    assert len(delivery["attempts"][0]["answer"]) == 500


async def test_what_waits_is_not_sent_to_a_webhook_that_hears_it_no_more(scene: Scene) -> None:
    endpoint = scene.server.endpoint("/hook", answers=[500, 500])
    webhook = await scene.webhook()
    dropped = await scene.tell("publication.withdrawn")
    kept = await scene.tell("publication.published")
    path = f"/v1/webhooks/{webhook['id']}"
    narrowed = await scene.union.admin.patch(path, json={"events": ["publication.published"]})
    assert narrowed.status_code == 200
    await scene.wait(minutes=5)
    assert [call.id for call in endpoint.taken] == [str(kept)]
    states = {one["event_id"]: one["state"] for one in await scene.deliveries(webhook)}
    assert states == {str(dropped): "skipped", str(kept): "sent"}
    replayed = await scene.union.admin.post(f"{path}/replay", json={"event_ids": [str(dropped)]})
    assert replayed.status_code == 404
    tested = await scene.union.admin.post(f"{path}/test")
    again = {"event_ids": [tested.json()["event_id"]]}
    await scene.drain()
    assert (await scene.union.admin.post(f"{path}/replay", json=again)).json() == {"deliveries": 1}


async def test_what_it_hears_no_more_costs_a_failing_webhook_no_probes(scene: Scene) -> None:
    endpoint = scene.server.endpoint("/hook", status=503)
    webhook = await scene.webhook()
    dropped = [await scene.tell("publication.withdrawn") for _ in range(30)]
    kept = await scene.tell("publication.published")
    assert (await scene.read(webhook))["state"] == "failing"
    narrowed = {"events": ["publication.published"]}
    await scene.union.admin.patch(f"/v1/webhooks/{webhook['id']}", json=narrowed)
    endpoint.status = 200
    await scene.wait(minutes=20)
    assert [call.id for call in endpoint.taken] == [str(kept)]
    assert (await scene.read(webhook))["state"] == "active"
    states = {one["event_id"]: one["state"] for one in await scene.deliveries(webhook, limit=50)}
    assert states == {str(kept): "sent"} | {str(event_id): "skipped" for event_id in dropped}


async def test_what_waits_is_not_sent_when_its_branch_has_moved_away(scene: Scene) -> None:
    north = await scene.union.organization(kind="territorial")
    south = await scene.union.organization(kind="territorial")
    primary = await scene.union.organization(north["id"])
    endpoint = scene.server.endpoint("/north", answers=[500])
    webhook = await scene.webhook("/north", organization_id=north["id"])
    await scene.tell(organization_id=primary["id"])
    moved = await scene.union.admin.post(f"/v1/organizations/{primary['id']}/move", json={"parent_id": south["id"]})
    assert moved.status_code == 200, moved.text
    await scene.wait(minutes=5)
    assert (len(endpoint.calls), endpoint.taken) == (1, [])
    (delivery,) = await scene.deliveries(webhook)
    assert delivery["state"] == "skipped"


async def test_a_move_and_a_setting_are_told_of_the_organization_concerned(scene: Scene) -> None:
    north = await scene.union.organization(kind="territorial")
    south = await scene.union.organization(kind="territorial")
    primary = await scene.union.organization(north["id"])
    await scene.drain()
    endpoint = scene.server.endpoint("/tree")
    await scene.webhook("/tree", events=["organization.changed"])
    move = f"/v1/organizations/{primary['id']}/move"
    moved = (await scene.union.admin.post(move, json={"parent_id": south["id"]})).json()
    settings = {"settings": {"least_numbers": 9}}
    settled = (await scene.union.admin.patch(f"/v1/organizations/{south['id']}", json=settings)).json()
    await scene.drain()
    told = [(call.told["data"]["organization_id"], call.told["data"]["version"]) for call in endpoint.calls]
    assert told == [(primary["id"], moved["version"]), (south["id"], settled["version"])]


async def test_what_a_turn_had_no_time_for_was_not_tried(scene: Scene) -> None:
    endpoint = scene.server.endpoint("/hook", status=500)
    webhook = await scene.webhook()
    for _ in range(15):
        await scene.tell(drain=False)
    await scene.drain()
    log = await scene.deliveries(webhook)
    assert 5 <= len(endpoint.calls) < len(log) == 15  # the circuit opened in the middle of the turn
    attempts = [attempt for delivery in log for attempt in delivery["attempts"]]
    assert [attempt["status"] for attempt in attempts] == [500] * len(endpoint.calls)
    endpoint.status = 200
    await scene.wait(minutes=30)
    for delivery in await scene.deliveries(webhook):
        assert [attempt["number"] for attempt in delivery["attempts"]] == [*range(1, len(delivery["attempts"]) + 1)]
