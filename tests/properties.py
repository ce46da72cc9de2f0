"""How far properties are tried: a few examples of each every day, many of them with VMESTE_PROPERTIES=deep (make fuzz)."""

import os
from typing import Final

from hypothesis import settings

EVERYDAY: Final = 25
TIMES: Final = 20 if os.environ.get("VMESTE_PROPERTIES") == "deep" else 1


def examples(everyday: int) -> int:
    """For a property whose examples cost more, or less, than others: `everyday`, and as much more in the deep form."""
    return everyday * TIMES


def load_profile() -> None:
    """Without deadlines: machines are noisy; figures are the benches' business."""
    settings.register_profile("vmeste", deadline=None, max_examples=examples(EVERYDAY))
    settings.load_profile("vmeste")
