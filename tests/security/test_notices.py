"""From a network to a person and back, through the whole house: what is secret on the way is readable nowhere."""

import json
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from services.publisher.channels.rules.readiness import LOOK_AGAIN
from services.publisher.networks.accounts import Network, Probe
from services.publisher.networks.outcomes import NeedsReauthorization, Rejected
from services.publisher.networks.reasons import reason
from shared.clock import new_id
from shared.contracts import ServiceName
from shared.testing.clock import FakeClock
from tests.conftest import Ground
from tests.security.house import Branch, Services, done
from tests.service.publisher.newsroom import CREDENTIALS
from tests.service.shared.schema import engine

ACCOUNT = "1001"


@pytest_asyncio.fixture
async def branch(services: Services) -> Branch:
    await services.drain()
    services.networks.reset()
    services.networks[Network.TELEGRAM].probed = Probe(
        title="Профсоюз", mailbox=str(new_id().int % 10**9), mailbox_url="https://t.me/union_answers_bot"
    )
    return await (await services.found()).run_by_a_chair()


async def connect(branch: Branch, network: Network) -> str:
    body = {
        "organization_id": branch.organization,
        "network": network,
        "external_id": str(new_id().int % 10**12),
        "credentials": CREDENTIALS[network],
    }
    channel = (await branch.post("/channels", body))["id"]
    await branch.services.drain()
    return channel


async def write_to_bot(branch: Branch, words: str) -> None:
    """As the chair, from their own account."""
    hook = branch.services.networks[Network.TELEGRAM].hooks[-1]
    path = hook.url.partition("/v1/")[2]
    update = {"id": str(new_id()), "kind": "message", "user": ACCOUNT, "name": "Вера", "text": words}
    async with branch.services.client() as network:
        answer = await network.post(f"/v1/{path}", content=json.dumps([update]), headers={"x-secret": hook.secret})
    assert answer.status_code == 200, answer.text
    await branch.services.drain()


async def link_account(branch: Branch, channel: str) -> str:
    code: str = (await branch.post("/me/identifiers/link_code", {"channel_id": channel}))["code"]
    await write_to_bot(branch, code)
    return code


async def publish(branch: Branch, channel: str) -> None:
    body = {
        "organization_id": branch.organization,
        "kind": "news",
        "text": "Договор подписан",
        "channel_ids": [channel],
    }
    publication = (await branch.post("/publications", body))["id"]
    await branch.post(f"/publications/{publication}/publish", status=200)


async def told(branch: Branch) -> list[dict[str, Any]]:
    return done(await branch.client.get("/v1/notifications"))["items"]


def said(branch: Branch) -> list[str]:
    """What the bot has written to the chair."""
    return [each.text for each in branch.services.networks[Network.TELEGRAM].messages if each.recipient == ACCOUNT]


async def dump_of(ground: Ground) -> str:
    """Every row of every table, as whoever administers the database sees it."""
    rows: list[str] = []
    async with engine(ground.owner_url).connect() as connection:
        tables = await connection.execute(
            text("SELECT schemaname, tablename FROM pg_tables WHERE schemaname = ANY(:schemas)"),
            {"schemas": list(ServiceName)},
        )
        for schema, table in tables.all():
            every = text(f'SELECT t::text FROM "{schema}"."{table}" t')  # noqa: S608 - a table that the catalogue named
            found = await connection.execute(every)
            rows += [str(row) for row in found.scalars()]
    return "\n".join(rows)


async def test_an_account_is_linked_by_a_code_that_is_kept_nowhere(
    branch: Branch, own_ground: Ground, capsys: pytest.CaptureFixture[str]
) -> None:
    channel = await connect(branch, Network.TELEGRAM)
    code = await link_account(branch, channel)
    assert said(branch) == ["Готово: этот аккаунт теперь привязан к вам."]
    person = done(await branch.client.get(f"/v1/people/{branch.chair}"))
    assert ACCOUNT in str(person["identifiers"])
    requests = done(await branch.client.get("/v1/requests"))["items"]
    assert requests == []  # a code is nobody's request
    kept, logged = await dump_of(own_ground), capsys.readouterr()
    for secret in (code, code.removeprefix("VM-"), "привязан к вам"):
        assert secret not in kept
        assert secret not in logged.out + logged.err


async def test_a_code_for_one_channel_is_good_for_its_bot(branch: Branch) -> None:
    await connect(branch, Network.TELEGRAM)
    second = await connect(branch, Network.TELEGRAM)  # the same bot, whose chats the first channel answers for
    made = await branch.post("/me/identifiers/link_code", {"channel_id": second})
    assert made["link"] == f"https://t.me/union_answers_bot?start={made['code']}"
    await write_to_bot(branch, made["code"])
    assert len(said(branch)) == 1


async def test_staff_are_told_by_their_own_messenger(branch: Branch, own_ground: Ground) -> None:
    channel = await connect(branch, Network.TELEGRAM)
    await link_account(branch, channel)
    settings = {"ways": {"publication_failed": ["client", "messenger"]}, "quiet_from": "00:00", "quiet_until": "00:00"}
    done(await branch.client.patch("/v1/notification_settings", json=settings))
    there = await connect(branch, Network.VK)
    branch.services.networks[Network.VK].outcomes.append(Rejected(reason("content_blocked")))
    await publish(branch, there)
    await branch.services.drain()
    (notification,) = await told(branch)
    assert [(each["way"], each["state"]) for each in notification["tellings"]] == [("messenger", "sent")]
    words = said(branch)[-1]
    assert words.startswith("Публикация не вышла ни в одном канале")
    assert "/v1/notifications/unsubscribe/" in words
    assert "/v1/notifications/unsubscribe/" not in await dump_of(own_ground)


async def test_lost_credentials_tell_their_owner_once_and_posts_wait(branch: Branch) -> None:
    channel = await connect(branch, Network.VK)
    network = branch.services.networks[Network.VK]
    network.outcomes.extend([NeedsReauthorization(reason("token_invalid"))] * 3)
    for _ in range(3):
        await publish(branch, channel)
    await branch.services.drain()
    assert [each["kind"] for each in await told(branch)] == ["channel_needs_reauthorization"]
    refused = len(network.posts)
    network.outcomes.clear()
    credentials = {"credentials": CREDENTIALS[Network.VK]}
    await branch.post(f"/channels/{channel}/reauthorize", credentials, status=200)
    clock = branch.services.runtime(ServiceName.PUBLISHER).clock
    assert isinstance(clock, FakeClock)
    clock.advance(LOOK_AGAIN)
    await branch.services.drain()
    assert len(network.posts) == refused + 3
    assert len(await told(branch)) == 1
