"""The tree's use cases: make, change, move and read organizations; how far a caller reaches; found a tenant's root."""

from services.gateway.organizations.actions.branches import hold_tree
from services.gateway.organizations.actions.channels import apply_channel
from services.gateway.organizations.actions.closing import close_organization
from services.gateway.organizations.actions.committees import read_committee, set_committee
from services.gateway.organizations.actions.counting import count_month, list_counts, member_count
from services.gateway.organizations.actions.membership import Membership
from services.gateway.organizations.actions.moving import move_organization
from services.gateway.organizations.actions.positions import next_position
from services.gateway.organizations.actions.read import (
    REACH,
    check_open,
    list_organizations,
    read_organization,
    read_subtree,
)
from services.gateway.organizations.actions.registry import active_tenants
from services.gateway.organizations.actions.telling import end_retelling, retell_organizations
from services.gateway.organizations.actions.write import (
    change_organization,
    create_organization,
    found_root,
    settle,
)

__all__ = [
    "REACH",
    "Membership",
    "active_tenants",
    "apply_channel",
    "change_organization",
    "check_open",
    "close_organization",
    "count_month",
    "create_organization",
    "end_retelling",
    "found_root",
    "hold_tree",
    "list_counts",
    "list_organizations",
    "member_count",
    "move_organization",
    "next_position",
    "read_committee",
    "read_organization",
    "read_subtree",
    "retell_organizations",
    "set_committee",
    "settle",
]
