"""The press list as clients write and read it."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field

from services.publisher.enterprises.schemas import AccountBody, Email, Phone
from services.publisher.enterprises.tables import AuthorAccount
from services.publisher.networks.accounts import Network
from services.publisher.releases.rules.contacts import ContactBasis, ContactKind, ContactState
from services.publisher.releases.tables import Contact
from shared.app import ApiModel, PageQuery, example

Kind = Annotated[ContactKind, Field(description="whom they speak for")]
Name = Annotated[str, Field(min_length=1, max_length=200, description="a person or an editorial office")]
Position = Annotated[str, Field(max_length=200, description="what they do there")]
Outlet = Annotated[str, Field(max_length=200, description="the paper, the channel, the office")]
Basis = Annotated[
    ContactBasis,
    Field(description="by what right their data are kept: published by themselves, by consent, by an agreement"),
]
Language = Annotated[Literal["ru", "en"], Field(description="of what we add to a letter")]
Accounts = Annotated[
    list[AccountBody], Field(max_length=20, description="their accounts: what these write is known to be theirs")
]


class NewContact(ApiModel):
    organization_id: UUID = Field(description="whose press list it is")
    kind: Kind
    name: Name
    position: Position = ""
    outlet: Outlet = ""
    email: Email
    phone: Phone | None = None
    language: Language = "ru"
    basis: Basis
    enterprise_id: UUID | None = Field(default=None, description="the enterprise, of an `enterprise_head`")
    accounts: Accounts = Field(default_factory=list[AccountBody])

    model_config = ApiModel.model_config | example(
        {
            "organization_id": "0190a6a0-0000-7000-8000-000000000001",
            "kind": "media",
            "name": "Мария Ветрова",
            "position": "корреспондент",
            "outlet": "Газета «Солидарность»",
            "email": "vetrova@example.org",
            "basis": "published",
        }
    )


class ContactChange(ApiModel):
    """What is left out stays as it is."""

    kind: Kind | None = None
    name: Name | None = None
    position: Position | None = None
    outlet: Outlet | None = None
    email: Email | None = None
    phone: Phone | None = None
    language: Language | None = None
    basis: Basis | None = None
    accounts: Accounts | None = None

    model_config = ApiModel.model_config | example({"position": "главный редактор"})


class ContactFilter(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only contacts of this organization's subtree")
    kind: ContactKind | None = Field(default=None, description="only contacts of this kind")


class ContactView(ApiModel):
    id: UUID = Field(description="the contact's id")
    organization_id: UUID = Field(description="whose press list it is")
    kind: ContactKind = Field(description="whom they speak for")
    name: str = Field(description="a person or an editorial office")
    position: str = Field(description="what they do there")
    outlet: str = Field(description="the paper, the channel, the office")
    email: str = Field(description="where letters go")
    phone: str | None = Field(description="with its country code")
    language: str = Field(description="of what we add to a letter")
    basis: ContactBasis = Field(description="by what right their data are kept")
    state: ContactState = Field(description="whoever is not `active` gets no letters")
    enterprise_id: UUID | None = Field(description="the enterprise that they lead")
    accounts: list[AccountBody] = Field(description="their accounts")
    created_at: datetime = Field(description="when they were entered")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, contact: Contact, accounts: list[AuthorAccount]) -> Self:
        return cls(
            **contact.model_dump(include=set(cls.model_fields) - {"accounts"}),
            accounts=[AccountBody(network=Network(one.network), external_id=one.external_id) for one in accounts],
        )
