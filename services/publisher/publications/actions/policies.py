"""How organizations publish: read, set and end their editorial policies."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel import col, select

from services.publisher.directory.tables import DIRECTORY, Organization, OrganizationReach
from services.publisher.publications.rules.policies import ANSWER_HOURS, CarryingRule
from services.publisher.publications.rules.reviews import Level, organizations_asked
from services.publisher.publications.schemas.policies import PolicyBody, PolicyView
from services.publisher.publications.tables import EditorialPolicy
from shared.app import check_match
from shared.context import Context
from shared.errors import NotFound
from shared.permissions import Permission

_ASKING = select(EditorialPolicy.id).where(col(EditorialPolicy.carrying) == CarryingRule.ASK)


async def read_policy(context: Context, organization_id: UUID) -> PolicyView:
    """The policy in force. Raises NotFound, Forbidden."""
    await DIRECTORY.reachable(context, organization_id, Permission.SEE_PUBLICATIONS)
    path = await path_of(context, organization_id)
    return _view(organization_id, await _in_force(context, path))


async def set_policy(context: Context, organization_id: UUID, body: PolicyBody, if_match: str | None) -> PolicyView:
    """The organization's own, for all below it that have none. Raises NotFound, Forbidden, Stale."""
    await DIRECTORY.reachable(context, organization_id, Permission.MANAGE_ORGANIZATION)
    await context.store.lock(Organization, organization_id)  # two may find none: the second one waits for the first
    policy = await _own(context, organization_id)
    check_match(if_match, 0 if policy is None else policy.version)
    if policy is None:
        policy = EditorialPolicy(
            organization_id=organization_id,
            carrying=body.carrying,
            answer_hours=body.answer_hours,
            updated_at=context.now,
            version=0,
        )
        context.store.add(policy)
    policy.review_levels = [level.value for level in body.review_levels]
    policy.carrying = body.carrying
    policy.answer_hours = body.answer_hours
    policy.count_clicks = body.count_clicks
    policy.failover = body.failover
    policy.updated_at = context.now
    policy.version += 1
    return _view(organization_id, policy)


async def end_policy(context: Context, organization_id: UUID, if_match: str | None) -> None:
    """From now on that of the organizations above. Raises NotFound, Forbidden, Stale."""
    await DIRECTORY.reachable(context, organization_id, Permission.MANAGE_ORGANIZATION)
    policy = await _own(context, organization_id)
    if policy is None:
        raise NotFound
    check_match(if_match, policy.version)
    await context.store.delete(policy)


async def leave_asked(context: Context, organization_id: UUID) -> list[UUID]:
    """The organizations whose leave a publication of this one needs, in their order; none by default."""
    path = await path_of(context, organization_id)
    policy = await _in_force(context, path)
    return [] if policy is None else organizations_asked([Level(level) for level in policy.review_levels], path)


async def answer_hours_of(context: Context, organization_ids: Sequence[UUID]) -> Mapping[UUID, int]:
    """Of those among them that want to be asked before they carry something: how long they are waited for."""
    found: dict[UUID, int] = {}
    if await context.store.first(_ASKING) is None:
        return found
    for organization_id in dict.fromkeys(organization_ids):
        policy = await _in_force(context, await path_of(context, organization_id))
        if policy is not None and policy.carrying is CarryingRule.ASK:
            found[organization_id] = policy.answer_hours
    return found


async def counts_clicks(context: Context, organization_id: UUID) -> bool:
    """Whether links of its publications are made short, unless one says otherwise; by default they are."""
    policy = await _in_force(context, await path_of(context, organization_id))
    return policy is None or policy.count_clicks


async def wants_failover(context: Context, organization_id: UUID) -> bool:
    """Whether what its channels cannot take may go out by those that stand in for them: unless a policy says no."""
    policy = await _in_force(context, await path_of(context, organization_id))
    return policy is None or policy.failover


async def path_of(context: Context, organization_id: UUID) -> list[UUID]:
    """From the organization to the root of its tree."""
    above = select(OrganizationReach.ancestor_id).where(
        col(OrganizationReach.tenant_id) == context.tenant_id,
        col(OrganizationReach.organization_id) == organization_id,
    )
    rows = await context.store.all(select(Organization).where(col(Organization.id).in_(above)))
    parents = {row.id: row.parent_id for row in rows}
    path: list[UUID] = []
    step: UUID | None = organization_id
    while step is not None and step not in path:
        path.append(step)
        step = parents.get(step)
    return path


async def _in_force(context: Context, path: Sequence[UUID]) -> EditorialPolicy | None:
    """That of the nearest."""
    rows = await context.store.all(select(EditorialPolicy).where(col(EditorialPolicy.organization_id).in_(path)))
    return min(rows, key=lambda row: path.index(row.organization_id), default=None)


async def _own(context: Context, organization_id: UUID) -> EditorialPolicy | None:
    query = select(EditorialPolicy).where(col(EditorialPolicy.organization_id) == organization_id)
    return await context.store.first(query.with_for_update())


def _view(organization_id: UUID, policy: EditorialPolicy | None) -> PolicyView:
    if policy is None:
        return PolicyView(
            organization_id=organization_id,
            set_by=None,
            review_levels=[],
            carrying=CarryingRule.CARRY,
            answer_hours=ANSWER_HOURS,
            count_clicks=True,
            failover=True,
            version=0,
        )
    return PolicyView(
        organization_id=organization_id,
        set_by=policy.organization_id,
        review_levels=[Level(level) for level in policy.review_levels],
        carrying=policy.carrying,
        answer_hours=policy.answer_hours,
        count_clicks=policy.count_clicks,
        failover=policy.failover,
        version=policy.version if policy.organization_id == organization_id else 0,
    )
