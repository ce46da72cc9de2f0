"""What the tree asks of the people who belong to it. The room of people comes after this one and answers here."""

from collections.abc import Collection, Mapping
from typing import Protocol
from uuid import UUID

from shared.context import Context


class Membership(Protocol):
    """Given to the application by its composition (`app.state.membership`)."""

    async def count_members(self, context: Context, organization_id: UUID) -> int:
        """Members in the organization and all its parts, each once."""
        ...

    async def count_all_members(self, context: Context) -> Mapping[UUID, int]:
        """The same of every organization of the tenant that has any."""
        ...

    async def hand_over(self, context: Context, from_id: UUID, to_id: UUID) -> int:
        """Whoever belongs to the branch of `from_id` belongs to `to_id` instead. How many that were."""
        ...

    async def check_people(self, context: Context, person_ids: Collection[UUID]) -> None:
        """Raises NotFound unless the caller sees each of them."""
        ...
