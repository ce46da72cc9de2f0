"""Anonymous answers are mixed before they become rows, so that the order of rows is not the order of arrival.

Rows of a table lie, and are dumped, in the order in which they were written. So answers wait, sorted by what they say,
until enough have come together, and then become rows in the order of random ids. Whoever knows in what order people
answered finds for each of them no fewer than MIXED answers that may be theirs (or all there are, while fewer came).
"""

from collections.abc import Sequence

MIXED = 64  # answers that become rows together; a primary organization of 50 has none before the close


def mix(waiting: Sequence[str], arrived: Sequence[str]) -> tuple[list[str], list[str]]:
    """Answers that go on waiting, in an order that tells nothing, and those that become rows now."""
    together = sorted([*waiting, *arrived])
    return (together, []) if len(together) < MIXED else ([], together)
