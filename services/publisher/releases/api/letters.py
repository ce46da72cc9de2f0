"""The links inside a release's letters, followed by whoever got it, or by their mail program."""

from base64 import b64decode
from typing import Annotated, Final

from fastapi import Response

from services.publisher.releases.actions.following import end_letters, note_opened, read_way_out
from services.publisher.releases.schemas.releases import LettersEndView
from shared.app import ApiRouter, anyone, problems, public_id_path
from shared.context import Context
from shared.errors import NotFound

router = ApiRouter(tags=["releases"])

Token = Annotated[str, public_id_path("the last part but one of the link in the letter")]
Following = Annotated[Context, anyone(tenant_of="token")]

PICTURE: Final = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")  # one transparent pixel


@router.get(
    "/releases/letters/{token}/opened.gif",
    operation_id="release_openings_read",
    response_class=Response,
    responses={
        200: {"content": {"image/gif": {}}, "description": "one transparent pixel"},
        **problems(NotFound),
    },
)
async def release_openings_read(token: Token, context: Following) -> Response:
    """The picture in a letter: that it was loaded is counted, an estimate of whether it was read. Who loaded is not kept."""
    await note_opened(context, token)
    return Response(PICTURE, media_type="image/gif")


@router.get(
    "/releases/letters/{token}/unsubscribe",
    operation_id="release_ends_read",
    responses=problems(NotFound),
)
async def release_ends_read(token: Token, context: Following) -> LettersEndView:
    """Whose letters the link ends. To look at it changes nothing."""
    return await read_way_out(context, token)


@router.post(
    "/releases/letters/{token}/unsubscribe",
    operation_id="release_letters_end",
    responses=problems(NotFound),
)
async def release_letters_end(token: Token, context: Following) -> LettersEndView:
    """Get no more letters of an organization, without signing in. Mail programs call this by themselves, with one click (RFC 8058)."""
    return await end_letters(context, token)
