"""What a media topic is made of: OK's `attachment`, one block for each kind of content."""

import json
from collections.abc import Sequence

from services.publisher.networks.contents import Poll


def attachment_of(text: str, photo_tokens: Sequence[str], poll: Poll | None) -> str:
    """The topic as JSON, in the name of the group. A poll has no end of its own here: OK knows none."""
    media: list[dict[str, object]] = []
    if text:
        media.append({"type": "text", "text": text})
    if photo_tokens:
        media.append({"type": "photo", "list": [{"id": token} for token in photo_tokens]})
    if poll is not None:
        media.append(_poll(poll))
    return json.dumps({"media": media, "onBehalfOfGroup": "true"}, ensure_ascii=False)


def _poll(poll: Poll) -> dict[str, object]:
    options = [
        name
        for name, wanted in (("SingleChoice", not poll.is_multiple), ("AnonymousVoting", poll.is_anonymous))
        if wanted
    ]
    block: dict[str, object] = {
        "type": "poll",
        "question": poll.question,
        "answers": [{"text": option} for option in poll.options],
    }
    return {**block, "options": ",".join(options)} if options else block
