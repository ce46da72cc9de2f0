"""What signing in needs beside a database: the hasher, the token signer, the limits. One per application."""

from dataclasses import dataclass

from services.gateway.settings import GatewaySettings
from services.gateway.sign_in.actions.access_tokens import AccessTokens
from services.gateway.sign_in.actions.limits import TryLimits
from services.gateway.sign_in.actions.passwords import Passwords
from shared.identity import public_keys
from shared.runtime import Runtime


@dataclass(frozen=True)
class Desk:
    runtime: Runtime
    passwords: Passwords
    tokens: AccessTokens
    limits: TryLimits

    async def close(self) -> None:
        self.passwords.close()
        await self.limits.close()


def open_desk(runtime: Runtime, settings: GatewaySettings) -> Desk:
    tokens = AccessTokens(settings.private_keys(), public_keys(settings.identity_public_keys))
    return Desk(runtime, Passwords(), tokens, TryLimits(settings))
