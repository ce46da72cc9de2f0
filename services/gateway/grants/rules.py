"""Who may give which role: nobody more than they hold themselves at that place."""

from collections.abc import Iterable

from shared.errors import Conflict, Invalid
from shared.permissions import MATRIX, Role


class GrantExists(Conflict):
    code = "grant.exists"
    title = {"ru": "Эта роль уже дана", "en": "This role is already given"}


class EndsBeforeItBegins(Invalid):
    code = "grant.ends_before_it_begins"
    title = {"ru": "Срок роли уже прошёл", "en": "The role would have ended already"}


def is_within(role: Role, held: Iterable[Role]) -> bool:
    """Whether everything that `role` may do, the `held` roles may do together."""
    permissions = frozenset[str]().union(*(MATRIX[own] for own in held))
    return MATRIX[role] <= permissions
