"""Sealed notices of the gateway to a person's own account, and the codes that people send to prove theirs."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select, update

from services.publisher.conversations.tables import Conversation, DirectMessage, InboundMessage
from services.publisher.networks.accounts import Network
from services.publisher.networks.outcomes import NeedsReauthorization, Rejected, Retry, Unknown
from services.publisher.networks.reasons import reason
from shared.clock import new_id
from shared.contracts.publisher import (
    DirectMessageReceived,
    LinkCodeReceived,
    NoticeDelivery,
    NoticeRequested,
)
from tests.service.publisher.chats import WRITTEN, Chats, chats_of, deliver_due
from tests.service.publisher.newsroom import Newsroom, answered

WORDS = "Ваш код входа: 402913"
CODE = "VM-4Q8ZK2M7XW0C"


async def request(
    newsroom: Newsroom, user: str = "1001", words: str = WORDS, *, good_for: timedelta = timedelta(minutes=10)
) -> UUID:
    notice = NoticeRequested(
        reference_id=new_id(),
        network="telegram",
        external_user_id=user,
        sealed_text=newsroom.kit.runtime.cipher.encrypt(words),
        expires_at=newsroom.kit.clock.now() + good_for,
    )
    assert (await newsroom.kit.deliver(newsroom.tenant, notice)).error is None
    return notice.reference_id


async def news(newsroom: Newsroom) -> list[tuple[UUID, str, str | None]]:
    told = await newsroom.kit.emitted(newsroom.tenant, NoticeDelivery)
    return [(each.reference_id, each.state, each.code) for each in told]


async def stored(newsroom: Newsroom) -> list[DirectMessage]:
    async with newsroom.kit.transaction(newsroom.tenant) as context:
        return await context.store.all(select(DirectMessage).order_by(col(DirectMessage.id)))


async def chatting(newsroom: Newsroom) -> Chats:
    chats = await chats_of(newsroom)
    await chats.conversation()
    return chats


async def test_a_notice_goes_into_the_persons_chat_and_is_forgotten(newsroom: Newsroom) -> None:
    await chatting(newsroom)
    reference_id = await request(newsroom)
    (waiting,) = await stored(newsroom)
    assert "402913" not in waiting.text
    await deliver_due(newsroom)
    assert [(sent.recipient, sent.text) for sent in newsroom.networks[Network.TELEGRAM].messages] == [("1001", WORDS)]
    assert await news(newsroom) == [(reference_id, "sent", None)]
    (sent,) = await stored(newsroom)
    assert sent.text == ""


async def test_no_bot_writes_first(newsroom: Newsroom) -> None:
    await chatting(newsroom)
    reference_id = await request(newsroom, "2002")
    assert await news(newsroom) == [(reference_id, "failed", "no_conversation")]
    assert newsroom.networks[Network.TELEGRAM].messages == []


async def test_an_account_in_another_network_is_somebody_else(newsroom: Newsroom) -> None:
    chats = await chats_of(newsroom, Network.MAX)
    await chats.conversation()
    reference_id = await request(newsroom)
    assert await news(newsroom) == [(reference_id, "failed", "no_conversation")]


async def test_what_came_too_late_is_dropped(newsroom: Newsroom) -> None:
    await chatting(newsroom)
    late = await request(newsroom, good_for=timedelta(0))
    waits = await request(newsroom)
    newsroom.kit.advance(minutes=10)
    await deliver_due(newsroom)
    assert await news(newsroom) == [(late, "dropped", "expired"), (waits, "dropped", "expired")]
    assert newsroom.networks[Network.TELEGRAM].messages == []
    assert [each.text for each in await stored(newsroom)] == [""]


async def test_a_notice_that_is_asked_for_twice_is_written_once(newsroom: Newsroom) -> None:
    await chatting(newsroom)
    notice = NoticeRequested(
        reference_id=new_id(),
        network="telegram",
        external_user_id="1001",
        sealed_text=newsroom.kit.runtime.cipher.encrypt(WORDS),
        expires_at=newsroom.kit.clock.now() + timedelta(minutes=10),
    )
    for _ in range(2):
        await newsroom.kit.deliver(newsroom.tenant, notice)
    await deliver_due(newsroom)
    await deliver_due(newsroom)
    assert len(newsroom.networks[Network.TELEGRAM].messages) == 1


async def test_what_the_network_may_have_taken_is_unknown_and_not_written_again(newsroom: Newsroom) -> None:
    await chatting(newsroom)
    newsroom.networks[Network.TELEGRAM].outcomes.append(Unknown(reason("no_answer")))
    reference_id = await request(newsroom)
    await deliver_due(newsroom)
    await deliver_due(newsroom)
    assert await news(newsroom) == [(reference_id, "unknown", "network.no_answer")]
    assert len(newsroom.networks[Network.TELEGRAM].messages) == 1
    assert (await stored(newsroom))[0].text == ""


async def test_a_worker_that_died_in_the_middle_leaves_a_doubt(newsroom: Newsroom) -> None:
    await chatting(newsroom)
    reference_id = await request(newsroom)
    async with newsroom.kit.transaction(newsroom.tenant) as context:
        past = newsroom.kit.clock.now() - 400 * timedelta(days=365)
        await context.store.execute(update(DirectMessage).values(state="sending", attempts=1, lease_until=past))
    await deliver_due(newsroom)
    assert await news(newsroom) == [(reference_id, "unknown", "delivery.interrupted")]


async def test_a_network_that_is_away_is_tried_again_with_the_same_words(newsroom: Newsroom) -> None:
    await chatting(newsroom)
    newsroom.networks[Network.TELEGRAM].outcomes.append(Retry(reason("not_connected")))
    reference_id = await request(newsroom)
    await deliver_due(newsroom)
    assert await news(newsroom) == []
    await deliver_due(newsroom)
    assert await news(newsroom) == [(reference_id, "sent", None)]
    assert [sent.text for sent in newsroom.networks[Network.TELEGRAM].messages] == [WORDS, WORDS]


async def test_who_has_blocked_the_bot_is_told_of(newsroom: Newsroom) -> None:
    await chatting(newsroom)
    newsroom.networks[Network.TELEGRAM].outcomes.append(Rejected(reason("recipient_blocked")))
    reference_id = await request(newsroom)
    await deliver_due(newsroom)
    assert await news(newsroom) == [(reference_id, "rejected", "network.recipient_blocked")]


async def test_a_channel_that_works_is_preferred(newsroom: Newsroom) -> None:
    network = newsroom.networks[Network.TELEGRAM]
    await chatting(newsroom)
    dead = await newsroom.channel(Network.TELEGRAM, external_id="7007")
    await newsroom.drain()
    await Chats(newsroom, network.hooks[-1]).tell({**WRITTEN, "id": "u9"})
    answered(await newsroom.client.patch(f"/v1/channels/{dead['id']}", json={"paused": True}))
    reference_id = await request(newsroom)
    await deliver_due(newsroom)
    assert await news(newsroom) == [(reference_id, "sent", None)]
    assert network.accounts[-1].target == "1001"


async def test_lost_credentials_hold_a_notice_back_until_it_is_over(newsroom: Newsroom) -> None:
    await chatting(newsroom)
    newsroom.networks[Network.TELEGRAM].outcomes.append(NeedsReauthorization(reason("token_invalid")))
    reference_id = await request(newsroom)
    await newsroom.drain()
    newsroom.kit.advance(minutes=11)
    await deliver_due(newsroom)
    assert await news(newsroom) == [(reference_id, "dropped", "expired")]


@pytest.mark.parametrize(
    "entry",
    [
        {"kind": "message", "text": CODE},
        {"kind": "message", "text": f"  {CODE.lower()} "},
        {"kind": "start", "payload": CODE},
    ],
)
async def test_a_code_goes_to_the_gateway_alone_and_sealed(newsroom: Newsroom, entry: dict[str, str]) -> None:
    chats = await chats_of(newsroom)
    answered_with = await chats.tell({"id": "u1", "user": "1001", "name": "Анна Котова", **entry})
    assert answered_with.status_code == 200
    (told,) = await newsroom.kit.emitted(newsroom.tenant, LinkCodeReceived)
    assert CODE not in told.sealed_code
    assert newsroom.kit.runtime.cipher.decrypt(told.sealed_code) == CODE
    assert (told.network, told.external_user_id, told.display_name) == ("telegram", "1001", "Анна Котова")
    assert await newsroom.kit.emitted(newsroom.tenant, DirectMessageReceived) == []
    async with newsroom.kit.transaction(newsroom.tenant) as context:
        assert await context.store.all(select(InboundMessage)) == []
        assert len(await context.store.all(select(Conversation))) == 1  # so that the bot can answer


@pytest.mark.parametrize("words", [f"Мой код {CODE}", "VM-123", "VM-4Q8ZK2M7XW0U", CODE + "0"])
async def test_what_is_no_code_is_a_message(newsroom: Newsroom, words: str) -> None:
    chats = await chats_of(newsroom)
    await chats.tell({**WRITTEN, "text": words})
    assert await newsroom.kit.emitted(newsroom.tenant, LinkCodeReceived) == []
    assert [message.text for message in await chats.received()] == [words]
