"""What each network takes, in one table. Pure: asked when a publication is saved, approved, previewed and sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.publisher.networks.accounts import Network


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
class Texts:
    """How much text, in `unit`."""

    post: int
    caption: int  # the text of a post that has images
    direct: int  # the text of a direct message
    unit: TextUnit


@dataclass(frozen=True)
class Images:
    most: int  # of one post
    size: int  # bytes
    side_sum: int | None = None  # width + height in pixels
    ratio: float | None = None  # the longer side to the shorter one


@dataclass(frozen=True)
class AgainstDoubles:
    """What the network offers against sending twice."""

    post_has_key: bool = False  # a repeat with the same delivery id is the same post
    direct_has_key: bool = False  # a repeat with the same reference id is the same message
    reads_back: bool = False  # what was put out can be read back


@dataclass(frozen=True)
class Capabilities:
    texts: Texts
    images: Images
    against_doubles: AgainstDoubles
    target: re.Pattern[str]
    secrets: tuple[Secret, ...]


MEGABYTE = 1_000_000
_TOKEN = re.compile(r"[\w.~+/=-]{8,512}", re.ASCII)

CAPABILITIES: Mapping[Network, Capabilities] = {
    Network.TELEGRAM: Capabilities(
        texts=Texts(post=4096, caption=1024, direct=4096, unit=TextUnit.UTF16),
        images=Images(most=10, size=10 * MEGABYTE, side_sum=10_000, ratio=20),
        against_doubles=AgainstDoubles(),
        target=re.compile(r"-?\d{1,20}|@[A-Za-z]\w{3,31}", re.ASCII),
        secrets=(Secret("token", re.compile(r"\d{1,20}:[\w-]{8,128}", re.ASCII)),),
    ),
    Network.VK: Capabilities(
        texts=Texts(post=16_000, caption=16_000, direct=9000, unit=TextUnit.UTF16),
        images=Images(most=10, size=50 * MEGABYTE, side_sum=14_000, ratio=20),
        against_doubles=AgainstDoubles(post_has_key=True, direct_has_key=True, reads_back=True),
        target=re.compile(r"[1-9]\d{0,18}", re.ASCII),
        secrets=(Secret("community_token", _TOKEN), Secret("user_token", _TOKEN, required=False)),
    ),
    Network.MAX: Capabilities(
        texts=Texts(post=4000, caption=4000, direct=4000, unit=TextUnit.CHARACTERS),
        images=Images(most=10, size=20 * MEGABYTE),
        against_doubles=AgainstDoubles(reads_back=True),
        target=re.compile(r"-?[1-9]\d{0,18}", re.ASCII),
        secrets=(Secret("token", _TOKEN),),
    ),
}


def length_in(unit: TextUnit, text: str) -> int:
    """How long `text` is by the network's own count."""
    if unit is TextUnit.UTF16:
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(text)
