"""Letters through the whole publisher, with a mail server before it: a member asks, staff answer, and the talk goes on."""

import base64
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlmodel import col, select

from deploy.sandbox.main import SandboxApp
from deploy.sandbox.main import create_app as create_stand_ins
from deploy.sandbox.networks.email.names import mailbox_of
from deploy.sandbox.settings import SandboxSettings
from deploy.stand_ins import Community, StandIns
from services.publisher.channels.tables import Mailbox
from services.publisher.conversations.tables import InboundMessage
from services.publisher.main import create_app
from services.publisher.runtime import open_publisher
from services.publisher.settings import PublisherSettings
from services.publisher.worker import consumers
from shared.clock import new_id
from shared.contracts import ServiceName
from shared.contracts.gateway import PartReported, SubjectErasureRequested
from shared.contracts.publisher import DirectMessageReceived, LinkCodeReceived, MailboxAskDue
from shared.contracts.states import Subject
from shared.identity import IdentitySigner
from shared.permissions import Role
from shared.testing.clock import FakeClock, SeededChance
from shared.testing.kit import ServiceKit, Tenant
from tests.conftest import Ground
from tests.contract.sandbox.stand import served
from tests.service.publisher.chats import ask, deliver_due, news_of
from tests.service.publisher.fake_networks import FakeNetworks
from tests.service.publisher.newsroom import Newsroom, answered, refused


@dataclass
class House:
    app: SandboxApp
    url: str


@dataclass
class PostRoom:
    """One union's newsroom with a mailbox, and Anna who writes to it."""

    house: House
    newsroom: Newsroom
    stand_ins: StandIns
    community: Community
    anna: int
    channel: dict[str, Any]

    async def a_minute_later(self) -> None:
        """The mailbox is asked again; the news of that stays in the outbox to be read."""
        kit, tenant = self.newsroom.kit, self.newsroom.tenant
        kit.advance(seconds=61)
        async with kit.transaction(tenant) as context:
            (mailbox,) = await context.store.all(select(Mailbox))
        due = MailboxAskDue(mailbox_id=mailbox.id, asked=mailbox.asked)
        assert (await kit.deliver(tenant, due)).error is None

    async def write(self, text: str) -> None:
        await self.stand_ins.write(self.community, self.anna, text)

    async def received(self) -> list[DirectMessageReceived]:
        return await self.newsroom.kit.emitted(self.newsroom.tenant, DirectMessageReceived)

    async def kept(self) -> list[InboundMessage]:
        async with self.newsroom.kit.transaction(self.newsroom.tenant) as context:
            return list(await context.store.all(select(InboundMessage).order_by(col(InboundMessage.id))))

    def in_mailbox(self) -> list[bytes]:
        news = self.house.app.state.sandbox.world.news_of("email", self.community.id)
        return [base64.b64decode(str(one.body["raw"])) for one in news]

    async def sent(self) -> list[dict[str, Any]]:
        """What the server read in the headers of the union's letters."""
        async with httpx.AsyncClient(base_url=self.house.url, trust_env=False) as control:
            calls = (await control.get("/control/calls", params={"network": "email", "method": "DATA"})).json()
        return [call["params"] for call in calls if self.community.id in call["accounts"]]

    async def hook(self) -> str:
        told = answered(await self.newsroom.client.post(f"/v1/channels/{self.channel['id']}/hook"))
        return str(told["url"]).removeprefix("https://vmeste.test")

    async def post(self, hook: str, letter: bytes) -> httpx.Response:
        async with self.newsroom.kit.client() as server:
            return await server.post(hook, content=letter, headers={"content-type": "message/rfc822"})


@pytest_asyncio.fixture(scope="module")
async def house() -> AsyncGenerator[House]:
    app = create_stand_ins(SandboxSettings(state=None, development_accounts=False, rate_limits=False))
    async with served(app) as url:
        yield House(app, url)


@pytest_asyncio.fixture(scope="module")
async def kit(ground: Ground, signer: IdentitySigner, house: House) -> AsyncGenerator[ServiceKit]:
    settings = ground.settings(
        PublisherSettings, ServiceName.PUBLISHER, max_jobs=10, rehearsal_pace=0, sandbox_url=house.url
    )
    runtime = open_publisher(settings, clock=FakeClock(), chance=SeededChance())
    service = ServiceKit(create_app(settings, runtime), consumers(), signer, ground.relay_url)
    yield service
    await service.close()


