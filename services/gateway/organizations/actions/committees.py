"""The elected committee of an organization."""

from uuid import UUID

from services.gateway.organizations.actions.membership import Membership
from services.gateway.organizations.actions.read import REACH
from services.gateway.organizations.actions.telling import path_of, tell_organization
from services.gateway.organizations.rules import check_committee
from services.gateway.organizations.schemas import Committee, CommitteeView
from services.gateway.organizations.tables import Organization
from shared.app import check_match
from shared.context import Context
from shared.permissions import Permission


async def read_committee(context: Context, organization_id: UUID) -> CommitteeView:
    """Its members are named to those who may see people there. Raises NotFound, Forbidden."""
    await REACH.check(context, organization_id, Permission.SEE_ORGANIZATION)
    organization = await context.store.get(Organization, organization_id)
    seeing = context.caller.organizations_with(Permission.SEE_PEOPLE)
    with_members = bool(await REACH.ancestors_among(context, organization_id, seeing))
    return CommitteeView.of(organization, with_members=with_members)


async def set_committee(
    context: Context, membership: Membership, organization_id: UUID, body: Committee, if_match: str | None
) -> CommitteeView:
    """Raises NotFound, Forbidden, Stale, TwoChairs, SeatedTwice."""
    await REACH.check(context, organization_id, Permission.MANAGE_ORGANIZATION)
    check_committee(body.members)
    await membership.check_people(context, {member.person_id for member in body.members})
    organization = await context.store.lock(Organization, organization_id)
    check_match(if_match, organization.entity_version)
    organization.committee = body.model_dump(mode="json")
    organization.entity_version += 1
    await context.store.flush()
    await tell_organization(context, organization, await path_of(context, organization_id))
    return CommitteeView.of(organization, with_members=True)
