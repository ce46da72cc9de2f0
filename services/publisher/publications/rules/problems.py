"""What keeps a publication from being sent, found before anything is sent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from services.publisher.channels.rules.readiness import ChannelState
from services.publisher.networks.accounts import Ability, Network
from services.publisher.networks.shortcomings import ImageFacts, Shortcoming, problems_of
from services.publisher.publications.rules.states import NotPublishable
from shared.errors import FieldError

NO_CHANNELS = Shortcoming(
    "publication.no_channels",
    {"ru": "Не выбрано ни одного канала", "en": "No channel is chosen"},
)
NO_ALT_TEXT = Shortcoming(
    "publication.alt_text_missing",
    {
        "ru": "У изображения нет описания для тех, кто его не видит",
        "en": "The image is not described for those who cannot see it",
    },
)
_BY_STATE: Mapping[ChannelState, Shortcoming] = {
    ChannelState.NEEDS_REAUTHORIZATION: Shortcoming(
        "channel.needs_reauthorization",
        {"ru": "Каналу нужны новые ключи доступа", "en": "The channel needs new credentials"},
    ),
    ChannelState.PAUSED: Shortcoming(
        "channel.paused",
        {"ru": "Канал приостановлен", "en": "The channel is paused"},
    ),
}


@dataclass(frozen=True)
class ImageOfPost:
    facts: ImageFacts
    is_described: bool


@dataclass(frozen=True)
class ChannelOfPost:
    network: Network
    state: ChannelState
    unable: Collection[Ability]


@dataclass(frozen=True)
class Found:
    """Every problem, where it is: of the whole, of each image, of each channel."""

    whole: Sequence[Shortcoming]
    images: Sequence[Sequence[Shortcoming]]
    channels: Sequence[Sequence[Shortcoming]]

    @property
    def is_publishable(self) -> bool:
        return not any((self.whole, *self.images, *self.channels))


def find_problems(text: str, images: Sequence[ImageOfPost], channels: Sequence[ChannelOfPost]) -> Found:
    facts = [image.facts for image in images]
    return Found(
        whole=[] if channels else [NO_CHANNELS],
        images=[[] if image.is_described else [NO_ALT_TEXT] for image in images],
        channels=[_of_channel(channel, text, facts) for channel in channels],
    )


def check_publishable(found: Found) -> None:
    """Raises NotPublishable, each problem at its place in the publication."""
    if found.is_publishable:
        return
    raise NotPublishable(
        {"ru": "Предпросмотр показывает, что исправить", "en": "The preview shows what to mend"},
        errors=tuple(
            FieldError(pointer, shortcoming.code, shortcoming.text)
            for pointer, shortcomings in (
                ("/channel_ids", found.whole),
                *((f"/media_ids/{place}", of_image) for place, of_image in enumerate(found.images)),
                *((f"/channel_ids/{place}", of_channel) for place, of_channel in enumerate(found.channels)),
            )
            for shortcoming in shortcomings
        ),
    )


def _of_channel(channel: ChannelOfPost, text: str, images: Sequence[ImageFacts]) -> list[Shortcoming]:
    by_state = _BY_STATE.get(channel.state)
    of_content = problems_of(channel.network, text, images, channel.unable)
    return of_content if by_state is None else [by_state, *of_content]