@pytest_asyncio.fixture
async def room(kit: ServiceKit, house: House) -> AsyncGenerator[PostRoom]:
    tenant: Tenant = await kit.new_tenant()
    async with kit.client(tenant.caller(Role.INFORMATION_OFFICER)) as client, StandIns(house.url) as stand_ins:
        newsroom = Newsroom(kit, tenant, FakeNetworks(), client)
        community = await stand_ins.community("email", "Профсоюз завода", f"union_{new_id().hex[-12:]}")
        anna = await stand_ins.person("email", "Анна", "Серова", f"anna_{new_id().hex[-12:]}")
        body = {
            "organization_id": str(tenant.root),
            "network": "email",
            "external_id": community.external_id,
            "credentials": dict(community.credentials),
        }
        channel = answered(await client.post("/v1/channels", json=body), 201)
        await newsroom.drain()
        yield PostRoom(house, newsroom, stand_ins, community, anna, channel)
    await kit.house.forget(tenant.id)


def letter(room: PostRoom, text: str, **headers: str) -> bytes:
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = f"Анна Серова <{mailbox_of(room.anna)}>"
    message["To"] = mailbox_of(room.community.id)
    message["Message-ID"] = f"<{new_id()}@mail.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text, cte="base64")
    return message.as_bytes()


async def test_a_member_asks_by_mail_staff_answer_and_the_talk_goes_on(room: PostRoom) -> None:
    channel = answered(await room.newsroom.client.get(f"/v1/channels/{room.channel['id']}"))
    assert (channel["receives_updates"], channel["title"]) == (True, room.community.external_id)
    await room.write("Не платят премию\nВторой месяц")
    await room.a_minute_later()
    (asked,) = await room.received()
    assert (asked.text, asked.display_name, asked.network) == (
        "Не платят премию\nВторой месяц",
        "Анна Серова",
        "email",
    )
    assert (asked.external_user_id, asked.person_id) == (mailbox_of(room.anna), None)

    await ask(room.newsroom, asked.conversation_id, text="Мы написали в бухгалтерию")
    await deliver_due(room.newsroom)
    _, answer = await room.stand_ins.dialog(room.community, room.anna)
    assert answer["text"].startswith("Мы написали в бухгалтерию")
    (sent,) = await room.sent()
    (first,) = await room.kept()
    assert first.letter_ids is not None
    assert (sent["in_reply_to"], sent["subject"]) == (f"<{first.letter_ids[-1]}>", "Re: Не платят премию")
    assert "auto_submitted" not in sent

    await room.write("Спасибо, заплатили!")
    await room.a_minute_later()
    _, thanked = await room.received()
    assert (thanked.conversation_id, thanked.text) == (asked.conversation_id, "Спасибо, заплатили!")
    _, last = await room.kept()
    assert last.original is not None
    assert "> Мы написали в бухгалтерию" in last.original
    assert last.letter_ids == [sent["message_id"].strip("<>"), last.letter_ids[-1] if last.letter_ids else ""]


async def test_a_letter_that_comes_both_ways_is_one_message(room: PostRoom) -> None:
    hook = await room.hook()
    await room.write("Не платят премию")
    (raw,) = room.in_mailbox()
    assert (await room.post(hook, raw)).status_code == 200
    assert (await room.post(hook, b"Received: from a by b\r\n" + raw)).status_code == 200
    await room.a_minute_later()
    assert [one.text for one in await room.received()] == ["Не платят премию"]


async def test_the_hook_takes_letters_with_its_secret_alone_and_a_new_one_ends_the_old(room: PostRoom) -> None:
    first = await room.hook()
    assert (await room.post(first, letter(room, "Раз"))).status_code == 200
    second = await room.hook()
    for wrong in (first, second[:-1], second.partition("?")[0]):
        assert (await room.post(wrong, letter(room, "Два"))).status_code == 404
    assert (await room.post(second, letter(room, "Три"))).status_code == 200
    assert (await room.post(second, b"{}")).status_code == 422
    assert (await room.post(second, letter(room, "Четыре") + b"x" * 1_000_001)).status_code == 413
    assert [one.text for one in await room.received()] == ["Раз", "Три"]


