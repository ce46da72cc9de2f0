"""What a gateway's process holds beside the platform's: its settings, the client for partners' webhooks, the mailer."""

from dataclasses import dataclass

from services.gateway.settings import GatewaySettings
from shared.clock import Chance, Clock
from shared.contracts import ServiceName
from shared.http import OutboundClient, believing, outbound_client
from shared.mail import Mailer
from shared.runtime import Runtime, open_runtime


@dataclass(frozen=True)
class GatewayRuntime(Runtime):
    own: GatewaySettings  # `settings`, with the gateway's own among them
    outbound: OutboundClient  # to addresses that users gave: webhooks, VK ID
    mailer: Mailer  # codes, security notices, notifications

    async def close(self) -> None:
        await self.outbound.aclose()
        await super().close()


def open_gateway_runtime(
    settings: GatewaySettings, *, clock: Clock | None = None, chance: Chance | None = None
) -> GatewayRuntime:
    """Nothing connects yet."""
    platform = open_runtime(ServiceName.GATEWAY, settings, settings.database_url, clock=clock, chance=chance)
    outbound = outbound_client(
        settings.environment,
        read_seconds=settings.outbound_seconds,
        ca_file=settings.outbound_ca_file,
        trusted_urls=settings.trusted_origins(),
    )
    mailer = Mailer(
        settings.smtp_url.get_secret_value() if settings.smtp_url is not None else None,
        settings.mail_from,
        platform.clock,
        trust=believing(settings.outbound_ca_file) if settings.outbound_ca_file is not None else None,
    )
    return GatewayRuntime(**vars(platform), own=settings, outbound=outbound, mailer=mailer)


def gateway_of(runtime: Runtime) -> GatewayRuntime:
    """The gateway's own view of the runtime that its contexts carry."""
    if not isinstance(runtime, GatewayRuntime):
        raise TypeError(type(runtime))
    return runtime
