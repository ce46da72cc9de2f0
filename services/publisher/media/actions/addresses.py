"""Images at an address of ours, for networks that fetch what they show: signed, for one network, for an hour.

Nobody signs in there. What opens is the one picture that the address was made for, in the form of that network.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta

from services.publisher.media.tables import Media
from services.publisher.networks.accounts import Network
from shared.app.public_id import public_id
from shared.errors import NotFound
from shared.runtime import Runtime

SHOWN_FOR = timedelta(hours=1)  # a network fetches at once; its own retries end within minutes
_PURPOSE = "media shown to a network"


@dataclass(frozen=True)
class Shown:
    """What an address opens: a picture by its public id, for whom, until which second of the epoch."""

    media: str
    network: Network
    until: int

    def __str__(self) -> str:
        return f"{self.media}/{self.network}/{self.until}"


def address_for(runtime: Runtime, media: Media, network: Network) -> str:
    until = int((runtime.clock.now() + SHOWN_FOR).timestamp())
    shown = Shown(public_id(media.tenant_id, media.id), network, until)
    base = runtime.settings.public_url.rstrip("/")
    return f"{base}/v1/media/shown/{shown}/{_signature(runtime, shown)}.jpg"


def check_address(runtime: Runtime, shown: Shown, signature: str) -> None:
    """Raises NotFound for an address that we did not make, and for one that is over."""
    is_ours = hmac.compare_digest(signature, _signature(runtime, shown))
    if not is_ours or shown.until <= runtime.clock.now().timestamp():
        raise NotFound


def _signature(runtime: Runtime, shown: Shown) -> str:
    return hmac.digest(runtime.cipher.derive(_PURPOSE), str(shown).encode(), "sha256").hex()
