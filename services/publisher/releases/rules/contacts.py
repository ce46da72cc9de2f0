"""The press list."""

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.publisher.enterprises.rules.relationship import AuthorType
from shared.errors import Conflict


class ContactKind(StrEnum):
    """Who somebody on the press list is.

    `media`: an editorial office or a journalist; `authority`: an authority; `enterprise_head`: whoever runs an
    enterprise.
    """

    MEDIA = "media"
    AUTHORITY = "authority"
    ENTERPRISE_HEAD = "enterprise_head"


class ContactBasis(StrEnum):
    """By what right the union keeps somebody's address (152-FZ, article 6).

    `published`: the editorial office or the authority has published it for such letters; `consent`: they agreed to
    be written to; `agreement`: a contract or an agreement with them asks for it.
    """

    PUBLISHED = "published"
    CONSENT = "consent"
    AGREEMENT = "agreement"


class ContactState(StrEnum):
    """Whether a contact is written to.

    `active`: they are; `opted_out`: no more, by the link in a letter, and nobody can take that back for them;
    `undeliverable`: their mail server says that there is no such mailbox.
    """

    ACTIVE = "active"
    OPTED_OUT = "opted_out"
    UNDELIVERABLE = "undeliverable"


AUTHOR_TYPE: Final[Mapping[ContactKind, AuthorType]] = {
    ContactKind.MEDIA: AuthorType.MEDIA,
    ContactKind.AUTHORITY: AuthorType.AUTHORITY,
    ContactKind.ENTERPRISE_HEAD: AuthorType.ENTERPRISE,
}


class ContactExists(Conflict):
    code = "contact.exists"
    title = {"ru": "Контакт с этим адресом уже есть", "en": "There is a contact with this address already"}


def address_mark(tenant_id: UUID, email: str) -> str:
    """By which an address is known not to be written to, when nothing else is kept of it any more."""
    return hashlib.sha256(f"{tenant_id}:{email}".encode()).hexdigest()
