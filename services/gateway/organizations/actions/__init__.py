"""The tree's use cases: make, change and read organizations; how far a caller reaches; found a tenant's root."""

from services.gateway.organizations.actions.positions import next_position
from services.gateway.organizations.actions.read import (
    REACH,
    check_open,
    list_organizations,
    read_organization,
    read_subtree,
)
from services.gateway.organizations.actions.write import change_organization, create_organization, found_root

__all__ = [
    "REACH",
    "change_organization",
    "check_open",
    "create_organization",
    "found_root",
    "list_organizations",
    "next_position",
    "read_organization",
    "read_subtree",
]
