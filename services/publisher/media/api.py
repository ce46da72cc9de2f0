"""Images for publications: uploaded and described by those who publish."""

from typing import Annotated
from uuid import UUID

from fastapi import File, Form, Path, Query, Response, UploadFile

from services.publisher.media.actions.addresses import Shown
from services.publisher.media.actions.keeping import content_of, describe_media, list_media, media_for, upload_image
from services.publisher.media.actions.showing import picture_shown
from services.publisher.media.rules import ALT_TEXT_LIMIT, MAX_BYTES, MediaTooLarge, NotAnImage, TooManyPixels
from services.publisher.media.schemas import MediaChange, MediaFilter, MediaView
from services.publisher.networks.accounts import Network
from shared.app import (
    ApiRouter,
    IfMatch,
    Outside,
    Page,
    allowed,
    anyone_outside,
    created,
    etag,
    outside,
    problems,
    public_id_path,
)
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["media"])

Seeing = Annotated[Context, allowed(Permission.SEE_PUBLICATIONS)]
Publishing = Annotated[Context, allowed(Permission.PUBLISH)]
Uploading = Annotated[Outside, outside(Permission.PUBLISH)]
Fetching = Annotated[Outside, anyone_outside(tenant_from="media")]
ShownImage = Annotated[str, public_id_path("the image, by an id that names its union too")]
ForNetwork = Annotated[Network, Path(description="the network that fetches it, in whose form it comes")]
Signature = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="ours: over the rest of the address")]
Until = Annotated[int, Path(ge=0, le=4_102_444_800, description="second of the epoch at which the address ends")]


@router.post(
    "/media",
    status_code=201,
    operation_id="media_create",
    responses=problems(NotFound, MediaTooLarge, NotAnImage, TooManyPixels),
)
async def media_create(
    organization_id: Annotated[UUID, Form(description="whose image it is")],
    file: Annotated[UploadFile, File(description="PNG, JPEG or WebP, at most 20 MB and 40 megapixels")],
    uploading: Uploading,
    response: Response,
    alt_text: Annotated[
        str,
        Form(max_length=ALT_TEXT_LIMIT, pattern=r"^[^\x00]*$", description="what it shows; needed before publishing"),
    ] = "",
) -> MediaView:
    """Upload an image. It is encoded anew: what a camera wrote beside the picture, the place above all, is not kept.

    Video is not taken yet: publish a link to it.
    """
    content = await file.read(MAX_BYTES + 1)
    media = await upload_image(uploading, organization_id, content, alt_text.strip())
    created(response, f"/v1/media/{media.id}")
    etag(response, media.version)
    return MediaView.of(media)


@router.get("/media", operation_id="media_list", responses=problems(NotFound))
async def media_list(context: Seeing, page: Annotated[MediaFilter, Query()]) -> Page[MediaView]:
    """Images of all organizations whose publications the caller may see, newest first.

    Partners do not see cards that a person signed.
    """
    media, following = await list_media(context, page)
    return Page(items=[MediaView.of(item) for item in media], next=following)


@router.get("/media/{media_id}", operation_id="media_read")
async def media_read(media_id: UUID, context: Seeing, response: Response) -> MediaView:
    """What is known of one image."""
    media = await media_for(context, media_id, Permission.SEE_PUBLICATIONS)
    etag(response, media.version)
    return MediaView.of(media)


@router.get(
    "/media/{media_id}/content",
    operation_id="media_content_read",
    response_class=Response,
    responses={200: {"content": {"image/png": {}, "image/jpeg": {}}, "description": "the picture itself"}},
)
async def media_content_read(media_id: UUID, context: Seeing) -> Response:
    """An image itself."""
    media = await media_for(context, media_id, Permission.SEE_PUBLICATIONS)
    content = await content_of(context, media)
    return Response(content, media_type=media.format, headers={"cache-control": "private, max-age=31536000, immutable"})


@router.patch("/media/{media_id}", operation_id="media_update", responses=problems(NotFound, Stale))
async def media_update(
    media_id: UUID, body: MediaChange, context: Publishing, response: Response, if_match: IfMatch = None
) -> MediaView:
    """Describe an image for those who cannot see it. An image cannot be deleted yet."""
    media = await describe_media(context, media_id, body, if_match)
    etag(response, media.version)
    return MediaView.of(media)


@router.get(
    "/media/shown/{media}/{network}/{until}/{signature}.jpg",
    operation_id="media_shown_read",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}, "description": "the picture itself"}},
)
async def media_shown_read(
    media: ShownImage, network: ForNetwork, until: Until, signature: Signature, fetching: Fetching
) -> Response:
    """One picture, fetched by the network that is about to publish it. We make such addresses; each ends within the hour."""
    image = await picture_shown(fetching, Shown(media, network, until), signature)
    return Response(image.content, media_type=image.content_type, headers={"cache-control": "private, no-store"})
