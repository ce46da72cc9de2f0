"""Organizations and people as the gateway told them."""

from typing import ClassVar

from services.publisher.base import Tenant
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
    constraints: ClassVar = REACH_CONSTRAINTS


class Person(PersonColumns, Tenant, table=True):
    birth_day: str | None = None  # 05-20, by their consent to greetings alone


class Membership(MembershipColumns, Tenant, table=True):
    constraints: ClassVar = MEMBERSHIP_CONSTRAINTS


class Identifier(IdentifierColumns, Tenant, table=True):
    constraints: ClassVar = IDENTIFIER_CONSTRAINTS


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
