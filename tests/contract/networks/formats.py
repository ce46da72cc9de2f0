"""Polls, stories and reposts as tests hand them to a connector."""

from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.contents import Poll, Post, PostFormat
from shared.clock import new_id
from tests.contract.networks.stage import Stage, image

QUESTION = "Когда проведём собрание?"
OPTIONS = ("В среду", "В четверг", "В пятницу")


def has(stage: Stage, wanted: PostFormat) -> bool:
    return wanted in CAPABILITIES[stage.network].formats


def poll(
    text: str = "", question: str = QUESTION, options: tuple[str, ...] = OPTIONS, *, is_multiple: bool = False
) -> Post:
    asked = Poll(question, options, is_multiple=is_multiple)
    return Post(new_id(), text, format=PostFormat.POLL, poll=asked)


def repost(url: str, text: str = "") -> Post:
    return Post(new_id(), text, format=PostFormat.REPOST, source_url=url)


def story() -> Post:
    return Post(new_id(), "", (image(size=(1080, 1920)),), PostFormat.STORY)
