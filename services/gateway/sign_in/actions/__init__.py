"""Signing in, staying signed in, one's own account; what a signed-in person may do right now."""

from services.gateway.sign_in.actions.access_tokens import AccessClaims, AccessTokens
from services.gateway.sign_in.actions.account import change_password, read_me, set_sign_in
from services.gateway.sign_in.actions.desk import Desk, open_desk
from services.gateway.sign_in.actions.operators import (
    OperatorKey,
    create_operator_key,
    list_operator_keys,
    load_operator,
    revoke_operator_key,
)
from services.gateway.sign_in.actions.passwords import Passwords
from services.gateway.sign_in.actions.sessions import log_out, refresh, sign_in
from services.gateway.sign_in.actions.standing import load_standing
from services.gateway.sign_in.actions.tenants import NewTenant, create_tenant

__all__ = [
    "AccessClaims",
    "AccessTokens",
    "Desk",
    "NewTenant",
    "OperatorKey",
    "Passwords",
    "change_password",
    "create_operator_key",
    "create_tenant",
    "list_operator_keys",
    "load_operator",
    "load_standing",
    "log_out",
    "open_desk",
    "read_me",
    "refresh",
    "revoke_operator_key",
    "set_sign_in",
    "sign_in",
]
