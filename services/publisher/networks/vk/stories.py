"""A community's stories: put out by the community's own token, where VK lets the community have any."""

import re

from services.publisher.networks.accounts import Account
from services.publisher.networks.contents import Post
from services.publisher.networks.outcomes import Rejected, Sent
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Budget, Effect, Refused, lost_answer
from services.publisher.networks.vk.calls import Parameter, VkApi, group_of, token_of
from services.publisher.networks.vk.uploads import file_of
from services.publisher.networks.vk.wire import Stories, UploadServer, Wire

STORY = re.compile(r"story(\d{1,18})", re.ASCII)  # stories are numbered apart from posts


class _Result(Wire):
    upload_result: str = ""


class _Uploaded(Wire):
    response: _Result = _Result()


async def put_story(api: VkApi, account: Account, post: Post, budget: Budget) -> Sent:
    """Raises Refused."""
    if len(post.images) != 1:
        raise Refused(Rejected(reason("image_refused", "a story is one image")))
    token, group_id = token_of(account, "community_token"), group_of(account)
    async with budget.preparation():
        place: dict[str, Parameter] = {"group_id": group_id, "add_to_news": True}
        server = await api.call(token, "stories.getPhotoUploadServer", UploadServer, place)
        uploaded = await api.upload(server.upload_url, file_of("file", post.images[0]), _Uploaded)
        if not uploaded.response.upload_result:
            raise Refused(Rejected(reason("image_refused")))
    async with budget.effect():
        results: dict[str, Parameter] = {"upload_results": [uploaded.response.upload_result]}
        saved = await api.call(token, "stories.save", Stories, results, effect=Effect.ONCE)
    if not saved.items:
        raise Refused(lost_answer(Effect.ONCE, "no story saved"))
    number = saved.items[0].id
    return Sent(f"story{number}", f"https://vk.com/story-{group_id}_{number}")


async def take_down_story(api: VkApi, account: Account, number: int) -> None:
    """Raises Refused."""
    token = token_of(account, "community_token")
    story: dict[str, Parameter] = {"owner_id": -group_of(account), "story_id": number}
    await api.call(token, "stories.delete", int, story, effect=Effect.KEYED)
