"""The other side of an invitation: its link is opened, the invited person joins, a network tells who came."""

import hashlib
from uuid import UUID

from sqlmodel import select

from services.gateway.organizations.actions import check_open
from services.gateway.organizations.tables import Channel, Organization
from services.gateway.people.actions.identifiers import find_person_by_proven_identifier
from services.gateway.people.actions.write import add_person
from services.gateway.people.rules import PersonStatus, display_name
from services.gateway.people.rules.contacts import normal_contact
from services.gateway.people.rules.invitations import (
    ConsentNeeded,
    InvitationKind,
    InvitationOver,
    InvitationState,
    NotForJoining,
    secret_hash,
    state_of,
)
from services.gateway.people.schemas import ContactBody, NewPerson
from services.gateway.people.schemas.invitations import Joined, Joining, OpenInvitation
from services.gateway.people.tables import Invitation, Person
from shared.app import id_within
from shared.context import Context
from shared.contracts.publisher import CommunityInvitationMade, CommunityJoined
from shared.errors import NotFound

_GOOD = frozenset({InvitationState.SENT, InvitationState.OPENED})


async def open_invitation(context: Context, link: str) -> OpenInvitation:
    """The first time counts as opened. Raises NotFound, InvitationOver."""
    invitation = await _good(context, link)
    if invitation.opened_at is None:
        invitation.opened_at = context.now
        invitation.entity_version += 1
    organization = await context.store.get(Organization, invitation.organization_id)
    inviter = await context.store.get(Person, invitation.inviter_id)
    channel = await context.store.find(Channel, invitation.channel_id) if invitation.channel_id is not None else None
    sealed = invitation.sealed_url
    return OpenInvitation(
        kind=invitation.kind,
        organization_name=organization.name,
        inviter_name=display_name(inviter.family_name, inviter.given_name, inviter.additional_name),
        expires_at=invitation.expires_at,
        network=channel.network if channel is not None else None,
        community_url=context.runtime.cipher.decrypt(sealed) if sealed is not None else None,
    )


async def join_by_invitation(context: Context, link: str, body: Joining) -> Joined:
    """Take the invited person in as a prospective member, once.

    Raises NotFound, InvitationOver, NotForJoining, ConsentNeeded, InvalidContact, OrganizationClosed.
    """
    invitation = await _good(context, link)
    if invitation.kind is not InvitationKind.MEMBERSHIP:
        raise NotForJoining
    if not body.consents:
        raise ConsentNeeded
    await check_open(context, [invitation.organization_id])
    # Adding a person would name the contact's place in a body that has a list of them.
    reached_at = normal_contact(body.contact.kind, body.contact.value, "/contact/value")
    person = await add_person(
        context,
        NewPerson(
            family_name=body.family_name,
            given_name=body.given_name,
            additional_name=body.additional_name,
            status=PersonStatus.PROSPECTIVE,
            organization_ids=[invitation.organization_id],
            contacts=[ContactBody(kind=body.contact.kind, value=reached_at)],
        ),
    )
    invitation.opened_at = invitation.opened_at or context.now
    invitation.joined_at, invitation.joined_person_id = context.now, person.id
    invitation.consent_text = body.consent_text
    invitation.consent_hash = hashlib.sha256(body.consent_text.encode()).hexdigest()
    invitation.entity_version += 1
    organization = await context.store.get(Organization, invitation.organization_id)
    return Joined(organization_name=organization.name)


async def keep_community_link(context: Context, message: CommunityInvitationMade) -> None:
    """The link into the community, or why there is none."""
    invitation = await _lock(context, message.invitation_id)
    if invitation is None or invitation.revoked_at is not None:
        return
    invitation.sealed_url = message.sealed_url
    invitation.untold = message.code or invitation.untold
    invitation.entity_version += 1


async def note_community_joined(context: Context, message: CommunityJoined) -> None:
    """Somebody came by one of our links. Without it the network leaves open who was invited."""
    if message.invitation_id is None:
        return
    invitation = await _lock(context, message.invitation_id)
    if invitation is None or invitation.joined_at is not None or invitation.channel_id != message.channel_id:
        return
    invitation.joined_at, invitation.sealed_url = message.joined_at, None
    invitation.joined_person_id = await find_person_by_proven_identifier(
        context, message.network, message.external_user_id
    )
    invitation.entity_version += 1


async def _lock(context: Context, invitation_id: UUID) -> Invitation | None:
    return await context.store.first(select(Invitation).where(Invitation.id == invitation_id).with_for_update())


async def _good(context: Context, link: str) -> Invitation:
    """Held until the transaction ends: of two who join by one link the second finds it used."""
    secret = id_within(context.tenant_id, link)
    query = select(Invitation).where(Invitation.secret_hash == secret_hash(secret)).with_for_update()
    invitation = await context.store.first(query)
    if invitation is None:
        raise NotFound
    state = state_of(
        context.now,
        expires_at=invitation.expires_at,
        opened_at=invitation.opened_at,
        joined_at=invitation.joined_at,
        revoked_at=invitation.revoked_at,
    )
    if state not in _GOOD:
        raise InvitationOver
    return invitation
