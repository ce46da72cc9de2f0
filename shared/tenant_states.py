"""The states of a tenant, for rules and for whatever keeps them."""

from enum import StrEnum


class TenantState(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    DELETED = "deleted"
