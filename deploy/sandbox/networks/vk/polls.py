"""`polls.*` and `stats.getPostReach`: what a person asks in a community's name, and how it went."""

from datetime import UTC, datetime

from pydantic import JsonValue

from deploy.sandbox.answers import Poll
from deploy.sandbox.networks.vk.caller import Caller
from deploy.sandbox.networks.vk.errors import POLL_ACCESS, POLL_ID, WALL_POST_ACCESS, VkError
from deploy.sandbox.networks.vk.models import PollsCreate, PollsGetById, StatsGetPostReach
from deploy.sandbox.networks.vk.views import NETWORK, poll
from deploy.sandbox.records import MessageKind

TELLS_REACH_FROM = 5_000  # members


def create(caller: Caller, body: PollsCreate) -> JsonValue:
    caller.person()
    community = caller.managed(-body.owner_id, POLL_ACCESS)
    number = caller.world.next_number("vk:poll", first=620_000_001)
    made = caller.world.polls.put(
        Poll(
            network=NETWORK,
            id=str(number),
            owner_id=community.id,
            question=body.question,
            options=tuple(body.add_answers),
            is_anonymous=body.is_anonymous,
            is_multiple=body.is_multiple,
            closes_at=datetime.fromtimestamp(body.end_date, UTC) if body.end_date else None,
            created_at=caller.world.now(),
        )
    )
    return poll(made)


def get_by_id(caller: Caller, body: PollsGetById) -> JsonValue:
    caller.person()
    found = caller.world.polls.get(NETWORK, body.poll_id)
    if found is None or found.owner_id != -body.owner_id:
        raise VkError(POLL_ID)
    return poll(found)


def get_post_reach(caller: Caller, body: StatsGetPostReach) -> JsonValue:
    """Of small communities VK says nothing."""
    caller.person()
    community = caller.managed(-body.owner_id, WALL_POST_ACCESS)
    if community.followers + len(community.members) < TELLS_REACH_FROM:
        return []
    posts = (caller.world.messages.get(NETWORK, MessageKind.POST, community.id, number) for number in body.post_ids)
    told: list[JsonValue] = [
        {"post_id": post.number, "reach_total": post.views, "reach_subscribers": post.views} for post in posts if post
    ]
    return told
