"""What each network takes, in one table. Pure: asked when a publication is saved, previewed and sent."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.publisher.networks.accounts import Ability, Network
from services.publisher.networks.contents import Button
from shared.errors import Text


class TextUnit(StrEnum):
    """How a network counts the length of a text."""

    CHARACTERS = "characters"  # Unicode code points
    UTF16 = "utf16"  # UTF-16 code units: an emoji outside the basic plane counts twice


@dataclass(frozen=True)
class Secret:
    """One secret that a channel is connected with. `pattern` keeps what is not a token out of URLs and headers."""

    name: str
    pattern: re.Pattern[str]
    required: bool = True


@dataclass(frozen=True)
class Capabilities:
    text_limit: int
    caption_limit: int  # the text of a post that has images
    direct_limit: int  # the text of a direct message
    text_unit: TextUnit
    max_images: int
    image_bytes: int
    image_side_sum: int | None  # width + height in pixels
    image_ratio: float | None  # the longer side to the shorter one
    idempotent_post: bool  # a repeat with the same delivery id is the same post
    idempotent_direct: bool  # a repeat with the same reference id is the same message
    reconcilable: bool  # what was put out can be read back
    target: re.Pattern[str]
    secrets: tuple[Secret, ...]


@dataclass(frozen=True)
class ImageFacts:
    """What decides whether a network takes an image."""

    width: int
    height: int
    size: int  # bytes


@dataclass(frozen=True)
class Shortcoming:
    """Why a network would not take something. `code` is stable."""

    code: str
    text: Text


MEGABYTE = 1_000_000
BUTTONS_IN_A_ROW = 5  # VK's limit, the smallest
_TOKEN = re.compile(r"[\w.~+/=-]{8,512}", re.ASCII)

CAPABILITIES: Mapping[Network, Capabilities] = {
    Network.TELEGRAM: Capabilities(
        text_limit=4096,
        caption_limit=1024,
        direct_limit=4096,
        text_unit=TextUnit.UTF16,
        max_images=10,
        image_bytes=10 * MEGABYTE,
        image_side_sum=10_000,
        image_ratio=20,
        idempotent_post=False,
        idempotent_direct=False,
        reconcilable=False,
        target=re.compile(r"-?\d{1,20}|@[A-Za-z]\w{3,31}", re.ASCII),
        secrets=(Secret("token", re.compile(r"\d{1,20}:[\w-]{8,128}", re.ASCII)),),
    ),
    Network.VK: Capabilities(
        text_limit=16_000,
        caption_limit=16_000,
        direct_limit=9000,
        text_unit=TextUnit.UTF16,
        max_images=10,
        image_bytes=50 * MEGABYTE,
        image_side_sum=14_000,
        image_ratio=20,
        idempotent_post=True,
        idempotent_direct=True,
        reconcilable=True,
        target=re.compile(r"[1-9]\d{0,18}", re.ASCII),
        secrets=(
            Secret("community_token", _TOKEN),
            Secret("user_token", _TOKEN, required=False),
        ),
    ),
    Network.MAX: Capabilities(
        text_limit=4000,
        caption_limit=4000,
        direct_limit=4000,
        text_unit=TextUnit.CHARACTERS,
        max_images=10,
        image_bytes=20 * MEGABYTE,
        image_side_sum=None,
        image_ratio=None,
        idempotent_post=False,
        idempotent_direct=False,
        reconcilable=True,
        target=re.compile(r"-?[1-9]\d{0,18}", re.ASCII),
        secrets=(Secret("token", _TOKEN),),
    ),
}


def length_in(unit: TextUnit, text: str) -> int:
    """How long `text` is by the network's own count."""
    if unit is TextUnit.UTF16:
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(text)


def button_rows(buttons: Sequence[Button]) -> list[Sequence[Button]]:
    """Buttons in rows as every network shows them: five marks stand in one row."""
    return [buttons[start : start + BUTTONS_IN_A_ROW] for start in range(0, len(buttons), BUTTONS_IN_A_ROW)]