async def test_other_networks_give_out_no_hook(room: PostRoom) -> None:
    body = {
        "organization_id": str(room.newsroom.tenant.root),
        "network": "feed",
        "external_id": str(room.newsroom.tenant.root),
        "credentials": dict[str, str](),
    }
    feed = answered(await room.newsroom.client.post("/v1/channels", json=body), 201)
    refused(await room.newsroom.client.post(f"/v1/channels/{feed['id']}/hook"), 409, "channel.hook_not_given")


@pytest.mark.parametrize(
    "headers", [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"List_Id": "<a.b>"}, {"Return_Path": "<>"}]
)
async def test_robots_are_passed_over(room: PostRoom, headers: dict[str, str]) -> None:
    assert (await room.post(await room.hook(), letter(room, "Меня нет", **headers))).status_code == 200
    assert await room.received() == []


async def test_what_our_own_address_seems_to_say_is_passed_over(room: PostRoom) -> None:
    own = letter(room, "Эхо").replace(mailbox_of(room.anna).encode(), mailbox_of(room.community.id).encode())
    assert (await room.post(await room.hook(), own)).status_code == 200
    assert await room.received() == []


async def test_an_address_proves_nobody(room: PostRoom) -> None:
    code = "VM-0123456789AB"
    assert (await room.post(await room.hook(), letter(room, code))).status_code == 200
    assert await room.newsroom.kit.emitted(room.newsroom.tenant, LinkCodeReceived) == []
    (said,) = await room.received()
    assert (said.text, said.person_id) == (code, None)


async def test_a_publication_goes_to_the_list_once_and_a_lost_answer_is_in_doubt(room: PostRoom) -> None:
    sent = await room.newsroom.published(room.channel)
    assert (await room.newsroom.delivery(sent))["state"] == "sent"
    fault = await room.stand_ins.fault("drop", room.community, method="DATA")
    lost = await room.newsroom.published(room.channel, text="Вторая новость")
    await room.stand_ins.clear(fault)
    room.newsroom.kit.advance(hours=2)
    await room.newsroom.drain()
    delivery = await room.newsroom.delivery(lost)
    assert (delivery["state"], delivery["reason"]["code"]) == ("unknown", "network.no_answer")
    assert [post["text"] for post in await room.stand_ins.posts(room.community)] == [
        "Коллективный договор подписан",
        "Вторая новость",
    ]


async def test_whoever_is_erased_leaves_nothing_of_their_letters(room: PostRoom) -> None:
    await room.write("Не платят премию")
    await room.a_minute_later()
    kit, tenant = room.newsroom.kit, room.newsroom.tenant
    subject = Subject(person_id=new_id(), emails=(mailbox_of(room.anna).upper(),))
    sealed = kit.runtime.cipher.encrypt(subject.model_dump_json())
    assert (await kit.deliver(tenant, SubjectErasureRequested(job_id=new_id(), sealed_subject=sealed))).error is None
    assert (await kit.emitted(tenant, PartReported))[-1].counts["messages_received"] == 1
    (emptied,) = await room.kept()
    assert (emptied.text, emptied.original, emptied.subject, emptied.letter_ids) == ("", None, None, None)
    assert await room.received() == []


def came_back(letter_id: str, recipient: str, said: str = "550 5.1.1 User unknown") -> bytes:
    """As Postfix says it."""
    lines = [
        "From: MAILER-DAEMON@mail.example",
        "Subject: Undelivered Mail Returned to Sender",
        f"Message-ID: <{new_id()}@mail.example>",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="p"',
        "",
        "--p",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        "Action: failed",
        "Status: 5.1.1",
        f"Diagnostic-Code: smtp; {said}",
        "",
        "--p",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: <{letter_id}>",
        "",
        "--p--",
        "",
    ]
    return "\r\n".join(lines).encode()


