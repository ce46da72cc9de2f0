"""Requests about what the world answers."""

import json
from typing import Any

from services.publisher.networks.accounts import Network
from services.publisher.networks.outcomes import Sent
from shared.clock import new_id
from tests.security.attempts import Attempt
from tests.security.house import Branch, done
from tests.security.makers.publisher import draft, sent
from tests.security.makers.registry import makes


async def reaction(branch: Branch) -> tuple[str, str]:
    """A publication that was carried further, and a comment under it: its network told us."""
    post = str(new_id().int % 10**12)
    publication, _ = await sent(branch, Sent(post))
    hook = branch.services.networks[Network.TELEGRAM].hooks[-1]
    told = [
        {"id": f"r{post}", "kind": "repost", "user": "777", "text": "", "url": f"https://t.me/v/{post}", "post": post},
        {"id": f"c{post}", "kind": "comment", "user": "555", "text": "Спасибо!", "comment": f"9{post}", "post": post},
    ]
    async with branch.services.client() as network:
        address = hook.url.removeprefix("https://vmeste.test")
        answer = await network.post(address, content=json.dumps(told), headers={"x-secret": hook.secret})
    assert answer.status_code == 200, answer.text
    await branch.services.drain()
    comment, _ = done(await branch.client.get(f"/v1/publications/{publication}/reactions"))["items"]
    return publication, comment["id"]


def _mention_body(branch: Branch, publication: str) -> dict[str, Any]:
    return {
        "organization_id": branch.organization,
        "url": f"https://vestnik.example/{new_id()}",
        "source_name": "Вестник",
        "source_type": "media",
        "published_at": "2031-03-01T09:00:00+03:00",
        "publication_id": publication,
    }


async def mention(branch: Branch) -> str:
    return (await branch.post("/mentions", _mention_body(branch, await draft(branch))))["id"]


@makes("publication_reactions_list", "publication_reposts_list")
async def reactions(branch: Branch) -> Attempt:
    publication, _ = await reaction(branch)
    return Attempt([f"/publications/{publication}/reactions"], {"publication_id": publication})


@makes("publication_reactions_update")
async def judged_reaction(branch: Branch) -> Attempt:
    publication, one = await reaction(branch)
    path = {"publication_id": publication, "reaction_id": one}
    return Attempt([f"/publications/{publication}/reactions"], path, body={"tone": "negative"})


@makes("mentions_create")
async def new_mention(branch: Branch) -> Attempt:
    return Attempt(["/mentions?limit=5"], body=_mention_body(branch, await draft(branch)))


@makes("mentions_list")
async def mentions(branch: Branch) -> Attempt:
    await mention(branch)
    return Attempt([], query={"organization_id": branch.organization})


@makes("mentions_read")
async def a_mention(branch: Branch) -> Attempt:
    one = await mention(branch)
    return Attempt([f"/mentions/{one}"], {"mention_id": one})


@makes("mentions_update")
async def changed_mention(branch: Branch) -> Attempt:
    one = await mention(branch)
    return Attempt(
        [f"/mentions/{one}"], {"mention_id": one}, body={"publication_id": await draft(branch), "tone": "neutral"}
    )


@makes("channel_metrics_list", "publication_metrics_list")
async def metrics(branch: Branch) -> Attempt:
    await reaction(branch)
    return Attempt([], query={"organization_id": branch.organization})


@makes("publication_poll_results_read")
async def poll_results(branch: Branch) -> Attempt:
    asked = {"question": "Когда собрание?", "options": ["Среда", "Пятница"]}
    body = {"organization_id": branch.organization, "kind": "news", "format": "poll", "poll": asked}
    publication = (await branch.post("/publications", body))["id"]
    return Attempt([f"/publications/{publication}"], {"publication_id": publication})


@makes("influence_read")
async def influence(branch: Branch) -> Attempt:
    await mention(branch)
    return Attempt([], query={"organization_id": branch.organization})


def _feed_body(branch: Branch) -> dict[str, Any]:
    return {
        "organization_id": branch.organization,
        "url": f"https://vestnik.example/{new_id()}",
        "source_name": "Вестник",
        "words": ["профсоюз"],
    }


async def watched_feed(branch: Branch) -> str:
    return (await branch.post("/watched_feeds", _feed_body(branch)))["id"]


@makes("watched_feeds_create")
async def new_watched_feed(branch: Branch) -> Attempt:
    return Attempt(["/watched_feeds?limit=5"], body=_feed_body(branch))


@makes("watched_feeds_list")
async def watched_feeds(branch: Branch) -> Attempt:
    await watched_feed(branch)
    return Attempt([], query={"organization_id": branch.organization})


@makes("watched_feeds_read")
async def a_watched_feed(branch: Branch) -> Attempt:
    one = await watched_feed(branch)
    return Attempt([f"/watched_feeds/{one}"], {"feed_id": one})


@makes("watched_feeds_update")
async def changed_watched_feed(branch: Branch) -> Attempt:
    one = await watched_feed(branch)
    return Attempt([f"/watched_feeds/{one}"], {"feed_id": one}, body={"paused": True})


@makes("watched_feeds_delete")
async def forgotten_watched_feed(branch: Branch) -> Attempt:
    one = await watched_feed(branch)
    return Attempt([f"/watched_feeds/{one}"], {"feed_id": one})
