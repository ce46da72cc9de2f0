"""What is decided about people without looking anywhere: names, contacts, accounts, merges, sheets, invitations."""

from services.gateway.people.rules.names import display_name
from services.gateway.people.rules.people import (
    Gender,
    IdentifierTaken,
    MembershipNumberTaken,
    Network,
    PersonStatus,
    Proof,
)

__all__ = [
    "Gender",
    "IdentifierTaken",
    "MembershipNumberTaken",
    "Network",
    "PersonStatus",
    "Proof",
    "display_name",
]