async def test_a_publication_that_came_back_is_not_out_and_can_be_sent_again(room: PostRoom) -> None:
    newsroom, hook = room.newsroom, await room.hook()
    published = await newsroom.published(room.channel)
    delivery = await newsroom.delivery(published)
    letter_id, target = (await room.sent())[-1]["message_id"].strip("<>"), room.community.external_id
    for wrong in (
        came_back(letter_id, "somebody@else.example"),
        came_back(f"{delivery['id']}@else.example", target),
        came_back(f"{new_id()}@union.example", target),
        came_back("no-number@union.example", target),
    ):
        assert (await room.post(hook, wrong)).status_code == 200
    await newsroom.drain()
    assert (await newsroom.delivery(published))["state"] == "sent"

    report = came_back(letter_id, target)
    for _ in range(2):
        assert (await room.post(hook, report)).status_code == 200
        await newsroom.drain()
    returned = await newsroom.delivery(published)
    assert (returned["state"], returned["reason"]["code"]) == ("rejected", "network.mailbox_not_found")
    assert returned["reason"]["network_code"] == "550 5.1.1"
    assert (await newsroom.read(published))["state"] == "failed"
    address = f"/v1/publications/{published['id']}/deliveries/{delivery['id']}/retry"
    answered(await newsroom.client.post(address))
    await newsroom.drain()
    assert (await newsroom.read(published))["state"] == "published"
    assert (await room.post(hook, report)).status_code == 200
    await newsroom.drain()
    assert (await newsroom.read(published))["state"] == "published", "it was told of the first one, once"


async def test_an_answer_that_came_back_has_not_arrived(room: PostRoom) -> None:
    await room.write("Не платят премию")
    await room.a_minute_later()
    (asked,) = await room.received()
    await ask(room.newsroom, asked.conversation_id, text="Мы написали в бухгалтерию")
    await deliver_due(room.newsroom)
    letter_id, hook = (await room.sent())[-1]["message_id"].strip("<>"), await room.hook()
    assert (await room.post(hook, came_back(letter_id, "somebody@else.example"))).status_code == 200
    assert (await news_of(room.newsroom))[-1][0] == "sent"
    assert (await room.post(hook, came_back(letter_id, mailbox_of(room.anna)))).status_code == 200
    state, _, code = (await news_of(room.newsroom))[-1]
    assert (state, code) == ("rejected", "network.mailbox_not_found")


async def test_what_came_back_is_believed_in_the_mailbox_that_sent_it_alone(room: PostRoom) -> None:
    newsroom = room.newsroom
    published = await newsroom.published(room.channel)
    letter_id = (await room.sent())[-1]["message_id"].strip("<>")
    other = await room.stand_ins.community("email", "Другой профсоюз", f"union_{new_id().hex[-12:]}")
    body = {
        "organization_id": str(newsroom.tenant.root),
        "network": "email",
        "external_id": other.external_id,
        "credentials": dict(other.credentials),
    }
    channel = answered(await newsroom.client.post("/v1/channels", json=body), 201)
    told = answered(await newsroom.client.post(f"/v1/channels/{channel['id']}/hook"))
    hook = str(told["url"]).removeprefix("https://vmeste.test")
    assert (await room.post(hook, came_back(letter_id, room.community.external_id))).status_code == 200
    await newsroom.drain()
    assert (await newsroom.delivery(published))["state"] == "sent"


async def test_no_report_stops_the_hook_or_the_mailbox(room: PostRoom) -> None:
    newsroom, hook = room.newsroom, await room.hook()
    published = await newsroom.published(room.channel)
    letter_id, target = (await room.sent())[-1]["message_id"].strip("<>"), room.community.external_id
    for spoiled in (came_back(f"{letter_id}\0", target), came_back(letter_id, f"q\0{target}")):
        assert (await room.post(hook, spoiled)).status_code == 200
        await room.write("яд")
        room.house.app.state.sandbox.world.news_of("email", room.community.id)[-1].body["raw"] = base64.b64encode(
            spoiled
        ).decode()
    await room.write("Не платят премию")
    await room.a_minute_later()
    assert [one.text for one in await room.received()] == ["Не платят премию"]
    assert (await newsroom.delivery(published))["state"] == "sent"
    forged = came_back(letter_id, target, "550 5.7.1 Call\0 +7 999 <a href=x>the admin</a>")
    assert (await room.post(hook, forged)).status_code == 200
    await newsroom.drain()
    reason = (await newsroom.delivery(published))["reason"]
    assert (reason["code"], reason["network_code"]) == ("network.mail_not_accepted", "550 5.7.1")
    assert "admin" not in str(reason)


