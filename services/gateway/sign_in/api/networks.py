"""Signing in by an account in a network, and proving that one is one's own."""

from fastapi import Request

from services.gateway.people.rules import IdentifierTaken
from services.gateway.sign_in.actions import (
    link_telegram,
    link_vk,
    sign_in_by_telegram,
    sign_in_by_vk,
    start_linking_vk,
    start_vk,
)
from services.gateway.sign_in.api.own import Address, Anyone, AtDesk, PersonOutside, SignedIn, UserAgent
from services.gateway.sign_in.rules.problems import (
    ProofRefused,
    TooManyTries,
    UnknownRedirect,
    VkIdOff,
    WrongSignIn,
)
from services.gateway.sign_in.rules.sessions import device_label
from services.gateway.sign_in.schemas import (
    LinkedAccount,
    TelegramLink,
    TelegramLogin,
    Tokens,
    VkLink,
    VkLinkStart,
    VkLogin,
    VkStart,
    VkStarted,
)
from shared.app import ApiRouter, problems
from shared.app.answers import SHOWN_ONCE
from shared.errors import NotFound
from shared.standing import TenantSuspended

router = ApiRouter(tags=["sign_in"])


@router.post(
    "/auth/telegram", operation_id="auth_telegram", responses=problems(WrongSignIn, TenantSuspended, TooManyTries)
)
async def auth_telegram(
    body: TelegramLogin, desk: AtDesk, address: Address, user_agent: UserAgent, _: Anyone
) -> Tokens:
    """Sign in from a mini app of the union's own bot in Telegram, with an account that was proven before.

    The bot's channel belongs to the root organization: bots of its parts sign nobody in.
    """
    return await sign_in_by_telegram(desk, body, address, device_label(body.device, user_agent))


@router.post(
    "/auth/vk/start",
    operation_id="auth_vk_start",
    responses=problems(VkIdOff, UnknownRedirect, NotFound, TenantSuspended, TooManyTries),
)
async def auth_vk_start(body: VkStart, desk: AtDesk, address: Address, _: Anyone) -> VkStarted:
    """Begin signing in by VK ID. What VK ID sends back is good for ten minutes, once."""
    return await start_vk(desk, body, address)


@router.post(
    "/auth/vk", operation_id="auth_vk", responses=problems(VkIdOff, WrongSignIn, TenantSuspended, TooManyTries)
)
async def auth_vk(body: VkLogin, desk: AtDesk, address: Address, user_agent: UserAgent, _: Anyone) -> Tokens:
    """Sign in with what VK ID sent back, with an account that was proven before."""
    return await sign_in_by_vk(desk, body, address, device_label(body.device, user_agent))


@router.post(
    "/me/identifiers/telegram", operation_id="me_link_telegram", responses=problems(ProofRefused, IdentifierTaken)
)
async def me_link_telegram(body: TelegramLink, desk: AtDesk, context: SignedIn) -> LinkedAccount:
    """Prove one's own account in Telegram, by init data from a mini app of the root organization's bot."""
    return await link_telegram(context, desk, body.init_data)


@router.post(
    "/me/identifiers/vk/start",
    operation_id="me_link_vk_start",
    responses=problems(VkIdOff, UnknownRedirect, TooManyTries),
)
async def me_link_vk_start(
    body: VkLinkStart, desk: AtDesk, address: Address, person: PersonOutside, request: Request
) -> VkStarted:
    """Begin proving one's own account in VK. What VK ID sends back is good for ten minutes, once, for this person."""
    request.scope[SHOWN_ONCE] = True
    return await start_linking_vk(desk, person, body, address)


@router.post(
    "/me/identifiers/vk", operation_id="me_link_vk", responses=problems(VkIdOff, ProofRefused, IdentifierTaken)
)
async def me_link_vk(body: VkLink, desk: AtDesk, person: PersonOutside) -> LinkedAccount:
    """Prove one's own account in VK, by what VK ID sent back after `/me/identifiers/vk/start`."""
    return await link_vk(desk, body, person)
