"""Read models of what the gateway owns: the organization tree, the people, the calendars, as each service keeps them.

A service makes its own tables of these columns (`services/<name>/directory/tables.py`), names them in one `Directory`,
and consumes the gateway's news by it. No service asks the gateway during a request.
"""

from shared.directory.columns import (
    IDENTIFIER_CONSTRAINTS,
    MEMBERSHIP_CONSTRAINTS,
    REACH_CONSTRAINTS,
    CalendarColumns,
    IdentifierColumns,
    MembershipColumns,
    OrganizationColumns,
    PersonColumns,
    PositionColumns,
    ReachColumns,
)
from shared.directory.models import Directory
from shared.directory.positions import WaitForPosition

__all__ = [
    "IDENTIFIER_CONSTRAINTS",
    "MEMBERSHIP_CONSTRAINTS",
    "REACH_CONSTRAINTS",
    "CalendarColumns",
    "Directory",
    "IdentifierColumns",
    "MembershipColumns",
    "OrganizationColumns",
    "PersonColumns",
    "PositionColumns",
    "ReachColumns",
    "WaitForPosition",
]
