"""The tree of a union: which kind may stand under which, how deep it goes, and when a part may be closed."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final
from uuid import UUID

from shared.errors import Conflict, FieldError, Invalid

DEEPEST: Final = 12  # levels; a real tree has at most seven kinds


class OrganizationKind(StrEnum):
    """What a part of the union is, from the largest to the smallest.

    `federation`: a federation of unions; `union`: a union; `regional`: a regional organization; `territorial`: a
    territorial organization; `primary`: a primary organization, of one employer; `shop`: a shop organization;
    `group`: a trade-union group.
    """

    FEDERATION = "federation"
    UNION = "union"
    REGIONAL = "regional"
    TERRITORIAL = "territorial"
    PRIMARY = "primary"
    SHOP = "shop"
    GROUP = "group"


_RANK: Final[Mapping[OrganizationKind, int]] = {kind: rank for rank, kind in enumerate(OrganizationKind)}


class WrongKind(Invalid):
    code = "organization.wrong_kind"
    title = {"ru": "Такая организация не может входить в эту", "en": "This kind cannot stand under that one"}


class TooDeep(Invalid):
    code = "organization.too_deep"
    title = {"ru": "Слишком много уровней", "en": "The tree would be too deep"}


class OrganizationClosed(Conflict):
    code = "organization.closed"
    title = {"ru": "Организация закрыта", "en": "The organization is closed"}


class HasOpenParts(Conflict):
    code = "organization.has_open_parts"
    title = {"ru": "В организации есть незакрытые части", "en": "The organization has parts that are not closed"}


class RootStays(Conflict):
    code = "organization.root_stays"
    title = {
        "ru": "Корневую организацию нельзя ни закрыть, ни переместить",
        "en": "The root organization can be neither closed nor moved",
    }


class WouldBeCircle(Conflict):
    code = "organization.would_be_circle"
    title = {"ru": "Организация не может войти в собственную часть", "en": "It cannot stand under a part of its own"}


class WrongSuccessor(Invalid):
    code = "organization.wrong_successor"
    title = {
        "ru": "Членов закрываемой организации нельзя передать ей самой или её части",
        "en": "The members of a closed organization cannot be handed over to itself or a part of it",
    }


def may_stand_under(kind: OrganizationKind, parent: OrganizationKind) -> bool:
    """Lower kinds stand under higher ones, levels may be skipped; a federation may unite federations."""
    if kind is parent:
        return kind is OrganizationKind.FEDERATION
    return _RANK[kind] > _RANK[parent]


def check_place(
    kind: OrganizationKind,
    parent: OrganizationKind,
    *,
    parent_closed: bool,
    parent_depth: int,
    pointer: str = "/kind",
) -> None:
    """Raise OrganizationClosed, WrongKind (of `pointer`) or TooDeep. `parent_depth` is 1 for the root."""
    if parent_closed:
        raise OrganizationClosed
    if not may_stand_under(kind, parent):
        raise WrongKind(errors=(FieldError(pointer, WrongKind.code, WrongKind.title),))
    if parent_depth >= DEEPEST:
        raise TooDeep(errors=(FieldError("/parent_id", TooDeep.code, TooDeep.title),))


def check_closing(*, is_root: bool, open_parts: bool) -> None:
    """Raise RootStays or HasOpenParts."""
    if is_root:
        raise RootStays
    if open_parts:
        raise HasOpenParts


def check_move(
    kind: OrganizationKind, parent: OrganizationKind, *, parent_closed: bool, parent_depth: int, height: int
) -> None:
    """Raise OrganizationClosed, WrongKind or TooDeep. `height` counts the levels of the branch that moves."""
    depth = parent_depth + height - 1
    check_place(kind, parent, parent_closed=parent_closed, parent_depth=depth, pointer="/parent_id")


def check_successor(organization_id: UUID, path_of_successor: Collection[UUID]) -> None:
    """Raise WrongSuccessor."""
    if organization_id in path_of_successor:
        raise WrongSuccessor(errors=(FieldError("/hand_over_to", WrongSuccessor.code, WrongSuccessor.title),))
