"""Bluesky alone: sessions of a single use, rich text, quotes, and notifications over many pages."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

import pytest

from services.publisher.networks.accounts import Account, Network
from services.publisher.networks.bluesky import notifications
from services.publisher.networks.contents import Post, PostFormat
from services.publisher.networks.inbound import CommentReceived, Mentioned, Reposted
from services.publisher.networks.outcomes import NeedsReauthorization, NoProof, Rejected, Retry, Sent, Unknown
from shared.clock import new_id
from tests.contract.networks.stage import Stage, image, opened, post
from tests.contract.networks.staged.bluesky import PUT, UPLOAD
from tests.contract.networks.staged.staging import Json

CREATE, REFRESH = "com.atproto.server.createSession", "com.atproto.server.refreshSession"


pytestmark = pytest.mark.parametrize("stage", [Network.BLUESKY], indirect=True)


async def sessions(stage: Stage, method: str) -> int:
    return len([call for call in await stage.calls() if call["method"] == method])


async def put_records(stage: Stage) -> list[Json]:
    params = [cast("Json", call["params"]) for call in await stage.calls_of(PUT)]
    return [cast("Json", each["record"]) for each in params]


async def test_a_session_that_is_worn_out_is_renewed_once(stage: Stage) -> None:
    assert isinstance(await stage.connector.publish(stage.account, post("Раз")), Sent)
    for code in ("ExpiredToken", "InvalidToken"):
        await stage.order("error", PUT, code=code)
        assert isinstance(await stage.connector.publish(stage.account, post("Два")), Sent)
    assert (await sessions(stage, CREATE), await sessions(stage, REFRESH)) == (1, 2)
    assert len(await stage.posts()) == 3


async def test_of_many_calls_that_find_it_worn_out_one_renews_it(stage: Stage) -> None:
    assert isinstance(await stage.connector.publish(stage.account, post("Начало")), Sent)
    await stage.order("error", PUT, code="ExpiredToken", times=8)
    outcomes = await asyncio.gather(*(stage.connector.publish(stage.account, post(f"№ {n}")) for n in range(8)))
    assert all(isinstance(outcome, Sent) for outcome in outcomes), outcomes
    assert (await sessions(stage, CREATE), await sessions(stage, REFRESH)) == (1, 1), "its token is good for one use"
    assert len(await stage.posts()) == 9


async def test_a_refresh_token_that_is_lost_is_no_harm(stage: Stage) -> None:
    assert isinstance(await stage.connector.publish(stage.account, post("Раз")), Sent)
    await stage.order("error", PUT, code="ExpiredToken")
    await stage.order("drop", REFRESH)
    assert isinstance(await stage.connector.publish(stage.account, post("Два")), Retry)
    assert isinstance(await stage.connector.publish(stage.account, post("Два")), Sent)
    assert await sessions(stage, CREATE) == 2


async def test_a_session_that_stays_worn_out_needs_new_secrets(stage: Stage) -> None:
    await stage.order("error", PUT, code="ExpiredToken", times=None)
    assert isinstance(await stage.connector.publish(stage.account, post("Раз")), NeedsReauthorization)
    assert await stage.posts() == []


async def test_new_secrets_open_a_new_session(stage: Stage) -> None:
    assert isinstance(await stage.connector.publish(stage.account, post("Раз")), Sent)
    wrong = Account(stage.account.target, {"app_password": "abcd-efgh-2345-wxyz"})
    assert isinstance(await stage.connector.publish(wrong, post("Два")), NeedsReauthorization)
    assert isinstance(await stage.connector.publish(stage.account, post("Три")), Sent)


async def test_links_and_mentions_are_marked_in_bytes(stage: Stage) -> None:
    other = await opened(stage.control, stage.connector)
    text = f"🎉 Спасибо @{other.account.target}, @nobody.example! Подробнее: https://union.example/60, #юбилей"
    assert isinstance(await stage.connector.publish(stage.account, post(text)), Sent)
    (record,) = await put_records(stage)
    cut: dict[str, str] = {}
    for facet in cast("list[dict[str, dict[str, int]]]", record["facets"]):
        (feature,) = cast("list[dict[str, str]]", facet["features"])
        shown = text.encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode()
        cut[shown] = feature["$type"].partition("#")[2]
    expected = {f"@{other.account.target}": "mention", "https://union.example/60": "link", "#юбилей": "tag"}
    assert cut == expected


async def test_alt_texts_and_sides_go_with_the_images(stage: Stage) -> None:
    pictures = (image("navy", size=(640, 480)), image("green", "JPEG", (300, 600)))
    assert isinstance(await stage.connector.publish(stage.account, post("Праздник", *pictures)), Sent)
    (record,) = await put_records(stage)
    shown = cast("list[Json]", cast("Json", record["embed"])["images"])
    assert [one["alt"] for one in shown] == ["Открытка, фон navy", "Открытка, фон green"]
    assert [one["aspectRatio"] for one in shown] == [{"width": 640, "height": 480}, {"width": 300, "height": 600}]


async def test_what_is_carried_further_with_words_is_a_quote(stage: Stage) -> None:
    other = await opened(stage.control, stage.connector)
    source = await stage.connector.publish(other.account, post("Победа в суде"))
    assert isinstance(source, Sent)
    quote = Post(new_id(), "Поздравляем!", (image(),), PostFormat.REPOST, source_url=source.url)
    outcome = await stage.connector.publish(stage.account, quote)
    assert isinstance(outcome, Sent)
    (carried,) = await stage.posts()
    assert (carried["text"], carried["source_text"], stage.pictures_of(carried)) == ("Поздравляем!", "Победа в суде", 1)
    await stage.connector.withdraw(other.account, source.external_id)
    gone = await stage.connector.publish(
        stage.account, Post(new_id(), "", (), PostFormat.REPOST, source_url=source.url)
    )
    assert isinstance(gone, Rejected)
    assert gone.reason.code == "network.post_gone"


async def test_an_image_that_is_too_large_is_refused_by_name(stage: Stage) -> None:
    large = image()
    object.__setattr__(large, "content", large.content + b"\0" * 2_000_000)
    outcome = await stage.connector.publish(stage.account, post("Много", large))
    assert isinstance(outcome, Rejected)
    assert outcome.reason.code == "network.image_refused"
    assert len(await stage.calls_of(UPLOAD)) == 1


async def test_all_pages_are_read_and_nothing_twice(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifications, "PAGE", 3)
    sent = await stage.connector.publish(stage.account, post("Новость"))
    assert isinstance(sent, Sent)
    async with stage.hooked() as hearing:
        for number in range(8):
            await stage.comment(f"Ответ {number}")
        await stage.act("mentions", text="Спасибо")
        await stage.act("reposts", text="")
        await hearing.ask()
        first = list(hearing.verified)
        await hearing.ask()
    texts = [update.text for update in first if isinstance(update, CommentReceived)]
    assert texts == [f"Ответ {number}" for number in range(8)], "oldest first"
    assert [type(update) for update in first[8:]] == [Mentioned, Reposted]
    keys = {update.update_id for update in first}
    assert {update.update_id for update in hearing.verified} == keys, "what is told again has the same key"


async def test_another_post_under_the_same_key_is_not_taken_for_it(stage: Stage) -> None:
    """Keys have bits of chance: two deliveries of one millisecond may come to the same one."""
    first = post("Поздравляем завод", image())
    assert isinstance(await stage.connector.publish(stage.account, first), Sent)
    assert isinstance(await stage.connector.publish(stage.account, first), Sent), "a repeat is the same post"
    for other in (replace(first, text="Приём юриста"), replace(first, images=())):
        outcome = await stage.connector.publish(stage.account, other)
        assert isinstance(outcome, Unknown)
        assert outcome.reason.code == "network.key_taken"
        assert await stage.connector.reconcile(stage.account, other, datetime.now(UTC)) == NoProof()
    assert isinstance(await stage.connector.reconcile(stage.account, first, datetime.now(UTC)), Sent)
    assert len(await stage.posts()) == 1
