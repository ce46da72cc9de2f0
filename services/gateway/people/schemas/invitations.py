"""Bodies of the invitations' routes."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.gateway.people.rules.invitations import InvitationKind, InvitationState, state_of
from services.gateway.people.schemas.people import AdditionalName, ContactBody, FamilyName, GivenName
from services.gateway.people.tables import Invitation
from shared.app import ApiModel, PageQuery, example


class NewInvitation(ApiModel):
    organization_id: UUID = Field(description="where the person is invited to; the inviter belongs there or manages it")
    kind: InvitationKind = Field(description="into membership, or into the community of a channel")
    channel_id: UUID | None = Field(default=None, description="whose community; only with `community`")

    model_config = example({"organization_id": "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e5f", "kind": "membership"})


class InvitationsQuery(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only into organizations of this subtree")
    inviter_id: UUID | None = Field(default=None, description="only by this person")


class InvitationView(ApiModel):
    id: UUID = Field(description="the invitation's id")
    organization_id: UUID = Field(description="where the person is invited to")
    inviter_id: UUID = Field(description="who invites")
    kind: InvitationKind = Field(description="into membership, or into a community")
    channel_id: UUID | None = Field(description="whose community")
    state: InvitationState = Field(description="how far it came")
    sent_at: AwareDatetime = Field(description="when it was made")
    expires_at: AwareDatetime = Field(description="good until then")
    opened_at: AwareDatetime | None = Field(description="when its link was first opened")
    joined: bool | None = Field(description="whether the person joined; null when nobody can tell")
    untold: str | None = Field(
        description="why nobody can tell: `network_does_not_tell`, `unsupported`, `not_allowed`, `unknown`, "
        "or the network's own code"
    )
    joined_at: AwareDatetime | None = Field(description="when they joined")
    joined_person_id: UUID | None = Field(description="who joined, if that is known")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, invitation: Invitation, now: datetime) -> Self:
        joined = invitation.joined_at is not None
        return cls(
            id=invitation.id,
            organization_id=invitation.organization_id,
            inviter_id=invitation.inviter_id,
            kind=invitation.kind,
            channel_id=invitation.channel_id,
            state=state_of(
                now,
                expires_at=invitation.expires_at,
                opened_at=invitation.opened_at,
                joined_at=invitation.joined_at,
                revoked_at=invitation.revoked_at,
            ),
            sent_at=invitation.sent_at,
            expires_at=invitation.expires_at,
            opened_at=invitation.opened_at,
            joined=None if invitation.untold is not None and not joined else joined,
            untold=None if joined else invitation.untold,
            joined_at=invitation.joined_at,
            joined_person_id=invitation.joined_person_id,
            version=invitation.entity_version,
        )


class MadeInvitation(InvitationView):
    link: str = Field(description="for the invited person, by the union's own site or app; shown this once")


class InvitationFunnel(ApiModel):
    sent: int = Field(description="invitations that were made")
    opened: int = Field(description="of these, opened")
    joined: int = Field(description="of these, known to have joined")
    untold: int = Field(description="of these, nobody can tell whether they joined")


class OpenInvitation(ApiModel):
    """What the invited person sees."""

    kind: InvitationKind = Field(description="into membership, or into a community")
    organization_name: str = Field(description="who invites them")
    inviter_name: str = Field(description="the person who invites them")
    expires_at: AwareDatetime = Field(description="good until then")
    network: str | None = Field(description="of the community")
    community_url: str | None = Field(description="into the community; null until the network has made it")


class Joining(ApiModel):
    family_name: FamilyName
    given_name: GivenName
    additional_name: AdditionalName | None = Field(default=None, description="absent when there is none")
    contact: ContactBody = Field(description="where the union reaches them")
    consents: bool = Field(description="true: they agree to the text; without it nobody is taken in")
    consent_text: str = Field(
        min_length=1, max_length=20_000, pattern=r"^[^\x00]*$", description="what they agreed to, word for word"
    )

    model_config = example(
        {
            "family_name": "Новикова",
            "given_name": "Нина",
            "contact": {"kind": "phone", "value": "+79161234567"},
            "consents": True,
            "consent_text": "Я согласна на обработку моих персональных данных профсоюзом.",
        }
    )


class Joined(ApiModel):
    organization_name: str = Field(description="whom they turned to; somebody of it will be in touch")
