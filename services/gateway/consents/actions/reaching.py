"""Whose personal data a caller may look after."""

from collections.abc import Sequence
from typing import Final, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, union_all
from sqlmodel import col, or_, select

from services.gateway.grants.actions import check_may_act_as
from services.gateway.organizations.actions import REACH
from services.gateway.people.actions.records import is_record_of, was_merged_into
from services.gateway.people.tables import Membership, Person
from shared.app import PageQuery, after_id, paginate
from shared.context import Context
from shared.errors import Forbidden, NotFound
from shared.permissions import Permission

_NEEDED: Final = ((Permission.SEE_PEOPLE, NotFound), (Permission.MANAGE_PERSONAL_DATA, Forbidden))


class _OfPerson(Protocol):
    id: UUID
    person_id: UUID


Row = TypeVar("Row", bound=_OfPerson)


def of_reached(context: Context, person_id: UUID, permission: Permission) -> list[ColumnElement[bool]]:
    """The ways in which `person_id` (a mapped column) is somebody of a subtree where the caller has `permission`.

    By membership, which an erased person keeps: the books about them stay readable. Books about a record that was
    merged are books about whom it became.
    """
    reached = select(Membership.person_id).where(REACH.allowed(context, Membership.organization_id, permission))
    return [reached.where(Membership.person_id == col(person_id)).exists(), was_merged_into(person_id, reached)]


async def list_books(
    context: Context,
    model: type[Row],
    page: PageQuery,
    ways: Sequence[ColumnElement[bool]],
    narrowed: Sequence[ColumnElement[bool]],
) -> tuple[list[Row], str | None]:
    """Newest first, what is found in any of `ways`: each is followed no further than a page, by the index that suits it."""
    after = after_id(page)
    if after is not None:
        narrowed = [*narrowed, col(model.id) < after]
    found = [
        select(model.id).where(way, *narrowed).order_by(col(model.id).desc()).limit(page.limit + 1).subquery()
        for way in ways
    ]
    ids = union_all(*[select(one.c.id) for one in found])
    return await paginate(context, select(model).where(col(model.id).in_(ids)), model.id, page)


async def get_of_person(context: Context, model: type[Row], row_id: UUID) -> Row:
    """A row about somebody whom the caller looks after, or about themselves; about a record of theirs, too.

    One question finds what is absent and what is out of reach. Raises NotFound; Forbidden for seen but not allowed.
    """
    own = is_record_of(model.person_id, context.caller.person_id)
    seen, allowed = (or_(own, *of_reached(context, model.person_id, permission)) for permission, _ in _NEEDED)
    if await context.store.first(select(model.id).where(model.id == row_id, seen)) is None:
        raise NotFound
    row = await context.store.first(select(model).where(model.id == row_id, allowed))
    if row is None:
        raise Forbidden
    return row


async def check_books(context: Context, person_id: UUID) -> None:
    """What is written about somebody may be looked for: also about a record that was merged, and is nobody any more.

    Raises as `check_looked_after` does.
    """
    for permission, refusal in _NEEDED:
        query = select(Person.id).where(Person.id == person_id, or_(*of_reached(context, Person.id, permission)))
        if await context.store.first(query) is None:
            raise refusal


async def check_looked_after(context: Context, person_id: UUID) -> None:
    """Raises NotFound for whom the caller does not see; Forbidden without MANAGE_PERSONAL_DATA there."""
    for permission, refusal in _NEEDED:
        query = select(Membership.id).where(
            Membership.person_id == person_id, REACH.allowed(context, Membership.organization_id, permission)
        )
        if await context.store.first(query) is None:
            raise refusal


async def check_wholly_looked_after(context: Context, person_id: UUID) -> None:
    """A file shows, and an erasure takes, what every organization of the person has: all of them must be the caller's.

    Nor may it reach somebody whose roles the caller could not have given. Raises NotFound, Forbidden, RoleExceedsYours.
    """
    await check_looked_after(context, person_id)
    elsewhere = select(Membership.id).where(
        Membership.person_id == person_id,
        ~REACH.allowed(context, Membership.organization_id, Permission.MANAGE_PERSONAL_DATA),
    )
    if await context.store.first(elsewhere) is not None:
        raise Forbidden(
            {
                "ru": "Человек состоит и в других организациях: это решает тот, кто отвечает за данные во всех них",
                "en": "They belong to other organizations too: it takes somebody who looks after the data in all of them",
            }
        )
    await check_may_act_as(context, person_id)
