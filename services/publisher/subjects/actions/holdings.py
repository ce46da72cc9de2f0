"""A person's chats with the union's bots and communities: found by their accounts, emptied of who and what."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, case, cast, false, or_, select
from sqlalchemy.orm import Mapped
from sqlmodel import col

from services.publisher.acknowledgements.tables import Acknowledgement
from services.publisher.archives.actions.gathering import files_kept
from services.publisher.campaigns.tables import CampaignEntry
from services.publisher.channels.rules.attempts import OPEN, WAITING, DeliveryState
from services.publisher.channels.tables import Mailbox
from services.publisher.conversations.tables import Conversation, DirectMessage, InboundMessage, InboundUpdate
from services.publisher.enterprises.tables import AuthorAccount, Enterprise
from services.publisher.mentions.tables import KnownAccount, Mention, Reaction
from services.publisher.networks.accounts import Network
from services.publisher.publications.tables import Publication, Review
from services.publisher.releases.tables import Contact, ReleaseRecipient
from services.publisher.subjects.actions.greetings import greetings_of, made_for
from shared.context import Context
from shared.contracts.states import Kept, Subject
from shared.retention import Aged, first_id
from shared.subjects import Held, Holding

_UNSENT: Final[dict[str, Any]] = {
    "text": "",
    "buttons": [],
    "state": case((col(DirectMessage.state).in_(WAITING), DeliveryState.DROPPED.value), else_=col(DirectMessage.state)),
}
_NOBODY: Final[dict[str, Any]] = {"external_user_id": cast(col(Conversation.id), String), "display_name": None}


async def held(context: Context, subject: Subject) -> Held:
    """What was published in somebody's name is the union's, and names them by an id alone."""
    chats = await _chats_of(context, subject)
    pictures, shown_in = await made_for(context, subject)
    return Held(
        [
            Holding.of(
                "messages_received",
                InboundMessage,
                col(InboundMessage.conversation_id).in_(chats),
                ("id", "conversation_id", "subject", "text", "original", "received_at"),
                {"text": "", "subject": None, "original": None, "letter_ids": None},
            ),
            Holding.of(
                "messages_written",
                DirectMessage,
                col(DirectMessage.conversation_id).in_(chats),
                ("id", "conversation_id", "text", "state", "created_at"),
                _UNSENT,
            ),
            Holding.of(
                "conversations",
                Conversation,
                col(Conversation.id).in_(chats),
                ("id", "external_user_id", "display_name", "created_at"),
                _NOBODY,
            ),
            *greetings_of(subject, pictures, shown_in),
            *_said_in_public(subject),
            *_in_campaigns(subject),
            *_of_publications(subject),
            *_at_enterprises(subject),
            *_on_press_lists(subject),
        ],
        fragments=[
            *({"person_id": str(person_id)} for person_id in subject.person_ids),
            *({"conversation_id": str(chat)} for chat in chats),
            *({"network": one.network, "external_user_id": one.external_id} for one in subject.identifiers),
            *({"network": "email", "external_user_id": email.lower()} for email in subject.emails),
        ],
        files=[
            *(picture.storage_key for picture in pictures if picture.storage_key),
            *(await files_kept(context) if shown_in else ()),
        ],
    )


def _of_publications(subject: Subject) -> list[Holding]:
    """Kept: the union's own papers, which name them by an id alone."""
    return [
        Holding.of(
            "publications_authored",
            Publication,
            col(Publication.author_id).in_(subject.person_ids),
            ("id", "kind", "title", "text", "published_at"),
            kept=True,
        ),
        Holding.of(
            "publications_reviewed",
            Review,
            col(Review.person_id).in_(subject.person_ids),
            ("id", "publication_id", "verdict", "comment", "created_at"),
            kept=True,
        ),
        Holding.of(
            "acknowledgements",
            Acknowledgement,
            col(Acknowledgement.person_id).in_(subject.person_ids),
            ("id", "publication_id", "acknowledged_at"),
            kept=True,
        ),
    ]


def _at_enterprises(subject: Subject) -> list[Holding]:
    """Who leads an enterprise or speaks for it, by the address or number that was entered there."""
    led = col(Enterprise.head_email).in_(subject.emails)
    spoken = or_(col(Enterprise.press_email).in_(subject.emails), col(Enterprise.press_phone).in_(subject.phones))
    accounts = [
        and_(col(AuthorAccount.network) == one.network, col(AuthorAccount.external_id) == one.external_id)
        for one in subject.identifiers
    ]
    return [
        Holding.of(
            "enterprises_led",
            Enterprise,
            led,
            ("id", "name", "head_name", "head_position", "head_email"),
            {"head_name": "", "head_position": "", "head_email": None},
        ),
        Holding.of(
            "enterprises_spoken_for",
            Enterprise,
            spoken,
            ("id", "name", "press_name", "press_email", "press_phone"),
            {"press_name": "", "press_email": None, "press_phone": None},
        ),
        Holding.of(
            "accounts_of_authors",
            AuthorAccount,
            or_(false(), *accounts),
            ("id", "network", "external_id", "author_type"),
        ),
    ]


