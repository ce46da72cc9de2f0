"""Two records of one person: what the survivor takes over, and when a merge can be undone."""

from collections.abc import Mapping
from typing import Any, Final

from shared.errors import Conflict

TAKEN_OVER: Final = ("birth_year", "gender", "profession", "workplace", "joined_at", "membership_number")
"""Traits that fill the survivor's gaps. Roles and sign-ins stay where they are: nobody gains rights by a merge."""


class AlreadyMerged(Conflict):
    code = "person.already_merged"
    title = {"ru": "Эта запись уже объединена с другой", "en": "This record was merged into another already"}


class MergeUndone(Conflict):
    code = "merge.undone"
    title = {"ru": "Это объединение уже отменено", "en": "This merge has been undone already"}


class LaterMergeFirst(Conflict):
    code = "merge.later_first"
    title = {"ru": "Сначала отмените более позднее объединение", "en": "Undo the later merge of these records first"}


def gaps_filled(survivor: Mapping[str, Any], merged: Mapping[str, Any]) -> dict[str, Any]:
    """What the survivor lacks and the other one has."""
    return {name: merged[name] for name in TAKEN_OVER if survivor[name] is None and merged[name] is not None}
