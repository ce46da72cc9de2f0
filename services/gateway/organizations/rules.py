"""The tree of a union: which kind may stand under which, how deep it goes, and when a part may be closed."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from shared.errors import Conflict, Invalid

DEFAULT_TIMEZONE: Final = "Europe/Moscow"
DEEPEST: Final = 12  # levels; a real tree has at most seven kinds


class OrganizationKind(StrEnum):
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


class UnknownTimezone(Invalid):
    code = "organization.unknown_timezone"
    title = {"ru": "Неизвестный часовой пояс", "en": "Unknown time zone"}


class OrganizationClosed(Conflict):
    code = "organization.closed"
    title = {"ru": "Организация закрыта", "en": "The organization is closed"}


class HasOpenParts(Conflict):
    code = "organization.has_open_parts"
    title = {"ru": "В организации есть незакрытые части", "en": "The organization has parts that are not closed"}


class RootStays(Conflict):
    code = "organization.root_stays"
    title = {"ru": "Корневую организацию закрыть нельзя", "en": "The root organization cannot be closed"}


def may_stand_under(kind: OrganizationKind, parent: OrganizationKind) -> bool:
    """Lower kinds stand under higher ones, levels may be skipped; a federation may unite federations."""
    if kind is parent:
        return kind is OrganizationKind.FEDERATION
    return _RANK[kind] > _RANK[parent]


def check_place(kind: OrganizationKind, parent: OrganizationKind, *, parent_closed: bool, parent_depth: int) -> None:
    """Raise OrganizationClosed, WrongKind or TooDeep. `parent_depth` is 1 for the root."""
    if parent_closed:
        raise OrganizationClosed
    if not may_stand_under(kind, parent):
        raise WrongKind
    if parent_depth >= DEEPEST:
        raise TooDeep


def check_timezone(name: str) -> None:
    """Raise UnknownTimezone unless the zone data knows `name`."""
    if name not in _zones():
        raise UnknownTimezone


@cache
def _zones() -> frozenset[str]:
    """Some 600 file names, read once."""
    return frozenset(available_timezones())


def check_closing(*, is_root: bool, open_parts: bool) -> None:
    """Raise RootStays or HasOpenParts."""
    if is_root:
        raise RootStays
    if open_parts:
        raise HasOpenParts
