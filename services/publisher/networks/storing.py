"""What others wrote, as it can be kept: PostgreSQL takes neither NUL nor half of a surrogate pair. Pure."""

import re
from typing import Final

_NEVER_KEPT: Final = re.compile(r"[\0\ud800-\udfff]")


def is_storable(text: str) -> bool:
    return _NEVER_KEPT.search(text) is None


def storable(text: str) -> str:
    """Without what cannot be kept."""
    return _NEVER_KEPT.sub("", text)
