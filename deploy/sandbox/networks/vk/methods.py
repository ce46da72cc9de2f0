"""The modelled methods by name, each behind the check of its parameters."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from pydantic import BaseModel, JsonValue, ValidationError

from deploy.sandbox.networks.vk import comments, groups, messages, photos, polls, stories, wall
from deploy.sandbox.networks.vk.caller import Caller
from deploy.sandbox.networks.vk.errors import KEYBOARD, PARAMETER, VkError
from deploy.sandbox.networks.vk.models import (
    AddCallbackServer,
    CallbackServers,
    DeleteCallbackServer,
    GetWallUploadServer,
    GroupParameters,
    GroupsGetById,
    GroupsGetMembers,
    MessagesSend,
    NoParameters,
    PollsCreate,
    PollsGetById,
    SaveWallPhoto,
    SendMessageEventAnswer,
    StatsGetPostReach,
    StoriesDelete,
    StoriesGetPhotoUploadServer,
    StoriesSave,
    UsersGet,
    WallCreateComment,
    WallDelete,
    WallEdit,
    WallGet,
    WallGetById,
    WallPost,
    WallRepost,
)
from deploy.sandbox.networks.vk.settings import CallbackSettings
from deploy.sandbox.wire import JsonObject

P = TypeVar("P", bound=BaseModel)
Act = Callable[[Caller, JsonObject], JsonValue]


def method(parameters: type[P], act: Callable[[Caller, P], JsonValue]) -> Act:
    def call(caller: Caller, given: JsonObject) -> JsonValue:
        try:
            body = parameters.model_validate(given)
        except ValidationError as error:
            raise _worded(error) from error
        return act(caller, body)

    return call


def _worded(error: ValidationError) -> VkError:
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else "a parameter"
    if name == "keyboard":
        return VkError(KEYBOARD)
    if first["type"] == "extra_forbidden":
        return VkError(PARAMETER, f"{name} is not modelled by the stand-in")
    return VkError(PARAMETER, f"{name} is undefined" if first["type"] == "missing" else f"{name} is invalid")


METHODS: Mapping[str, Act] = {
    "groups.getById": method(GroupsGetById, groups.get_by_id),
    "groups.getMembers": method(GroupsGetMembers, groups.get_members),
    "groups.getTokenPermissions": method(NoParameters, groups.get_token_permissions),
    "groups.getCallbackConfirmationCode": method(GroupParameters, groups.get_callback_confirmation_code),
    "groups.addCallbackServer": method(AddCallbackServer, groups.add_callback_server),
    "groups.getCallbackServers": method(CallbackServers, groups.get_callback_servers),
    "groups.deleteCallbackServer": method(DeleteCallbackServer, groups.delete_callback_server),
    "groups.setCallbackSettings": method(CallbackSettings, groups.set_callback_settings),
    "users.get": method(UsersGet, groups.get_users),
    "wall.post": method(WallPost, wall.post),
    "wall.get": method(WallGet, wall.get),
    "wall.getById": method(WallGetById, wall.get_by_id),
    "wall.delete": method(WallDelete, wall.delete),
    "wall.repost": method(WallRepost, wall.repost),
    "wall.edit": method(WallEdit, wall.edit),
    "wall.createComment": method(WallCreateComment, comments.create),
    "polls.create": method(PollsCreate, polls.create),
    "polls.getById": method(PollsGetById, polls.get_by_id),
    "stats.getPostReach": method(StatsGetPostReach, polls.get_post_reach),
    "stories.getPhotoUploadServer": method(StoriesGetPhotoUploadServer, stories.get_photo_upload_server),
    "stories.save": method(StoriesSave, stories.save),
    "stories.delete": method(StoriesDelete, stories.delete),
    "photos.getWallUploadServer": method(GetWallUploadServer, photos.get_wall_upload_server),
    "photos.saveWallPhoto": method(SaveWallPhoto, photos.save_wall_photo),
    "messages.send": method(MessagesSend, messages.send),
    "messages.sendMessageEventAnswer": method(SendMessageEventAnswer, messages.answer_event),
}
