"""What signing in needs beside a database: the hasher, the token signer, the limits, the post. One per application."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.gateway.runtime import GatewayRuntime
from services.gateway.settings import GatewaySettings
from services.gateway.sign_in.actions.access_tokens import AccessTokens
from services.gateway.sign_in.actions.limits import TryLimits
from services.gateway.sign_in.actions.passwords import Passwords
from services.gateway.sign_in.actions.post import Post
from services.gateway.sign_in.actions.turns import Turns
from services.gateway.sign_in.actions.vk_id import VkId, open_vk_id
from shared.identity import public_keys


@dataclass(frozen=True)
class Desk:
    runtime: GatewayRuntime
    passwords: Passwords
    tokens: AccessTokens
    limits: TryLimits
    turns: Turns
    post: Post
    telegram_key: Ed25519PublicKey
    vk_id: VkId | None  # None where signing in by VK ID is not switched on
    vk_redirects: frozenset[str]
    code_key: bytes  # without it the hashes of codes tell nothing

    async def close(self) -> None:
        await self.post.close()
        self.passwords.close()
        await self.limits.close()


def open_desk(runtime: GatewayRuntime, settings: GatewaySettings) -> Desk:
    return Desk(
        runtime,
        Passwords(),
        AccessTokens(settings.private_keys(), public_keys(settings.identity_public_keys)),
        TryLimits(settings),
        Turns(),
        Post(runtime.mailer),
        telegram_key=Ed25519PublicKey.from_public_bytes(bytes.fromhex(settings.telegram_key)),
        vk_id=open_vk_id(runtime, settings),
        vk_redirects=frozenset(uri.strip() for uri in settings.vk_redirect_uris.split(",") if uri.strip()),
        code_key=runtime.cipher.derive("one-time codes"),
    )
