"""Partners and their keys: made, changed, revoked; and what a key that is presented may do."""

from services.gateway.partners.actions.keyring import KeyRing
from services.gateway.partners.actions.keys import list_keys, make_key, read_key, revoke_key
from services.gateway.partners.actions.partners import (
    change_partner,
    create_partner,
    list_partners,
    read_partner,
)
from services.gateway.partners.actions.quotas import QUOTA

__all__ = [
    "QUOTA",
    "KeyRing",
    "change_partner",
    "create_partner",
    "list_keys",
    "list_partners",
    "make_key",
    "read_key",
    "read_partner",
    "revoke_key",
]
