"""What the network may have taken is told apart from what it certainly has not, over real sockets."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
from pydantic import BaseModel

from services.publisher.networks.outcomes import Rejected, Retry, Throttled, Unknown, Unreachable
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import (
    LARGEST_ANSWER,
    Budget,
    Call,
    Effect,
    Refused,
    Timeouts,
    exchange,
    of_recipient,
    read,
    server_error,
    why_not,
)
from shared.http import outbound_client
from shared.settings import Environment

SHORT = Timeouts(connect=0.5, read=0.2, whole=0.5, reserve=0.2)
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def served(serve: Serve) -> AsyncGenerator[str]:
    """A server that takes each request whole and then does what `serve` says."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await serve(reader, writer)
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del writer
    await reader.read()  # until the caller goes


async def gone(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del reader
    writer.transport.abort()


async def cut_short(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del reader
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"ok":')
    await writer.drain()


async def no_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del reader
    writer.write(b"220 mail.example ESMTP\r\n")
    await writer.drain()


async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del reader
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (LARGEST_ANSWER + 1))
    try:
        await writer.drain()
    except ConnectionError:
        return  # the caller has had enough


async def redirecting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del reader
    writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")
    await writer.drain()


async def refusal_at(url: str, effect: Effect) -> Retry | Unknown | Rejected | Throttled | object:
    async with httpx.AsyncClient(trust_env=False) as client:
        with pytest.raises(Refused) as refused:
            await exchange(client, SHORT, Call(method="POST", url=url, json={"text": "Привет"}, effect=effect))
    return refused.value.outcome


@pytest.mark.parametrize("effect", Effect)
async def test_what_was_never_sent_may_be_tried_again(effect: Effect) -> None:
    async with served(silent) as url:
        closed = url
    for unreachable in (closed, "ftp://127.0.0.1/", "http://[bad/"):
        outcome = await refusal_at(unreachable, effect)
        assert isinstance(outcome, Retry), unreachable
        assert outcome.reason.code == "network.not_connected"


@pytest.mark.parametrize("serve", [silent, gone, cut_short, no_http, endless])
@pytest.mark.parametrize("effect", [Effect.ONCE, Effect.KEYED])
async def test_a_lost_answer_to_a_call_with_an_effect_is_in_doubt(serve: Serve, effect: Effect) -> None:
    async with served(serve) as url:
        outcome = await refusal_at(url, effect)
    assert isinstance(outcome, Unknown)
    assert outcome.reason.code == "network.no_answer"


@pytest.mark.parametrize("serve", [silent, gone, cut_short, no_http, endless])
async def test_a_lost_answer_to_a_preparation_is_tried_again(serve: Serve) -> None:
    async with served(serve) as url:
        assert isinstance(await refusal_at(url, Effect.NONE), Retry)


async def test_redirects_are_not_followed() -> None:
    async with served(redirecting) as url, httpx.AsyncClient(trust_env=False, follow_redirects=True) as client:
        answer = await exchange(client, SHORT, Call(method="POST", url=url))
    assert answer.status == 302


@pytest.mark.parametrize("url", ["http://169.254.169.254/", "http://127.0.0.1:22/", "file:///etc/passwd"])
async def test_an_upload_address_inside_our_own_network_is_refused(url: str) -> None:
    async with outbound_client(Environment.PRODUCTION, read_seconds=1) as client:
        with pytest.raises(Refused) as refused:
            await exchange(client, SHORT, Call(method="POST", url=url))
    assert isinstance(refused.value.outcome, Rejected)
    assert refused.value.outcome.reason.code == "network.unsafe_address"


def test_a_failing_network_leaves_doubt_only_without_a_key() -> None:
    assert isinstance(server_error(Effect.ONCE, "502"), Unknown)
    assert isinstance(server_error(Effect.KEYED, "502"), Retry)
    assert isinstance(server_error(Effect.NONE, "502"), Retry)


class Posted(BaseModel):
    number: int


@pytest.mark.parametrize("content", [b"", b"<html>", b"{}", b'{"number": "x"}', b"[" * 100_000, b"\xff"])
def test_an_unreadable_success_is_in_doubt(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        read(Posted, content, Effect.ONCE)
    assert isinstance(refused.value.outcome, Unknown)


async def test_too_long_a_preparation_publishes_nothing() -> None:
    budget = Budget(Timeouts(whole=0.2, reserve=0.1))
    with pytest.raises(Refused) as refused:
        async with budget.preparation():
            await asyncio.Event().wait()
    assert isinstance(refused.value.outcome, Retry)
    assert budget.spare <= 0


async def test_too_long_a_call_with_an_effect_is_in_doubt() -> None:
    with pytest.raises(Refused) as refused:
        async with Budget(Timeouts(whole=0.1, reserve=0.05)).effect():
            await asyncio.Event().wait()
    assert isinstance(refused.value.outcome, Unknown)


def test_a_question_is_answered_with_the_reason_or_not_at_all() -> None:
    assert why_not(Rejected(reason("no_rights"))).code == "network.no_rights"
    for outcome in (Retry(reason("not_connected")), Unknown(reason("no_answer"))):
        with pytest.raises(Unreachable):
            why_not(outcome)
    with pytest.raises(Unreachable) as unreachable:
        why_not(Throttled(reason("throttled"), retry_after=1.2))
    assert unreachable.value.retry_after == 2


def test_a_refusal_of_a_direct_message_is_about_the_person() -> None:
    assert of_recipient(Rejected(reason("no_rights", "403"))) == Rejected(reason("recipient_blocked", "403"))
    assert of_recipient(Rejected(reason("chat_not_found"))) == Rejected(reason("recipient_not_found"))
    for other in (Rejected(reason("text_too_long")), Unknown(reason("no_answer"))):
        assert of_recipient(other) is other
