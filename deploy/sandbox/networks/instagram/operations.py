"""The modelled calls by method and path, each behind the check of its parameters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, JsonValue, ValidationError

from deploy.sandbox.networks.instagram.containers import POSTS_A_DAY, Container, Containers
from deploy.sandbox.networks.instagram.errors import BAD_PARAMETER, NO_OBJECT, refused
from deploy.sandbox.networks.instagram.models import (
    InsightsOf,
    Listing,
    NewContainer,
    Publish,
    Reading,
    Replying,
    Subscribing,
)
from deploy.sandbox.networks.instagram.views import (
    NETWORK,
    Fields,
    account_fields,
    comment_at,
    comment_id,
    media_fields,
    mention_fields,
    mention_id,
    pick,
)
from deploy.sandbox.records import Comment, Community, Message, MessageKind
from deploy.sandbox.sandbox import Sandbox
from deploy.sandbox.wire import JsonObject
from deploy.sandbox.world import World

P = TypeVar("P", bound=BaseModel)
A_DAY = 86_400


@dataclass(frozen=True)
class Caller:
    """An account, and what was fetched for its call beforehand."""

    sandbox: Sandbox
    containers: Containers
    community: Community
    fetched: bytes | None = None

    @property
    def world(self) -> World:
        return self.sandbox.world

    def own(self, number: str) -> Community:
        """Raises Refusal for what is not the caller's own number."""
        if number != str(self.community.id):
            raise refused(NO_OBJECT)
        return self.community

    def media(self, number: str) -> Message:
        found = self.world.messages.get(NETWORK, MessageKind.POST, self.community.id, number)
        if found is None or found.deleted:
            raise refused(NO_OBJECT)
        return found

    def container(self, number: str) -> Container:
        found = self.containers.get(number)
        if found is None or found.owner_id != self.community.id:
            raise refused(NO_OBJECT)
        return found


Act = Callable[[Caller, str, JsonObject], JsonValue]


def operation(model: type[P], act: Callable[[Caller, str, P], JsonValue]) -> Act:
    def call(caller: Caller, number: str, params: JsonObject) -> JsonValue:
        try:
            given = model.model_validate(params)
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(str(part) for part in first["loc"])
            raise refused(BAD_PARAMETER, f"{name}: {first['msg']}") from error
        return act(caller, number, given)

    return call


def _me(caller: Caller, _: str, asked: Reading) -> JsonValue:
    return pick(account_fields(caller.world, caller.community), asked.fields)


def _account(caller: Caller, number: str, asked: Reading) -> JsonValue:
    """With what names the account, by the id that its hook was told."""
    community = caller.own(number)
    shown: Fields = {
        **account_fields(caller.world, community),
        "mentioned_media": lambda asked_for: _mentioned(caller, asked_for),
    }
    return pick(shown, asked.fields)


def _mentioned(caller: Caller, asked_for: str) -> JsonValue:
    """`.media_id(<id>)` and the fields."""
    named, _, fields = asked_for.removeprefix(".media_id(").partition(")")
    for mention in caller.world.mentions:
        if (mention.network, mention.community_id) != (NETWORK, caller.community.id) or mention_id(mention) != named:
            continue
        person = caller.world.people.get(NETWORK, mention.person_id)
        if person is not None:
            return pick(mention_fields(mention, person), fields)
    raise refused(NO_OBJECT)


def _limit(caller: Caller, number: str, _: Reading) -> JsonValue:
    used = caller.containers.used_today(caller.own(number))
    config: JsonValue = {"quota_total": POSTS_A_DAY, "quota_duration": A_DAY}
    return {"data": [{"quota_usage": used, "config": config}]}


def _make(caller: Caller, number: str, order: NewContainer) -> JsonValue:
    return {"id": caller.containers.make(caller.own(number), order, caller.fetched).id}


def _container(caller: Caller, number: str, asked: Reading) -> JsonValue:
    container = caller.container(number)
    status = caller.containers.status_of(container)
    shown: Fields = {
        "id": lambda _: container.id,
        "status_code": lambda _: status,
        "status": lambda _: f"{status.capitalize()}: as the code says.",
    }
    return pick(shown, asked.fields)


def _publish(caller: Caller, number: str, order: Publish) -> JsonValue:
    return {"id": caller.containers.publish(caller.own(number), order.creation_id).key}


def _list(caller: Caller, number: str, asked: Listing) -> JsonValue:
    """Newest first; stories stand elsewhere."""
    posts = caller.world.posts(NETWORK, caller.own(number).id)[::-1][: asked.limit]
    return {"data": [pick(media_fields(caller.world, post), asked.fields) for post in posts]}


def _media(caller: Caller, number: str, asked: Reading) -> JsonValue:
    return pick(media_fields(caller.world, caller.media(number)), asked.fields)


def _insights(caller: Caller, number: str, asked: InsightsOf) -> JsonValue:
    post = caller.media(number)
    figures = {
        "views": post.views,
        "reach": post.views,
        "shares": len(caller.world.reposts_of(post)),
        "likes": len(caller.world.reactions_of(post)),
        "comments": len(caller.world.comments_of(post)),
        "saved": 0,
    }
    figures["total_interactions"] = sum(figures[name] for name in ("shares", "likes", "comments", "saved"))
    return {
        "data": [
            {
                "name": name,
                "period": "lifetime",
                "values": [{"value": figures[name]}],
                "id": f"{number}/insights/{name}",
            }
            for name in asked.metric
        ]
    }


def _reply(caller: Caller, number: str, order: Replying) -> JsonValue:
    account_id, place = comment_at(int(number))
    question = caller.world.comments.get(NETWORK, account_id, place)
    if question is None or question.deleted or account_id != caller.community.id:
        raise refused(NO_OBJECT)
    answer = caller.world.comments.put(
        Comment(
            network=NETWORK,
            community_id=account_id,
            post_number=question.post_number,
            number=caller.world.next_number(f"{NETWORK}:comment:{account_id}"),
            person_id=None,
            text=order.message,
            at=caller.world.now(),
            reply_to=question.number,
        )
    )
    return {"id": comment_id(answer)}


def _subscribe(caller: Caller, number: str, _: Subscribing) -> JsonValue:
    community = caller.own(number)
    caller.world.communities.put(community.model_copy(update={"tells_its_app": True}))
    return {"success": True}


OPERATIONS: Mapping[str, Act] = {
    "GET /me": operation(Reading, _me),
    "GET /{ig-user-id}": operation(Reading, _account),
    "GET /{ig-user-id}/content_publishing_limit": operation(Reading, _limit),
    "POST /{ig-user-id}/media": operation(NewContainer, _make),
    "GET /{ig-user-id}/media": operation(Listing, _list),
    "POST /{ig-user-id}/media_publish": operation(Publish, _publish),
    "POST /{ig-user-id}/subscribed_apps": operation(Subscribing, _subscribe),
    "GET /{ig-container-id}": operation(Reading, _container),
    "GET /{ig-media-id}": operation(Reading, _media),
    "GET /{ig-media-id}/insights": operation(InsightsOf, _insights),
    "POST /{ig-comment-id}/replies": operation(Replying, _reply),
}
