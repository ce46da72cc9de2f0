"""Who is calling: a person with grants, nobody, or the system itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from shared.permissions import MATRIX, Permission, Role


class CallerKind(StrEnum):
    PERSON = "person"
    ANONYMOUS = "anonymous"
    SYSTEM = "system"


@dataclass(frozen=True)
class Grant:
    """A role at an organization; it reaches the organization's whole subtree."""

    role: Role
    organization_id: UUID


@dataclass(frozen=True)
class Caller:
    """Who asks, and how far they have seen.

    `position` is the tenant's count of directory writes that the caller has already seen: a service that is behind
    it waits. `tenant_id` and `person_id` are None for nobody.
    """

    kind: CallerKind
    tenant_id: UUID | None = None
    person_id: UUID | None = None
    grants: tuple[Grant, ...] = ()
    position: int = 0

    def organizations_with(self, permission: Permission) -> frozenset[UUID]:
        """The roots of the subtrees in which the caller has `permission`."""
        return frozenset(grant.organization_id for grant in self.grants if permission in MATRIX[grant.role])

    def has_anywhere(self, permissions: Iterable[Permission]) -> bool:
        return any(self.organizations_with(permission) for permission in permissions)


NOBODY = Caller(CallerKind.ANONYMOUS)


def system(tenant_id: UUID) -> Caller:
    """The caller of a message's handler."""
    return Caller(CallerKind.SYSTEM, tenant_id=tenant_id)
