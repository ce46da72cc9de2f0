"""Ordered faults: each as its network would have it, so many times, and to no one else."""

import asyncio

import httpx
import pytest

from tests.contract.references.folder import JsonObject, as_object
from tests.contract.sandbox.acts import POSTING, Act
from tests.contract.sandbox.stand import Stand, parsed, vk_error
from tests.contract.schemas import validate_reply


@pytest.fixture
def act(stand: Stand, network: str) -> Act:
    return Act(stand, network)


def said(network: str, answer: httpx.Response) -> tuple[int, object]:
    """Status and the network's own code, once the body fits the schema."""
    body = parsed(answer)
    validate_reply(network, POSTING[network], body, answer.status_code)
    if network == "vk":
        return answer.status_code, vk_error(body)
    return answer.status_code, body["error_code" if network == "telegram" else "code"]


REFUSED = {"telegram": (403, 403), "vk": (200, 214), "max": (403, "chat.denied")}
UNAUTHORIZED = {"telegram": (401, 401), "vk": (200, 5), "max": (401, "verify.token")}
FLOODED = {"telegram": (429, 429), "vk": (200, 9), "max": (429, "too.many.requests")}


@pytest.mark.parametrize(
    ("kind", "expected"), [("refuse", REFUSED), ("unauthorized", UNAUTHORIZED), ("flood", FLOODED)]
)
async def test_a_refusal_is_the_networks_own(act: Act, kind: str, expected: dict[str, tuple[int, object]]) -> None:
    await act.stand.fault(kind, act.network, times=2)
    for _ in range(2):
        assert said(act.network, await act.post()) == expected[act.network]
    assert await act.posted() == 0
    assert (await act.post()).is_success
    assert await act.posted() == 1


async def test_telegram_says_how_long_to_wait(stand: Stand) -> None:
    await stand.fault("flood", "telegram", retry_after=17)
    body = parsed(await Act(stand, "telegram").post())
    assert as_object(body["parameters"]) == {"retry_after": 17}
    assert body["description"] == "Too Many Requests: retry after 17"


async def test_a_server_error_is_http_500(act: Act) -> None:
    await act.stand.fault("server_error", act.network, times=1)
    assert (await act.post()).status_code == 500
    assert (await act.post()).status_code == 200
    assert await act.posted() == 1


async def test_vk_asks_for_a_captcha(stand: Stand) -> None:
    await stand.fault("captcha", "vk", times=1)
    answer = await Act(stand, "vk").post()
    assert said("vk", answer) == (200, 14)
    assert {"captcha_sid", "captcha_img"} <= as_object(parsed(answer)["error"]).keys()


@pytest.mark.parametrize(
    ("network", "code", "status"), [("telegram", 400, 400), ("vk", 10, 200), ("max", "proto.payload", 400)]
)
async def test_any_error_of_a_network_can_be_ordered(stand: Stand, network: str, code: int | str, status: int) -> None:
    await stand.fault("error", network, times=1, code=code, message="Own words")
    answer = await Act(stand, network).post()
    assert said(network, answer) == (status, code)
    assert "Own words" in answer.text


async def test_a_hang_ends_after_its_time(act: Act) -> None:
    await act.stand.fault("hang", act.network, seconds=0.2, times=1)
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert (await act.post()).is_success
    assert loop.time() - began >= 0.2
    assert await act.posted() == 1


async def test_a_hang_ends_when_it_is_released(act: Act) -> None:
    fault = await act.stand.fault("hang", act.network)
    waiting = asyncio.create_task(act.post())
    await asyncio.sleep(0.1)
    assert not waiting.done()
    await act.stand.order(f"/faults/{fault}/release")
    assert (await waiting).is_success
    assert (await act.post()).is_success


@pytest.mark.parametrize("taken", [False, True])
async def test_who_gives_up_on_a_hang_does_not_know(act: Act, taken: bool) -> None:
    await act.stand.fault("hang", act.network, taken=taken)
    with pytest.raises(httpx.ReadTimeout):
        await act.post(patience=0.2)
    async with asyncio.timeout(5):
        while await act.calls() != ["hung"]:  # noqa: ASYNC110 - asked over HTTP
            await asyncio.sleep(0.02)
    assert await act.posted() == (1 if taken else 0)


