"""The address that networks send their updates to: one for each mailbox."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Request, Response

from services.publisher.conversations.actions.confirming import confirm_hook
from services.publisher.conversations.actions.taking_in import take_in
from services.publisher.networks.inbound import ADDRESS_SECRET, MalformedUpdate
from services.publisher.networks.outcomes import Unreachable
from shared.app import ApiRouter, Outside, anyone_outside, problems
from shared.errors import NotFound

router = ApiRouter(tags=["network_hooks"])

AddressSecret = Annotated[
    str | None,
    Query(alias=ADDRESS_SECRET, max_length=64, description="the secret, where the network sends none itself"),
]
OfTenant = Annotated[UUID, Path(description="the union, as in the address that the network was given")]
AtChannel = Annotated[UUID, Path(description="the channel or its bot, as in the address that the network was given")]
Hooked = Annotated[Outside, anyone_outside(tenant_from="tenant")]


@router.post(
    "/network_hooks/{tenant}/{channel}",
    operation_id="network_hooks_receive",
    response_class=Response,
    responses=problems(NotFound, MalformedUpdate, Unreachable),
)
async def network_hooks_receive(
    tenant: OfTenant,  # noqa: ARG001 - the dependency reads it
    channel: AtChannel,
    request: Request,
    hooked: Hooked,
    secret: AddressSecret = None,
) -> Response:
    """Called by a social network, with the secret that it was given. Each update is taken in once.

    The answer is what the network wants to hear: VK its confirmation code or `ok`, the others nothing but 200. A wrong
    secret is answered like an absent channel. Channels of one bot have one address: `channel` is the id of what they
    share, as it was told to the network.
    """
    headers = request.headers if secret is None else {**request.headers, ADDRESS_SECRET: secret}
    answer = await take_in(hooked, channel, headers, await request.body())
    return Response(answer.content, media_type=answer.content_type)


@router.get(
    "/network_hooks/{tenant}/{channel}",
    operation_id="network_hooks_confirm",
    response_class=Response,
    responses=problems(NotFound) | {200: {"content": {"text/plain": {}}, "description": "the challenge"}},
)
async def network_hooks_confirm(
    tenant: OfTenant,  # noqa: ARG001 - the dependency reads it
    channel: AtChannel,
    hooked: Hooked,
    mode: Annotated[str, Query(alias="hub.mode", max_length=20, description="`subscribe`")] = "",
    challenge: Annotated[
        str, Query(alias="hub.challenge", max_length=200, pattern=r"^[\w-]*$", description="what is to be answered")
    ] = "",
    verify_token: Annotated[str, Query(alias="hub.verify_token", max_length=64, description="the hook's secret")] = "",
) -> Response:
    """Called by Instagram before its first update, to hear that the hook is ours. A wrong secret is answered as absent."""
    query = {"hub.mode": mode, "hub.challenge": challenge, "hub.verify_token": verify_token}
    answer = await confirm_hook(hooked, channel, query)
    return Response(answer.content, media_type=answer.content_type)
