"""What an account is notified of."""

from deploy.sandbox.events import Commented, Event, Joined, Mentioned, Reacted, Reposted, Update, Written
from deploy.sandbox.networks.mastodon.views import (
    NETWORK,
    account,
    comment_status,
    moment,
    post_status,
    said,
    username,
)
from deploy.sandbox.records import Person
from deploy.sandbox.wire import JsonObject
from deploy.sandbox.world import World

MENTIONS_FROM = 800_000_000_000_000_000  # ids of what people say on their own
QUOTES_FROM = 850_000_000_000_000_000


def updates(world: World, event: Event) -> list[Update]:
    match event:
        case Written(message=message, person=person):
            told = _told(world, message.owner_id, "mention", person, _private(world, event))
        case Commented(comment=comment, person=person):
            told = _told(world, comment.community_id, "mention", person, comment_status(world, comment))
        case Mentioned(mention=mention, community=community, person=person):
            status_id = str(MENTIONS_FROM + mention.community_id * 1000 + mention.number)
            status = said(world, status_id, person, mention.text, mention.at)
            told = _told(world, community.id, "mention", person, status)
        case Reposted(repost=repost, person=person) if repost.text:
            told = _told(world, repost.community_id, "quote", person, _quote(world, event))
        case Reposted(repost=repost, post=post, person=person):
            told = _told(world, repost.community_id, "reblog", person, post_status(world, post))
        case Reacted(reaction=reaction, post=post, person=person, removed=False):
            told = _told(world, reaction.community_id, "favourite", person, post_status(world, post))
        case Joined(community=community, person=person):
            told = _told(world, community.id, "follow", person, None)
        case _:
            return []
    return [told]


def _private(world: World, event: Written) -> JsonObject:
    message, community = event.message, world.communities.get(NETWORK, event.message.owner_id)
    text = message.text if community is None else f"@{username(community)} {message.text}"
    return {**said(world, message.key, event.person, text, message.at), "visibility": "direct"}


def _quote(world: World, event: Reposted) -> JsonObject:
    repost = event.repost
    status = said(
        world, str(QUOTES_FROM + repost.community_id * 1000 + repost.number), event.person, repost.text, repost.at
    )
    status["quote"] = {"state": "accepted", "quoted_status": post_status(world, event.post)}
    return status


def _told(world: World, owner_id: int, kind: str, person: Person, status: JsonObject | None) -> Update:
    """Without an id: it is the number under which the news is kept."""
    body: JsonObject = {"type": kind, "created_at": moment(world.now()), "account": account(world, person)}
    return Update(owner_id, kind, NETWORK, body if status is None else {**body, "status": status})
