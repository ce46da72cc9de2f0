"""Enterprises: kept, found, changed; and the history of the relationship with each."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from services.publisher.enterprises.actions.accounts import author_type_of
from services.publisher.enterprises.actions.history import note_event
from services.publisher.enterprises.rules.relationship import AuthorType, EventKind
from services.publisher.networks.accounts import Network
from shared.clock import new_id
from shared.contracts.gateway import PartReported, SubjectErasureRequested, SubjectExportRequested
from shared.contracts.states import Identifier, Subject
from shared.identity import ApiKey, Caller, CallerKind
from shared.permissions import Permission, Role
from shared.subjects import SHOWN
from tests.service.publisher.newsroom import ABSENT, Newsroom, answered, refused

HEAD = {"name": "Орлов Пётр Ильич", "position": "директор", "email": "head@example.org"}
PRESS = {"name": "Пресс-служба", "email": "press@example.org", "phone": "+74951234567"}
ACCOUNT = {"network": "vk", "external_id": "-123456"}


async def enterprise(newsroom: Newsroom, **more: object) -> dict[str, Any]:
    body = {
        "organization_id": str(newsroom.tenant.root),
        "name": "Завод «Северный свет»",
        "founded_on": "1951-05-20",
        "head": HEAD,
        "press_contact": {**PRESS, "phone": "8 495 123-45-67"},
        **more,
    }
    return answered(await newsroom.client.post("/v1/enterprises", json=body), 201)


async def read(newsroom: Newsroom, made: dict[str, Any], of: str = "", **params: str) -> dict[str, Any]:
    return answered(await newsroom.client.get(f"/v1/enterprises/{made['id']}{of}", params=params))


async def author(newsroom: Newsroom, network: Network, external_id: str) -> tuple[AuthorType, UUID | None]:
    async with newsroom.kit.transaction(newsroom.tenant) as context:
        return await author_type_of(context, network, external_id)


async def test_an_enterprise_is_kept_as_it_was_entered(newsroom: Newsroom) -> None:
    branch = await newsroom.kit.new_organization(newsroom.tenant)
    made = await enterprise(newsroom, accounts=[ACCOUNT], organization_ids=[str(branch), str(branch)])
    assert (made["head"], made["press_contact"], made["founded_on"]) == (HEAD, PRESS, "1951-05-20")
    assert (made["accounts"], made["organization_ids"]) == ([ACCOUNT], [str(branch)])
    assert await read(newsroom, made) == made


async def test_a_change_leaves_the_rest(newsroom: Newsroom) -> None:
    made = await enterprise(newsroom, accounts=[ACCOUNT])
    address = f"/v1/enterprises/{made['id']}"
    refused(await newsroom.client.patch(address, json={"name": "x"}, headers={"if-match": '"9"'}), 412, "stale")
    changed = answered(await newsroom.client.patch(address, json={"head": None, "closed": True}))
    assert changed == made | {"head": None, "closed": True, "version": 2}
    emptied = answered(await newsroom.client.patch(address, json={"accounts": [], "press_contact": None}))
    assert (emptied["accounts"], emptied["press_contact"], emptied["founded_on"]) == ([], None, "1951-05-20")


@pytest.mark.parametrize(
    "wrong", [{"email": "press@@example.org"}, {"phone": "495"}, {"email": "a@b.ru\r\nbcc: c@d.ru"}]
)
async def test_what_is_no_contact_is_refused(newsroom: Newsroom, wrong: dict[str, str]) -> None:
    body = {"organization_id": str(newsroom.tenant.root), "name": "Завод", "press_contact": wrong}
    refused(await newsroom.client.post("/v1/enterprises", json=body), 422, "invalid")


async def test_an_account_is_one_enterprises(newsroom: Newsroom) -> None:
    first = await enterprise(newsroom, accounts=[ACCOUNT])
    body = {"organization_id": str(newsroom.tenant.root), "name": "Другой", "accounts": [ACCOUNT]}
    refused(await newsroom.client.post("/v1/enterprises", json=body), 409, "enterprise.account_taken")
    assert len(answered(await newsroom.client.get("/v1/enterprises"))["items"]) == 1
    answered(await newsroom.client.patch(f"/v1/enterprises/{first['id']}", json={"accounts": []}))
    assert answered(await newsroom.client.post("/v1/enterprises", json=body), 201)["accounts"] == [ACCOUNT]


async def test_it_is_known_who_an_author_is(newsroom: Newsroom) -> None:
    made = await enterprise(newsroom, accounts=[ACCOUNT])
    channel = await newsroom.channel(Network.VK)
    assert await author(newsroom, Network.VK, "-123456") == (AuthorType.ENTERPRISE, UUID(made["id"]))
    assert await author(newsroom, Network.VK, f"-{channel['external_id']}") == (AuthorType.ORGANIZATION, None)
    assert await author(newsroom, Network.TELEGRAM, "-123456") == (AuthorType.PERSON, None)


async def test_lists_are_filtered(newsroom: Newsroom) -> None:
    branch = await newsroom.kit.new_organization(newsroom.tenant)
    light = await enterprise(newsroom)
    park = await enterprise(newsroom, name="Парк Ёлки", organization_id=str(branch), organization_ids=[str(branch)])
    for filters, found in (
        ({}, [park, light]),
        ({"organization_id": str(branch)}, [park]),
        ({"at_organization_id": str(branch)}, [park]),
        ({"name": "завод сев"}, [light]),
        ({"name": "ПАРК ЕЛ"}, [park]),
        ({"name": "свет"}, []),
    ):
        items = answered(await newsroom.client.get("/v1/enterprises", params=filters))["items"]
        assert [one["id"] for one in items] == [one["id"] for one in found], filters
    first = answered(await newsroom.client.get("/v1/enterprises", params={"limit": 1}))
    rest = answered(await newsroom.client.get("/v1/enterprises", params={"after": first["next"]}))
    assert [one["id"] for one in rest["items"]] == [light["id"]]


async def test_a_list_asks_as_much_for_many_as_for_one(newsroom: Newsroom) -> None:
    for number in range(6):
        await enterprise(newsroom, accounts=[{"network": "vk", "external_id": f"-{number}"}])
    engine = newsroom.kit.runtime.database.engine.sync_engine
    counted: list[int] = []
    for limit in ("1", "6"):
        statements: list[str] = []

        def note(_: object, __: object, statement: str, *___: object, into: list[str] = statements) -> None:
            into.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        items = answered(await newsroom.client.get("/v1/enterprises", params={"limit": limit}))["items"]
        event.remove(engine, "before_cursor_execute", note)
        assert len(items) == int(limit)
        assert all(one["accounts"] for one in items)
        counted.append(len(statements))
    assert counted[0] == counted[1]


async def test_the_history_is_noted_once_and_summed_up(newsroom: Newsroom) -> None:
    made = await enterprise(newsroom)
    now, publication = newsroom.kit.clock.now(), new_id()
    assert (await read(newsroom, made, "/relationship"))["reaction"] == {
        "value": None,
        "n": 0,
        "reason_if_null": "no_answers",
    }
    for _ in range(2):
        async with newsroom.kit.transaction(newsroom.tenant) as context:
            card, thanks, repost = EventKind.CARD_SENT, EventKind.THANKS, EventKind.REPOST
            one = UUID(made["id"])
            await note_event(context, one, card, source_key="p1", happened_at=now, publication_id=publication)
            for kind, key, minutes in ((thanks, "c1", 10), (repost, "r1", 30), (repost, "r2", -5)):
                await note_event(
                    context,
                    one,
                    kind,
                    source_key=key,
                    happened_at=now + timedelta(minutes=minutes),
                    publication_id=publication,
                    published_at=now,
                    url="https://vk.com/wall-1_2",
                )
    events = (await read(newsroom, made, "/history"))["items"]
    assert [(one["kind"], one["reaction_seconds"]) for one in events] == [
        ("repost", 0),
        ("repost", 1800),
        ("thanks", 600),
        ("card_sent", None),
    ]
    assert len((await read(newsroom, made, "/history", kind="repost"))["items"]) == 2
    summed = await read(newsroom, made, "/relationship")
    assert {kind: times for kind, times in summed["counts"].items() if times} == {
        "card_sent": 1,
        "thanks": 1,
        "repost": 2,
    }
    assert summed["reaction"] == {"value": 600.0, "n": 3, "reason_if_null": None}


async def test_what_no_network_told_of_is_entered_by_hand(newsroom: Newsroom) -> None:
    made = await enterprise(newsroom)
    now = newsroom.kit.clock.now()
    address = f"/v1/enterprises/{made['id']}/history"
    body = {"kind": "thanks", "happened_at": now.isoformat(), "words": "Письмо директора"}
    event = answered(await newsroom.client.post(address, json=body), 201)
    assert (await read(newsroom, made, "/history"))["items"] == [event]
    refused(await newsroom.client.post(address, json={**body, "kind": "comment"}), 422, "enterprise.event_not_by_hand")
    tomorrow = (now + timedelta(days=1)).isoformat()
    refused(
        await newsroom.client.post(address, json={**body, "happened_at": tomorrow}),
        422,
        "enterprise.event_in_the_future",
    )


async def test_a_partner_is_shown_nobody(newsroom: Newsroom) -> None:
    made = await enterprise(newsroom)
    body = {"kind": "note", "happened_at": newsroom.kit.clock.now().isoformat(), "words": "Орлов обещал"}
    answered(await newsroom.client.post(f"/v1/enterprises/{made['id']}/history", json=body), 201)
    key = ApiKey(new_id(), new_id(), newsroom.tenant.root, frozenset({Permission.SEE_PUBLICATIONS}))
    partner = Caller(CallerKind.PARTNER, newsroom.tenant.id, position=newsroom.tenant.position, key=key)
    async with newsroom.kit.client(partner) as client:
        shown = await client.get(f"/v1/enterprises/{made['id']}")
        history = await client.get(f"/v1/enterprises/{made['id']}/history")
    assert (answered(shown)["head"], answered(shown)["press_contact"]) == (None, None)
    assert [one["words"] for one in answered(history)["items"]] == [""]


async def test_whoever_leads_or_speaks_is_shown_and_erased(newsroom: Newsroom) -> None:
    made = await enterprise(newsroom, accounts=[ACCOUNT, {"network": "telegram", "external_id": "77"}])
    other = await enterprise(newsroom, head=None, press_contact={"name": "Другая", "email": "other@example.org"})
    subject = Subject(
        person_id=new_id(),
        emails=("head@example.org",),
        phones=("+74951234567",),
        identifiers=(Identifier(network="telegram", external_id="77"),),
    )
    kit = newsroom.kit
    sealed = kit.runtime.cipher.encrypt(subject.model_dump_json())
    wish = SubjectExportRequested(job_id=new_id(), sealed_subject=sealed)
    assert (await kit.deliver(newsroom.tenant, wish)).error is None
    (export,) = await kit.emitted(newsroom.tenant, PartReported)
    assert export.sealed is not None
    shown = SHOWN.validate_json(kit.runtime.cipher.decrypt(export.sealed))
    assert shown["enterprises_led"][0]["head_name"] == HEAD["name"]
    assert shown["enterprises_spoken_for"][0]["press_phone"] == PRESS["phone"]
    assert shown["accounts_of_authors"][0]["external_id"] == "77"
    erasure = SubjectErasureRequested(job_id=new_id(), sealed_subject=sealed)
    assert (await kit.deliver(newsroom.tenant, erasure)).error is None
    left = await read(newsroom, made)
    assert (left["head"], left["press_contact"], left["accounts"]) == (None, None, [ACCOUNT])
    assert (left["name"], left["founded_on"]) == (made["name"], made["founded_on"])
    assert await read(newsroom, other) == other


async def test_only_those_it_concerns_see_it(newsroom: Newsroom) -> None:
    branch = await newsroom.kit.new_organization(newsroom.tenant)
    other = await newsroom.kit.new_organization(newsroom.tenant)
    made = await enterprise(newsroom, organization_id=str(branch))
    async with newsroom.kit.client(newsroom.tenant.caller(Role.CHAIR, other)) as client:
        refused(await client.get(f"/v1/enterprises/{made['id']}"), 404, "not_found")
        assert answered(await client.get("/v1/enterprises"))["items"] == []
    refused(await newsroom.client.get(f"/v1/enterprises/{ABSENT}"), 404, "not_found")
