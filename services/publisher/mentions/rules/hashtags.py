"""Hashtags: which ones a text carries, and when two are the same."""

import re
import unicodedata
from typing import Final

MOST_IN_ONE_TEXT: Final = 30  # as the networks themselves have it
LONGEST: Final = 100
_HASHTAG: Final = re.compile(rf"(?<![\w#/&])#(\w{{1,{LONGEST}}})(?!\w)")
_NAME: Final = re.compile(rf"\w{{1,{LONGEST}}}")


def hashtag_key(hashtag: str) -> str:
    """By which it is found: people write capitals and `ё` as they like."""
    return unicodedata.normalize("NFKC", hashtag).removeprefix("#").casefold().replace("ё", "е")


def is_hashtag(hashtag: str) -> bool:
    """Letters, digits and underscores, and not digits alone: the networks link no others."""
    name = unicodedata.normalize("NFKC", hashtag).removeprefix("#")
    return _NAME.fullmatch(name) is not None and not name.isdigit()


def hashtags_in(text: str) -> tuple[str, ...]:
    """The keys of those that a text carries, each once. Of `#мир@union` (a community's own) the first part counts."""
    found = (hashtag_key(name) for name in _HASHTAG.findall(unicodedata.normalize("NFKC", text)) if is_hashtag(name))
    return tuple(dict.fromkeys(found))[:MOST_IN_ONE_TEXT]
