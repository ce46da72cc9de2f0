"""One union's newsroom: its channels, pictures and publications, made through the API."""

import io
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from PIL import Image

from services.publisher.networks.accounts import Network
from services.publisher.networks.capabilities import CAPABILITIES
from shared.testing.kit import ServiceKit, Tenant
from tests.service.publisher.fake_networks import FakeNetworks

CREDENTIALS = {
    Network.TELEGRAM: {"token": "123456:AAF0o1bA2cD3eF4gH5iJ6kL7mN8oP9qR0s"},
    Network.VK: {"community_token": "vk1.a.community-token", "user_token": "vk1.a.user-token"},
    Network.MAX: {"token": "max-token-of-the-union"},
    Network.OK: {
        "application_key": "CBAFJIICABABABABA",
        "session_secret_key": "0123456789abcdef0123456789abcdef",
        "access_token": "tkn1-of-the-union-0123456789",
    },
    Network.MASTODON: {"token": "token-of-the-union"},
    Network.INSTAGRAM: {
        "token": "IGAA-token-of-the-union",
        "app_id": "640000000000001",
        "app_secret": "0123456789abcdef0123456789abcdef",
    },
    Network.BLUESKY: {"app_password": "abcd-efgh-2345-wxyz"},
    Network.EMAIL: {"mailbox": "press@union.example", "smtp_url": "smtps://press:secret@smtp.union.example"},
    Network.FEED: {},
}
TARGETS = {
    Network.BLUESKY: "union{}.bsky.social",
    Network.MASTODON: "union{}@mastodon.example",
    Network.EMAIL: "list{}@lists.union.example",
}  # of the others they are numbers
ABSENT = "0190a6a0-0000-7000-8000-00000000dead"


def picture(width: int = 60, height: int = 40) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (30, 80, 120)).save(out, "PNG")
    return out.getvalue()


@dataclass
class Newsroom:
    kit: ServiceKit
    tenant: Tenant
    networks: FakeNetworks
    client: httpx.AsyncClient
    connected: int = 0

    def new_channel(self, network: Network = Network.TELEGRAM, **more: object) -> dict[str, Any]:
        self.connected += 1
        root, target = str(self.tenant.root), TARGETS.get(network, "{}").format(1000 + self.connected)
        return {
            "organization_id": root,
            "network": network,
            "external_id": root if network is Network.FEED else target,
            "credentials": CREDENTIALS[network],
            **({"accepted_warning": warning.code} if (warning := CAPABILITIES[network].warning) else {}),
            **more,
        }

    async def channel(self, network: Network = Network.TELEGRAM, **more: object) -> dict[str, Any]:
        return answered(await self.client.post("/v1/channels", json=self.new_channel(network, **more)), 201)

    async def picture(self, alt_text: str = "Юбилейный торт", organization_id: UUID | None = None) -> dict[str, Any]:
        response = await self.client.post(
            "/v1/media",
            data={"organization_id": str(organization_id or self.tenant.root), "alt_text": alt_text},
            files={"file": ("cake.png", picture(), "image/png")},
        )
        return answered(response, 201)

    async def draft(self, *channels: dict[str, Any], **more: object) -> dict[str, Any]:
        body = {
            "organization_id": str(self.tenant.root),
            "kind": "news",
            "title": "Новость",
            "text": "Коллективный договор подписан",
            "channel_ids": [channel["id"] for channel in channels],
            **more,
        }
        return answered(await self.client.post("/v1/publications", json=body), 201)

    async def published(self, *channels: dict[str, Any], **more: object) -> dict[str, Any]:
        """Sent as far as it goes by the clock."""
        draft = await self.draft(*channels, **more)
        answered(await self.client.post(f"/v1/publications/{draft['id']}/publish"))
        await self.drain()
        return await self.read(draft)

    async def drain(self) -> None:
        for answer in await self.kit.drain():
            assert answer.error is None, answer

    async def read(self, publication: dict[str, Any]) -> dict[str, Any]:
        return answered(await self.client.get(f"/v1/publications/{publication['id']}"))

    async def deliveries(self, publication: dict[str, Any]) -> list[dict[str, Any]]:
        return answered(await self.client.get(f"/v1/publications/{publication['id']}/deliveries"))["items"]

    async def delivery(self, publication: dict[str, Any]) -> dict[str, Any]:
        (only,) = await self.deliveries(publication)
        return only


def answered(response: httpx.Response, status: int = 200) -> dict[str, Any]:
    assert response.status_code == status, response.text
    return response.json()


def refused(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    problem = answered(response, status)
    assert problem["code"] == code, problem
    return problem
