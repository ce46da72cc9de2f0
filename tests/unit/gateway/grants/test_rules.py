"""Nobody gives more than they hold."""

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.grants.rules import is_within
from shared.permissions import MATRIX, Permission, Role

roles = st.sampled_from(Role)


@given(roles, st.lists(roles, max_size=4))
def test_a_gift_adds_nothing_to_what_the_giver_may_do(role: Role, held: list[Role]) -> None:
    own = {permission for each in held for permission in MATRIX[each]}
    assert is_within(role, held) == (MATRIX[role] <= own)


@given(roles)
def test_everyone_could_give_their_own_role(role: Role) -> None:
    assert is_within(role, [role])
    assert not is_within(role, [])


def test_only_a_manager_of_grants_comes_near_an_administrator() -> None:
    for role in Role:
        assert is_within(Role.ADMINISTRATOR, [role]) == (Permission.MANAGE_GRANTS in MATRIX[role])
