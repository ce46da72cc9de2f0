"""Who is calling: a person with grants, a partner's key with scopes, the platform's operator, nobody, the system itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from shared.errors import Unauthenticated
from shared.permissions import MATRIX, Permission, Role


class CallerKind(StrEnum):
    PERSON = "person"
    PARTNER = "partner"
    OPERATOR = "operator"  # administers the platform: tenants, never what is in them
    ANONYMOUS = "anonymous"
    SYSTEM = "system"


@dataclass(frozen=True)
class Grant:
    """A role at an organization; it reaches the organization's whole subtree."""

    role: Role
    organization_id: UUID


@dataclass(frozen=True)
class ApiKey:
    """What a partner's key may do: `scopes`, at an organization and in its subtree. A test key reaches stand-ins only."""

    id: UUID
    partner_id: UUID
    organization_id: UUID
    scopes: frozenset[Permission]
    test: bool = False


@dataclass(frozen=True)
class Caller:
    """Who asks, and how far they have seen.

    `position` is the tenant's count of directory writes that the caller has already seen: a service that is behind
    it waits. `tenant_id` and `person_id` are None for nobody; `key` is set for a partner alone. `session_id` is a
    person's at the gateway, whose rooms list and end sessions; no other service is told it. `operator_key_id` is an operator's.
    """

    kind: CallerKind
    tenant_id: UUID | None = None
    person_id: UUID | None = None
    grants: tuple[Grant, ...] = ()
    position: int = 0
    key: ApiKey | None = None
    session_id: UUID | None = None
    operator_key_id: UUID | None = None

    @property
    def organizations(self) -> frozenset[UUID]:
        """The roots of all subtrees in which the caller may do anything."""
        if self.key is not None:
            return frozenset({self.key.organization_id})
        return frozenset(grant.organization_id for grant in self.grants)

    @property
    def actor_id(self) -> UUID | None:
        """What an audit names: the person, or the key."""
        return self.key.id if self.key is not None else self.person_id or self.operator_key_id

    @property
    def own_id(self) -> UUID:
        """Of the person who asks, for what they do with what is theirs. Raises Unauthenticated for anybody else."""
        if self.person_id is None:
            raise Unauthenticated
        return self.person_id

    @property
    def is_test(self) -> bool:
        return self.key is not None and self.key.test

    def organizations_with(self, permission: Permission) -> frozenset[UUID]:
        """The roots of the subtrees in which the caller has `permission`."""
        if self.key is not None:
            return self.organizations if permission in self.key.scopes else frozenset()
        return frozenset(grant.organization_id for grant in self.grants if permission in MATRIX[grant.role])

    def has_anywhere(self, permissions: Iterable[Permission]) -> bool:
        return any(self.organizations_with(permission) for permission in permissions)


NOBODY = Caller(CallerKind.ANONYMOUS)


def system(tenant_id: UUID) -> Caller:
    """The caller of a message's handler."""
    return Caller(CallerKind.SYSTEM, tenant_id=tenant_id)
