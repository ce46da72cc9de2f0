"""What the gateway's hop costs: the same authenticated one-row GET through it and directly."""

from collections.abc import Mapping
from datetime import UTC, datetime
from statistics import median
from typing import Any
from uuid import UUID

import pytest

from deploy.client import Client
from shared.contracts import ServiceName
from shared.identity import HEADER, CallerKind, Grant, IdentitySigner, private_key
from shared.identity import Caller as Identity
from shared.permissions import Role
from tests.bench.conftest import Say
from tests.bench.load import Caller, Load, hammer
from tests.bench.stack import Stack

pytestmark = pytest.mark.bench

ROUNDS = 3
CLIENTS = 8


async def test_hop_against_direct(stack: Stack, administrator: Client, caller: Caller, say: Say) -> None:
    channel = (await administrator.get("/channels"))["items"][0]["id"]
    me = await administrator.get("/me")
    path = f"/v1/channels/{channel}"
    bearer = {"authorization": f"Bearer {administrator.tokens['access_token']}"}
    direct = {HEADER: _identity(stack, me, administrator.tokens)}

    async def through() -> bool:
        await caller.get(stack.address("gateway") + path, bearer)
        return True

    async def straight() -> bool:
        await caller.get(stack.address("publisher") + path, direct)
        return True

    pairs: list[tuple[Load, Load, float]] = []
    for _ in range(ROUNDS):
        before = _cpu(stack)
        hop = await hammer(through, CLIENTS)
        spent = (_cpu(stack) - before) / hop.count
        pairs.append((hop, await hammer(straight, CLIENTS), spent))
    say(f"\none-row GET through the gateway: {pairs[-1][0]}")
    say(f"one-row GET directly:            {pairs[-1][1]}")
    say(
        f"through / direct: {median(hop.rate / flat.rate for hop, flat, _ in pairs):.2f} of the rate (median of {ROUNDS})"
    )
    say(f"CPU of the gateway: {median(spent for _, _, spent in pairs) * 1000:.2f} ms a request")


def _identity(stack: Stack, me: Mapping[str, Any], tokens: Mapping[str, Any]) -> str:
    """What the gateway would hand to the publisher."""
    signer = IdentitySigner(private_key(stack.keys.signing_key))
    grants = tuple(Grant(Role(grant["role"]), UUID(grant["organization_id"])) for grant in me["grants"])
    identity = Identity(CallerKind.PERSON, UUID(tokens["tenant_id"]), UUID(tokens["person_id"]), grants)
    return signer.sign(ServiceName.PUBLISHER, identity, datetime.now(UTC))


def _cpu(stack: Stack) -> float:
    times = stack.process("gateway").cpu_times()
    return times.user + times.system
