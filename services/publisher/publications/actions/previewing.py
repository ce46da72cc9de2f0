"""What each channel would show, and every problem, before anything is sent."""

from services.publisher.networks.shortcomings import ImageFacts
from services.publisher.publications.actions.contents import Contents
from services.publisher.publications.rules.problems import (
    ChannelOfPost,
    Found,
    ImageOfPost,
    check_publishable,
    find_problems,
)
from services.publisher.publications.schemas.previews import ChannelPreview, ImagePreview, PreviewView, ProblemView
from services.publisher.publications.tables import Publication


def preview(publication: Publication, contents: Contents, *, for_partner: bool) -> PreviewView:
    """What a person signed is not described to a partner."""
    found = _problems_in(publication, contents)
    return PreviewView(
        publishable=found.is_publishable,
        problems=[ProblemView.of(shortcoming) for shortcoming in found.whole],
        images=[
            ImagePreview.of(
                media,
                [ProblemView.of(shortcoming) for shortcoming in shortcomings],
                is_hidden=for_partner and media.is_signed,
            )
            for media, shortcomings in zip(contents.media, found.images, strict=True)
        ],
        channels=[
            ChannelPreview.of(channel, publication.text, [ProblemView.of(shortcoming) for shortcoming in shortcomings])
            for channel, shortcomings in zip(contents.channels, found.channels, strict=True)
        ],
    )


def check_can_be_sent(publication: Publication, contents: Contents) -> None:
    """Raises NotPublishable."""
    check_publishable(_problems_in(publication, contents))


def _problems_in(publication: Publication, contents: Contents) -> Found:
    return find_problems(
        publication.text,
        [
            ImageOfPost(ImageFacts(media.width, media.height, media.size), is_described=bool(media.alt_text))
            for media in contents.media
        ],
        [ChannelOfPost(channel.network, channel.state, channel.unable()) for channel in contents.channels],
    )
