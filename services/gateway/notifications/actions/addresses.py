"""Where a person is found: only what they proved to be theirs. For mail, `sign_in` says the address."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlmodel import col, select

from services.gateway.notifications.rules.kinds import Way
from services.gateway.people.rules import Network, Proof
from services.gateway.people.rules.contacts import ContactKind
from services.gateway.people.tables import Contact, Identifier
from services.gateway.sign_in.tables import sign_in_name
from shared.context import Context

_MESSENGERS = (Network.TELEGRAM, Network.VK, Network.MAX)
_PROOFS = (Proof.NETWORK, Proof.LINK_CODE)


async def messenger_accounts_of(context: Context, person_id: UUID) -> list[Identifier]:
    """Their proven accounts in networks whose bots write to people, the newest proof first."""
    proven = select(Identifier).where(
        col(Identifier.person_id) == person_id,
        col(Identifier.network).in_(_MESSENGERS),
        col(Identifier.proof).in_(_PROOFS),
    )
    return await context.store.all(proven.order_by(col(Identifier.proven_at).desc(), col(Identifier.id)))


async def found_by(context: Context, person_ids: Collection[UUID]) -> Mapping[UUID, frozenset[Way]]:
    """The ways that lead to each of them, in three questions: a client is for those who can sign in."""
    verified = select(Contact.person_id).where(
        col(Contact.person_id).in_(person_ids),
        col(Contact.kind) == ContactKind.EMAIL,
        col(Contact.verified_at).is_not(None),
    )
    proven = select(Identifier.person_id).where(
        col(Identifier.person_id).in_(person_ids),
        col(Identifier.network).in_(_MESSENGERS),
        col(Identifier.proof).in_(_PROOFS),
    )
    named = select(sign_in_name.c.person_id).where(
        sign_in_name.c.tenant_id == context.tenant_id, sign_in_name.c.person_id.in_(person_ids)
    )
    mail = set(await context.store.all(verified))
    messenger = set(await context.store.all(proven))
    client = mail | messenger | set(await context.store.all(named))
    people = {Way.MAIL: mail, Way.MESSENGER: messenger, Way.CLIENT: client}
    return {
        person_id: frozenset(way for way, found in people.items() if person_id in found) for person_id in person_ids
    }
