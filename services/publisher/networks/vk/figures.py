"""What VK counts of a community's posts and polls, by the user's token."""

from services.publisher.networks.accounts import Account
from services.publisher.networks.measures import Measured, PollTotals, PostMeasures
from services.publisher.networks.outcomes import Reason, Unsupported
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Refused, why_not
from services.publisher.networks.vk.calls import Parameter, VkApi, group_of, token_of
from services.publisher.networks.vk.wall import Wall, number_of, users_token
from services.publisher.networks.vk.wire import Count, Members, PollResults, Reach

TELLS_REACH_FROM = 5_000  # members


async def measure_post(api: VkApi, wall: Wall, account: Account, external_id: str) -> PostMeasures:
    """Raises Unreachable."""
    try:
        post = await wall.read(account, external_id)
    except Refused as refused:
        return _untold(why_not(refused.outcome))
    if post is None:
        return _untold(reason("post_gone"))
    return PostMeasures(
        views=_told(post.views),
        reach=await _reach(api, account, external_id),
        reactions=_told(post.likes),
        comments=_told(post.comments),
        reposts=_told(post.reposts),
    )


async def count_votes(api: VkApi, account: Account, poll_id: str) -> PollTotals | Unsupported:
    """Raises Unreachable."""
    try:
        asked: dict[str, Parameter] = {"owner_id": -group_of(account), "poll_id": number_of(poll_id)}
        poll = await api.call(users_token(account), "polls.getById", PollResults, asked)
    except Refused as refused:
        return Unsupported(why_not(refused.outcome))
    return PollTotals(tuple(answer.votes for answer in poll.answers), None if poll.multiple else poll.votes)


async def _reach(api: VkApi, account: Account, external_id: str) -> Measured:
    """VK tells it of larger communities alone."""
    group_id = group_of(account)
    try:
        token = token_of(account, "community_token")
        members = await api.call(token, "groups.getMembers", Members, {"group_id": group_id, "count": 0})
        if members.count < TELLS_REACH_FROM:
            return Measured.untold(reason("reach_from_5000"))
        asked: dict[str, Parameter] = {"owner_id": -group_id, "post_ids": [external_id]}
        told = await api.call(users_token(account), "stats.getPostReach", tuple[Reach, ...], asked)
    except Refused as refused:
        return Measured.untold(why_not(refused.outcome))
    total = told[0].reach_total if told else None
    return Measured.untold(reason("cannot_measure")) if total is None else Measured(total)


def _told(count: Count) -> Measured:
    return Measured.untold(reason("cannot_measure")) if count.count is None else Measured(count.count)


def _untold(why: Reason) -> PostMeasures:
    untold = Measured.untold(why)
    return PostMeasures(views=untold, reach=untold, reactions=untold, comments=untold, reposts=untold)
