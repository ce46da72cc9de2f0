"""The modelled methods by name, each behind the check of its parameters."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from pydantic import BaseModel, JsonValue, ValidationError

from deploy.sandbox.networks.ok import groups, photos, topics
from deploy.sandbox.networks.ok.caller import Caller
from deploy.sandbox.networks.ok.errors import PARAM, OkError
from deploy.sandbox.networks.ok.models import (
    CurrentUser,
    GroupInfo,
    TopicDelete,
    TopicPost,
    TopicStatistics,
    UploadUrl,
    UserGroups,
    UsersInfo,
)
from deploy.sandbox.wire import JsonObject

P = TypeVar("P", bound=BaseModel)
MethodAct = Callable[[Caller, JsonObject], JsonValue]


def method(parameters: type[P], act: Callable[[Caller, P], JsonValue]) -> MethodAct:
    def call(caller: Caller, given: JsonObject) -> JsonValue:
        try:
            body = parameters.model_validate(given)
        except ValidationError as error:
            raise _worded(error) from error
        return act(caller, body)

    return call


def _worded(error: ValidationError) -> OkError:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"]) or "a parameter"
    if first["type"] == "extra_forbidden":
        return OkError(PARAM, f"{name} is not modelled by the stand-in")
    return OkError(PARAM, f"{name}: {first['msg']}")


METHODS: Mapping[str, MethodAct] = {
    "users.getCurrentUser": method(CurrentUser, groups.get_current_user),
    "users.getInfo": method(UsersInfo, groups.get_users),
    "group.getInfo": method(GroupInfo, groups.get_info),
    "group.getUserGroupsByIds": method(UserGroups, groups.get_user_groups_by_ids),
    "group.getStatTopic": method(TopicStatistics, groups.get_stat_topic),
    "photosV2.getUploadUrl": method(UploadUrl, photos.get_upload_url),
    "mediatopic.post": method(TopicPost, topics.post),
    "mediatopic.deleteTopic": method(TopicDelete, topics.delete),
}
