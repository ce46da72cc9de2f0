"""What the gateway holds of a person, room by room.

The rooms after this one say what they hold by themselves: `worker` hands it over.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, or_
from sqlmodel import col

from services.gateway.consents.tables import AccessEntry, ConsentEntry, ConsentEvidence, LegalHold, SubjectExport
from services.gateway.grants.tables import RoleGrant
from services.gateway.people.tables import (
    Contact,
    Identifier,
    Invitation,
    LinkCode,
    Membership,
    Person,
    PersonMerge,
    StatusChange,
)
from services.gateway.sign_in.tables import ContactCode, Credential, Session, SignInCode, VkAuthorization, sign_in_name
from shared.context import Context
from shared.contracts.states import Subject
from shared.subjects import Held, Holding

FindMore = Callable[[Context, Subject], Awaitable[Held]]

_NOBODY: Final[dict[str, Any]] = {
    "family_name": "",
    "given_name": "",
    "additional_name": None,
    "name_key": "",
    "membership_number": None,
    "birth_year": None,
    "birth_day": None,
    "birth_day_consent_id": None,
    "gender": None,
    "profession": None,
    "workplace": None,
}


async def held(context: Context, subject: Subject, more: Sequence[FindMore] = ()) -> Held:
    """Status, memberships and their history stay without a name: growth and membership are counted from them."""
    later = [await find(context, subject) for find in more]
    return Held(
        [
            *(holding for one in later for holding in one.holdings),
            *_ways_in(subject),
            *_books(subject),
            *_person(context, subject),
        ],
        fragments=[
            *(fragment for one in later for fragment in one.fragments),
            *({"network": one.network, "external_user_id": one.external_id} for one in subject.identifiers),
        ],
    )


def _person(context: Context, subject: Subject) -> list[Holding]:
    def theirs(person_id: Any) -> ColumnElement[bool]:
        return col(person_id).in_(subject.person_ids)

    of_merge = or_(theirs(PersonMerge.survivor_id), theirs(PersonMerge.merged_id))
    of_invitation = or_(theirs(Invitation.inviter_id), theirs(Invitation.joined_person_id))
    nobody = _NOBODY | {"erased_at": context.now, "entity_version": col(Person.entity_version) + 1}
    return [
        Holding.of("contacts", Contact, theirs(Contact.person_id), ("kind", "value", "verified_at")),
        Holding.of("identifiers", Identifier, theirs(Identifier.person_id), ("network", "external_id", "proof")),
        Holding.of("link_codes", LinkCode, theirs(LinkCode.person_id), ("channel_id", "expires_at", "used_at")),
        Holding.of("merges", PersonMerge, of_merge, ("survivor_id", "merged_id", "merged_at"), {"moved": {}}),
        Holding.of(
            "invitations", Invitation, of_invitation, ("id", "kind", "sent_at", "joined_at", "consent_text"), kept=True
        ),
        Holding.of("memberships", Membership, theirs(Membership.person_id), ("organization_id", "since"), kept=True),
        Holding.of(
            "status_changes",
            StatusChange,
            theirs(StatusChange.person_id),
            ("before", "after", "changed_at"),
            kept=True,
        ),
        Holding.of("people", Person, theirs(Person.id), ("id", "status", "joined_at", *sorted(_NOBODY)), nobody),
    ]


def _ways_in(subject: Subject) -> list[Holding]:
    def theirs(person_id: Any) -> ColumnElement[bool]:
        return col(person_id).in_(subject.person_ids)

    return [
        Holding("sign_in_names", sign_in_name, theirs(sign_in_name.c.person_id), ("name",)),
        Holding.of("credentials", Credential, theirs(Credential.person_id), ("id",)),
        Holding.of("sign_in_codes", SignInCode, theirs(SignInCode.person_id), ("mailed_to", "expires_at")),
        Holding.of("contact_codes", ContactCode, theirs(ContactCode.person_id), ("contact_id", "expires_at")),
        Holding.of("vk_authorizations", VkAuthorization, theirs(VkAuthorization.person_id), ("expires_at",)),
        Holding.of(
            "sessions",
            Session,
            theirs(Session.person_id),
            ("device", "started_on", "expires_on", "ended_on", "ending"),
        ),
        Holding.of("grants", RoleGrant, theirs(RoleGrant.person_id), ("role", "organization_id", "until")),
    ]


def _books(subject: Subject) -> list[Holding]:
    def theirs(person_id: Any) -> ColumnElement[bool]:
        return col(person_id).in_(subject.person_ids)

    return [
        Holding.of(
            "consent_evidence",
            ConsentEvidence,
            theirs(ConsentEvidence.person_id),
            ("id", "sealed"),
            sealed=frozenset({"sealed"}),
        ),
        Holding.of(
            "consents",
            ConsentEntry,
            theirs(ConsentEntry.person_id),
            ("id", "purpose", "text_hash", "step", "way", "happened_at"),
            kept=True,
        ),
        Holding.of(
            "legal_holds", LegalHold, theirs(LegalHold.person_id), ("reason", "until", "created_at", "lifted_at")
        ),
        Holding.of(
            "subject_exports", SubjectExport, theirs(SubjectExport.person_id), ("id", "created_at", "requested_by")
        ),
        Holding.of(
            "access_log",
            AccessEntry,
            theirs(AccessEntry.person_id),
            ("read_at", "reader_kind", "reader_id", "service", "operation"),
            kept=True,
        ),
    ]
