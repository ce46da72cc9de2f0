"""Personal invitations, and what their links open."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Request, Response

from services.gateway.organizations.rules import OrganizationClosed
from services.gateway.people.actions.invitations import (
    list_invitations,
    make_invitation,
    read_invitation,
    read_inviter_funnel,
    read_organization_funnel,
    revoke_invitation,
)
from services.gateway.people.actions.joining import join_by_invitation, open_invitation
from services.gateway.people.rules.contacts import InvalidContact
from services.gateway.people.rules.invitations import ChannelNeeded, ConsentNeeded, InvitationOver, NotForJoining
from services.gateway.people.rules.link_codes import ChannelUnusable
from services.gateway.people.schemas.invitations import (
    InvitationFunnel,
    InvitationsQuery,
    InvitationView,
    Joined,
    Joining,
    MadeInvitation,
    NewInvitation,
    OpenInvitation,
)
from shared.app import (
    ApiRouter,
    IdempotencyShownOnce,
    IfMatch,
    Page,
    PublicId,
    anyone,
    created,
    etag,
    problems,
    signed_in,
)
from shared.context import Context
from shared.errors import NotFound, Stale

router = ApiRouter(tags=["invitations"])
SignedIn = Annotated[Context, signed_in()]
Invited = Annotated[Context, anyone(tenant_of="invitation")]
LinkPath = Annotated[PublicId, Path(description="the last part of the invitation's link")]


@router.post(
    "/invitations",
    status_code=201,
    operation_id="invitations_create",
    responses=problems(NotFound, OrganizationClosed, ChannelNeeded, ChannelUnusable, IdempotencyShownOnce),
)
async def invitations_create(
    body: NewInvitation, context: SignedIn, request: Request, response: Response
) -> MadeInvitation:
    """Invite one person, for thirty days: to where one belongs, or where one manages the people.

    The link is shown this once and mailed to nobody. Hand it over yourself: an invitation from somebody one knows is what
    works. The link is for the union's own site or app, which calls it and shows the answer: a browser shows bare JSON.
    """
    request.scope["vmeste.shown_once"] = True
    invitation = await make_invitation(context, body)
    created(response, f"/v1/invitations/{invitation.id}")
    etag(response, invitation.version)
    return invitation


@router.get("/invitations", operation_id="invitations_list", responses=problems(NotFound))
async def invitations_list(context: SignedIn, query: Annotated[InvitationsQuery, Query()]) -> Page[InvitationView]:
    """One's own invitations, and those of organizations whose people one manages; newest first."""
    rows, after = await list_invitations(context, query)
    return Page(items=[InvitationView.of(row, context.now) for row in rows], next=after)


@router.get("/organizations/{organization_id}/invitation_funnel", operation_id="organization_invitation_funnel_read")
async def organization_invitation_funnel_read(organization_id: UUID, context: SignedIn) -> InvitationFunnel:
    """How many invitations into an organization and its parts were sent, opened, and led to joining.

    Whoever manages the people there sees all of them, anybody else their own. There is no ranking of inviters, on purpose.
    """
    return await read_organization_funnel(context, organization_id)


@router.get("/people/{person_id}/invitation_funnel", operation_id="people_invitation_funnel_read")
async def people_invitation_funnel_read(person_id: UUID, context: SignedIn) -> InvitationFunnel:
    """How many invitations of one person were sent, opened, and led to joining: one's own, or as far as one manages."""
    return await read_inviter_funnel(context, person_id)


@router.get("/invitations/{invitation_id}", operation_id="invitations_read", responses=problems(NotFound))
async def invitations_read(invitation_id: UUID, context: SignedIn, response: Response) -> InvitationView:
    """One invitation."""
    invitation = await read_invitation(context, invitation_id)
    etag(response, invitation.entity_version)
    return InvitationView.of(invitation, context.now)


@router.post(
    "/invitations/{invitation_id}/revoke",
    operation_id="invitations_revoke",
    responses=problems(NotFound, Stale, InvitationOver),
)
async def invitations_revoke(
    invitation_id: UUID, context: SignedIn, response: Response, if_match: IfMatch = None
) -> InvitationView:
    """Take an invitation back: its link opens nothing any more."""
    invitation = await revoke_invitation(context, invitation_id, if_match)
    etag(response, invitation.entity_version)
    return InvitationView.of(invitation, context.now)


@router.get(
    "/invitation_links/{invitation}",
    operation_id="invitation_links_read",
    responses=problems(NotFound, InvitationOver),
)
async def invitation_links_read(invitation: LinkPath, context: Invited) -> OpenInvitation:
    """Open an invitation, with no sign-in: the link is all it takes.

    The union's own site or app calls it, to show who invites and where to; a browser that opens the link shows bare JSON.
    """
    return await open_invitation(context, invitation)


@router.post(
    "/invitation_links/{invitation}",
    status_code=201,
    operation_id="invitation_links_join",
    responses=problems(NotFound, InvitationOver, NotForJoining, ConsentNeeded, InvalidContact, OrganizationClosed),
)
async def invitation_links_join(invitation: LinkPath, body: Joining, context: Invited, response: Response) -> Joined:
    """Turn to the union by an invitation, once: the person is prospective until the union decides. No sign-in is needed.

    The union's own site or app calls it with what the invited person filled in, and with the consent that it showed them.
    """
    joined = await join_by_invitation(context, invitation, body)
    created(response, f"/v1/invitation_links/{invitation}")
    return joined
