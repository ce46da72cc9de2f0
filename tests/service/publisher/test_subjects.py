"""A person's chats: shown, emptied, not written into any more, let go of when they are old."""

from sqlalchemy import text

from services.publisher.networks.accounts import Network, Probe
from shared.clock import new_id
from shared.contracts import Message
from shared.contracts.gateway import PartReported, RetentionDue, SubjectErasureRequested, SubjectExportRequested
from shared.contracts.publisher import DirectMessageReceived
from shared.contracts.states import Identifier, Kept, Subject
from shared.subjects import SHOWN
from tests.service.publisher.chats import ask, chats_of, deliver_due
from tests.service.publisher.newsroom import Newsroom, answered

OLDER_THAN_A_DAY = 1  # the clock of tests is years ahead of the ids


def about(newsroom: Newsroom, account: str = "1001") -> str:
    subject = Subject(person_id=new_id(), identifiers=(Identifier(network="telegram", external_id=account),))
    return newsroom.kit.runtime.cipher.encrypt(subject.model_dump_json())


async def told(newsroom: Newsroom, wish: Message) -> PartReported:
    assert (await newsroom.kit.deliver(newsroom.tenant, wish)).error is None
    return (await newsroom.kit.emitted(newsroom.tenant, PartReported))[-1]


async def words_in(newsroom: Newsroom) -> str:
    found: list[str] = []
    async with newsroom.kit.transaction(newsroom.tenant) as context:
        for table in ("conversation", "inbound_message", "direct_message", "reaction", "mention", "campaign_entry"):
            rows = await context.store.execute(text(f"SELECT to_jsonb(t)::text FROM publisher.{table} AS t"))  # noqa: S608
            found += rows.scalars()
    received = await newsroom.kit.emitted(newsroom.tenant, DirectMessageReceived)
    return "\n".join([*found, *(message.model_dump_json() for message in received)])


async def test_a_chat_is_shown_and_emptied(newsroom: Newsroom) -> None:
    chats = await chats_of(newsroom)
    conversation = await chats.conversation()
    await ask(newsroom, conversation, text="Анна Котова, ответ готов")
    export = await told(newsroom, SubjectExportRequested(job_id=new_id(), sealed_subject=about(newsroom)))
    assert export.sealed is not None
    shown = SHOWN.validate_json(newsroom.kit.runtime.cipher.decrypt(export.sealed))
    assert shown["messages_received"][0]["text"] == "Не платят премию"
    assert shown["conversations"][0]["display_name"] == "Анна Котова"
    part = await told(newsroom, SubjectErasureRequested(job_id=new_id(), sealed_subject=about(newsroom)))
    assert (part.counts["conversations"], part.counts["messages_on_their_way"]) == (1, 1)
    left = await words_in(newsroom)
    for trace in ("Котова", "премию", '"1001"'):
        assert trace not in left
    sent = len(newsroom.networks[Network.TELEGRAM].messages)
    await deliver_due(newsroom)
    assert len(newsroom.networks[Network.TELEGRAM].messages) == sent, "what was not sent yet never will be"


async def test_another_account_is_left_alone(newsroom: Newsroom) -> None:
    await (await chats_of(newsroom)).conversation()
    before = await words_in(newsroom)
    part = await told(newsroom, SubjectErasureRequested(job_id=new_id(), sealed_subject=about(newsroom, "1002")))
    assert part.counts["conversations"] == part.counts["messages_on_their_way"] == 0
    assert await words_in(newsroom) == before


async def test_whoever_writes_again_begins_anew(newsroom: Newsroom) -> None:
    chats = await chats_of(newsroom)
    await chats.conversation()
    await told(newsroom, SubjectErasureRequested(job_id=new_id(), sealed_subject=about(newsroom)))
    again = {"id": "u2", "kind": "message", "user": "1001", "name": "Анна Котова", "text": "Снова я"}
    assert (await chats.tell(again)).status_code == 200
    (received,) = await chats.received()
    assert received.text == "Снова я"


async def test_old_chats_are_let_go(newsroom: Newsroom) -> None:
    chats = await chats_of(newsroom)
    conversation = await chats.conversation()
    await ask(newsroom, conversation)
    await newsroom.drain()
    due = RetentionDue(
        day=newsroom.kit.clock.now().date(),
        days={Kept.CONVERSATIONS: OLDER_THAN_A_DAY, Kept.NETWORK_UPDATES: OLDER_THAN_A_DAY},
    )
    assert (await newsroom.kit.deliver(newsroom.tenant, due)).error is None
    async with newsroom.kit.transaction(newsroom.tenant) as context:
        for table, left in (("inbound_message", 0), ("direct_message", 0), ("inbound_update", 0), ("conversation", 1)):
            count = await context.store.execute(text(f"SELECT count(*) FROM publisher.{table}"))  # noqa: S608
            assert count.scalar() == left, table


async def test_what_somebody_said_in_public_is_shown_and_emptied(newsroom: Newsroom) -> None:
    network = newsroom.networks[Network.TELEGRAM]
    network.probed = Probe(title="Профсоюз", mailbox="7100")
    publication = await newsroom.published(await newsroom.channel())
    chats = await chats_of(newsroom)
    comment = {"id": "c1", "kind": "comment", "user": "2002", "name": "Анна Котова", "text": "Не платят премию"}
    mention = {
        "id": "m1",
        "kind": "mention",
        "user": "2002",
        "name": "Анна Котова",
        "text": "Котова о премии",
        "url": "https://t.me/kotova/1",
    }
    assert (await chats.tell(comment, mention)).status_code == 200
    await newsroom.drain()
    export = await told(newsroom, SubjectExportRequested(job_id=new_id(), sealed_subject=about(newsroom, "2002")))
    assert export.sealed is not None
    shown = SHOWN.validate_json(newsroom.kit.runtime.cipher.decrypt(export.sealed))
    assert shown["answers_given"][0]["text"] == "Не платят премию"
    assert shown["mentions_written"][0]["url"] == "https://t.me/kotova/1"
    part = await told(newsroom, SubjectErasureRequested(job_id=new_id(), sealed_subject=about(newsroom, "2002")))
    assert (part.counts["answers_given"], part.counts["mentions_written"]) == (1, 1)
    left = await words_in(newsroom)
    for trace in ("отова", "kotova", "премию", '"2002"'):
        assert trace not in left
    listed = answered(await newsroom.client.get(f"/v1/publications/{publication['id']}/reactions"))["items"]
    assert [(each["text"], each["is_removed"]) for each in listed] == [("", True)], "the figure stays"
