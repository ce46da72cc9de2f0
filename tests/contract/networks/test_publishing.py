"""Every network: what is published once, what is refused, and what stays in doubt."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from services.publisher.networks.accounts import Account, Network
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.outcomes import (
    NeedsReauthorization,
    NoProof,
    Outcome,
    Refusal,
    Rejected,
    Retry,
    Sent,
    Throttled,
    Unknown,
    Unreachable,
    Unsupported,
)
from services.publisher.networks.registry import ENTRIES
from services.publisher.networks.shortcomings import ImageFacts, problems_of
from services.publisher.networks.transport import Timeouts
from services.publisher.networks.vk.connector import VkConnector
from tests.contract.networks.stage import Stage, image, post

TEXT = "С юбилеем, завод! <b>60 лет</b> & *вместе* https://union.example/60"


def code(outcome: Outcome) -> str:
    assert not isinstance(outcome, Sent)
    return outcome.reason.code.removeprefix("network.")


async def test_a_text_is_published_as_it_stands(stage: Stage) -> None:
    outcome = await stage.connector.publish(stage.account, post(TEXT))
    assert isinstance(outcome, Sent)
    assert outcome.external_id
    (published,) = await stage.posts()
    assert published["text"] == TEXT


async def test_where_a_post_can_be_seen(stage: Stage) -> None:
    outcome = await stage.connector.publish(stage.account, post(TEXT))
    assert isinstance(outcome, Sent)
    if not stage.staging.tells_itself:
        return
    assert outcome.url is not None
    assert outcome.url.startswith(("https://", "http://127.0.0.1"))  # the stand-in of MAX shows its own page


@pytest.mark.parametrize("count", [1, 2, 10])
async def test_images_go_out_with_the_text_in_one_post(stage: Stage, count: int) -> None:
    count = min(count, CAPABILITIES[stage.network].images.most)
    images = [image(colour, kind) for colour, kind in [("navy", "PNG"), ("green", "JPEG")] * 5][:count]
    outcome = await stage.connector.publish(stage.account, post(TEXT, *images))
    assert isinstance(outcome, Sent), outcome
    posts = await stage.posts()
    assert sum(stage.pictures_of(published) for published in posts) == count
    assert [published["text"] for published in posts if published["text"]] == [TEXT]


async def test_an_image_alone_is_a_post(stage: Stage) -> None:
    assert isinstance(await stage.connector.publish(stage.account, post("", image())), Sent)
    (published,) = await stage.posts()
    assert published["text"] == ""


@pytest.mark.parametrize("images", [0, 1])
@pytest.mark.parametrize("beyond", [-1, 0, 1])
async def test_the_table_of_limits_is_the_networks_own(stage: Stage, beyond: int, images: int) -> None:
    takes = CAPABILITIES[stage.network]
    if images < takes.images.least:
        return
    stage.breaks_limits = beyond > 0
    text = "я" * ((takes.texts.caption if images else takes.texts.post) + beyond)
    outcome = await stage.connector.publish(stage.account, post(text, *[image()] * images))
    assert bool(problems_of(stage.network, text, [ImageFacts(64, 64, 1000)] * images)) == (beyond > 0)
    if beyond > 0:
        assert isinstance(outcome, Rejected)
        assert code(outcome) == "text_too_long"
    else:
        assert isinstance(outcome, Sent), outcome
    assert len(await stage.posts()) == (beyond <= 0)


FAULTS: list[tuple[str, dict[str, object], type[Refusal] | None, str]] = [
    ("refuse", {}, Rejected, ""),
    ("unauthorized", {}, NeedsReauthorization, "token_invalid"),
    ("flood", {"retry_after": 7}, Throttled, "throttled"),
    ("server_error", {}, None, "server_error"),
    ("hang", {"seconds": 5}, Unknown, "no_answer"),
    ("hang", {"seconds": 5, "taken": True}, Unknown, "no_answer"),
    ("drop", {}, Unknown, "no_answer"),
    ("drop", {"taken": False}, Unknown, "no_answer"),
]


@pytest.mark.parametrize(("kind", "more", "expected", "name"), FAULTS)
async def test_every_fault_has_its_outcome_and_nothing_is_sent_twice(
    stage: Stage, kind: str, more: dict[str, object], expected: type[Refusal] | None, name: str
) -> None:
    """What failed on the network's side may be repeated where it knows a repeat by its key."""
    has_key = CAPABILITIES[stage.network].against_doubles.post_has_key and stage.staging.key_holds_for_good
    is_harmless = has_key or stage.staging.says_what_it_took
    await stage.order(kind, stage.staging.posting, times=None, **more)
    outcome = await stage.connector.publish(stage.account, post(TEXT))
    assert type(outcome) is (expected or (Retry if is_harmless else Unknown)), outcome
    assert not name or code(outcome) == name
    assert len(await stage.calls_of(stage.staging.posting)) == 1
    taken = more.get("taken", kind == "drop")
    assert len(await stage.posts()) == (1 if taken else 0)


