"""Every network: stories, polls and reposts, where it has them."""

from datetime import UTC, datetime, timedelta

import pytest

from services.publisher.networks.accounts import Account, Network
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.contents import Poll, Post, PostFormat
from services.publisher.networks.inbound import PollVoted
from services.publisher.networks.outcomes import Done, NoProof, Rejected, Retry, Sent, Unknown, Unsupported
from shared.clock import new_id
from tests.contract.networks.formats import OPTIONS, QUESTION, has, poll, repost, story
from tests.contract.networks.stage import Stage, opened, post
from tests.contract.networks.staged.staging import Json, Tells


async def asked(stage: Stage) -> Json:
    """The one poll that stands on the community's wall."""
    (published,) = await stage.posts()
    (found,) = [one for one in await stage.polls() if one["id"] == published["poll_id"]]
    return found


async def test_a_poll_asks_what_it_should(stage: Stage) -> None:
    if not has(stage, PostFormat.POLL):
        return
    outcome = await stage.connector.publish(stage.account, poll("Решаем вместе", is_multiple=True))
    assert isinstance(outcome, Sent), outcome
    assert (outcome.poll_id is not None) or Tells.VOTES not in stage.staging.tells
    shown = await asked(stage)
    assert QUESTION in str(shown["question"])
    assert (shown["options"], shown["is_multiple"]) == (list(OPTIONS), True)
    (published,) = await stage.posts()
    assert "Решаем вместе" in str(published["text"])


async def test_a_poll_needs_no_text_beside_it(stage: Stage) -> None:
    if not has(stage, PostFormat.POLL):
        return
    assert isinstance(await stage.connector.publish(stage.account, poll()), Sent)
    assert QUESTION in str((await asked(stage))["question"])


async def test_a_polls_text_is_corrected_and_the_poll_stays(stage: Stage) -> None:
    if not has(stage, PostFormat.POLL) or not stage.staging.edits_polls:
        return
    first = poll("Решаем вместе")
    sent = await stage.connector.publish(stage.account, first)
    assert isinstance(sent, Sent)
    for text, shown in (("Решаем сообща", "Решаем сообща"), ("", QUESTION)):
        corrected = Post(first.delivery_id, text, format=PostFormat.POLL, poll=first.poll)
        assert await stage.connector.edit(stage.account, sent.external_id, corrected) == Done()
        (published,) = await stage.posts()
        assert published["text"] == shown
        assert (await asked(stage))["question"] == QUESTION


async def test_a_poll_ends_when_it_should(stage: Stage) -> None:
    if not has(stage, PostFormat.POLL) or not stage.staging.ends_polls:
        return
    closes_at = (datetime.now(UTC) + timedelta(days=3)).replace(microsecond=0)
    closing = Post(new_id(), "", format=PostFormat.POLL, poll=Poll(QUESTION, OPTIONS, closes_at=closes_at))
    assert isinstance(await stage.connector.publish(stage.account, closing), Sent)
    ends = datetime.fromisoformat(str((await asked(stage))["closes_at"]))
    assert abs(ends - closes_at) <= timedelta(minutes=1)


@pytest.mark.parametrize("beyond", [-1, 0, 1])
@pytest.mark.parametrize("part", ["question", "option", "options"])
async def test_a_poll_is_taken_until_its_limits(stage: Stage, part: str, beyond: int) -> None:
    limits = CAPABILITIES[stage.network].polls
    if limits is None or part not in stage.staging.poll_parts:
        return
    stage.breaks_limits = beyond > 0
    length = "я" * (getattr(limits, part) + beyond) if part != "options" else ""
    options = tuple(f"Ответ {number}" for number in range(limits.options[1] + beyond))
    made = {
        "question": poll(question=length),
        "option": poll(options=(length, "Нет")),
        "options": poll(options=options),
    }
    outcome = await stage.connector.publish(stage.account, made[part])
    assert isinstance(outcome, Rejected if beyond > 0 else Sent), outcome
    assert len(await stage.posts()) == (beyond <= 0)


async def test_a_vote_comes_in_with_how_the_poll_stands(stage: Stage) -> None:
    if Tells.VOTES not in stage.staging.tells:
        return
    sent = await stage.connector.publish(stage.account, poll())
    assert isinstance(sent, Sent)
    async with stage.hooked() as receiver:
        await stage.act("votes", options=[1])
        (update,) = await receiver.received(1)
    assert isinstance(update, PollVoted)
    assert update.poll_id == sent.poll_id
    totals = update.totals or await stage.connector.poll_totals(stage.account, update.poll_id)
    assert not isinstance(totals, Unsupported), totals
    assert (totals.votes, totals.voters) == ((0, 1, 0), 1)


async def test_a_story_is_no_post_and_goes_by_itself(stage: Stage) -> None:
    if not has(stage, PostFormat.STORY):
        return
    outcome = await stage.connector.publish(stage.account, story())
    assert isinstance(outcome, Sent), outcome
    (told,) = await stage.stories()
    assert stage.pictures_of(told) == 1
    left = datetime.fromisoformat(str(told["visible_until"])) - datetime.now(UTC)
    assert timedelta(hours=23) < left <= timedelta(hours=24)
    assert [one for one in await stage.posts() if one["format"] != "story"] == []


