"""What an account is notified of."""

from pydantic import JsonValue

from deploy.sandbox.events import Commented, Event, Joined, Mentioned, Reacted, Reposted, Update
from deploy.sandbox.networks.bluesky.names import (
    FOLLOW,
    LIKE,
    NETWORK,
    POST,
    address,
    comment_uri,
    did_of,
    key_of,
    record_cid,
    repost_uri,
)
from deploy.sandbox.networks.bluesky.views import author, comment_record, moment, parent_of, ref
from deploy.sandbox.records import Person
from deploy.sandbox.wire import JsonObject
from deploy.sandbox.world import World


def updates(world: World, event: Event) -> list[Update]:
    match event:
        case Commented(comment=comment, person=person):
            record = comment_record(world, comment)
            told = _told(world, person, "reply", comment_uri(comment), record, parent_of(world, comment))
            owner_id = comment.community_id
        case Mentioned(mention=mention, person=person):
            uri = address(did_of(person.id), POST, key_of(3 << 50 | mention.community_id << 24 | mention.number))
            told = _told(world, person, "mention", uri, _post(mention.text, moment(mention.at)))
            owner_id = mention.community_id
        case Reposted(repost=repost, post=post, person=person):
            if repost.text:
                record = _post(repost.text, moment(repost.at))
                record["embed"] = {"$type": "app.bsky.embed.record", "record": ref(post.key)}
            else:
                record = _about("app.bsky.feed.repost", ref(post.key), moment(repost.at))
            told = _told(world, person, "quote" if repost.text else "repost", repost_uri(repost), record, post.key)
            owner_id = repost.community_id
        case Reacted(reaction=reaction, post=post, person=person, removed=False):
            uri = address(did_of(person.id), LIKE, key_of(reaction.community_id << 24 | post.number))
            record = _about(LIKE, ref(post.key), moment(reaction.at))
            told = _told(world, person, "like", uri, record, post.key)
            owner_id = reaction.community_id
        case Joined(community=community, person=person):
            uri = address(did_of(person.id), FOLLOW, key_of(community.id))
            record = _about(FOLLOW, did_of(community.id), moment(world.now()))
            told, owner_id = _told(world, person, "follow", uri, record), community.id
        case _:
            return []
    return [Update(owner_id, str(told["reason"]), NETWORK, told)]


def _post(text: str, at: str) -> JsonObject:
    return {"$type": POST, "text": text, "createdAt": at}


def _about(kind: str, subject: JsonValue, at: str) -> JsonObject:
    return {"$type": kind, "subject": subject, "createdAt": at}


def _told(
    world: World, person: Person, reason: str, uri: str, record: JsonObject, subject: str | None = None
) -> JsonObject:
    told: JsonObject = {
        "uri": uri,
        "cid": record_cid(uri),
        "author": author(person),
        "reason": reason,
        "record": record,
        "isRead": False,
        "indexedAt": moment(world.now()),
    }
    return told if subject is None else {**told, "reasonSubject": subject}