def problems_of(
    network: Network, text: str, images: Sequence[ImageFacts] = (), unable: Collection[Ability] = ()
) -> list[Shortcoming]:
    """Everything that `network` would refuse in a post, for an account that is `unable` to do some things."""
    takes = CAPABILITIES[network]
    limit = takes.caption_limit if images else takes.text_limit
    found = [_length_shortcoming("publication.text_too_long", takes, text, limit)]
    if not images and not text.strip():
        found.append(Shortcoming("publication.empty", {"ru": "Нет ни текста, ни изображений", "en": "It is empty"}))
    if images and Ability.IMAGES in unable:
        found.append(
            Shortcoming(
                "publication.images_not_possible",
                {
                    "ru": "У этого канала нет прав на изображения: добавьте недостающий ключ доступа",
                    "en": "This channel may not post images: add the access token that it lacks",
                },
            )
        )
    if len(images) > takes.max_images:
        found.append(
            Shortcoming(
                "publication.too_many_images",
                {
                    "ru": f"Изображений больше {takes.max_images}",
                    "en": f"There are more than {takes.max_images} images",
                },
            )
        )
    found.extend(_image_shortcoming(takes, number, image) for number, image in enumerate(images, start=1))
    return [shortcoming for shortcoming in found if shortcoming is not None]


def problems_of_direct(network: Network, text: str) -> list[Shortcoming]:
    """Everything that `network` would refuse in a direct message."""
    takes = CAPABILITIES[network]
    shortcoming = _length_shortcoming("conversation.text_too_long", takes, text, takes.direct_limit)
    return [] if shortcoming is None else [shortcoming]


def problems_of_account(network: Network, target: str, secrets: Mapping[str, str]) -> list[Shortcoming]:
    """What is wrong with the form of a target and its secrets, before the network is asked."""
    takes = CAPABILITIES[network]
    found: list[Shortcoming] = []
    if takes.target.fullmatch(target) is None:
        found.append(
            Shortcoming(
                "channel.malformed_target",
                {"ru": "Номер чата или сообщества записан неверно", "en": "This is no id of a chat or community"},
            )
        )
    known = {secret.name: secret for secret in takes.secrets}
    for name, secret in known.items():
        value = secrets.get(name)
        if value is None and secret.required:
            found.append(_secret_shortcoming("channel.missing_secret", name, "Не хватает ключа доступа", "It lacks"))
        elif value is not None and secret.pattern.fullmatch(value) is None:
            found.append(_secret_shortcoming("channel.malformed_secret", name, "Это не ключ доступа", "No token"))
    if not secrets.keys() <= known.keys():
        names = ", ".join(known)
        found.append(_secret_shortcoming("channel.unknown_secret", names, "Ключи доступа этой сети", "Its tokens"))
    return found


def _secret_shortcoming(code: str, names: str, russian: str, english: str) -> Shortcoming:
    return Shortcoming(code, {"ru": f"{russian}: {names}", "en": f"{english}: {names}"})


def _length_shortcoming(code: str, takes: Capabilities, text: str, limit: int) -> Shortcoming | None:
    length = length_in(takes.text_unit, text)
    if length <= limit:
        return None
    return Shortcoming(
        code,
        {
            "ru": f"Текст длиннее допустимого: {length} знаков при пределе {limit}",
            "en": f"The text is too long: {length} characters, the limit is {limit}",
        },
    )


def _image_shortcoming(takes: Capabilities, number: int, image: ImageFacts) -> Shortcoming | None:
    longer, shorter = max(image.width, image.height), max(1, min(image.width, image.height))
    too_wide = takes.image_side_sum is not None and longer + shorter > takes.image_side_sum
    too_narrow = takes.image_ratio is not None and longer / shorter > takes.image_ratio
    if image.size <= takes.image_bytes and not too_wide and not too_narrow:
        return None
    return Shortcoming(
        "publication.image_not_taken",
        {
            "ru": f"Изображение {number}: слишком большое или слишком вытянутое для этой сети",
            "en": f"Image {number} is too large or too narrow for this network",
        },
    )