async def test_a_story_is_taken_down_and_never_taken_for_a_post(stage: Stage) -> None:
    if not has(stage, PostFormat.STORY) or not stage.staging.withdraws:
        return
    kept = await stage.connector.publish(stage.account, post("Новость"))
    told = await stage.connector.publish(stage.account, story())
    assert isinstance(kept, Sent)
    assert isinstance(told, Sent)
    assert told.external_id != kept.external_id
    await stage.connector.withdraw(stage.account, told.external_id, 1)
    assert await stage.stories() == []
    assert len(await stage.posts()) == 1


async def test_a_post_of_the_network_is_carried_further(stage: Stage) -> None:
    if not has(stage, PostFormat.REPOST):
        return
    known = {"bot_id": stage.bot_id} if stage.staging.carries_known_alone else {}
    other = await opened(stage.control, stage.connector, **known)
    source = await stage.connector.publish(other.account, post("Победа в суде"))
    assert isinstance(source, Sent)
    assert source.url is not None
    outcome = await stage.connector.publish(stage.account, repost(source.url))
    assert isinstance(outcome, Sent), outcome
    (carried,) = await stage.posts()
    assert (carried["format"], carried["source_text"]) == ("repost", "Победа в суде")


async def test_what_is_not_the_networks_own_goes_out_as_a_link(stage: Stage) -> None:
    if not has(stage, PostFormat.REPOST):
        return
    url = "https://news.example/strike?id=7"
    outcome = await stage.connector.publish(stage.account, repost(url, "Читайте"))
    assert isinstance(outcome, Sent), outcome
    (linked,) = await stage.posts()
    assert linked["format"] == "post"
    assert "Читайте" in str(linked["text"])


@pytest.mark.parametrize("kind", ["poll", "repost", "story"])
@pytest.mark.parametrize("taken", [True, False])
async def test_what_the_network_took_without_an_answer_is_in_doubt(stage: Stage, kind: str, *, taken: bool) -> None:
    if not has(stage, PostFormat(kind)):
        return
    other = await opened(stage.control, stage.connector)
    source = await stage.connector.publish(other.account, post("Победа в суде"))
    assert isinstance(source, Sent)
    staging = stage.staging
    method = {"poll": staging.poll_posting, "repost": staging.repost_posting, "story": staging.story_posting}[kind]
    lost = {"poll": poll(), "repost": repost(source.url or ""), "story": story()}[kind]
    since = datetime.now(UTC)
    await stage.order("drop", method or staging.posting, taken=taken)
    assert isinstance(await stage.connector.publish(stage.account, lost), Unknown)
    out = await stage.everything_out()
    assert len(out) == taken
    found = await stage.connector.reconcile(stage.account, lost, since)
    if isinstance(found, Sent):
        assert taken
        assert found.external_id in (str(out[0]["number"]), out[0]["key"])
    else:
        assert isinstance(found, Unsupported) or (found == NoProof() and not taken)


async def test_a_repeated_poll_is_one_where_the_network_knows_a_repeat(stage: Stage) -> None:
    if not has(stage, PostFormat.POLL) or not CAPABILITIES[stage.network].against_doubles.post_has_key:
        return
    lost = poll()
    await stage.order("drop", stage.staging.poll_posting or stage.staging.posting)
    assert isinstance(await stage.connector.publish(stage.account, lost), Unknown)
    again = await stage.connector.publish(stage.account, lost)
    assert isinstance(again, Sent)
    assert again.poll_id == (await asked(stage))["id"]


@pytest.mark.parametrize("stage", [Network.VK], indirect=True)
async def test_vk_says_why_it_has_no_stories_and_needs_the_users_token(stage: Stage) -> None:
    plain = await opened(stage.control, stage.connector, has_stories=False)
    (missing,) = (await stage.connector.probe(plain.account)).missing
    assert (missing.ability, missing.reason.code) == ("stories", "network.stories_not_given")
    assert isinstance(await stage.connector.publish(plain.account, story()), Rejected)
    alone = Account(stage.account.target, {"community_token": stage.account.secrets["community_token"]})
    refused = await stage.connector.publish(alone, poll())
    assert isinstance(refused, Rejected)
    assert refused.reason.code == "network.user_token_required"
    assert isinstance(await stage.connector.publish(alone, repost("https://vk.com/wall-1_1")), Sent)  # as a link
    assert isinstance(await stage.connector.publish(alone, story()), Sent)


@pytest.mark.parametrize("stage", [Network.VK], indirect=True)
async def test_a_lost_preparation_of_a_story_is_simply_made_again(stage: Stage) -> None:
    for step in ("stories.getPhotoUploadServer", "upload"):
        await stage.order("drop", step)
        assert isinstance(await stage.connector.publish(stage.account, story()), Retry)
    assert await stage.stories() == []
