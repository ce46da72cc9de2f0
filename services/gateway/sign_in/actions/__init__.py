"""Signing in, staying signed in, one's own account; what a signed-in person may do right now."""

from services.gateway.sign_in.actions.access_tokens import AccessClaims, AccessTokens
from services.gateway.sign_in.actions.account import read_me, set_sign_in
from services.gateway.sign_in.actions.by_vk import link_vk, sign_in_by_vk, start_linking_vk, start_vk
from services.gateway.sign_in.actions.callers import load_caller
from services.gateway.sign_in.actions.codes import ask_for_code
from services.gateway.sign_in.actions.contact_codes import ask_for_contact_code, verify_contact
from services.gateway.sign_in.actions.desk import Desk, open_desk
from services.gateway.sign_in.actions.new_passwords import change_password, reset_password
from services.gateway.sign_in.actions.operators import (
    OperatorKey,
    create_operator_key,
    list_operator_keys,
    load_operator,
    revoke_operator_key,
)
from services.gateway.sign_in.actions.own_sessions import (
    list_sessions,
    revoke_other_sessions,
    revoke_session,
)
from services.gateway.sign_in.actions.passwords import Passwords
from services.gateway.sign_in.actions.sessions import log_out, refresh, sign_in
from services.gateway.sign_in.actions.telegram import link_telegram, sign_in_by_telegram
from services.gateway.sign_in.actions.tenants import NewTenant, create_tenant

__all__ = [
    "AccessClaims",
    "AccessTokens",
    "Desk",
    "NewTenant",
    "OperatorKey",
    "Passwords",
    "ask_for_code",
    "ask_for_contact_code",
    "change_password",
    "create_operator_key",
    "create_tenant",
    "link_telegram",
    "link_vk",
    "list_operator_keys",
    "list_sessions",
    "load_caller",
    "load_operator",
    "log_out",
    "open_desk",
    "read_me",
    "refresh",
    "reset_password",
    "revoke_operator_key",
    "revoke_other_sessions",
    "revoke_session",
    "set_sign_in",
    "sign_in",
    "sign_in_by_telegram",
    "sign_in_by_vk",
    "start_linking_vk",
    "start_vk",
    "verify_contact",
]
