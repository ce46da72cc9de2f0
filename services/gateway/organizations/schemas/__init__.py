"""Bodies of the organizations' routes."""

from services.gateway.organizations.schemas.committees import Committee, CommitteeMember, CommitteeView
from services.gateway.organizations.schemas.organizations import (
    Affiliation,
    Close,
    CountView,
    Move,
    NewOrganization,
    OrganizationChange,
    OrganizationDetail,
    OrganizationQuery,
    OrganizationView,
    SubtreePart,
    SubtreeQuery,
)
from services.gateway.organizations.schemas.settings import Effective, OwnSettings, SettingsChange

__all__ = [
    "Affiliation",
    "Close",
    "Committee",
    "CommitteeMember",
    "CommitteeView",
    "CountView",
    "Effective",
    "Move",
    "NewOrganization",
    "OrganizationChange",
    "OrganizationDetail",
    "OrganizationQuery",
    "OrganizationView",
    "OwnSettings",
    "SettingsChange",
    "SubtreePart",
    "SubtreeQuery",
]
