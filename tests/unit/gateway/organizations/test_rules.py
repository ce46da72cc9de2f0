"""The tree's rules."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.organizations.rules import (
    DEEPEST,
    CommitteeRole,
    HasOpenParts,
    OrganizationClosed,
    OrganizationKind,
    RootStays,
    SeatedTwice,
    TooDeep,
    TwoChairs,
    UnknownTimezone,
    WrongKind,
    WrongSuccessor,
    check_closing,
    check_committee,
    check_move,
    check_place,
    check_successor,
    check_timezone,
    may_stand_under,
)


@dataclass(frozen=True)
class Elected:
    person_id: UUID
    role: CommitteeRole


kinds = st.sampled_from(OrganizationKind)


@given(kinds, kinds)
def test_no_two_kinds_stand_under_each_other(one: OrganizationKind, other: OrganizationKind) -> None:
    if one is not other:
        assert may_stand_under(one, other) != may_stand_under(other, one)


@given(kinds, kinds, kinds)
def test_what_stands_under_a_part_may_stand_under_the_whole(
    low: OrganizationKind, middle: OrganizationKind, high: OrganizationKind
) -> None:
    if may_stand_under(low, middle) and may_stand_under(middle, high):
        assert may_stand_under(low, high)


def test_a_primary_stands_under_a_union_directly_and_a_group_in_a_shop() -> None:
    assert may_stand_under(OrganizationKind.PRIMARY, OrganizationKind.UNION)
    assert may_stand_under(OrganizationKind.GROUP, OrganizationKind.SHOP)
    assert may_stand_under(OrganizationKind.FEDERATION, OrganizationKind.FEDERATION)
    assert not may_stand_under(OrganizationKind.PRIMARY, OrganizationKind.PRIMARY)


def test_the_reasons_are_told_apart() -> None:
    primary, group = OrganizationKind.PRIMARY, OrganizationKind.GROUP
    check_place(group, primary, parent_closed=False, parent_depth=DEEPEST - 1)
    with pytest.raises(OrganizationClosed):
        check_place(group, primary, parent_closed=True, parent_depth=1)
    with pytest.raises(WrongKind) as wrong_kind:
        check_place(primary, group, parent_closed=False, parent_depth=1)
    assert [error.pointer for error in wrong_kind.value.errors] == ["/kind"]
    with pytest.raises(WrongKind) as wrong_kind:
        check_move(primary, group, parent_closed=False, parent_depth=1, height=1)
    assert [error.pointer for error in wrong_kind.value.errors] == ["/parent_id"]
    with pytest.raises(TooDeep) as too_deep:
        check_place(group, primary, parent_closed=False, parent_depth=DEEPEST)
    assert [error.pointer for error in too_deep.value.errors] == ["/parent_id"]
    with pytest.raises(WrongSuccessor) as wrong_successor:
        check_successor(UUID(int=1), (UUID(int=2), UUID(int=1)))
    assert [error.pointer for error in wrong_successor.value.errors] == ["/hand_over_to"]


def test_who_sits_twice_is_pointed_at() -> None:
    one, two = UUID(int=1), UUID(int=2)
    chair, member = CommitteeRole.CHAIR, CommitteeRole.MEMBER
    check_committee([Elected(one, chair), Elected(two, member)])
    with pytest.raises(TwoChairs) as two_chairs:
        check_committee([Elected(one, chair), Elected(two, chair)])
    assert [error.pointer for error in two_chairs.value.errors] == ["/members/1/role"]
    with pytest.raises(SeatedTwice) as twice:
        check_committee([Elected(one, chair), Elected(two, member), Elected(one, member)])
    assert [error.pointer for error in twice.value.errors] == ["/members/2/person_id"]


@pytest.mark.parametrize("name", ["Europe/Moscow", "Asia/Almaty", "UTC"])
def test_known_zones_are_taken(name: str) -> None:
    check_timezone(name)


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "europe/moscow", "/usr/share/zoneinfo/UTC"])
def test_other_zones_are_refused(name: str) -> None:
    with pytest.raises(UnknownTimezone):
        check_timezone(name)


def test_a_part_is_closed_after_its_parts() -> None:
    check_closing(is_root=False, open_parts=False)
    with pytest.raises(HasOpenParts):
        check_closing(is_root=False, open_parts=True)
    with pytest.raises(RootStays):
        check_closing(is_root=True, open_parts=False)
