"""A campaign of the union, and those who carry it: a newspaper by its key, a primary by its channels."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from shared.clock import new_id
from shared.identity import ApiKey, Caller, CallerKind
from shared.permissions import Permission, Role
from tests.service.publisher.newsroom import Newsroom, answered

NEWSPAPER = {"name": "Газета «Солидарность»"}


def campaign_body(newsroom: Newsroom, **more: object) -> dict[str, Any]:
    today = newsroom.kit.clock.now().date()
    return {
        "organization_id": str(newsroom.tenant.root),
        "name": "За достойный труд",
        "hashtag": "#ЗаДостойныйТруд",
        "starts_on": str(today),
        "ends_on": str(today + timedelta(days=30)),
        **more,
    }


async def opened(newsroom: Newsroom, **more: object) -> str:
    """An open campaign's address."""
    made = answered(await newsroom.client.post("/v1/campaigns", json=campaign_body(newsroom, **more)), 201)
    address = f"/v1/campaigns/{made['id']}"
    answered(await newsroom.client.post(f"{address}/open"))
    return address


def partner_key(
    newsroom: Newsroom, *scopes: Permission, organization: UUID | None = None, test: bool = False
) -> Caller:
    tenant = newsroom.tenant
    held = frozenset(scopes or (Permission.SEE_PUBLICATIONS,))
    key = ApiKey(new_id(), new_id(), organization or tenant.root, held, test)
    return Caller(CallerKind.PARTNER, tenant.id, position=tenant.position, key=key)


@asynccontextmanager
async def officer_of(newsroom: Newsroom, organization: UUID) -> AsyncGenerator[httpx.AsyncClient, None]:
    async with newsroom.kit.client(newsroom.tenant.caller(Role.INFORMATION_OFFICER, organization)) as client:
        yield client


async def attach(client: httpx.AsyncClient, address: str, publication: dict[str, Any]) -> dict[str, Any]:
    body = {"publication_id": publication["id"]}
    return answered(await client.post(f"{address}/publications", json=body), 201)


async def relays(client: httpx.AsyncClient, address: str, **filters: str) -> list[dict[str, Any]]:
    """Oldest first."""
    return answered(await client.get(f"{address}/relays", params=filters))["items"][::-1]
