"""The modelled operations by method and path, each behind the check of its parameters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, JsonValue, ValidationError

from deploy.sandbox.networks.mastodon import statuses
from deploy.sandbox.networks.mastodon.caller import Caller
from deploy.sandbox.networks.mastodon.errors import NOT_FOUND, invalid
from deploy.sandbox.networks.mastodon.instance import instance
from deploy.sandbox.networks.mastodon.models import (
    NewStatus,
    Nothing,
    NotificationsPage,
    Search,
    StatusChange,
    StatusesPage,
)
from deploy.sandbox.networks.mastodon.views import (
    NETWORK,
    ancestors,
    attachment,
    comment_status,
    credential_account,
    poll,
    post_status,
)
from deploy.sandbox.records import PostFormat
from deploy.sandbox.wire import JsonObject, Refusal, Reply

P = TypeVar("P", bound=BaseModel)


@dataclass(frozen=True)
class Asked:
    """What a call names besides its parameters."""

    id: str = ""  # in the path
    repeat_key: str | None = None


Act = Callable[[Caller, Asked, JsonObject], Reply]


def operation(model: type[P], act: Callable[[Caller, Asked, P], JsonValue]) -> Act:
    def call(caller: Caller, asked: Asked, params: JsonObject) -> Reply:
        try:
            given = model.model_validate(params)
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(str(part) for part in first["loc"])
            raise invalid(f"{name} {first['msg'].removeprefix('Value error, ')}".strip()) from error
        return Reply(act(caller, asked, given))

    return call


def _me(caller: Caller, _asked: Asked, _given: Nothing) -> JsonValue:
    return credential_account(caller.world, caller.community)


def _create(caller: Caller, asked: Asked, order: NewStatus) -> JsonValue:
    return statuses.create(caller, order, asked.repeat_key)


def _change(caller: Caller, asked: Asked, order: StatusChange) -> JsonValue:
    return statuses.change(caller, asked.id, order)


def _delete(caller: Caller, asked: Asked, _given: Nothing) -> JsonValue:
    return statuses.delete(caller, asked.id)


def _reblog(caller: Caller, asked: Asked, _given: Nothing) -> JsonValue:
    return statuses.reblog(caller, asked.id)


def _status(caller: Caller, asked: Asked, _given: Nothing) -> JsonValue:
    return statuses.shown(caller, asked.id)


def _context(caller: Caller, asked: Asked, _given: Nothing) -> JsonValue:
    comment = statuses.comment_by_id(caller, asked.id)
    if comment is not None:
        return {"ancestors": ancestors(caller.world, comment), "descendants": []}
    below = caller.world.comments_of(statuses.public(caller, asked.id))
    return {"ancestors": [], "descendants": [comment_status(caller.world, each) for each in below]}


def _poll(caller: Caller, asked: Asked, _given: Nothing) -> JsonValue:
    found = caller.world.polls.get(NETWORK, asked.id)
    if found is None:
        raise Refusal(NOT_FOUND)
    return poll(found, caller.world.now())


def _own_statuses(caller: Caller, asked: Asked, page: StatusesPage) -> JsonValue:
    if asked.id != str(caller.community.id):
        raise Refusal(NOT_FOUND)
    posts = reversed(caller.world.posts(NETWORK, caller.community.id))
    wanted = [post for post in posts if page.exclude_reblogs == "false" or post.format is not PostFormat.REPOST]
    return [post_status(caller.world, post) for post in wanted[: page.limit]]


def _notifications(caller: Caller, _asked: Asked, page: NotificationsPage) -> JsonValue:
    """Newest first; with `min_id` those that come next after it."""
    news = [n for n in caller.world.news_of(NETWORK, caller.community.id) if n.number > page.min_id]
    news = [n for n in news if not page.types or n.event in page.types]
    news = news[: page.limit] if page.min_id else news[-page.limit :]
    return [{**n.body, "id": str(n.number), "group_key": f"ungrouped-{n.number}"} for n in reversed(news)]


def _search(caller: Caller, _asked: Asked, search: Search) -> JsonValue:
    """By the address of a status alone."""
    status_id = search.q.rstrip("/").rsplit("/", 1)[-1]
    found = next(
        (p for c in caller.world.communities for p in caller.world.posts(NETWORK, c.id) if p.key == status_id), None
    )
    known = found is not None and search.q.startswith("https://mastodon.test/")
    shown: list[JsonValue] = [post_status(caller.world, found)] if found is not None and known else []
    return {"accounts": [], "statuses": shown, "hashtags": []}


def media(caller: Caller, media_id: str) -> Reply:
    pictures = (p for p in caller.world.pictures if p.network == NETWORK)
    picture = next((p for p in pictures if str(p.number) == media_id), None)
    if picture is None:
        raise Refusal(NOT_FOUND)
    shown = attachment(caller.world, picture)
    return Reply(shown) if picture.ready_at <= caller.world.now() else Reply({**shown, "url": None}, 206)


def _instance(_caller: Caller, _asked: Asked, _given: Nothing) -> JsonValue:
    """What the server is and takes; the real one tells it to everybody."""
    return instance()


OPERATIONS: Mapping[str, Act] = {
    "GET /api/v1/accounts/verify_credentials": operation(Nothing, _me),
    "GET /api/v2/instance": operation(Nothing, _instance),
    "GET /api/v1/accounts/{id}/statuses": operation(StatusesPage, _own_statuses),
    "POST /api/v1/statuses": operation(NewStatus, _create),
    "GET /api/v1/statuses/{id}": operation(Nothing, _status),
    "PUT /api/v1/statuses/{id}": operation(StatusChange, _change),
    "DELETE /api/v1/statuses/{id}": operation(Nothing, _delete),
    "GET /api/v1/statuses/{id}/context": operation(Nothing, _context),
    "POST /api/v1/statuses/{id}/reblog": operation(Nothing, _reblog),
    "GET /api/v1/polls/{id}": operation(Nothing, _poll),
    "GET /api/v1/notifications": operation(NotificationsPage, _notifications),
    "GET /api/v2/search": operation(Search, _search),
    "GET /api/v1/media/{id}": lambda caller, asked, _: media(caller, asked.id),
}