async def test_a_flood_says_how_long(stage: Stage) -> None:
    await stage.order("flood", stage.staging.posting, retry_after=7)
    outcome = await stage.connector.publish(stage.account, post(TEXT))
    assert isinstance(outcome, Throttled)
    assert outcome.retry_after == pytest.approx(stage.staging.flood_seconds, abs=1)  # some tell a second of their clock


async def test_what_the_network_took_without_an_answer_is_found_again(stage: Stage) -> None:
    before = datetime.now(UTC)
    lost = post(TEXT, image())
    method = stage.staging.photo_posting or stage.staging.posting
    await stage.order("drop", method)
    assert isinstance(await stage.connector.publish(stage.account, lost), Unknown)
    found = await stage.connector.reconcile(stage.account, lost, before)
    if CAPABILITIES[stage.network].against_doubles.reads_back:
        (published,) = await stage.posts()
        assert isinstance(found, Sent)
        assert found.external_id in (str(published["number"]), published["key"])
    else:
        assert isinstance(found, Unsupported)
    assert len(await stage.posts()) == 1


async def test_what_is_not_found_proves_nothing(stage: Stage) -> None:
    if not CAPABILITIES[stage.network].against_doubles.reads_back:
        return
    earlier = await stage.connector.publish(stage.account, post(TEXT))
    assert isinstance(earlier, Sent)
    lost = post(TEXT)
    await stage.order("drop", stage.staging.posting, taken=False)
    assert isinstance(await stage.connector.publish(stage.account, lost), Unknown)
    now = datetime.now(UTC)
    reconcile = stage.connector.reconcile
    assert await reconcile(stage.account, lost, now, [earlier.external_id]) == NoProof()
    assert await reconcile(stage.account, lost, now + timedelta(hours=1)) == NoProof()
    assert await reconcile(stage.account, post("Другой текст"), now) == NoProof()
    assert await reconcile(stage.account, post(TEXT, image(), image()), now) == NoProof()
    alike = NoProof() if stage.staging.finds_by_key else earlier  # without knowing the others
    assert await reconcile(stage.account, lost, now) == alike


async def test_a_repeat_under_the_same_key_is_the_same_post(stage: Stage) -> None:
    lost = post(TEXT)
    await stage.order("drop", stage.staging.posting)
    assert isinstance(await stage.connector.publish(stage.account, lost), Unknown)
    again = await stage.connector.publish(stage.account, lost)
    assert isinstance(again, Sent)
    assert len(await stage.posts()) == (1 if CAPABILITIES[stage.network].against_doubles.post_has_key else 2)


@pytest.mark.parametrize("step", [0, 1, 2])
@pytest.mark.parametrize("kind", ["drop", "hang", "server_error"])
async def test_a_preparation_that_is_lost_is_simply_made_again(stage: Stage, step: int, kind: str) -> None:
    steps = stage.staging.uploading
    if step >= len(steps):
        return
    await stage.order(kind, steps[step], **({"seconds": 5} if kind == "hang" else {}))
    lost = post(TEXT, image())
    assert isinstance(await stage.connector.publish(stage.account, lost), Retry)
    assert await stage.posts() == []
    assert isinstance(await stage.connector.publish(stage.account, lost), Sent)
    assert len(await stage.posts()) == 1


