"""Releases: written and sent by those who work with partners outside, seen by all who see publications."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.publisher.channels.rules.attempts import DeliveryStateForbids
from services.publisher.releases.actions.drafting import (
    change_release,
    create_release,
    list_releases,
    release_for,
    release_views,
)
from services.publisher.releases.actions.pickups import add_pickup, delete_pickup, list_pickups, read_pickup
from services.publisher.releases.actions.recipients import confirm_letter, list_recipients, retry_letter
from services.publisher.releases.actions.sending import send_release
from services.publisher.releases.rules.states import (
    MailNotConfigured,
    PickupExists,
    ReleaseNotReady,
    ReleaseStateForbids,
)
from services.publisher.releases.schemas.releases import (
    LetterConfirmation,
    NewPickup,
    NewRelease,
    PickupView,
    RecipientFilter,
    RecipientView,
    ReleaseChange,
    ReleaseFilter,
    ReleaseView,
)
from services.publisher.releases.tables import Release, ReleaseRecipient
from shared.app import ApiRouter, IfMatch, Page, Paging, allowed, created, etag, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["releases"])

Seeing = Annotated[Context, allowed(Permission.SEE_PUBLICATIONS)]
Sending = Annotated[Context, allowed(Permission.MANAGE_PARTNERS)]


async def _answer(context: Context, response: Response, release: Release) -> ReleaseView:
    etag(response, release.version)
    return (await release_views(context, [release]))[0]


def _letter(response: Response, one: ReleaseRecipient) -> RecipientView:
    etag(response, one.version)
    return RecipientView.of(one)


@router.post("/releases", status_code=201, operation_id="releases_create", responses=problems(NotFound))
async def releases_create(body: NewRelease, context: Sending, response: Response) -> ReleaseView:
    """Write a draft of a release. Nothing is sent before `send`."""
    release = await create_release(context, body)
    created(response, f"/v1/releases/{release.id}")
    return await _answer(context, response, release)


@router.get("/releases", operation_id="releases_list", responses=problems(NotFound))
async def releases_list(context: Seeing, page: Annotated[ReleaseFilter, Query()]) -> Page[ReleaseView]:
    """Releases of all organizations whose publications the caller may see, newest first."""
    releases, following = await list_releases(context, page)
    return Page(items=await release_views(context, releases), next=following)


@router.get("/releases/{release_id}", operation_id="releases_read")
async def releases_read(release_id: UUID, context: Seeing, response: Response) -> ReleaseView:
    """One release, with what became of it."""
    return await _answer(context, response, await release_for(context, release_id, Permission.SEE_PUBLICATIONS))


@router.patch(
    "/releases/{release_id}", operation_id="releases_update", responses=problems(NotFound, Stale, ReleaseStateForbids)
)
async def releases_update(
    release_id: UUID, body: ReleaseChange, context: Sending, response: Response, if_match: IfMatch = None
) -> ReleaseView:
    """Change a draft of a release."""
    return await _answer(context, response, await change_release(context, release_id, body, if_match))


@router.post(
    "/releases/{release_id}/send",
    operation_id="releases_send",
    responses=problems(NotFound, Stale, ReleaseStateForbids, ReleaseNotReady, MailNotConfigured),
)
async def releases_send(
    release_id: UUID, context: Sending, response: Response, if_match: IfMatch = None
) -> ReleaseView:
    """Send one letter to each chosen contact that may be written to. It answers `sending`; the recipients say the rest."""
    return await _answer(context, response, await send_release(context, release_id, if_match))


@router.get("/releases/{release_id}/recipients", operation_id="release_recipients_list")
async def release_recipients_list(
    release_id: UUID, context: Sending, page: Annotated[RecipientFilter, Query()]
) -> Page[RecipientView]:
    """What became of each letter of a release."""
    recipients, following = await list_recipients(context, release_id, page)
    return Page(items=[RecipientView.of(one) for one in recipients], next=following)


@router.post(
    "/releases/{release_id}/recipients/{recipient_id}/retry",
    operation_id="release_recipients_retry",
    responses=problems(NotFound, Stale, DeliveryStateForbids),
)
async def release_recipients_retry(
    release_id: UUID, recipient_id: UUID, context: Sending, response: Response, if_match: IfMatch = None
) -> RecipientView:
    """Send a letter again that was refused or used up its tries."""
    return _letter(response, await retry_letter(context, release_id, recipient_id, if_match))


@router.post(
    "/releases/{release_id}/recipients/{recipient_id}/confirm",
    operation_id="release_recipients_confirm",
    responses=problems(NotFound, Stale, DeliveryStateForbids),
)
async def release_recipients_confirm(
    release_id: UUID,
    recipient_id: UUID,
    body: LetterConfirmation,
    context: Sending,
    response: Response,
    if_match: IfMatch = None,
) -> RecipientView:
    """Say of an `unknown` letter whether the contact has it. It is never sent again without this word."""
    one = await confirm_letter(context, release_id, recipient_id, sent=body.sent, if_match=if_match)
    return _letter(response, one)


@router.post(
    "/releases/{release_id}/pickups",
    status_code=201,
    operation_id="release_pickups_create",
    responses=problems(NotFound, PickupExists),
)
async def release_pickups_create(release_id: UUID, body: NewPickup, context: Sending, response: Response) -> PickupView:
    """Enter where a release was taken up; each address once."""
    pickup = await add_pickup(context, release_id, body)
    created(response, f"/v1/releases/{release_id}/pickups/{pickup.id}")
    return PickupView.of(pickup)


@router.get("/releases/{release_id}/pickups", operation_id="release_pickups_list")
async def release_pickups_list(release_id: UUID, context: Seeing, page: Paging) -> Page[PickupView]:
    """Where a release was taken up, those last entered first."""
    pickups, following = await list_pickups(context, release_id, page)
    return Page(items=[PickupView.of(pickup) for pickup in pickups], next=following)


@router.get("/releases/{release_id}/pickups/{pickup_id}", operation_id="release_pickups_read")
async def release_pickups_read(release_id: UUID, pickup_id: UUID, context: Seeing) -> PickupView:
    """One place where a release was taken up."""
    return PickupView.of(await read_pickup(context, release_id, pickup_id))


@router.delete(
    "/releases/{release_id}/pickups/{pickup_id}",
    status_code=204,
    operation_id="release_pickups_delete",
    responses=problems(NotFound),
)
async def release_pickups_delete(release_id: UUID, pickup_id: UUID, context: Sending) -> None:
    """Take back what was entered by mistake."""
    await delete_pickup(context, release_id, pickup_id)
