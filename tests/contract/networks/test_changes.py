"""Every network: what is out is corrected and taken down, where the network can."""

import pytest

from services.publisher.networks.contents import Post
from services.publisher.networks.outcomes import (
    Change,
    Done,
    NeedsReauthorization,
    Rejected,
    Sent,
    Throttled,
    Unknown,
    Unsupported,
)
from tests.contract.networks.stage import Stage, image, opened, post


async def out(stage: Stage, content: Post) -> str:
    sent = await stage.connector.publish(stage.account, content)
    assert isinstance(sent, Sent), sent
    return sent.external_id


@pytest.mark.parametrize("images", [0, 1, 3])
async def test_a_text_is_corrected_and_the_images_stay(stage: Stage, images: int) -> None:
    pictures = [image(colour) for colour in ("navy", "green", "red")[:images]]
    external_id = await out(stage, post("Собрание в среду", *pictures))
    corrected = post("Собрание в четверг", *pictures)
    answer = await stage.connector.edit(stage.account, external_id, corrected)
    if not stage.staging.edits:
        assert isinstance(answer, Unsupported)
        return
    assert answer == Done()
    posts = await stage.posts()
    assert [one["text"] for one in posts if one["text"]] == ["Собрание в четверг"]
    assert sum(stage.pictures_of(one) for one in posts) == images
    assert await stage.connector.edit(stage.account, external_id, corrected) == Done()


async def test_what_is_gone_cannot_be_corrected(stage: Stage) -> None:
    if not (stage.staging.edits and stage.staging.withdraws):
        return
    external_id = await out(stage, post("Собрание в среду"))
    assert await stage.connector.withdraw(stage.account, external_id) == Done()
    answer = await stage.connector.edit(stage.account, external_id, post("Собрание в четверг"))
    assert isinstance(answer, Rejected)
    assert answer.reason.code == "network.post_gone"


@pytest.mark.parametrize("images", [0, 1, 3])
async def test_all_of_a_post_is_taken_down_and_nothing_else(stage: Stage, images: int) -> None:
    await out(stage, post("Раньше"))
    pictures = [image(colour) for colour in ("navy", "green", "red")[:images]]
    external_id = await out(stage, post("Ошибка", *pictures))
    await out(stage, post("Позже"))
    answer = await stage.connector.withdraw(stage.account, external_id, images)
    if not stage.staging.withdraws:
        assert isinstance(answer, Unsupported)
        return
    assert answer == Done()
    assert [one["text"] for one in await stage.posts()] == ["Раньше", "Позже"]
    assert await stage.connector.withdraw(stage.account, external_id, images) == Done()


async def test_nobody_elses_post_is_touched(stage: Stage) -> None:
    theirs = await opened(stage.control, stage.connector)
    external_id = await out(theirs, post("Чужое"))
    ours = await out(stage, post("Наше"))
    if stage.staging.withdraws:
        await stage.connector.withdraw(stage.account, external_id)
        assert [one["text"] for one in await theirs.posts()] == ["Чужое"]
    if stage.staging.edits:
        await stage.connector.edit(stage.account, ours, post("Исправлено"))
        assert [one["text"] for one in await theirs.posts()] == ["Чужое"]


FAULTS: list[tuple[str, type[Change]]] = [
    ("unauthorized", NeedsReauthorization),
    ("flood", Throttled),
    ("drop", Unknown),
]


@pytest.mark.parametrize(("kind", "expected"), FAULTS)
async def test_a_withdrawal_that_fails_can_be_repeated(stage: Stage, kind: str, expected: type[Change]) -> None:
    if stage.staging.withdrawing is None:
        return
    external_id = await out(stage, post("Ошибка"))
    await stage.order(kind, stage.staging.withdrawing)
    answer = await stage.connector.withdraw(stage.account, external_id)
    assert isinstance(answer, expected), answer
    assert await stage.connector.withdraw(stage.account, external_id) == Done()
    assert await stage.posts() == []


@pytest.mark.parametrize("external_id", ["", "x", "999999", "1; DROP", "../1"])
async def test_a_wrong_id_is_an_outcome_and_no_accident(stage: Stage, external_id: str) -> None:
    if stage.staging.withdraws:
        assert isinstance(await stage.connector.withdraw(stage.account, external_id), Done | Rejected)
    if stage.staging.edits:
        assert isinstance(await stage.connector.edit(stage.account, external_id, post("Текст")), Rejected)