async def test_what_came_back_is_believed_as_long_as_servers_try(room: PostRoom) -> None:
    newsroom, hook, target = room.newsroom, await room.hook(), room.community.external_id
    published = [await newsroom.published(room.channel, text=text) for text in ("Раз", "Два")]
    first, second = (sent["message_id"].strip("<>") for sent in (await room.sent())[-2:])
    newsroom.kit.advance(days=5, hours=5)
    assert (await room.post(hook, came_back(first, target))).status_code == 200
    await newsroom.drain()
    newsroom.kit.advance(hours=2)
    assert (await room.post(hook, came_back(second, target))).status_code == 200
    await newsroom.drain()
    assert [(await newsroom.delivery(one))["state"] for one in published] == ["rejected", "sent"]


async def test_an_answer_does_not_come_back_after_all_that_time(room: PostRoom) -> None:
    await room.write("Не платят премию")
    await room.a_minute_later()
    (asked,) = await room.received()
    await ask(room.newsroom, asked.conversation_id, text="Мы написали в бухгалтерию")
    await deliver_due(room.newsroom)
    letter_id, hook = (await room.sent())[-1]["message_id"].strip("<>"), await room.hook()
    room.newsroom.kit.advance(days=5, hours=7)
    assert (await room.post(hook, came_back(letter_id, mailbox_of(room.anna)))).status_code == 200
    assert (await news_of(room.newsroom))[-1][0] == "sent"


async def test_what_was_taken_back_cannot_come_back_and_be_sent_again(room: PostRoom) -> None:
    newsroom, hook = room.newsroom, await room.hook()
    published = await newsroom.published(room.channel)
    letter_id, target = (await room.sent())[-1]["message_id"].strip("<>"), room.community.external_id
    answered(await newsroom.client.post(f"/v1/publications/{published['id']}/withdraw"))
    assert (await room.post(hook, came_back(letter_id, target))).status_code == 200
    await newsroom.drain()
    delivery, state = await newsroom.delivery(published), (await newsroom.read(published))["state"]
    assert (delivery["state"], delivery["change"], state) == ("sent", "not_withdrawn", "published")
    assert (await room.post(hook, came_back(letter_id, target))).status_code == 200
    await newsroom.drain()
    assert (await newsroom.delivery(published))["state"] == "sent"
    assert len(await room.sent()) == 1


async def asked_while_login_fails(room: PostRoom, **order: str) -> list[str]:
    """With every login refused as `order` says. Returns what the channel is missing afterwards."""
    async with httpx.AsyncClient(base_url=f"{room.house.url}/control", trust_env=False) as control:
        fault = answered(await control.post("/faults", json={"network": "email", "method": "LOGIN", **order}), 201)
        room.newsroom.kit.advance(seconds=61)
        await room.newsroom.drain()
        (await control.delete(f"/faults/{fault['id']}")).raise_for_status()
    channel = answered(await room.newsroom.client.get(f"/v1/channels/{room.channel['id']}"))
    assert channel["receives_updates"] is (channel["missing"] == [])
    return [entry["reason"]["code"] for entry in channel["missing"]]


@pytest.mark.parametrize("code", ["UNAVAILABLE", "LIMIT", "INUSE", "ServerBug"])
async def test_a_server_that_cannot_sign_us_in_now_is_asked_as_usual(room: PostRoom, code: str) -> None:
    await room.write("Не платят премию")
    assert await asked_while_login_fails(room, kind="error", message=f"[{code}] not now") == []
    assert await room.kept() == []
    room.newsroom.kit.advance(seconds=61)
    await room.newsroom.drain()
    assert [one.text for one in await room.kept()] == ["Не платят премию"]


@pytest.mark.parametrize("words", ["[AUTHENTICATIONFAILED] Invalid", "Sorry [UNAVAILABLE]", "no"])
async def test_lost_credentials_are_told_of(room: PostRoom, words: str) -> None:
    assert await asked_while_login_fails(room, kind="error", message=words) == ["network.token_invalid"]
