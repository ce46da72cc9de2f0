"""VK in the conformance suite."""

from collections.abc import Mapping
from typing import cast

from tests.contract.networks.staged.staging import Json, Staging, Tells, tokens_of
from tests.contract.references import vk
from tests.contract.references.folder import JsonObject


def _secrets(community: Json) -> Mapping[str, str]:
    tokens = tokens_of(community)
    return {"community_token": tokens["community"], "user_token": tokens["user"]}


def _check_call(method: str, params: Json) -> None:
    vk.check_call(method, cast("JsonObject", params))


def _check_reply(method: str, reply: object, _: int) -> None:
    vk.check_reply(method, cast("JsonObject", reply))


STAGING = Staging(
    secrets=_secrets,
    posting="wall.post",
    writing="messages.send",
    uploading=("photos.getWallUploadServer", "upload", "photos.saveWallPhoto"),
    flood_seconds=300,  # VK does not say how long
    repost_posting="wall.repost",
    story_posting="stories.save",
    poll_parts=frozenset({"option", "options"}),  # VK documents no limit of the question
    answers_comments=True,
    edits=True,
    edits_polls=True,
    withdraws=True,
    withdrawing="wall.delete",
    answering="wall.createComment",
    menu_in_messages=True,
    counts=frozenset({"views", "reactions", "comments", "reposts"}),  # the reach in larger communities alone
    tells=frozenset(Tells) - {Tells.MENTIONS},
    calls=frozenset(
        {
            "groups.getById",
            "groups.getMembers",
            "groups.getTokenPermissions",
            "groups.getCallbackConfirmationCode",
            "groups.getCallbackServers",
            "groups.addCallbackServer",
            "groups.setCallbackSettings",
            "photos.getWallUploadServer",
            "photos.saveWallPhoto",
            "wall.post",
            "wall.get",
            "messages.send",
            "users.get",
            "polls.create",
            "polls.getById",
            "stats.getPostReach",
            "stories.getPhotoUploadServer",
            "stories.save",
            "stories.delete",
            "wall.getById",
            "wall.repost",
            "wall.edit",
            "wall.delete",
            "wall.createComment",
        }
    ),
    check_call=_check_call,
    check_reply=_check_reply,
    unchecked=frozenset({"upload"}),
)
