"""What a network tells is taken in once; what a service asks for is written once."""

import asyncio

import pytest
from sqlmodel import col, select, update

from services.publisher.channels.rules.attempts import LEASE
from services.publisher.conversations.tables import DirectMessage
from services.publisher.networks.accounts import Network
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.outcomes import Outcome, Rejected, Retry, Throttled, Unknown
from services.publisher.networks.reasons import reason
from shared.clock import new_id
from shared.contracts.publisher import AnswerHeard, ButtonPressed, DirectMessageDue
from shared.contracts.states import Identifier
from tests.service.publisher.chats import WRITTEN, ask, chats_of, deliver_due, news_of
from tests.service.publisher.newsroom import ABSENT, Newsroom, answered, refused


async def test_a_message_is_handed_on_to_the_channels_organization(newsroom: Newsroom) -> None:
    person = await newsroom.kit.new_person(
        newsroom.tenant, identifiers=(Identifier(network="telegram", external_id="1001"),)
    )
    chats = await chats_of(newsroom)
    response = await chats.tell(WRITTEN)
    assert (response.status_code, response.content.split(b" ")[1]) == (200, b"heard")
    (message,) = await chats.received()
    assert (message.text, message.display_name, message.person_id) == ("Не платят премию", "Анна Котова", person)
    assert (message.organization_id, message.network) == (newsroom.tenant.root, "telegram")


async def test_the_same_update_twenty_times_at_once_is_one_message(newsroom: Newsroom) -> None:
    chats = await chats_of(newsroom)
    responses = await asyncio.gather(*(chats.tell(WRITTEN) for _ in range(20)))
    assert {response.status_code for response in responses} == {200}
    assert len(await chats.received()) == 1


async def test_twenty_people_at_once_are_twenty_conversations(newsroom: Newsroom) -> None:
    chats = await chats_of(newsroom)
    updates = [{**WRITTEN, "id": f"u{number}", "user": str(number)} for number in range(20)]
    await asyncio.gather(*(chats.tell(update) for update in updates))
    assert len({message.conversation_id for message in await chats.received()}) == 20


async def test_one_person_has_one_conversation(newsroom: Newsroom) -> None:
    chats = await chats_of(newsroom)
    await asyncio.gather(*(chats.tell({**WRITTEN, "id": f"u{number}"}) for number in range(5)))
    messages = await chats.received()
    assert len(messages) == 5
    assert len({message.conversation_id for message in messages}) == 1


async def test_a_wrong_secret_is_answered_like_an_absent_channel(newsroom: Newsroom) -> None:
    chats = await chats_of(newsroom)
    wrong = refused(await chats.tell(WRITTEN, secret="guess"), 404, "not_found")
    for address in (
        f"/v1/network_hooks/{newsroom.tenant.id}/{ABSENT}",
        f"/v1/network_hooks/{new_id()}/{chats.address.rsplit('/', 1)[1]}",
        f"/v1/network_hooks/not-an-id/{ABSENT}",
    ):
        async with newsroom.kit.client() as network:
            absent = refused(await network.post(address, content="[]", headers={"x-secret": "x"}), 404, "not_found")
        assert {**absent, "instance": "", "request_id": ""} == {**wrong, "instance": "", "request_id": ""}
    assert await chats.received() == []


async def test_a_body_that_cannot_be_read_is_refused(newsroom: Newsroom) -> None:
    chats = await chats_of(newsroom)
    async with newsroom.kit.client() as network:
        response = await network.post(chats.address, content="{", headers={"x-secret": chats.secret})
    refused(response, 422, "network.malformed_update")


async def test_a_name_that_did_not_come_is_asked_once(newsroom: Newsroom) -> None:
    chats = await chats_of(newsroom, Network.VK)
    nameless = {"kind": "message", "user": "7", "text": "Здравствуйте"}
    newsroom.networks[Network.VK].name = None
    await chats.tell({**nameless, "id": "1"})
    newsroom.networks[Network.VK].name = "Пётр"
    await chats.tell({**nameless, "id": "2"})
    await chats.tell({**nameless, "id": "3"})
    assert [message.display_name for message in await chats.received()] == ["vk 7", "Пётр", "Пётр"]
    assert newsroom.networks[Network.VK].names_asked == 2


async def test_what_the_database_cannot_keep_does_not_stop_a_message(newsroom: Newsroom) -> None:
    chats = await chats_of(newsroom)
    assert (await chats.tell({**WRITTEN, "text": "до\0после", "name": "А\0нна"})).status_code == 200
    (message,) = await chats.received()
    assert (message.text, message.display_name) == ("допосле", "Анна")


async def test_a_name_or_a_button_of_nothing_that_can_be_kept_stops_no_hook(newsroom: Newsroom) -> None:
    """People choose their names, and in some networks what a button of theirs says."""
    chats = await chats_of(newsroom)
    comment = {"id": "u7", "kind": "comment", "user": "77", "name": "\0", "text": "Здравствуйте"}
    press = {"id": "u8", "kind": "button", "user": "77", "payload": "vote:\0"}
    assert (await chats.tell(comment, press)).status_code == 200
    (heard,) = await newsroom.kit.emitted(newsroom.tenant, AnswerHeard)
    (pressed,) = await newsroom.kit.emitted(newsroom.tenant, ButtonPressed)
    assert ("\0" in (heard.display_name or ""), pressed.payload) == (False, "vote:")


async def test_a_message_without_words_says_what_came(newsroom: Newsroom) -> None:
    chats = await chats_of(newsroom)
    await chats.tell({**WRITTEN, "text": "", "attachments": "photo document"})
    assert (await chats.received())[0].text == "[photo, document]"


