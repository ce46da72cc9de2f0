"""When what somebody wrote takes up a release: it says the release's headline, or leads to a link of the letter."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

TAKEN_UP_WITHIN: Final = timedelta(days=60)  # since it was sent
FEWEST_WORDS: Final = 4  # a shorter headline may be anybody's
_WORD: Final = re.compile(r"\w+")
_SHORT: Final = re.compile(r"/l/[0-9A-Za-z]{1,40}/([0-9A-Za-z]{1,20})(?![0-9A-Za-z])")


def says_headline(headline: str, text: str) -> bool:
    """Word by word; case, ё/е and signs do not count."""
    words = _words(headline)
    return len(words) >= FEWEST_WORDS and f" {' '.join(words)} " in f" {' '.join(_words(text))} "


def codes_in(text: str) -> Sequence[str]:
    """Of short links that it carries, whosever they are."""
    return list(dict.fromkeys(code.lower() for code in _SHORT.findall(text)))


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold().replace("ё", "е"))