async def test_what_is_no_image_is_refused(stage: Stage) -> None:
    broken = image()
    object.__setattr__(broken, "content", b"not an image")
    outcome = await stage.connector.publish(stage.account, post(TEXT, broken))
    assert isinstance(outcome, Rejected)
    assert code(outcome) == "image_refused"
    assert await stage.posts() == []


async def test_a_network_that_is_not_there_has_taken_nothing(stage: Stage) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        entry = ENTRIES[stage.network]
        away = entry.factory(client, f"http://127.0.0.1:1{entry.stand_in}", Timeouts())
        outcome = await away.publish(stage.account, post(TEXT, image()))
        assert isinstance(outcome, Retry)
        assert code(outcome) == "not_connected"
        with pytest.raises(Unreachable):
            await away.probe(stage.account)


@pytest.mark.parametrize("target", ["", "1; DROP", "-100", "999999999999"])
async def test_a_wrong_target_is_an_outcome_and_no_accident(stage: Stage, target: str) -> None:
    outcome = await stage.connector.publish(Account(target, stage.account.secrets), post(TEXT))
    assert isinstance(outcome, Rejected)


async def test_a_wrong_token_is_an_outcome_and_no_accident(stage: Stage) -> None:
    for token in stage.staging.wrong_tokens:
        account = Account(stage.account.target, dict.fromkeys(stage.account.secrets, token))
        assert isinstance(await stage.connector.publish(account, post(TEXT)), NeedsReauthorization), token


@pytest.mark.parametrize("stage", [Network.MAX], indirect=True)
async def test_max_is_given_time_to_work_on_an_image(stage: Stage) -> None:
    await stage.settings(upload_processing_seconds=0.8)
    assert isinstance(await stage.connector.publish(stage.account, post(TEXT, image())), Sent)
    assert len(await stage.posts()) == 1
    await stage.settings(upload_processing_seconds=60)
    outcome = await stage.connector.publish(stage.account, post(TEXT, image()))
    assert isinstance(outcome, Retry)
    assert code(outcome) == "image_not_ready"
    assert len(await stage.posts()) == 1


VK_ERRORS: list[tuple[int, type[Refusal]]] = [
    (5, NeedsReauthorization),
    (9, Throttled),
    (14, Retry),
    (15, Rejected),
    (27, NeedsReauthorization),
    (29, Throttled),
    (100, Rejected),
    (203, Rejected),
    (214, Rejected),
    (10, Retry),
]


@pytest.mark.parametrize("stage", [Network.VK], indirect=True)
@pytest.mark.parametrize(("number", "expected"), VK_ERRORS)
async def test_vks_errors_come_with_http_200(stage: Stage, number: int, expected: type[Refusal]) -> None:
    await stage.order("error", "wall.post", code=number)
    outcome = await stage.connector.publish(stage.account, post(TEXT))
    assert type(outcome) is expected
    assert await stage.posts() == []


@pytest.mark.parametrize("stage", [Network.VK], indirect=True)
async def test_vks_captcha_waits_for_a_human(stage: Stage) -> None:
    await stage.order("captcha", "wall.post")
    outcome = await stage.connector.publish(stage.account, post(TEXT))
    assert isinstance(outcome, Retry)
    assert code(outcome) == "captcha"


@pytest.mark.parametrize("stage", [Network.VK], indirect=True)
async def test_vk_posts_texts_without_a_users_token_and_refuses_images_beforehand(stage: Stage) -> None:
    account = Account(stage.account.target, {"community_token": stage.account.secrets["community_token"]})
    assert isinstance(await stage.connector.publish(account, post(TEXT)), Sent)
    outcome = await stage.connector.publish(account, post(TEXT, image()))
    assert isinstance(outcome, Rejected)
    assert code(outcome) == "user_token_needed"
    assert await stage.calls_of("photos.getWallUploadServer") == []
    assert isinstance(await stage.connector.reconcile(account, post(TEXT), datetime.now(UTC)), Unsupported)


async def test_vks_calls_keep_to_its_pace(stage: Stage) -> None:
    if not isinstance(stage.connector, VkConnector):
        return
    await stage.settings(rate_limits=True)
    images = [image()] * 5
    assert isinstance(await stage.connector.publish(stage.account, post(TEXT, *images)), Sent)
    assert len(await stage.posts()) == 1
