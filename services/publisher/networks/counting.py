"""What some networks count or measure beside lengths and numbers of images. Pure."""

import re
from collections.abc import Sequence

from services.publisher.networks.capabilities import Images, Texts
from services.publisher.networks.contents import PostFormat
from services.publisher.networks.facts import ImageFacts, PostFacts, Shortcoming

_HASHTAG = re.compile(r"#\w+")
_MENTION = re.compile(r"(?<![\w/])@\w[\w.]*")
_ROUNDING = 0.005  # pixels are whole


def problems_of_words(limits: Texts, text: str) -> list[Shortcoming | None]:
    """Where a network counts them."""
    found: list[Shortcoming | None] = []
    if limits.hashtags is not None and len(_HASHTAG.findall(text)) > limits.hashtags:
        found.append(
            Shortcoming(
                "publication.too_many_hashtags",
                {
                    "ru": f"Хештегов больше {limits.hashtags}",
                    "en": f"There are more than {limits.hashtags} hashtags",
                },
            )
        )
    if limits.mentions is not None and len(_MENTION.findall(text)) > limits.mentions:
        found.append(
            Shortcoming(
                "publication.too_many_mentions",
                {
                    "ru": f"Упоминаний больше {limits.mentions}",
                    "en": f"There are more than {limits.mentions} mentions",
                },
            )
        )
    return found


def problems_of_shapes(limits: Images, post: PostFacts) -> list[Shortcoming | None]:
    """What stands in a post; a story fills the screen whatever its shape."""
    if limits.shape is None or post.format is PostFormat.STORY:
        return []
    least, most = limits.shape
    return [
        Shortcoming(
            "publication.image_shape",
            {
                "ru": f"Изображение {number} слишком узкое или слишком широкое: эта сеть берёт снимки, у которых "
                f"ширина, делённая на высоту, от {least:.2f} до {most:.2f}. Обрежьте его",
                "en": f"Image {number} is too narrow or too wide: this network takes images whose width divided by "
                f"height is {least:.2f} to {most:.2f}. Crop it",
            },
        )
        for number, image in enumerate(post.images, start=1)
        if not least - _ROUNDING <= image.width / max(1, image.height) <= most + _ROUNDING
    ]


def problems_of_alt_texts(limits: Images, images: Sequence[ImageFacts]) -> list[Shortcoming | None]:
    """Where a network shows descriptions and cuts or refuses longer ones."""
    return [
        Shortcoming(
            "publication.alt_text_too_long",
            {
                "ru": f"Описание изображения {number} длиннее {limits.alt_text} знаков, которые берёт эта сеть",
                "en": f"The description of image {number} is longer than the {limits.alt_text} characters taken here",
            },
        )
        for number, image in enumerate(images, start=1)
        if limits.alt_text is not None and image.alt_text > limits.alt_text
    ]
