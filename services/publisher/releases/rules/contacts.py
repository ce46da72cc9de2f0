"""The press list."""

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.publisher.enterprises.rules.relationship import AuthorType
from shared.errors import Conflict


class ContactKind(StrEnum):
    MEDIA = "media"
    AUTHORITY = "authority"
    ENTERPRISE_HEAD = "enterprise_head"


class ContactBasis(StrEnum):
    """By what right the union keeps somebody's address (152-FZ, article 6)."""

    PUBLISHED = "published"  # the editorial office or the authority has published it for such letters
    CONSENT = "consent"
    AGREEMENT = "agreement"


class ContactState(StrEnum):
    ACTIVE = "active"
    OPTED_OUT = "opted_out"  # by the link in a letter; nobody can take that back for them
    UNDELIVERABLE = "undeliverable"  # the mail server says that there is no such mailbox


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
