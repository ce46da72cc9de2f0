"""Signing in by VK ID, and proving one's account there.

Nobody waits for VK with a transaction open: the way back is taken first and for good, then VK is asked, then a session
is opened or the account linked.
"""

from dataclasses import dataclass
from uuid import UUID

from services.gateway.organizations.tables import Organization
from services.gateway.people.actions.identifiers import find_person_by_proven_identifier, link_proven_identifier
from services.gateway.people.rules import Network, Proof
from services.gateway.sign_in.actions.desk import Desk
from services.gateway.sign_in.actions.sessions import open_session
from services.gateway.sign_in.actions.vk_id import VkId
from services.gateway.sign_in.rules.problems import ProofRefused, VkIdOff, WrongSignIn
from services.gateway.sign_in.rules.vk_id import (
    LIFETIME,
    VERIFIER_BYTES,
    State,
    challenge_of,
    check_redirect,
    parse_state,
    verifier_text,
)
from services.gateway.sign_in.schemas import LinkedAccount, Tokens, VkLink, VkLinkStart, VkLogin, VkStart, VkStarted
from services.gateway.sign_in.tables import VkAuthorization
from shared.app import Outside
from shared.context import Context, unit_of_work
from shared.errors import NotFound
from shared.identity import NOBODY
from shared.standing import check_active


@dataclass(frozen=True)
class _WayBack:
    """What was remembered when somebody set out."""

    verifier: str
    redirect_uri: str


async def start_vk(desk: Desk, body: VkStart, address: str) -> VkStarted:
    """For signing in. Raises VkIdOff, UnknownRedirect, NotFound, TenantSuspended, TooManyTries, Unavailable."""
    vk_id = _switched_on(desk)
    check_redirect(body.redirect_uri, desk.vk_redirects)
    await desk.limits.count_proof(address)
    async with unit_of_work(desk.runtime, body.tenant_id, NOBODY) as context:
        await context.store.get(Organization, body.tenant_id)
        await check_active(context)
        return _set_out(context, vk_id, body.redirect_uri, None)


async def start_linking_vk(desk: Desk, outside: Outside, body: VkLinkStart, address: str) -> VkStarted:
    """For the caller to link an account of theirs. Raises VkIdOff, UnknownRedirect, TooManyTries, Unavailable."""
    vk_id = _switched_on(desk)
    check_redirect(body.redirect_uri, desk.vk_redirects)
    await desk.limits.count_proof(address)
    return _set_out(await outside.writing(), vk_id, body.redirect_uri, outside.caller.own_id)


async def sign_in_by_vk(desk: Desk, body: VkLogin, address: str, device: str) -> Tokens:
    """Raises VkIdOff, WrongSignIn, TenantSuspended, TooManyTries, Unavailable."""
    await desk.limits.count_proof(address)
    state = parse_state(body.state)
    user_id = await _user_id(desk, body, state, None)
    async with unit_of_work(desk.runtime, state.tenant_id, NOBODY) as context:
        person_id = await find_person_by_proven_identifier(context, Network.VK, user_id)
        if person_id is None:
            raise WrongSignIn
        return await open_session(context, desk, person_id, device)


async def link_vk(desk: Desk, body: VkLink, outside: Outside) -> LinkedAccount:
    """The caller's own account from now on. Raises VkIdOff, ProofRefused, IdentifierTaken, Unavailable."""
    person_id = outside.caller.own_id
    try:
        state = parse_state(body.state, within=outside.tenant_id)
        user_id = await _user_id(desk, body, state, person_id)
    except WrongSignIn as error:
        raise ProofRefused from error
    context = await outside.writing()
    await link_proven_identifier(context, person_id, Network.VK, user_id, Proof.NETWORK)
    return LinkedAccount(network=Network.VK, external_id=user_id)


def _set_out(context: Context, vk_id: VkId, redirect_uri: str, person_id: UUID | None) -> VkStarted:
    """`person_id`: who links an account; None for signing in."""
    verifier = verifier_text(context.chance.token(VERIFIER_BYTES))
    row = VkAuthorization(
        person_id=person_id,
        secret_hash=b"",
        sealed_verifier=context.runtime.cipher.encrypt(verifier),
        redirect_uri=redirect_uri,
        expires_at=context.now + LIFETIME,
    )
    state = State(context.tenant_id, row.id, context.chance.token(VERIFIER_BYTES))
    row.secret_hash = state.hashed
    context.store.add(row)
    url = vk_id.authorization_url(str(state), challenge_of(verifier), redirect_uri)
    return VkStarted(authorization_url=url, state=str(state))


async def _user_id(desk: Desk, body: VkLogin | VkLink, state: State, person_id: UUID | None) -> str:
    vk_id = _switched_on(desk)
    way_back = await _taken(desk, state, person_id)
    return await vk_id.user_id(body.code, body.device_id, body.state, way_back.verifier, way_back.redirect_uri)


async def _taken(desk: Desk, state: State, person_id: UUID | None) -> _WayBack:
    """Once: a second time it is not there, whatever becomes of this one.

    And only for what it was begun for, and by whom: else somebody's browser could be brought to come back with another's
    account. Raises WrongSignIn.
    """
    async with unit_of_work(desk.runtime, state.tenant_id, NOBODY) as context:
        try:
            row = await context.store.lock(VkAuthorization, state.authorization_id)
        except NotFound as error:
            raise WrongSignIn from error
        if not state.fits(row.secret_hash) or row.person_id != person_id or context.now >= row.expires_at:
            raise WrongSignIn
        await context.store.delete(row)
        return _WayBack(context.runtime.cipher.decrypt(row.sealed_verifier), row.redirect_uri)


def _switched_on(desk: Desk) -> VkId:
    if desk.vk_id is None:
        raise VkIdOff
    return desk.vk_id
