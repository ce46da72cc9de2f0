"""As what a publication goes out in each network: a story where there is none is a post, a repost is a link."""

from services.publisher.networks.accounts import Network
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.contents import PostFormat
from shared.errors import Invalid

_FALLBACK = {PostFormat.STORY: PostFormat.POST, PostFormat.REPOST: PostFormat.POST}


class FormatMismatch(Invalid):
    code = "publication.format_mismatch"
    title = {
        "ru": "Поле poll - только для формата poll, поле repost_of - только для формата repost: "
        "смените format или уберите поле",
        "en": "The field `poll` is for the format `poll` alone, `repost_of` for `repost` alone: change `format`, or leave the field out",
    }


def check_format(format_: PostFormat, *, has_poll: bool, has_repost: bool) -> None:
    """Raises FormatMismatch."""
    if (has_poll and format_ is not PostFormat.POLL) or (has_repost and format_ is not PostFormat.REPOST):
        raise FormatMismatch


def sent_as(network: Network, wanted: PostFormat) -> PostFormat:
    """A poll has no substitute: where there is none, the publication is refused before it is sent."""
    return wanted if wanted in CAPABILITIES[network].formats else _FALLBACK.get(wanted, wanted)


def fallback_of(refused: PostFormat) -> PostFormat | None:
    """As what it is tried once more when a network that has the format does not take it from this account."""
    return _FALLBACK.get(refused)


def text_as(format_: PostFormat, text: str, source_url: str | None) -> str:
    """The words that go with it. What is repeated by a link names it; a story is its picture alone."""
    if format_ is PostFormat.STORY:
        return ""
    if format_ is PostFormat.POST and source_url is not None and source_url not in text:
        return f"{text}\n\n{source_url}".strip()
    return text
