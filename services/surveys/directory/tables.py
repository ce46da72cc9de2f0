"""The organization tree and the people, as read models."""

from typing import ClassVar

from services.surveys.base import Tenant
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


class Organization(Tenant, OrganizationColumns, table=True):
    pass


class OrganizationReach(Tenant, ReachColumns, table=True):
    constraints: ClassVar = REACH_CONSTRAINTS


class Person(Tenant, PersonColumns, table=True):
    pass


class Membership(Tenant, MembershipColumns, table=True):
    constraints: ClassVar = MEMBERSHIP_CONSTRAINTS


class Identifier(Tenant, IdentifierColumns, table=True):
    constraints: ClassVar = IDENTIFIER_CONSTRAINTS


class Calendar(Tenant, CalendarColumns, table=True):
    pass


class DirectoryPosition(Tenant, PositionColumns, table=True):
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
