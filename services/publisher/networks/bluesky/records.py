"""Records as they are kept in an account's repository: keys, addresses, rich text. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

POST = "app.bsky.feed.post"
REPOST = "app.bsky.feed.repost"
_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"  # of a TID: they sort as the numbers do

_LINK = re.compile(r"https?://[^\s<>\"]+")
_MENTION = re.compile(
    r"(?<![\w@.])@((?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z][a-zA-Z0-9-]*)", re.ASCII
)
_TAG = re.compile(r"(?<!\S)[#＃](?!\ufe0f)(\w*[^\W\d]\w*)")
_AFTER_A_LINK = ".,;:!?)»”'"
_LONGEST_TAG = 64
_ADDRESS = re.compile(r"at://([^/]+)/([^/]+)/([^/]+)")
_PAGE = re.compile(r"https://(?:bsky\.app|main\.bsky\.dev)/profile/([^/?#\s]+)/post/([a-z0-9]+)/?(?:[?#]\S*)?")


@dataclass(frozen=True)
class Address:
    """Where a record is."""

    repo: str  # DID or handle
    collection: str
    key: str

    @property
    def uri(self) -> str:
        return f"at://{self.repo}/{self.collection}/{self.key}"

    @property
    def page(self) -> str:
        """Where people see it, when it is a post."""
        return f"https://bsky.app/profile/{self.repo}/post/{self.key}"


def address_in(uri: str) -> Address | None:
    found = _ADDRESS.fullmatch(uri)
    return None if found is None else Address(*found.groups())


def address_of_page(url: str) -> Address | None:
    """The post that is seen at `url`, when that is a page of Bluesky's."""
    found = _PAGE.fullmatch(url)
    return None if found is None else Address(found[1], POST, found[2])


def key_for(reference_id: UUID) -> str:
    """A record key (TID) that is the same for the same id: 53 bits of microseconds, 10 bits that tell clocks apart.

    A UUIDv7 gives the milliseconds; the rest is of its random bits.
    """
    milliseconds, chance = reference_id.int >> 80, reference_id.int & ((1 << 62) - 1)
    number = ((milliseconds * 1000 + chance % 1000) << 10 | (chance >> 10) & 0x3FF) & ((1 << 63) - 1)
    return "".join(_DIGITS[number >> 5 * place & 31] for place in reversed(range(13)))


def mentioned_handles(text: str) -> list[str]:
    """Whom the text names: their DIDs are asked for before the record is made."""
    return list(dict.fromkeys(found[1].lower() for found in _MENTION.finditer(text)))


def facets_of(text: str, dids: Mapping[str, str]) -> list[dict[str, object]]:
    """Links, hashtags and the mentions of those whose DID is known, by offsets in UTF-8 bytes."""
    found: list[tuple[int, int, Mapping[str, object]]] = []
    for match in _LINK.finditer(text):
        uri = _trimmed(match[0])
        found.append((match.start(), match.start() + len(uri), {"$type": f"{_FACET}#link", "uri": uri}))
    links = [(start, end) for start, end, _ in found]
    for match in _MENTION.finditer(text):
        did = dids.get(match[1].lower())
        if did is not None:
            found.append((*match.span(), {"$type": f"{_FACET}#mention", "did": did}))
    found += [
        (*match.span(), {"$type": f"{_FACET}#tag", "tag": match[1]})
        for match in _TAG.finditer(text)
        if len(match[1]) <= _LONGEST_TAG
    ]
    return [
        {"index": {"byteStart": _bytes(text[:start]), "byteEnd": _bytes(text[:end])}, "features": [feature]}
        for start, end, feature in sorted(found, key=lambda facet: facet[0])
        if (start, end) in links or not any(begin <= start < over for begin, over in links)
    ]


_FACET = "app.bsky.richtext.facet"


def _trimmed(link: str) -> str:
    """Without the marks that end the sentence; a closing bracket stays where it was opened in the link."""
    while link[-1] in _AFTER_A_LINK and not (link[-1] == ")" and link.count("(") >= link.count(")")):
        link = link[:-1]
    return link


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
