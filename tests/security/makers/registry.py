"""The registry of makers: for each operation, who makes a request that its owner may send."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from tests.security.attempts import Attempt
from tests.security.house import Branch

Make = Callable[[Branch], Awaitable[Attempt]]


@dataclass(frozen=True)
class Row:
    """`make` gives a new attempt each time, on resources of its own in the right state, with an id in every slot.

    `within_the_union` are slots that take anybody of the tenant, however far the caller reaches; what is `in_the_open`
    everybody may know to be there. A `hot` route asks only what it must, so that within a union its time may tell what
    its words do not.
    """

    make: Make
    within_the_union: frozenset[str]
    in_the_open: frozenset[str]
    hot: bool


ROWS: dict[str, Row] = {}
_STANDING: dict[tuple[str, UUID, str], Attempt] = {}


async def standing(operation: str, branch: Branch) -> Attempt:
    """The same attempt each time, for tests that see to it that what they do changes nothing of it."""
    key = operation, branch.tenant_id, branch.organization
    if key not in _STANDING:
        _STANDING[key] = await ROWS[operation].make(branch)
        await branch.services.drain()
    return _STANDING[key]


def makes(
    *operations: str, within_the_union: tuple[str, ...] = (), in_the_open: tuple[str, ...] = (), hot: bool = False
) -> Callable[[Make], Make]:
    def keep(make: Make) -> Make:
        for operation in operations:
            assert operation not in ROWS, operation
            ROWS[operation] = Row(make, frozenset(within_the_union), frozenset(in_the_open), hot)
        return make

    return keep
