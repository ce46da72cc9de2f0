"""The stand-ins beside the gateway, and what the networks and the mail bring to somebody who signs in."""

import base64
import json
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy.sandbox.main import create_app
from deploy.sandbox.settings import SandboxSettings
from services.gateway.organizations.tables import Channel
from services.gateway.people.actions.identifiers import link_proven_identifier
from services.gateway.people.rules import Network, Proof
from services.gateway.people.tables import Identifier
from shared.context import unit_of_work
from shared.identity import system
from tests.conftest import Ground
from tests.contract.sandbox.stand import served
from tests.service.gateway.union import Gateway, Union, open_gateway

TELEGRAM = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
BOT = "7342037359"
RETURN = "https://union.test/vk"


@dataclass
class Stage:
    """A gateway whose mail is caught and whose VK ID is the stand-in."""

    gateway: Gateway
    outside: httpx.AsyncClient

    async def mails(self, to: str) -> list[dict[str, Any]]:
        """What was sent to an address, the oldest first."""
        await self.gateway.desk.post.settle()
        return (await self.outside.get("/control/mails", params={"to": to})).json()

    async def code(self, name: str, **more: Any) -> str:
        """Ask for a code, and read it in the mail."""
        async with self.gateway.client() as client:
            answer = await client.post("/v1/auth/code", json={"sign_in_name": name, **more})
        assert answer.status_code == 202, answer.text
        return code_in((await self.mails(name))[-1]["text"])

    async def post(self, path: str, **body: Any) -> httpx.Response:
        async with self.gateway.client() as client:
            return await client.post(f"/v1{path}", json=body)

    async def vk_person(self) -> int:
        """Somebody new in the stand-in of VK."""
        order = {"network": "vk", "first_name": "Анна", "last_name": "Серова", "username": None}
        return (await self.outside.post("/control/people", json=order)).json()["id"]

    async def through_vk(self, union: Union, vk_id: int) -> dict[str, str]:
        """Start, say yes at VK ID as this person, and come back with what the browser carries."""
        return await self._at_vk(await self.post("/auth/vk/start", tenant_id=str(union.id), redirect_uri=RETURN), vk_id)

    async def through_vk_to_link(self, client: httpx.AsyncClient, vk_id: int) -> dict[str, str]:
        """The same of somebody who is signed in and links the account."""
        body = {"redirect_uri": RETURN}
        return await self._at_vk(await client.post("/v1/me/identifiers/vk/start", json=body), vk_id)

    async def _at_vk(self, started: httpx.Response, vk_id: int) -> dict[str, str]:
        assert started.status_code == 200, started.text
        query = _query(started.json()["authorization_url"])
        assert query["state"] == started.json()["state"]
        sent_back = await self.outside.get("/vk_id/approve", params={**query, "person_id": vk_id})
        assert sent_back.status_code == 302, sent_back.text
        came = _query(sent_back.headers["location"])
        return {name: came[name] for name in ("code", "device_id", "state")}


@asynccontextmanager
async def open_stage(ground: Ground, **settings: object) -> AsyncGenerator[Stage, None]:
    app = create_app(SandboxSettings(state=None, development_accounts=False, smtp_port=0))
    async with (
        served(app) as address,
        httpx.AsyncClient(base_url=address, trust_env=False, verify=False) as outside,  # noqa: S501 - plain HTTP
        open_gateway(
            ground,
            **{
                "sandbox_url": address,
                "smtp_url": f"smtp://127.0.0.1:{app.state.catcher.port}",
                "telegram_key": TELEGRAM.public_key().public_bytes_raw().hex(),
                "vk_client_id": "51000001",
                "vk_redirect_uris": f"https://union.test/other, {RETURN}",
                "codes_per_account": 100,
                "codes_per_address": 100_000,
                "tries_per_account": 100,
            }
            | settings,
        ) as gateway,
    ):
        yield Stage(gateway, outside)


def _query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def code_in(text: str) -> str:
    found = re.search(r"\b[0-9]{6}\b", text)
    assert found is not None, text
    return found[0]


def init_data(user_id: int, now: datetime, *, bot: str = BOT, key: Ed25519PrivateKey = TELEGRAM, **more: str) -> str:
    """What Telegram hands to a mini app, by its own documentation."""
    fields = {
        "query_id": "AAHdF6IQAAAAAN0XohDhrOrc",
        "user": json.dumps({"id": user_id, "first_name": "Анна", "language_code": "ru"}, ensure_ascii=False),
        "auth_date": str(int(now.timestamp())),
        **more,
    }
    lines = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    signature = base64.urlsafe_b64encode(key.sign(f"{bot}:WebAppData\n{lines}".encode())).rstrip(b"=").decode()
    return urlencode({**fields, "signature": signature, "hash": "0" * 64})


async def connect_bot(union: Union, account_id: str = BOT, organization_id: str | None = None) -> None:
    """A Telegram channel of the union, or of a part of it, as the publisher tells of it."""
    async with unit_of_work(union.gateway.runtime, union.id, system(union.id)) as context:
        channel = Channel(
            organization_id=UUID(organization_id) if organization_id is not None else union.id,
            network="telegram",
            name="Канал",
            state="active",
            account_id=account_id,
            entity_version=1,
        )
        context.store.add(channel)


async def prove(union: Union, person_id: str, network: Network, external_id: str) -> None:
    async with unit_of_work(union.gateway.runtime, union.id, system(union.id)) as context:
        await link_proven_identifier(context, UUID(person_id), network, external_id, Proof.NETWORK)


async def write_down(union: Union, person_id: str, network: Network, external_id: str) -> None:
    """An account that staff entered: nobody proved it."""
    async with unit_of_work(union.gateway.runtime, union.id, system(union.id)) as context:
        context.store.add(Identifier(person_id=UUID(person_id), network=network, external_id=external_id))
