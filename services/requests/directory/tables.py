"""Organizations and people, as the gateway tells of them."""

from services.requests.base import Tenant
from shared.directory import (
    IDENTIFIER_CONSTRAINTS,
    MEMBERSHIP_CONSTRAINTS,
    REACH_CONSTRAINTS,
    CalendarColumns,
    Directory,
    IdentifierColumns,
    MembershipColumns,
    OrganizationColumns,
    PersonColumns,
    PositionColumns,
    ReachColumns,
)


class Organization(OrganizationColumns, Tenant, table=True):
    pass


class OrganizationReach(ReachColumns, Tenant, table=True):
    constraints = REACH_CONSTRAINTS


class Person(PersonColumns, Tenant, table=True):
    pass


class Membership(MembershipColumns, Tenant, table=True):
    constraints = MEMBERSHIP_CONSTRAINTS


class Identifier(IdentifierColumns, Tenant, table=True):
    constraints = IDENTIFIER_CONSTRAINTS


class Calendar(CalendarColumns, Tenant, table=True):
    pass


class DirectoryPosition(PositionColumns, Tenant, table=True):
    pass


DIRECTORY = Directory(
    organization=Organization,
    reach=OrganizationReach,
    person=Person,
    membership=Membership,
    identifier=Identifier,
    calendar=Calendar,
    position=DirectoryPosition,
)
