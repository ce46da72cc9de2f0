"""Whatever a network says of one channel, that channel alone waits: not the others of its network, not those of others."""

from typing import Any
from uuid import UUID

import pytest

from services.publisher.channels.actions.calls import note_on_channel, verdict_of
from services.publisher.networks.accounts import Network
from services.publisher.networks.outcomes import (
    NeedsReauthorization,
    Outcome,
    Rejected,
    Retry,
    Sent,
    Throttled,
    Unknown,
)
from services.publisher.networks.reasons import reason
from services.publisher.publications.rules.failover import BLOCKED
from tests.service.publisher.newsroom import Newsroom, answered

NET = Network.TELEGRAM
NO_PAUSE: list[Outcome | Exception] = [
    *(Rejected(reason(code.removeprefix("network."))) for code in sorted(BLOCKED)),
    Rejected(reason("content_blocked")),
    Rejected(reason("refused")),
    Retry(reason("server_error")),
    Retry(reason("captcha"), 600),
    Unknown(reason("no_answer")),
    RuntimeError("a defect of ours"),
]
THROTTLED = Throttled(reason("throttled"), 300)
NO_ACCESS = NeedsReauthorization(reason("token_invalid"))


def named(refusal: Outcome | Exception) -> str:
    return type(refusal).__name__ if isinstance(refusal, Exception | Sent) else refusal.reason.code


async def state(newsroom: Newsroom, channel: dict[str, Any]) -> tuple[str, bool]:
    """Its state, and whether the network asked it to wait."""
    found = answered(await newsroom.client.get(f"/v1/channels/{channel['id']}"))
    return found["state"], found["paused_until"] is not None


async def three(newsroom: Newsroom) -> list[dict[str, Any]]:
    """Two of one network, and one of another."""
    return [await newsroom.channel(NET), await newsroom.channel(NET), await newsroom.channel(Network.VK)]


async def sent(newsroom: Newsroom, channels: list[dict[str, Any]], text: str) -> list[str]:
    """What becomes of a publication in each of these channels."""
    draft = await newsroom.draft(*channels, text=text)
    answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))
    await newsroom.drain()
    found = {each["channel_id"]: each["state"] for each in await newsroom.deliveries(draft)}
    return [found[channel["id"]] for channel in channels]


@pytest.mark.parametrize("refusal", NO_PAUSE, ids=named)
async def test_what_is_said_of_one_post_pauses_nobody(newsroom: Newsroom, refusal: Outcome | Exception) -> None:
    channels = await three(newsroom)
    newsroom.networks[NET].outcomes.append(refusal)
    (first,) = await sent(newsroom, channels[:1], "Раз")
    assert first in {"rejected", "retrying", "unknown"}
    assert await sent(newsroom, channels[1:], "Раз") == ["sent", "sent"]
    assert [await state(newsroom, each) for each in channels] == [("active", False)] * 3
    assert await sent(newsroom, channels, "Два") == ["sent"] * 3


@pytest.mark.parametrize(
    ("refusal", "becomes", "seconds"),
    [(THROTTLED, ("active", True), 301), (NO_ACCESS, ("needs_reauthorization", False), None)],
    ids=["throttled", "unauthorized"],
)
async def test_what_is_said_of_a_channel_pauses_that_one(
    newsroom: Newsroom, refusal: Outcome, becomes: tuple[str, bool], seconds: int | None
) -> None:
    channels = await three(newsroom)
    waiting = [await newsroom.draft(*channels, text=f"До того {number}") for number in range(2)]
    newsroom.networks[NET].outcomes.append(refusal)
    assert await sent(newsroom, channels[:1], "Раз") == ["retrying"]
    assert await sent(newsroom, channels[1:], "Раз") == ["sent", "sent"]
    assert [await state(newsroom, each) for each in channels] == [becomes, ("active", False), ("active", False)]
    assert await sent(newsroom, channels[1:], "Два") == ["sent", "sent"]
    calls = len(newsroom.networks[NET].posts)
    if seconds is None:
        secrets = {"credentials": {"token": "123456:AAF0o1bA2cD3eF4gH5iJ6kL7mN8oP9qR0t"}}
        await newsroom.drain()
        assert len(newsroom.networks[NET].posts) == calls, "nothing more is asked of it"
        answered(await newsroom.client.post(f"/v1/channels/{channels[0]['id']}/reauthorize", json=secrets))
        newsroom.kit.advance(seconds=31)
    else:
        for draft in waiting:
            answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))
        await newsroom.drain()
        assert len(newsroom.networks[NET].posts) == calls + 2, "the other one of the network takes what comes"
        newsroom.kit.advance(seconds=seconds)
    await newsroom.drain()
    assert await state(newsroom, channels[0]) in {("active", True), ("active", False)}
    assert await sent(newsroom, channels, "Три") == ["sent"] * 3


async def test_what_a_person_pauses_waits_alone(newsroom: Newsroom) -> None:
    channels = await three(newsroom)
    draft = await newsroom.draft(*channels)
    answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))
    answered(await newsroom.client.patch(f"/v1/channels/{channels[0]['id']}", json={"paused": True}))
    await newsroom.drain()
    assert [each["state"] for each in await newsroom.deliveries(draft)] == ["pending", "sent", "sent"]
    answered(await newsroom.client.patch(f"/v1/channels/{channels[0]['id']}", json={"paused": False}))
    newsroom.kit.advance(seconds=31)
    await newsroom.drain()
    assert (await newsroom.read(draft))["state"] == "published"


async def test_a_shorter_pause_that_is_told_later_does_not_end_the_longer_one(newsroom: Newsroom) -> None:
    channel = await newsroom.channel(NET)

    async def while_another_call_is_told_to_wait() -> Outcome:
        async with newsroom.kit.transaction(newsroom.tenant) as context:
            await note_on_channel(context, UUID(channel["id"]), verdict_of(THROTTLED))
        return Throttled(reason("throttled"), 5)

    newsroom.networks[NET].outcomes.append(while_another_call_is_told_to_wait)
    assert await sent(newsroom, [channel], "Раз") == ["retrying"]
    calls = len(newsroom.networks[NET].posts)
    newsroom.kit.advance(seconds=290)
    await newsroom.drain()
    assert len(newsroom.networks[NET].posts) == calls, "the longer one is not over"
    newsroom.kit.advance(seconds=11)
    await newsroom.drain()
    assert len(newsroom.networks[NET].posts) == calls + 1