@pytest.mark.parametrize("taken", [None, True, False])
async def test_a_dropped_connection_brings_no_byte(act: Act, taken: bool | None) -> None:
    await act.stand.fault("drop", act.network, times=1, taken=taken)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await act.post("Пропавший ответ")
    assert await act.posted() == (0 if taken is False else 1)
    assert await act.calls() == ["dropped"]
    assert (await act.post("Следующий")).is_success


async def test_a_dropped_connection_ends_in_nothing_on_the_wire(act: Act) -> None:
    """Seen from a bare socket: the request goes, the connection ends, not even a status line comes."""
    await act.stand.fault("drop", act.network, times=1)
    request = (await record(act)).encode()
    host, port = act.stand.address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    try:
        answer = await asyncio.wait_for(reader.read(), 5)
    except ConnectionResetError:
        answer = b""
    writer.close()
    assert answer == b""


async def record(act: Act) -> str:
    """A request as text: that of a GET suffices, each network takes one."""
    match act.network:
        case "telegram":
            return f"GET /telegram/bot{act.stand.token('telegram', 'bot')}/getMe HTTP/1.1\r\nHost: x\r\n\r\n"
        case "vk":
            token = act.stand.token("vk", "community")
            return f"GET /vk/method/users.get?v=5.199 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
        case _:
            return f"GET /max/me HTTP/1.1\r\nHost: x\r\nAuthorization: {act.stand.token('max', 'bot')}\r\n\r\n"


async def test_a_fault_reaches_no_one_else(act: Act) -> None:
    others = {"telegram": "vk", "vk": "max", "max": "telegram"}
    await act.stand.fault("server_error", others[act.network])
    await act.stand.fault("server_error", act.network, account_id=1)
    await act.stand.fault("server_error", act.network, method="GET /nothing")
    assert (await act.post()).is_success


async def test_a_fault_narrows_to_a_community_and_a_method(act: Act) -> None:
    narrow = {"account_id": act.stand.community(act.network), "method": POSTING[act.network]}
    await act.stand.fault("refuse", act.network, **narrow)
    assert said(act.network, await act.post()) == REFUSED[act.network]


async def test_a_fault_ends_with_its_time(act: Act) -> None:
    await act.stand.fault("server_error", act.network, for_seconds=0.1)
    async with asyncio.timeout(5):
        while (await act.post()).status_code == 500:  # noqa: ASYNC110 - asked over HTTP
            await asyncio.sleep(0.02)


async def test_faults_are_listed_and_ended(act: Act) -> None:
    fault = await act.stand.fault("server_error", act.network)
    await act.post()
    listed = await act.stand.seen("/faults")
    assert [(f["id"], f["hits"], f["holds"]) for f in listed] == [(fault, 1, True)]
    assert (await act.stand.client.delete(f"/control/faults/{fault}")).status_code == 204
    assert (await act.stand.client.delete(f"/control/faults/{fault}")).status_code == 404
    assert (await act.post()).is_success


@pytest.mark.parametrize(
    "order",
    [
        {"kind": "captcha", "network": "telegram"},
        {"kind": "refuse", "network": "myspace"},
        {"kind": "refuse", "network": "vk", "times": 0},
        {"kind": "refuse", "network": "vk", "invented": 1},
    ],
)
async def test_an_order_that_makes_no_sense_is_refused(stand: Stand, order: JsonObject) -> None:
    assert (await stand.client.post("/control/faults", json=order)).status_code == 422


async def test_every_call_is_in_the_journal_without_its_secrets(stand: Stand) -> None:
    await stand.telegram("setWebhook", url="http://127.0.0.1:1/", secret_token="hush-hush")
    await Act(stand, "telegram").post("Раз")
    calls = await stand.seen("/calls", network="telegram")
    assert [call["method"] for call in calls] == ["setWebhook", "sendMessage"]
    assert [call["status"] for call in calls] == [200, 200]
    assert "hush-hush" not in str(calls)
    assert stand.token("telegram", "bot") not in str(calls)
    last = int(str(calls[0]["number"]))
    assert len(await stand.seen("/calls", after=last)) == 1
    await stand.client.delete("/control/calls")
    assert await stand.seen("/calls") == []
