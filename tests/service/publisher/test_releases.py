"""Releases: one letter to each contact, exactly once, and what became of it."""

import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import event
from sqlmodel import col, select

from services.publisher.channels.rules.attempts import LEASE, DeliveryState
from services.publisher.enterprises.actions.accounts import author_type_of
from services.publisher.enterprises.rules.relationship import AuthorType
from services.publisher.networks.accounts import Network
from services.publisher.releases.tables import ReleaseRecipient
from shared.clock import new_id
from shared.contracts.gateway import NotificationRequested, PartReported, RetentionDue, SubjectErasureRequested
from shared.contracts.publisher import ReleaseLetterDue
from shared.contracts.states import Kept, Subject
from shared.mail import MailOutcome
from tests.service.publisher.newsroom import Newsroom, answered, refused
from tests.service.publisher.post_office import (
    BROKEN_OFF,
    NO_SUCH_MAILBOX,
    NOT_NOW,
    REFUSED,
    SENT,
    PostOffice,
)

BROWSER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


@dataclass
class PressOffice:
    """A newsroom that writes to the press."""

    newsroom: Newsroom
    post: PostOffice

    async def contact(self, email: str = "vetrova@example.org", **more: object) -> dict[str, Any]:
        body = {
            "organization_id": str(self.newsroom.tenant.root),
            "kind": "media",
            "name": "Мария Ветрова",
            "outlet": "Газета",
            "email": email,
            "basis": "published",
            **more,
        }
        return answered(await self.newsroom.client.post("/v1/contacts", json=body), 201)

    async def draft(self, *contacts: dict[str, Any], **more: object) -> dict[str, Any]:
        body = {
            "organization_id": str(self.newsroom.tenant.root),
            "title": "Соглашение подписано",
            "text": "Подробнее: https://vmeste.test/feeds.",
            "contact_ids": [contact["id"] for contact in contacts],
            **more,
        }
        return answered(await self.newsroom.client.post("/v1/releases", json=body), 201)

    async def sent(self, *contacts: dict[str, Any], **more: object) -> dict[str, Any]:
        draft = await self.draft(*contacts, **more)
        answered(await self.newsroom.client.post(f"/v1/releases/{draft['id']}/send"))
        await self.newsroom.drain()
        return await self.read(draft)

    async def read(self, release: dict[str, Any]) -> dict[str, Any]:
        return answered(await self.newsroom.client.get(f"/v1/releases/{release['id']}"))

    async def recipients(self, release: dict[str, Any], **filters: str) -> list[dict[str, Any]]:
        address = f"/v1/releases/{release['id']}/recipients"
        return answered(await self.newsroom.client.get(address, params=filters))["items"]

    async def say(self, release: dict[str, Any], verb: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Of the release's first letter."""
        one = (await self.recipients(release))[0]
        address = f"/v1/releases/{release['id']}/recipients/{one['id']}/{verb}"
        shown = answered(await self.newsroom.client.post(address, json=body))
        await self.newsroom.drain()
        return shown

    async def follow(self, url: str, method: str = "GET") -> tuple[int, bytes]:
        async with self.newsroom.kit.client() as anybody:
            response = await anybody.request(method, urlsplit(url).path, headers=BROWSER)
        return response.status_code, response.content


@pytest_asyncio.fixture
async def press(newsroom: Newsroom, post_office: PostOffice) -> AsyncGenerator[PressOffice, None]:
    post_office.reset()
    yield PressOffice(newsroom, post_office)


def way_out(press: PressOffice, number: int = -1) -> str:
    return press.post.posted[number].headers["List-Unsubscribe"].strip("<>")


def picture(press: PressOffice) -> str:
    found = re.search(r'<img src="([^"]+)"', press.post.posted[-1].html)
    assert found is not None
    return found[1]


async def test_each_contact_gets_one_letter(press: PressOffice) -> None:
    contacts = [await press.contact(f"press{number}@example.org") for number in range(3)]
    release = await press.sent(*contacts, *contacts)
    assert (release["state"], release["figures"]["recipients"]) == ("sent", {"sent": 3})
    assert sorted(letter.to for letter in press.post.posted) == [contact["email"] for contact in contacts]
    letter = press.post.posted[0]
    assert letter.subject == "Соглашение подписано"
    assert "Профсоюз" in letter.text
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert len({each.headers["List-Unsubscribe"] for each in press.post.posted}) == 3
    refused(await press.newsroom.client.post(f"/v1/releases/{release['id']}/send"), 409, "release.wrong_state")
    refused(
        await press.newsroom.client.patch(f"/v1/releases/{release['id']}", json={"title": "x"}),
        409,
        "release.wrong_state",
    )


async def test_two_contacts_with_one_address_get_one_letter(press: PressOffice) -> None:
    branch = await press.newsroom.kit.new_organization(press.newsroom.tenant)
    first = await press.contact("Press@Example.org")
    release = await press.sent(first, await press.contact("press@example.org", organization_id=str(branch)))
    assert [letter.to for letter in press.post.posted] == ["press@example.org"]
    states = [(one["state"], one["reason"] and one["reason"]["code"]) for one in await press.recipients(release)]
    assert states == [("sent", None), ("dropped", "letter.same_address")]


async def test_what_is_not_ready_is_not_sent(press: PressOffice) -> None:
    for lacking in (await press.draft(), await press.draft(await press.contact(), text="")):
        response = await press.newsroom.client.post(f"/v1/releases/{lacking['id']}/send")
        refused(response, 409, "release.not_ready")
    assert press.post.posted == []


async def test_an_embargo_is_said_while_it_lasts(press: PressOffice) -> None:
    until = press.newsroom.kit.clock.now() + timedelta(hours=5)
    contact = await press.contact()
    await press.sent(contact, embargo_until=until.isoformat())
    assert press.post.posted[0].subject.startswith("ЭМБАРГО до ")
    await press.sent(contact, embargo_until=(until - timedelta(days=1)).isoformat())
    assert press.post.posted[1].subject == "Соглашение подписано"


@pytest.mark.parametrize(
    ("outcomes", "state", "code"),
    [
        ([REFUSED], "rejected", "letter.rejected"),
        ([NO_SUCH_MAILBOX], "rejected", "letter.undeliverable"),
        ([NOT_NOW], "retrying", "letter.not_taken"),
        ([NOT_NOW, SENT], "sent", None),
        ([NOT_NOW] * 8, "failed", "letter.not_taken"),
        ([BROKEN_OFF], "unknown", "letter.no_answer"),
    ],
)
async def test_it_is_said_exactly_what_happened(
    press: PressOffice, outcomes: list[MailOutcome], state: str, code: str | None
) -> None:
    press.post.outcomes += outcomes
    release = await press.sent(await press.contact())
    for _ in outcomes[1:]:
        press.newsroom.kit.advance(hours=2)
        await press.newsroom.drain()
    (one,) = await press.recipients(release)
    assert (one["state"], one["reason"] and one["reason"]["code"]) == (state, code)
    assert len(press.post.posted) == len(outcomes)
    assert len({letter.message_id for letter in press.post.posted}) == 1
    assert (await press.read(release))["state"] == ("sending" if state == "retrying" else "sent")


async def test_what_is_unknown_is_never_sent_again_by_itself(press: PressOffice) -> None:
    press.post.outcomes += [BROKEN_OFF]
    release = await press.sent(await press.contact())
    press.newsroom.kit.advance(days=2)
    await press.newsroom.drain()
    assert len(press.post.posted) == 1
    (one,) = await press.recipients(release)
    address = f"/v1/releases/{release['id']}/recipients/{one['id']}"
    refused(await press.newsroom.client.post(f"{address}/retry"), 409, "delivery.wrong_state")
    assert (await press.say(release, "confirm", {"sent": False}))["state"] == "pending"
    (one,) = await press.recipients(release)
    assert (one["state"], len(press.post.posted)) == ("sent", 2)
    refused(await press.newsroom.client.post(f"{address}/confirm", json={"sent": True}), 409, "delivery.wrong_state")


async def test_whoever_writes_to_the_press_hears_of_a_doubt_once(press: PressOffice) -> None:
    kit, tenant = press.newsroom.kit, press.newsroom.tenant
    draft = await press.draft(*[await press.contact(f"press{number}@example.org") for number in range(2)])
    answered(await press.newsroom.client.post(f"/v1/releases/{draft['id']}/send"))
    press.post.outcomes += [BROKEN_OFF, BROKEN_OFF]
    for due in await kit.emitted(tenant, ReleaseLetterDue):
        assert (await kit.deliver(tenant, due)).error is None
    told = [one for one in await kit.emitted(tenant, NotificationRequested) if one.kind == "delivery_unknown"]
    assert {one.incident for one in told} == {f"release:{draft['id']}"}, "the gateway tells an incident once"
    assert {one.organization_id for one in told} == {tenant.root}


async def test_somebody_says_that_it_came(press: PressOffice) -> None:
    press.post.outcomes += [BROKEN_OFF]
    release = await press.sent(await press.contact())
    assert (await press.say(release, "confirm", {"sent": True}))["state"] == "sent"
    assert len(press.post.posted) == 1


async def test_what_was_refused_is_tried_again_by_hand(press: PressOffice) -> None:
    press.post.outcomes += [REFUSED]
    release = await press.sent(await press.contact())
    (one,) = await press.recipients(release)
    address = f"/v1/releases/{release['id']}/recipients/{one['id']}"
    refused(await press.newsroom.client.post(f"{address}/retry", headers={"if-match": '"1"'}), 412, "stale")
    await press.say(release, "retry")
    assert [each["state"] for each in await press.recipients(release)] == ["sent"]
    assert (await press.read(release))["figures"]["recipients"] == {"sent": 1}


async def test_a_worker_that_died_in_the_middle_leaves_a_doubt(press: PressOffice) -> None:
    """The attempt was committed, the letter may have gone: nobody sends it again."""
    press.post.outcomes += [RuntimeError("killed")]
    draft = await press.draft(await press.contact())
    answered(await press.newsroom.client.post(f"/v1/releases/{draft['id']}/send"))
    (answer,) = [each for each in await press.newsroom.kit.drain() if each.error is not None]
    assert "RuntimeError" in str(answer.error)
    (one,) = await press.recipients(draft)
    assert one["state"] == "sending"
    due = ReleaseLetterDue(recipient_id=UUID(one["id"]), attempt=1)
    waiting = await press.newsroom.kit.deliver(press.newsroom.tenant, due)
    assert waiting.retry_after is not None
    assert waiting.retry_after <= LEASE.total_seconds()
    async with press.newsroom.kit.transaction(press.newsroom.tenant) as context:
        row = await context.store.lock(ReleaseRecipient, UUID(one["id"]))
        row.lease_until = await context.store.database_now() - timedelta(seconds=1)
    assert (await press.newsroom.kit.deliver(press.newsroom.tenant, due)).error is None
    (one,) = await press.recipients(draft)
    assert (one["state"], one["reason"]["code"]) == ("unknown", "delivery.interrupted")
    assert len(press.post.posted) == 1


async def test_whoever_wants_no_letters_gets_none(press: PressOffice) -> None:
    contact, other = await press.contact(), await press.contact("other@example.org")
    await press.sent(contact)
    status, shown = await press.follow(way_out(press))
    assert (status, b'"comes":true' in shown, "Профсоюз".encode() in shown) == (200, True, True)
    for _ in range(2):
        status, shown = await press.follow(way_out(press), "POST")
        assert (status, b'"comes":false' in shown) == (200, True)
    assert b"vetrova" not in shown
    address = f"/v1/contacts/{contact['id']}"
    assert answered(await press.newsroom.client.get(address))["state"] == "opted_out"
    release = await press.sent(contact, other)
    assert [(one["state"], one["reason"] and one["reason"]["code"]) for one in await press.recipients(release)] == [
        ("dropped", "letter.opted_out"),
        ("sent", None),
    ]
    assert (await press.newsroom.client.delete(address)).status_code == 204
    assert (await press.contact())["state"] == "opted_out", "entered again, it is still not written to"


async def test_whoever_opts_out_before_their_letter_is_left_in_peace(press: PressOffice) -> None:
    contact = await press.contact()
    await press.sent(contact)
    press.post.outcomes += [NOT_NOW]
    release = await press.sent(contact)
    await press.follow(way_out(press, 0), "POST")
    press.newsroom.kit.advance(hours=1)
    await press.newsroom.drain()
    (one,) = await press.recipients(release)
    assert (one["state"], len(press.post.posted)) == ("dropped", 2)
    assert (await press.read(release))["state"] == "sent"


async def test_a_mailbox_that_is_not_there_is_not_asked_again(press: PressOffice) -> None:
    press.post.outcomes += [NO_SUCH_MAILBOX]
    contact = await press.contact()
    await press.sent(contact)
    shown = answered(await press.newsroom.client.get(f"/v1/contacts/{contact['id']}"))
    assert shown["state"] == "undeliverable"
    await press.sent(contact)
    assert len(press.post.posted) == 1


async def test_opens_clicks_and_pickups_are_counted(press: PressOffice) -> None:
    release = await press.sent(await press.contact(), await press.contact("other@example.org"))
    for _ in range(2):
        status, shown = await press.follow(picture(press))
        assert (status, shown[:6]) == (200, b"GIF89a")
    short = re.search(r"https://vmeste\.test/l/[a-z0-9]+/[a-z0-9]+", press.post.posted[0].text)
    assert short is not None
    assert "vmeste.test/feeds" not in press.post.posted[0].text
    assert (await press.follow(short[0]))[0] == 302
    address = f"/v1/releases/{release['id']}/pickups"
    pickup = {"url": "https://example.org/news/1", "outlet": "Газета", "published_on": "2026-12-02"}
    made = answered(await press.newsroom.client.post(address, json=pickup), 201)
    refused(await press.newsroom.client.post(address, json=pickup), 409, "release.pickup_exists")
    figures = (await press.read(release))["figures"]
    assert figures == {"recipients": {"sent": 2}, "opened": 1, "clicks": 1, "pickups": 1}
    assert answered(await press.newsroom.client.get(address))["items"] == [made]
    assert (await press.newsroom.client.delete(f"{address}/{made['id']}")).status_code == 204
    assert (await press.read(release))["figures"]["pickups"] == 0


async def test_a_release_to_an_enterprise_is_part_of_its_history(press: PressOffice) -> None:
    body = {"organization_id": str(press.newsroom.tenant.root), "name": "Завод"}
    enterprise = answered(await press.newsroom.client.post("/v1/enterprises", json=body), 201)
    account = {"network": "vk", "external_id": "77"}
    head = await press.contact(kind="enterprise_head", enterprise_id=enterprise["id"], accounts=[account])
    async with press.newsroom.kit.transaction(press.newsroom.tenant) as context:
        assert await author_type_of(context, Network.VK, "77") == (AuthorType.ENTERPRISE, UUID(enterprise["id"]))
    await press.sent(head)
    history = answered(await press.newsroom.client.get(f"/v1/enterprises/{enterprise['id']}/history"))
    assert [one["kind"] for one in history["items"]] == ["release_sent"]


async def test_contacts_are_kept_changed_and_once(press: PressOffice) -> None:
    account = {"network": "telegram", "external_id": "77"}
    contact = await press.contact(accounts=[account], phone="8 495 123-45-67")
    async with press.newsroom.kit.transaction(press.newsroom.tenant) as context:
        assert await author_type_of(context, Network.TELEGRAM, "77") == (AuthorType.MEDIA, None)
    assert (contact["accounts"], contact["phone"]) == ([account], "+74951234567")
    await press.contact("other@example.org", kind="authority")
    address, client = f"/v1/contacts/{contact['id']}", press.newsroom.client
    refused(await client.patch(address, json={"email": "other@example.org"}), 409, "contact.exists")
    refused(await client.patch(address, json={"name": "x"}, headers={"if-match": '"5"'}), 412, "stale")
    changed = answered(await client.patch(address, json={"kind": "authority", "phone": None}))
    assert (changed["kind"], changed["phone"], changed["accounts"]) == ("authority", None, [account])
    refused(await client.post("/v1/contacts", json={**body_of(contact)}), 409, "contact.exists")
    assert len(answered(await client.get("/v1/contacts", params={"kind": "authority"}))["items"]) == 2
    refused(await client.delete(address, headers={"if-match": '"1"'}), 412, "stale")
    assert (await client.delete(address)).status_code == 204
    refused(await client.get(address), 404, "not_found")


def body_of(contact: dict[str, Any]) -> dict[str, Any]:
    return {name: contact[name] for name in ("organization_id", "kind", "name", "email", "basis")}


async def test_a_contact_who_was_deleted_keeps_their_figures(press: PressOffice) -> None:
    contact = await press.contact()
    release = await press.sent(contact)
    assert (await press.newsroom.client.delete(f"/v1/contacts/{contact['id']}")).status_code == 204
    (one,) = await press.recipients(release)
    assert (one["state"], one["contact_id"], one["email"]) == ("sent", None, None)


async def test_whoever_is_on_the_press_list_is_erased_with_their_letters(press: PressOffice) -> None:
    contact, other = await press.contact(), await press.contact("other@example.org")
    release = await press.sent(contact, other)
    kit, tenant = press.newsroom.kit, press.newsroom.tenant
    subject = Subject(person_id=new_id(), emails=("vetrova@example.org",))
    sealed = kit.runtime.cipher.encrypt(subject.model_dump_json())
    wish = SubjectErasureRequested(job_id=new_id(), sealed_subject=sealed)
    assert (await kit.deliver(tenant, wish)).error is None
    (part,) = await kit.emitted(tenant, PartReported)
    assert (part.counts["press_contacts"], part.counts["release_letters"]) == (1, 1)
    left = await press.recipients(release)
    assert [one["email"] for one in left] == [None, "other@example.org"]
    assert [one["id"] for one in answered(await press.newsroom.client.get("/v1/contacts"))["items"]] == [other["id"]]


async def test_lists_ask_as_much_for_many_as_for_one(press: PressOffice) -> None:
    for number in range(4):
        await press.draft(await press.contact(f"press{number}@example.org"))
    engine = press.newsroom.kit.runtime.database.engine.sync_engine
    for address in ("/v1/releases", "/v1/contacts"):
        counted: list[int] = []
        for limit in (1, 4):
            statements: list[str] = []

            def note(_: object, __: object, statement: str, *___: object, into: list[str] = statements) -> None:
                into.append(statement)

            event.listen(engine, "before_cursor_execute", note)
            shown = answered(await press.newsroom.client.get(address, params={"limit": limit}))
            event.remove(engine, "before_cursor_execute", note)
            assert len(shown["items"]) == limit
            counted.append(len(statements))
        assert counted[0] == counted[1], address


async def test_a_letter_that_never_went_has_no_links(press: PressOffice) -> None:
    release = await press.draft(await press.contact())
    assert [one["state"] for one in await press.recipients(release, state="pending")] == [DeliveryState.PENDING]
    assert (await press.follow(f"https://x/v1/releases/letters/{'A' * 43}/unsubscribe"))[0] == 404
    assert (await press.read(release))["figures"]["opened"] == 0


async def test_whom_an_old_letter_went_to_is_let_go(press: PressOffice) -> None:
    release = await press.sent(await press.contact())
    waiting = await press.draft(await press.contact("later@example.org"))
    await press.follow(picture(press))
    kit, tenant = press.newsroom.kit, press.newsroom.tenant
    due = RetentionDue(day=kit.clock.now().date(), days={Kept.CONVERSATIONS: 1})  # the clock is years ahead of the ids
    assert (await kit.deliver(tenant, due)).error is None
    async with kit.transaction(tenant) as context:
        rows = await context.store.all(select(ReleaseRecipient).order_by(col(ReleaseRecipient.id)))
    assert [(row.email, row.opened_at, row.opens) for row in rows] == [(None, None, 1), (None, None, 0)]
    figures = (await press.read(release))["figures"]
    assert (figures["recipients"], figures["opened"]) == ({"sent": 1}, 1)
    assert (await press.follow(way_out(press), "POST"))[0] == 200
    await press.newsroom.client.post(f"/v1/releases/{waiting['id']}/send")
    await press.newsroom.drain()
    assert (await press.recipients(waiting))[0]["state"] == "sent"
    again = await press.draft(await press.contact("x@example.org"), await contact_of(press, "vetrova@example.org"))
    await press.newsroom.client.post(f"/v1/releases/{again['id']}/send")
    await press.newsroom.drain()
    assert [one["state"] for one in await press.recipients(again)] == ["sent", "dropped"], "the way out still leads out"


async def contact_of(press: PressOffice, email: str) -> dict[str, Any]:
    listed = answered(await press.newsroom.client.get("/v1/contacts"))["items"]
    return next(each for each in listed if each["email"] == email)
