"""Bodies of the routes of people, imports and invitations."""

from services.gateway.people.schemas.people import (
    ContactBody,
    ContactView,
    IdentifierBody,
    IdentifierView,
    LikelyDuplicate,
    LinkCodeView,
    MembershipView,
    MergeView,
    NewLinkCode,
    NewMerge,
    NewPerson,
    PeopleQuery,
    PersonChange,
    PersonView,
    StatusChangeView,
    StatusHistory,
)

__all__ = [
    "ContactBody",
    "ContactView",
    "IdentifierBody",
    "IdentifierView",
    "LikelyDuplicate",
    "LinkCodeView",
    "MembershipView",
    "MergeView",
    "NewLinkCode",
    "NewMerge",
    "NewPerson",
    "PeopleQuery",
    "PersonChange",
    "PersonView",
    "StatusChangeView",
    "StatusHistory",
]