async def test_a_pressed_button_is_handed_on_and_a_comment_is_not(newsroom: Newsroom) -> None:
    chats = await chats_of(newsroom)
    conversation_id = await chats.conversation()
    await chats.tell(
        {"id": "b1", "kind": "button", "user": "1001", "name": "Анна", "payload": "rate:1:5"},
        {"id": "c1", "kind": "comment", "user": "1001", "name": "Анна", "text": "Ура"},
    )
    (press,) = await newsroom.kit.emitted(newsroom.tenant, ButtonPressed)
    assert (press.conversation_id, press.payload) == (conversation_id, "rate:1:5")
    assert len(await chats.received()) == 1


async def test_an_answer_is_written_into_the_same_chat_once(newsroom: Newsroom) -> None:
    chats = await chats_of(newsroom)
    conversation_id = await chats.conversation()
    reference_id = await ask(newsroom, conversation_id)
    await ask(newsroom, conversation_id, reference_id)
    await deliver_due(newsroom)
    await deliver_due(newsroom)
    (message,) = newsroom.networks[Network.TELEGRAM].messages
    assert (message.recipient, message.text, message.reference_id) == ("1001", "Ваш вопрос принят", reference_id)
    assert [(button.label, button.payload) for button in message.buttons] == [("5", "rate:1:5")]
    assert await news_of(newsroom) == [("pending", 1, None), ("sent", 2, None)]


@pytest.mark.parametrize(
    ("outcome", "state", "code"),
    [
        (Rejected(reason("recipient_blocked", "403")), "rejected", "network.recipient_blocked"),
        (Unknown(reason("no_answer")), "unknown", "network.no_answer"),
        (Retry(reason("not_connected")), "retrying", "network.not_connected"),
        (Throttled(reason("throttled"), 5), "retrying", "network.throttled"),
    ],
)
async def test_what_became_of_an_answer_is_told(newsroom: Newsroom, outcome: Outcome, state: str, code: str) -> None:
    chats = await chats_of(newsroom)
    newsroom.networks[Network.TELEGRAM].outcomes.append(outcome)
    await ask(newsroom, await chats.conversation())
    await deliver_due(newsroom)
    assert await news_of(newsroom) == [("pending", 1, None), (state, 2, code)]


async def test_an_answer_that_could_not_be_sent_goes_out_later(newsroom: Newsroom) -> None:
    chats = await chats_of(newsroom)
    newsroom.networks[Network.TELEGRAM].outcomes.append(Retry(reason("not_connected")))
    await ask(newsroom, await chats.conversation())
    await newsroom.drain()
    newsroom.kit.advance(minutes=1)
    await newsroom.drain()
    async with newsroom.kit.transaction(newsroom.tenant) as context:
        (message,) = await context.store.all(select(DirectMessage))
        assert (message.state, message.attempts, message.tries) == ("sent", 2, 1)


async def test_an_answer_into_no_conversation_is_rejected(newsroom: Newsroom) -> None:
    await ask(newsroom, new_id())
    assert await news_of(newsroom) == [("rejected", 1, "conversation.not_found")]


@pytest.mark.parametrize("network", list(Network))
async def test_an_answer_longer_than_the_network_takes_is_rejected_without_a_call(
    newsroom: Newsroom, network: Network
) -> None:
    chats = await chats_of(newsroom, network)
    conversation_id = await chats.conversation()
    fits = "я" * CAPABILITIES[network].texts.direct
    too_long = await ask(newsroom, conversation_id, text=fits + "!")
    await ask(newsroom, conversation_id, too_long, text=fits + "!")
    await deliver_due(newsroom)
    assert await news_of(newsroom) == [("rejected", 1, "conversation.text_too_long")]
    await ask(newsroom, conversation_id, text=fits)
    await newsroom.drain()
    assert [message.text for message in newsroom.networks[network].messages] == [fits]


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize(
    ("network", "state"), [(Network.TELEGRAM, "unknown"), (Network.MAX, "unknown"), (Network.VK, "retrying")]
)
async def test_a_worker_killed_in_the_call_repeats_only_what_the_network_knows_by_its_key(
    newsroom: Newsroom, network: Network, state: str
) -> None:
    async def killed() -> Outcome:
        raise Killed

    chats = await chats_of(newsroom, network)
    newsroom.networks[network].outcomes.append(killed)
    await ask(newsroom, await chats.conversation())
    (due,) = await newsroom.kit.emitted(newsroom.tenant, DirectMessageDue)
    with pytest.raises(Killed):
        await newsroom.kit.deliver(newsroom.tenant, due)
    assert (await newsroom.kit.deliver(newsroom.tenant, due)).retry_after is not None
    async with newsroom.kit.transaction(newsroom.tenant) as context:
        statement = update(DirectMessage).where(col(DirectMessage.id) == due.direct_message_id)
        await context.store.execute(statement.values(lease_until=DirectMessage.lease_until - LEASE * 2))  # pyright: ignore[reportOptionalOperand, reportOperatorIssue] - a mapped column
    await newsroom.kit.deliver(newsroom.tenant, due)
    assert (await news_of(newsroom))[-1] == (state, 2, "delivery.interrupted")
    newsroom.kit.advance(minutes=1)
    await newsroom.drain()
    references = {message.reference_id for message in newsroom.networks[network].messages}
    assert len(references) == 1
    assert len(newsroom.networks[network].messages) == (2 if network is Network.VK else 1)


async def test_the_hook_answers_when_nothing_is_new(newsroom: Newsroom) -> None:
    chats = await chats_of(newsroom)
    answered_twice = [(await chats.tell(WRITTEN)).content for _ in range(2)]
    assert answered_twice[0] == answered_twice[1]
    assert answered(await newsroom.client.get("/v1/channels"))["items"][0]["receives_updates"]
