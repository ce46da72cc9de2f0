"""Which people are on a page: by reach, organization, status and words of the name, newest first.

PostgreSQL cannot guess how a subtree and a name lie among the people, so the plan is chosen here. Candidates come in
the order of the page and are asked one by one, until the page is full, whether they fit. The candidates are
- the people of the subtree, when it is small;
- the people with the longest word that is searched;
- else all people: a large subtree soon fills a page. When its people are none of the newest, the subtree is gathered.

A grant at the root reaches everybody, and nothing is asked. What is asked of a candidate stands in a scalar subquery
with a LIMIT, which the planner leaves where it is.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from services.gateway.people.rules import PersonStatus
from shared.context import Context
from shared.words import range_of

SMALL: Final = 5000  # people: gathered in some milliseconds
PATIENCE: Final = 3000  # candidates that are asked before the subtree is gathered

_OF_ROOTS: Final = (
    "gateway.organization_reach r CROSS JOIN LATERAL (SELECT m.person_id FROM gateway.membership m "
    "WHERE m.tenant_id = r.tenant_id AND m.organization_id = r.organization_id AND m.person_id < :before OFFSET 0) "
    "AS belonging WHERE r.tenant_id = :tenant AND r.ancestor_id = ANY(:roots)"
)
"""OFFSET 0 keeps the lateral query whole: a probe of the index for each organization, never a join of all people."""
_MEASURE: Final = f"SELECT count(*) FROM (SELECT 1 FROM {_OF_ROOTS} LIMIT :most) AS reached"  # noqa: S608 - from this file alone
_GATHERED: Final = f"SELECT DISTINCT belonging.person_id AS id FROM {_OF_ROOTS} ORDER BY id DESC OFFSET 0"  # noqa: S608 - as above
_WITH_WORD: Final = (
    "SELECT DISTINCT w.person_id AS id FROM gateway.person_word w "
    "WHERE w.tenant_id = :tenant AND w.word >= :from_0 AND w.word < :below_0 AND w.person_id < :before "
    "ORDER BY id DESC OFFSET 0"
)
_ALL: Final = (
    "SELECT p.id FROM gateway.person p WHERE p.tenant_id = :tenant AND p.id < :before{status} "
    "AND p.merged_into_id IS NULL AND p.erased_at IS NULL ORDER BY p.id DESC LIMIT :patience"
)
_IS_REACHED: Final = (
    "(SELECT true FROM gateway.membership m JOIN gateway.organization_reach r "
    "ON r.tenant_id = m.tenant_id AND r.organization_id = m.organization_id "
    "WHERE m.tenant_id = :tenant AND m.person_id = candidate.id AND r.ancestor_id = ANY(:roots) LIMIT 1)"
)
_HAS_WORD: Final = (
    "(SELECT true FROM gateway.person_word w WHERE w.tenant_id = :tenant AND w.person_id = candidate.id "
    "AND w.word >= :from_{number} AND w.word < :below_{number} LIMIT 1)"
)
_IS_SHOWN: Final = "(SELECT p.erased_at IS NULL{status} FROM gateway.person p WHERE p.tenant_id = :tenant AND p.id = candidate.id LIMIT 1)"
"""Whoever was erased keeps their memberships, for the figures, and stands in no list."""
LAST_ID: Final = UUID(int=2**128 - 1)


@dataclass(frozen=True)
class Sought:
    """`roots` are the subtrees that are looked into; `words` the beginnings of words, the longest first."""

    roots: frozenset[UUID]
    status: PersonStatus | None = None
    words: tuple[str, ...] = ()
    before: UUID | None = None
    limit: int = 50


async def find_people(context: Context, sought: Sought) -> list[UUID]:
    """At most `limit` ids, newest first."""
    everybody = context.tenant_id in sought.roots
    if not everybody and await _is_small(context, sought):
        return await _first(context, sought, _GATHERED, words=sought.words)
    if sought.words:
        return await _first(context, sought, _WITH_WORD, words=sought.words[1:], reached=everybody)
    candidates = _ALL.format(status=_status_of(sought))
    if everybody:
        return await _first(context, sought, candidates, reached=True, shown=True, patience=sought.limit)
    found = await _first(context, sought, candidates, reached=False, shown=True, patience=PATIENCE)
    if len(found) < sought.limit and await _has_more(context, sought, candidates):
        return await _first(context, sought, _GATHERED)
    return found


def _status_of(sought: Sought) -> str:
    return " AND p.status = :status" if sought.status is not None else ""


async def _is_small(context: Context, sought: Sought) -> bool:
    values = {"tenant": context.tenant_id, "roots": sorted(sought.roots), "before": LAST_ID, "most": SMALL + 1}
    return int((await context.store.execute(text(_MEASURE), values)).scalar_one()) <= SMALL


async def _has_more(context: Context, sought: Sought, candidates: str) -> bool:
    """Whether patience ended before the candidates did."""
    statement = f"SELECT count(*) FROM ({candidates}) AS candidate"  # noqa: S608 - from this file alone
    counted = await context.store.execute(text(statement), _values(context, sought, PATIENCE))
    return int(counted.scalar_one()) == PATIENCE


async def _first(
    context: Context,
    sought: Sought,
    candidates: str,
    *,
    words: tuple[str, ...] = (),
    reached: bool = True,
    shown: bool = False,
    patience: int = PATIENCE,
) -> list[UUID]:
    """The first candidates that fit. `words`, `reached` and `shown` say what is known of them."""
    asked: list[str] = []
    if words:
        first = len(sought.words) - len(words)
        asked += [_HAS_WORD.format(number=number) for number in range(first, len(sought.words))]
    if not shown:
        asked.append(_IS_SHOWN.format(status=_status_of(sought)))
    if not reached:
        asked.append(_IS_REACHED)
    where = f" WHERE {' AND '.join(asked)}" if asked else ""
    statement = f"SELECT candidate.id FROM ({candidates}) AS candidate{where} ORDER BY candidate.id DESC LIMIT :limit"  # noqa: S608 - as above
    return list((await context.store.execute(text(statement), _values(context, sought, patience))).scalars())


def _values(context: Context, sought: Sought, patience: int) -> dict[str, Any]:
    """Every parameter that any of the statements has; a statement takes its own."""
    values: dict[str, Any] = {
        "tenant": context.tenant_id,
        "roots": sorted(sought.roots),
        "status": sought.status.value if sought.status is not None else None,
        "before": sought.before or LAST_ID,
        "patience": patience,
        "limit": sought.limit,
    }
    for number, word in enumerate(sought.words):
        values[f"from_{number}"], values[f"below_{number}"] = range_of(word)
    return values
