"""Who may do what: the matrix has no holes, and a grant reaches only what its role carries."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.identity import NOBODY, Caller, CallerKind, Grant, system
from shared.permissions import MATRIX, Permission, Role

grants = st.builds(Grant, st.sampled_from(Role), st.uuids())


def person(*given: Grant) -> Caller:
    return Caller(CallerKind.PERSON, uuid4(), uuid4(), given)


def roles_with(permission: Permission) -> set[Role]:
    return {role for role, permissions in MATRIX.items() if permission in permissions}


def test_every_role_is_in_the_matrix() -> None:
    assert set(MATRIX) == set(Role)


@pytest.mark.parametrize("permission", Permission)
def test_every_permission_is_somebodys_who_does_not_have_all(permission: Permission) -> None:
    """Else it would be one that nobody but the chair can be given."""
    specialists = roles_with(permission) - {Role.CHAIR, Role.ADMINISTRATOR}
    exceptions = {
        Permission.MANAGE_ORGANIZATION,
        Permission.MANAGE_GRANTS,
        Permission.MANAGE_PEOPLE,
        Permission.MANAGE_PERSONAL_DATA,
        Permission.SEE_PEOPLE,
    }
    assert {Role.CHAIR, Role.ADMINISTRATOR} <= roles_with(permission)
    assert bool(specialists) != (permission in exceptions)


@pytest.mark.parametrize("role", Role)
def test_who_may_change_something_may_see_it(role: Role) -> None:
    sees = {permission.removeprefix("see_") for permission in MATRIX[role] if permission.startswith("see_")}
    for change, seen in {
        Permission.PUBLISH: "publications",
        Permission.ANSWER_REQUESTS: "requests",
        Permission.ASSIGN_REQUESTS: "requests",
        Permission.MANAGE_SURVEYS: "surveys",
        Permission.MANAGE_EVENTS: "events",
        Permission.MANAGE_ORGANIZATION: "organization",
        Permission.MANAGE_PEOPLE: "people",
    }.items():
        if change in MATRIX[role]:
            assert seen in sees


def test_everybody_sees_the_organization_that_they_are_granted() -> None:
    assert roles_with(Permission.SEE_ORGANIZATION) == set(Role)


def test_a_member_and_an_auditor_change_nothing() -> None:
    for role in (Role.MEMBER, Role.AUDITOR):
        assert all(permission.startswith("see_") for permission in MATRIX[role])


def test_an_auditor_reads_no_requests_and_no_people() -> None:
    assert not {Permission.SEE_REQUESTS, Permission.SEE_PEOPLE} & MATRIX[Role.AUDITOR]


@given(st.lists(grants, max_size=6), st.sampled_from(Permission))
def test_a_permission_reaches_only_from_grants_whose_role_has_it(given: list[Grant], permission: Permission) -> None:
    expected: set[UUID] = {one.organization_id for one in given if one.role in roles_with(permission)}
    caller = person(*given)
    assert caller.organizations_with(permission) == expected
    assert caller.has_anywhere([permission]) == bool(expected)


@pytest.mark.parametrize("caller", [NOBODY, person(), system(uuid4())])
def test_nobody_and_the_system_have_no_grants(caller: Caller) -> None:
    assert not caller.has_anywhere(Permission)
