"""The modelled methods by their names, each behind the check of its parameters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, JsonValue, ValidationError

from deploy.sandbox.networks.bluesky.errors import invalid, refusal
from deploy.sandbox.networks.bluesky.models import Actor, Handle, NotificationsPage, RecordPlace, Uris
from deploy.sandbox.networks.bluesky.names import (
    NETWORK,
    POST,
    account_called,
    address,
    comment_at,
    comment_uri,
    did_of,
    post_at,
)
from deploy.sandbox.networks.bluesky.views import comment_record, comment_view, post_record, post_view, profile, ref
from deploy.sandbox.records import Comment, Community, Message
from deploy.sandbox.sandbox import Sandbox
from deploy.sandbox.wire import JsonObject
from deploy.sandbox.world import World

P = TypeVar("P", bound=BaseModel)


@dataclass(frozen=True)
class Caller:
    sandbox: Sandbox
    community: Community

    @property
    def world(self) -> World:
        return self.sandbox.world

    @property
    def did(self) -> str:
        return did_of(self.community.id)


Act = Callable[[Caller, JsonObject], JsonObject]


def method(model: type[P], act: Callable[[Caller, P], JsonObject]) -> Act:
    def call(caller: Caller, params: JsonObject) -> JsonObject:
        try:
            return act(caller, model.model_validate(params))
        except ValidationError as error:
            first = error.errors()[0]
            name = "/".join(str(part) for part in first["loc"])
            raise invalid(f"Error: Params must have a valid {name}: {first['msg']}") from error

    return call


def own_repo(caller: Caller, repo: str) -> None:
    """Raises the network's refusal when it is somebody else's."""
    account = account_called(caller.world, repo)
    if account is None:
        raise invalid(f"Could not find repo: {repo}")
    if account != caller.community:
        raise refusal("AuthMissing", "Authentication Required", 401)


def _delete(caller: Caller, place: RecordPlace) -> JsonObject:
    own_repo(caller, place.repo)
    uri = address(caller.did, place.collection, place.rkey)
    post, comment = post_at(caller.world, uri), comment_at(caller.world, uri)
    if post is not None:
        caller.world.keep_message(post.model_copy(update={"deleted": True}))
    if comment is not None:
        caller.world.comments.put(comment.model_copy(update={"deleted": True}))
    return {}


def _record(caller: Caller, place: RecordPlace) -> JsonObject:
    account = account_called(caller.world, place.repo)
    uri = "" if account is None else address(did_of(account.id), place.collection, place.rkey)
    found = post_at(caller.world, uri) or comment_at(caller.world, uri)
    if found is None:
        raise refusal("RecordNotFound", f"Could not locate record: {uri}")
    return {**ref(uri), "value": _value(caller.world, found)}


def _value(world: World, found: Message | Comment) -> JsonObject:
    if isinstance(found, Comment):
        return comment_record(world, found)
    if f"/{POST}/" in found.key:
        return post_record(world, found)
    return {"$type": "app.bsky.feed.repost", "subject": ref(found.source_url or ""), "createdAt": found.at.isoformat()}


def _resolve(caller: Caller, asked: Handle) -> JsonObject:
    account = account_called(caller.world, asked.handle)
    if account is None:
        raise invalid("Unable to resolve handle")
    return {"did": did_of(account.id)}


def _profile(caller: Caller, asked: Actor) -> JsonObject:
    account = account_called(caller.world, asked.actor)
    if not isinstance(account, Community):
        raise invalid("Profile not found")
    return profile(caller.world, account)


def _posts(caller: Caller, asked: Uris) -> JsonObject:
    """Those that are gone are left out."""
    shown: list[JsonValue] = []
    for uri in asked.uris:
        post, comment = post_at(caller.world, uri), comment_at(caller.world, uri)
        if post is not None and f"/{POST}/" in uri:
            shown.append(post_view(caller.world, post))
        elif comment is not None and comment_uri(comment) == uri:
            shown.append(comment_view(caller.world, comment))
    return {"posts": [view for view in shown if view is not None]}


def _notifications(caller: Caller, page: NotificationsPage) -> JsonObject:
    """Newest first."""
    news = list(reversed(caller.world.news_of(NETWORK, caller.community.id)))
    if page.cursor is not None:
        if not page.cursor.isdecimal():
            raise invalid("Malformed cursor")
        news = [one for one in news if one.number < int(page.cursor)]
    shown: JsonObject = {"notifications": [one.body for one in news[: page.limit]]}
    return {**shown, "cursor": str(news[page.limit - 1].number)} if len(news) > page.limit else shown


QUERIES: Mapping[str, Act] = {
    "com.atproto.repo.getRecord": method(RecordPlace, _record),
    "com.atproto.identity.resolveHandle": method(Handle, _resolve),
    "app.bsky.actor.getProfile": method(Actor, _profile),
    "app.bsky.feed.getPosts": method(Uris, _posts),
    "app.bsky.notification.listNotifications": method(NotificationsPage, _notifications),
}
DELETING: Mapping[str, Act] = {"com.atproto.repo.deleteRecord": method(RecordPlace, _delete)}
