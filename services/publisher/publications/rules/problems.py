"""What keeps a publication from being sent, found before anything is sent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.publisher.channels.rules.readiness import ChannelState
from services.publisher.media.rules import as_sent
from services.publisher.networks.accounts import Ability, Network
from services.publisher.networks.own_limits import taken_by
from services.publisher.networks.shortcomings import (
    ImageFacts,
    PostFacts,
    Shortcoming,
    problems_of_post,
    problems_of_text,
)
from services.publisher.publications.rules.states import NotPublishable, PublicationKind
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
LAW_CHANGE_INCOMPLETE = Shortcoming(
    "publication.law_change_incomplete",
    {
        "ru": "Об изменении в законе говорят полностью: акт, с какого дня, в чём суть, где прочитать",
        "en": "A change in the law is told in full: the act, since when, what it means, where to read it",
    },
)
POLL_OVER = Shortcoming(
    "publication.poll_over",
    {"ru": "Опрос закончился бы раньше, чем выйдет", "en": "The poll would be over before it is out"},
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
class LawChange:
    act: str | None
    in_force_on: date | None
    summary: str | None
    source_url: str | None


@dataclass(frozen=True)
class WholeOfPost:
    kind: PublicationKind
    law_change: LawChange
    poll_closes_at: datetime | None
    out_at: datetime  # now, or when it is to go out


@dataclass(frozen=True)
class ImageOfPost:
    facts: ImageFacts
    is_described: bool
    pointer: str = "/media_ids"


@dataclass(frozen=True)
class ChannelOfPost:
    network: Network
    state: ChannelState
    unable: Collection[Ability]
    post: PostFacts


@dataclass(frozen=True)
class Found:
    """Every problem, where it is: of the whole at their pointers, of each image, of each channel."""

    whole: Sequence[tuple[str, Shortcoming]]
    images: Sequence[Sequence[Shortcoming]]
    channels: Sequence[Sequence[Shortcoming]]

    @property
    def is_publishable(self) -> bool:
        return not any((self.whole, *self.images, *self.channels))


def find_problems(whole: WholeOfPost, images: Sequence[ImageOfPost], channels: Sequence[ChannelOfPost]) -> Found:
    return Found(
        whole=[*([] if channels else [("/channel_ids", NO_CHANNELS)]), *_of_law_change(whole), *_of_poll(whole)],
        images=[[] if image.is_described else [NO_ALT_TEXT] for image in images],
        channels=[problems_of_channel(channel) for channel in channels],
    )


def check_publishable(found: Found, images: Sequence[ImageOfPost]) -> None:
    """Raises NotPublishable, each problem at its place in the publication."""
    if found.is_publishable:
        return
    raise NotPublishable(
        {"ru": "Предпросмотр показывает, что исправить", "en": "The preview shows what to mend"},
        errors=tuple(
            FieldError(pointer, shortcoming.code, shortcoming.text)
            for pointer, shortcomings in (
                *((pointer, [shortcoming]) for pointer, shortcoming in found.whole),
                *((image.pointer, of_image) for image, of_image in zip(images, found.images, strict=True)),
                *((f"/channel_ids/{place}", of_channel) for place, of_channel in enumerate(found.channels)),
            )
            for shortcoming in shortcomings
        ),
    )


def check_texts(texts: Mapping[Network, str]) -> None:
    """Words for one network, checked when they are saved. Raises NotPublishable for what it never takes."""
    errors = [
        FieldError(f"/variants/{network}/text", shortcoming.code, shortcoming.text)
        for network, text in texts.items()
        for shortcoming in problems_of_text(network, text)
    ]
    if errors:
        raise NotPublishable(errors=tuple(errors))


def _of_law_change(whole: WholeOfPost) -> list[tuple[str, Shortcoming]]:
    if whole.kind is not PublicationKind.LAW_CHANGE:
        return []
    return [(f"/{name}", LAW_CHANGE_INCOMPLETE) for name, value in vars(whole.law_change).items() if not value]


def _of_poll(whole: WholeOfPost) -> list[tuple[str, Shortcoming]]:
    if whole.poll_closes_at is None or whole.poll_closes_at > whole.out_at:
        return []
    return [("/poll/closes_at", POLL_OVER)]


def problems_of_channel(channel: ChannelOfPost) -> list[Shortcoming]:
    by_state = _BY_STATE.get(channel.state)
    limits = taken_by(channel.network, channel.post.own).images
    sent = replace(channel.post, images=tuple(as_sent(image, limits) for image in channel.post.images))
    of_content = problems_of_post(channel.network, sent, channel.unable)
    return of_content if by_state is None else [by_state, *of_content]