def _said_in_public(subject: Subject) -> list[Holding]:
    return [
        Holding.of(
            "answers_given",
            Reaction,
            _account_in(subject, col(Reaction.network), col(Reaction.author_external_id)),
            ("id", "network", "kind", "text", "url", "at"),
            {
                "author_external_id": cast(col(Reaction.id), String),
                "author_name": None,
                "text": "",
                "url": None,
                "is_removed": True,
            },
        ),
        Holding.of(
            "mentions_written",
            Mention,
            _account_in(subject, col(Mention.network), col(Mention.author_external_id)),
            ("id", "network", "url", "title", "text", "published_at"),
            {
                "author_external_id": None,
                "url": cast(col(Mention.id), String),
                "source_name": "",
                "title": "",
                "text": "",
            },
        ),
        Holding.of(
            "accounts_of_authors",
            KnownAccount,
            _account_in(subject, col(KnownAccount.network), col(KnownAccount.external_id)),
            ("id", "network", "external_id", "author_type"),
        ),
    ]


def _in_campaigns(subject: Subject) -> list[Holding]:
    """What they said under a campaign's hashtag. The entry stays for the count, nobody's words with it."""
    return [
        Holding.of(
            "campaign_entries",
            CampaignEntry,
            _account_in(subject, col(CampaignEntry.network), col(CampaignEntry.author_external_id)),
            ("id", "network", "text", "url", "said_at"),
            {
                "author_external_id": cast(col(CampaignEntry.id), String),
                "external_id": cast(col(CampaignEntry.id), String),
                "author_name": None,
                "text": "",
                "url": None,
                "is_removed": True,
            },
        ),
    ]


def _account_in(subject: Subject, network: Mapped[Any], external_id: Mapped[Any]) -> ColumnElement[bool]:
    """One of somebody's accounts in the networks."""
    accounts = [one for one in subject.identifiers if one.network in set(Network)]
    return or_(false(), *(and_(network == one.network, external_id == one.external_id) for one in accounts))


def _on_press_lists(subject: Subject) -> list[Holding]:
    """Contacts and the letters to them. Of an address that wanted no letters, a mark stays by which it is not written to."""
    contact = or_(col(Contact.email).in_(subject.emails), col(Contact.phone).in_(subject.phones))
    theirs = select(col(Contact.id)).where(col(Contact.tenant_id) == col(ReleaseRecipient.tenant_id), contact)
    owned = select(col(Contact.id)).where(col(Contact.tenant_id) == col(AuthorAccount.tenant_id), contact)
    return [
        Holding.of(
            "accounts_of_authors",
            AuthorAccount,
            col(AuthorAccount.owner_id).in_(owned),
            ("id", "network", "external_id", "author_type"),
        ),
        Holding.of(
            "release_letters",
            ReleaseRecipient,
            or_(col(ReleaseRecipient.email).in_(subject.emails), col(ReleaseRecipient.contact_id).in_(theirs)),
            ("id", "email", "state", "sent_at", "opened_at"),
            {"email": None, "contact_id": None, "opened_at": None, "opens": 0},
        ),
        Holding.of(
            "press_contacts",
            Contact,
            contact,
            ("id", "kind", "name", "position", "outlet", "email", "phone", "basis", "state", "created_at"),
        ),
    ]


async def _chats_of(context: Context, subject: Subject) -> list[UUID]:
    """The conversations that somebody's accounts have with any of the union's bots."""
    query = (
        select(col(Conversation.id))
        .join(
            Mailbox,
            and_(
                col(Mailbox.tenant_id) == col(Conversation.tenant_id), col(Mailbox.id) == col(Conversation.mailbox_id)
            ),
        )
        .where(
            col(Conversation.tenant_id) == context.tenant_id,
            or_(
                _account_in(subject, col(Mailbox.network), col(Conversation.external_user_id)),
                and_(
                    col(Mailbox.network) == Network.EMAIL,
                    col(Conversation.external_user_id).in_([email.lower() for email in subject.emails]),
                ),
            ),
        )
    )
    return list((await context.store.execute(query)).scalars())


def aged() -> Sequence[Aged]:
    """By their ids, which tell when they were made."""
    return [
        Aged.of(Kept.CONVERSATIONS, InboundMessage, lambda moment: col(InboundMessage.id) < first_id(moment)),
        Aged.of(
            Kept.CONVERSATIONS,
            DirectMessage,
            lambda moment: and_(col(DirectMessage.id) < first_id(moment), col(DirectMessage.state).not_in(OPEN)),
        ),
        Aged.of(Kept.CONVERSATIONS, Reaction, lambda moment: col(Reaction.id) < first_id(moment)),
        Aged.of(Kept.CONVERSATIONS, CampaignEntry, lambda moment: col(CampaignEntry.id) < first_id(moment)),
        Aged.of(
            Kept.CONVERSATIONS,
            ReleaseRecipient,
            lambda moment: and_(
                col(ReleaseRecipient.id) < first_id(moment),
                col(ReleaseRecipient.state).not_in(OPEN),
                or_(col(ReleaseRecipient.email).is_not(None), col(ReleaseRecipient.opened_at).is_not(None)),
            ),
            {"email": None, "opened_at": None},
        ),
        Aged.of(Kept.NETWORK_UPDATES, InboundUpdate, lambda moment: col(InboundUpdate.id) < first_id(moment)),
    ]
