"""Personal invitations: made by people of an organization, followed by their figures, taken back."""

from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import col, select

from services.gateway.organizations.actions import REACH, check_open
from services.gateway.organizations.tables import Channel, OrganizationReach
from services.gateway.people.actions.read import check_person
from services.gateway.people.rules.invitations import (
    GOOD_FOR,
    ChannelNeeded,
    InvitationKind,
    InvitationOver,
    secret_hash,
    untold_by,
)
from services.gateway.people.rules.link_codes import ChannelUnusable
from services.gateway.people.schemas.invitations import (
    InvitationFunnel,
    InvitationsQuery,
    InvitationView,
    MadeInvitation,
    NewInvitation,
)
from services.gateway.people.tables import Invitation, Membership
from shared.app import check_match, paginate, public_id
from shared.context import Context
from shared.contracts.publisher import CommunityInvitationRequested
from shared.errors import NotFound
from shared.permissions import Permission

LINK: Final = "/v1/invitation_links/"


async def make_invitation(context: Context, body: NewInvitation) -> MadeInvitation:
    """Raises NotFound, OrganizationClosed, ChannelNeeded, ChannelUnusable."""
    inviter_id = context.caller.own_id
    await _check_may_invite(context, body.organization_id)
    await check_open(context, [body.organization_id])
    untold = await _untold_by_channel(context, body)
    secret = UUID(bytes=context.chance.token(16))
    invitation = await context.store.insert(
        Invitation(
            organization_id=body.organization_id,
            inviter_id=inviter_id,
            kind=body.kind,
            channel_id=body.channel_id,
            secret_hash=secret_hash(secret),
            sent_at=context.now,
            expires_at=context.now + GOOD_FOR,
            untold=untold,
        )
    )
    if invitation.channel_id is not None:
        await context.emit(
            CommunityInvitationRequested(
                invitation_id=invitation.id, channel_id=invitation.channel_id, expires_at=invitation.expires_at
            )
        )
    view = InvitationView.of(invitation, context.now)
    link = f"{context.runtime.settings.public_url}{LINK}{public_id(context.tenant_id, secret)}"
    return MadeInvitation(**dict(view), link=link)


async def read_invitation(context: Context, invitation_id: UUID) -> Invitation:
    """One's own, or that of an organization whose people one manages. Raises NotFound."""
    query = select(Invitation).where(Invitation.id == invitation_id, _visible(context))
    found = await context.store.first(query)
    if found is None:
        raise NotFound
    return found


async def list_invitations(context: Context, query: InvitationsQuery) -> tuple[list[Invitation], str | None]:
    """Newest first. Raises NotFound, Forbidden for the organization that is asked for."""
    statement = select(Invitation).where(_visible(context))
    if query.organization_id is not None:
        await _check_may_invite(context, query.organization_id)
        statement = statement.where(REACH.under(context, Invitation.organization_id, query.organization_id))
    if query.inviter_id is not None:
        statement = statement.where(Invitation.inviter_id == query.inviter_id)
    return await paginate(context, statement, Invitation.id, query)


async def read_organization_funnel(context: Context, organization_id: UUID) -> InvitationFunnel:
    """Of the invitations into one subtree that the caller may see. Raises NotFound, Forbidden."""
    await _check_may_invite(context, organization_id)
    return await _funnel(context, REACH.under(context, Invitation.organization_id, organization_id))


async def read_inviter_funnel(context: Context, person_id: UUID) -> InvitationFunnel:
    """One's own, or those of somebody whose file one may see. Raises NotFound."""
    if person_id != context.caller.own_id:
        await check_person(context, person_id)
    return await _funnel(context, col(Invitation.inviter_id) == person_id)


async def _funnel(context: Context, chosen: ColumnElement[bool]) -> InvitationFunnel:
    joined = col(Invitation.joined_at).is_not(None)
    opened = or_(col(Invitation.opened_at).is_not(None), joined)
    untold = ~joined & col(Invitation.untold).is_not(None)
    statement = select(
        func.count().label("sent"),
        func.count().filter(opened).label("opened"),
        func.count().filter(joined).label("joined"),
        func.count().filter(untold).label("untold"),
    ).where(_visible(context), chosen)
    figures = (await context.store.execute(statement)).mappings().one()
    return InvitationFunnel(**figures)


async def revoke_invitation(context: Context, invitation_id: UUID, if_match: str | None) -> Invitation:
    """Its link opens nothing from now on. Raises NotFound, Stale, InvitationOver."""
    await read_invitation(context, invitation_id)
    invitation = await context.store.lock(Invitation, invitation_id)
    check_match(if_match, invitation.entity_version)
    if invitation.joined_at is not None or invitation.revoked_at is not None:
        raise InvitationOver
    invitation.revoked_at, invitation.sealed_url = context.now, None
    invitation.entity_version += 1
    return invitation


async def _check_may_invite(context: Context, organization_id: UUID) -> None:
    """One invites to where one belongs, or where one manages the people. Raises NotFound, Forbidden."""
    belongs = select(Membership.id).where(
        Membership.person_id == context.caller.own_id, Membership.organization_id == organization_id
    )
    if await context.store.first(belongs) is None:
        await REACH.check(context, organization_id, Permission.MANAGE_PEOPLE)


async def _untold_by_channel(context: Context, body: NewInvitation) -> str | None:
    """Why its network will not tell who joined. The channel is the organization's own, or of one above it."""
    if body.kind is InvitationKind.MEMBERSHIP:
        if body.channel_id is not None:
            raise ChannelNeeded
        return None
    if body.channel_id is None:
        raise ChannelNeeded
    above = select(OrganizationReach.ancestor_id).where(OrganizationReach.organization_id == body.organization_id)
    query = select(Channel).where(Channel.id == body.channel_id, col(Channel.organization_id).in_(above))
    channel = await context.store.first(query)
    if channel is None:
        raise NotFound
    if channel.state != "active":
        raise ChannelUnusable
    return untold_by(channel.network)


def _visible(context: Context) -> ColumnElement[bool]:
    return or_(
        col(Invitation.inviter_id) == context.caller.own_id,
        REACH.allowed(context, Invitation.organization_id, Permission.MANAGE_PEOPLE),
    )
