"""The demo union as data: always the same, and as its tour needs it."""

from collections import Counter

from deploy.demo.union import (
    ADMINISTRATOR,
    CITY,
    LIBRARIES,
    ORGANIZATIONS,
    ROLES,
    people,
    roles_of,
    sign_in_name_of,
    writes_in_telegram,
)
from shared.permissions import Role


def test_it_is_the_same_each_time() -> None:
    assert list(people()) == list(people())


def test_it_has_three_hundred_people_and_a_primary_of_exactly_fifty() -> None:
    everybody = list(people())
    assert len(everybody) == 299, "the three hundredth is the administrator"
    assert Counter(person.organization for person in everybody)[LIBRARIES] == 50
    assert len({person.name for person in everybody}) == 299, "they are told apart by their names"


def test_its_tree_grows_from_the_city_downwards() -> None:
    known = {CITY}
    for organization in ORGANIZATIONS:
        assert organization.parent in known
        known.add(organization.name)
    kinds = Counter(organization.kind for organization in ORGANIZATIONS)
    assert kinds == {"territorial": 3, "primary": 8, "group": 1}


def test_every_role_is_held_by_one_person_who_can_sign_in() -> None:
    held = [role for person in people() for role in roles_of(person)]
    assert sorted(role.sign_in_name for role in held) == sorted(
        role.sign_in_name for roles in ROLES.values() for role in roles
    )
    assert {role.role for role in held} <= set(Role)
    names = [name for person in people() if (name := sign_in_name_of(person)) is not None]
    assert len({ADMINISTRATOR, *names}) == len(names) + 1


def test_every_member_of_the_libraries_can_sign_in_and_one_gardener_writes_in_telegram() -> None:
    libraries = [person for person in people() if person.organization == LIBRARIES]
    assert all(sign_in_name_of(person) for person in libraries)
    assert len(list(filter(writes_in_telegram, people()))) == 1
