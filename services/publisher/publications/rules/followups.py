"""What is done to a post that is out: corrected or taken down, as far as its network can."""

from datetime import timedelta
from enum import StrEnum

MAX_TRIES = 6  # with the pauses of an attempt: a network may be away for some ten minutes


class Change(StrEnum):
    """What is done, or was done, to a post that is out.

    `correcting`: the network is asked to show other words; `corrected`: it shows them; `not_corrected`: it could
    not: the old words stand; `withdrawing`: the network is asked to take it down; `not_withdrawn`: it could not:
    the post stands.
    """

    CORRECTING = "correcting"
    CORRECTED = "corrected"
    NOT_CORRECTED = "not_corrected"
    WITHDRAWING = "withdrawing"
    NOT_WITHDRAWN = "not_withdrawn"


BEGUN = frozenset({Change.CORRECTING, Change.WITHDRAWING})
_FAILED = {Change.CORRECTING: Change.NOT_CORRECTED, Change.WITHDRAWING: Change.NOT_WITHDRAWN}


def failed(change: Change) -> Change:
    """What became of a change that the network did not make."""
    return _FAILED[change]


STORY_LASTS = timedelta(hours=24)
