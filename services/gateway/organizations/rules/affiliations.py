"""Belonging to other unions and federations, and who leads an organization."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from shared.errors import FieldError, Invalid


class AffiliationKind(StrEnum):
    """What a union belongs to.

    `federation`: a federation of unions; `union`: a larger union; `association`: an association by trade or place;
    `international`: an international one; `other`: anything else.
    """

    FEDERATION = "federation"
    UNION = "union"
    ASSOCIATION = "association"
    INTERNATIONAL = "international"
    OTHER = "other"


class CommitteeRole(StrEnum):
    """What somebody is in a committee.

    `chair`: its head; `deputy`: stands in for the chair; `secretary`: keeps its minutes; `treasurer`: keeps its
    money; `member`: anybody else in it.
    """

    CHAIR = "chair"
    DEPUTY = "deputy"
    SECRETARY = "secretary"
    TREASURER = "treasurer"
    MEMBER = "member"


class Period(Protocol):
    @property
    def since(self) -> date | None: ...
    @property
    def until(self) -> date | None: ...


class Seat(Protocol):
    @property
    def person_id(self) -> UUID: ...
    @property
    def role(self) -> CommitteeRole: ...


class EndsBeforeItBegan(Invalid):
    code = "organization.affiliation_ends_before_it_began"
    title = {"ru": "Членство закончилось раньше, чем началось", "en": "The affiliation ended before it began"}


class TwoChairs(Invalid):
    code = "organization.two_chairs"
    title = {"ru": "В комитете может быть один председатель", "en": "A committee has one chair"}


class SeatedTwice(Invalid):
    code = "organization.seated_twice"
    title = {"ru": "Один человек назван дважды", "en": "Somebody is named twice"}


def check_affiliations(affiliations: Sequence[Period]) -> None:
    """Raise EndsBeforeItBegan."""
    for place, one in enumerate(affiliations):
        if one.since is not None and one.until is not None and one.until < one.since:
            wrong = FieldError(f"/affiliations/{place}/until", EndsBeforeItBegan.code, EndsBeforeItBegan.title)
            raise EndsBeforeItBegan(errors=(wrong,))


def check_committee(seats: Sequence[Seat]) -> None:
    """Raise TwoChairs, SeatedTwice."""
    chairs = [place for place, seat in enumerate(seats) if seat.role is CommitteeRole.CHAIR]
    if chairs[1:]:
        raise TwoChairs(
            errors=tuple(FieldError(f"/members/{place}/role", TwoChairs.code, TwoChairs.title) for place in chairs[1:])
        )
    people = [seat.person_id for seat in seats]
    again = [place for place, person_id in enumerate(people) if person_id in people[:place]]
    if again:
        raise SeatedTwice(
            errors=tuple(
                FieldError(f"/members/{place}/person_id", SeatedTwice.code, SeatedTwice.title) for place in again
            )
        )
