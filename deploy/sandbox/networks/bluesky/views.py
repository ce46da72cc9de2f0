"""What the network shows, built from what the stand-in remembers."""

from datetime import datetime

from pydantic import JsonValue

from deploy.sandbox.networks.bluesky.names import (
    NETWORK,
    POST,
    blob_cid,
    comment_uri,
    did_of,
    handle_of,
    post_at,
    record_cid,
)
from deploy.sandbox.records import Comment, Community, Message, Person
from deploy.sandbox.wire import JsonObject
from deploy.sandbox.world import World


def moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def name_of(account: Community | Person) -> str:
    return account.title if isinstance(account, Community) else account.full_name


def author(account: Community | Person) -> JsonObject:
    return {"did": did_of(account.id), "handle": handle_of(account), "displayName": name_of(account)}


def profile(world: World, community: Community) -> JsonObject:
    return {
        **author(community),
        "description": community.description,
        "followersCount": community.followers + len(community.members),
        "followsCount": 0,
        "postsCount": len(world.posts(NETWORK, community.id)),
    }


def ref(uri: str) -> JsonObject:
    return {"uri": uri, "cid": record_cid(uri)}


def blob(picture_id: str, content_type: str, size: int) -> JsonObject:
    return {"$type": "blob", "ref": {"$link": blob_cid(picture_id)}, "mimeType": content_type, "size": size}


def post_record(world: World, post: Message) -> JsonObject:
    shown: JsonObject = {"$type": POST, "text": post.text, "createdAt": moment(post.at)}
    images: list[JsonValue] = []
    for picture_id in post.pictures:
        picture = world.pictures.get(NETWORK, picture_id)
        if picture is not None:
            kept = blob(picture.id, picture.content_type, len(picture.content))
            images.append({"image": kept, "alt": picture.caption})
    if images:
        shown["embed"] = {"$type": "app.bsky.embed.images", "images": images}
    return shown


def comment_record(world: World, comment: Comment) -> JsonObject:
    return {
        "$type": POST,
        "text": comment.text,
        "createdAt": moment(comment.at),
        "reply": {"root": ref(root_of(world, comment)), "parent": ref(parent_of(world, comment))},
    }


def root_of(world: World, comment: Comment) -> str:
    posts = world.put_out(NETWORK, comment.community_id)
    return next(post.key for post in posts if post.number == comment.post_number)


def parent_of(world: World, comment: Comment) -> str:
    answered = world.comments.get(NETWORK, comment.community_id, comment.reply_to)
    return root_of(world, comment) if answered is None else comment_uri(answered)


def post_view(world: World, post: Message) -> JsonObject | None:
    community = world.communities.get(NETWORK, post.owner_id)
    if community is None:
        return None
    reposts = world.reposts_of(post)
    return {
        **ref(post.key),
        "author": author(community),
        "record": post_record(world, post),
        "replyCount": len(world.comments_of(post)),
        "repostCount": sum(not repost.text for repost in reposts),
        "quoteCount": sum(bool(repost.text) for repost in reposts),
        "likeCount": len(world.reactions_of(post)),
        "indexedAt": moment(post.at),
    }


def comment_view(world: World, comment: Comment) -> JsonObject | None:
    writer = (
        world.communities.get(NETWORK, comment.community_id)
        if comment.person_id is None
        else world.people.get(NETWORK, comment.person_id)
    )
    if writer is None or post_at(world, root_of(world, comment)) is None:
        return None
    return {
        **ref(comment_uri(comment)),
        "author": author(writer),
        "record": comment_record(world, comment),
        "replyCount": sum(c.reply_to == comment.number for c in world.comments if c.network == NETWORK),
        "repostCount": 0,
        "quoteCount": 0,
        "likeCount": 0,
        "indexedAt": moment(comment.at),
    }
