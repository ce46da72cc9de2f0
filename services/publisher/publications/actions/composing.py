"""What one channel is to show of a publication: its format there, its words, its images."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.publisher.channels.tables import Channel
from services.publisher.media.tables import Media
from services.publisher.networks.accounts import Network
from services.publisher.networks.contents import Poll, PostFormat
from services.publisher.networks.shortcomings import ImageFacts, PostFacts
from services.publisher.publications.actions.contents import Contents
from services.publisher.publications.rules.formats import sent_as, text_as
from services.publisher.publications.rules.problems import ChannelOfPost
from services.publisher.publications.schemas.contents import PollBody
from services.publisher.publications.tables import Publication


@dataclass(frozen=True)
class Composition:
    format: PostFormat
    text: str
    media: Sequence[Media]
    poll: Poll | None
    source_url: str | None

    def facts(self) -> PostFacts:
        images = [ImageFacts(media.width, media.height, media.size, len(media.alt_text)) for media in self.media]
        return PostFacts(self.text, images, self.format, self.poll, self.source_url)


def compose(
    publication: Publication,
    contents: Contents,
    network: Network,
    *,
    own_text: str | None = None,
    format_: PostFormat | None = None,
) -> Composition:
    """`own_text` is what those say whose channel it is; `format_` is what a fallback has come to."""
    format_ = format_ or sent_as(network, publication.format)
    variant = contents.variants.get(network)
    text, media = publication.text, contents.media
    if variant is not None:
        text = publication.text if variant.text is None else variant.text
        if variant.media_ids is not None:
            media = [contents.all_media[media_id] for media_id in variant.media_ids]
    if own_text is not None:
        text = own_text
    return Composition(
        format=format_,
        text=text_as(format_, text, publication.repost_of),
        media=media,
        poll=None if publication.poll is None else PollBody.model_validate(publication.poll).poll(),
        source_url=publication.repost_of,
    )


def compose_as_shown(
    publication: Publication,
    contents: Contents,
    network: Network,
    *,
    own_text: str | None = None,
    format_: PostFormat | None = None,
) -> Composition:
    """With links of the length that they will have."""
    made = compose(publication, contents, network, own_text=own_text, format_=format_)
    return made if contents.links is None else replace(made, text=contents.links.shown(made.text, network))


def post_in(
    publication: Publication,
    contents: Contents,
    channel: Channel,
    *,
    own_text: str | None = None,
    format_: PostFormat | None = None,
) -> ChannelOfPost:
    """What this channel would show, as its network and its server look at it."""
    made = compose_as_shown(publication, contents, channel.network, own_text=own_text, format_=format_)
    return ChannelOfPost(channel.network, channel.state, channel.unable(), replace(made.facts(), own=channel.limits()))
