"""What people are asked to acknowledge, and how far it has come."""

from dataclasses import dataclass
from typing import Final, Self

from services.publisher.publications.rules.states import PublicationKind
from shared.errors import Conflict, Text

ACKNOWLEDGED: Final = frozenset({PublicationKind.LAW_CHANGE, PublicationKind.GUIDE})
METHOD: Final = "distinct_people_who_acknowledged_of_those_targeted"
NOT_COUNTABLE: Final[Text] = {
    "ru": "Среди адресатов есть те, кого здесь не перечесть: роли, СМИ, власти, руководители предприятий",
    "en": "It is also for people who cannot be counted here: roles, media, authorities, heads of enterprises",
}
NOBODY: Final[Text] = {"ru": "Среди адресатов пока никого нет", "en": "There is nobody yet among those it is for"}


class NotToBeAcknowledged(Conflict):
    code = "publication.not_to_be_acknowledged"
    title = {
        "ru": "Ознакомление отмечают у вышедших изменений в законе и инструкций",
        "en": "Only changes in the law and guides that are out are acknowledged",
    }


@dataclass(frozen=True)
class Coverage:
    """`value` is a share from 0 to 1; it is None, never 0, where it cannot be told."""

    value: float | None
    numerator: int
    denominator: int | None
    reason_if_null: Text | None

    @classmethod
    def of(cls, acknowledged: int, targeted: int | None) -> Self:
        """`targeted` is None when not all can be counted whom it is for."""
        if targeted is None:
            return cls(None, acknowledged, None, NOT_COUNTABLE)
        if targeted == 0:
            return cls(None, acknowledged, 0, NOBODY)
        return cls(acknowledged / targeted, acknowledged, targeted, None)
