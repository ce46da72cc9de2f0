"""In what order files are run: those that wait beside those that compute, and no long one at the end."""

from itertools import chain, groupby, zip_longest
from pathlib import Path
from typing import Final

import pytest

WAITING: Final = "e2e"  # stories wait for a house at work, and leave the processor to others
LONG: Final = "security"  # each file asks every operation

_TESTS: Final = Path(__file__).parent


def taken_in_turns(items: list[pytest.Item]) -> list[pytest.Item]:
    """A file that waits, a long one, one of the others, and so on; each kind in the order in which it comes.

    Sent to processes by size, as pytest-xdist does by itself, all stories come last and the machine idles beside them.
    """
    kinds: dict[str, list[list[pytest.Item]]] = {WAITING: [], LONG: [], "": []}
    for path, tests in groupby(items, key=lambda item: item.path):
        folder = path.relative_to(_TESTS).parts[0]
        kinds[folder if folder in kinds else ""].append(list(tests))
    rounds = zip_longest(*kinds.values(), fillvalue=list[pytest.Item]())
    return list(chain.from_iterable(chain.from_iterable(rounds)))
