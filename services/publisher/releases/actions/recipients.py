"""What became of each letter; try one again, or say whether the contact has it."""

from uuid import UUID

from sqlmodel import select

from services.publisher.channels.rules.attempts import DeliveryState, check_confirmable, check_retryable
from services.publisher.releases.actions.drafting import release_for
from services.publisher.releases.actions.sending import locked_recipient, note_sent, refresh_release
from services.publisher.releases.schemas.releases import RecipientFilter
from services.publisher.releases.tables import Release, ReleaseRecipient
from shared.app import check_match, paginate
from shared.context import Context
from shared.contracts.publisher import ReleaseLetterDue
from shared.errors import NotFound
from shared.permissions import Permission


async def list_recipients(
    context: Context, release_id: UUID, page: RecipientFilter
) -> tuple[list[ReleaseRecipient], str | None]:
    """Raises NotFound, Forbidden."""
    await release_for(context, release_id, Permission.MANAGE_PARTNERS)
    query = select(ReleaseRecipient).where(ReleaseRecipient.release_id == release_id)
    if page.state is not None:
        query = query.where(ReleaseRecipient.state == page.state)
    return await paginate(context, query, ReleaseRecipient.id, page, descending=False)


async def retry_letter(
    context: Context, release_id: UUID, recipient_id: UUID, if_match: str | None
) -> ReleaseRecipient:
    """What was refused, or used up its tries. Raises NotFound, Forbidden, Stale, DeliveryStateForbids."""
    release, one = await _held(context, release_id, recipient_id, if_match)
    check_retryable(one.state)
    return await _try_again(context, release, one)


async def confirm_letter(
    context: Context, release_id: UUID, recipient_id: UUID, *, sent: bool, if_match: str | None
) -> ReleaseRecipient:
    """Somebody asked the recipient of an unknown letter. Raises as above."""
    release, one = await _held(context, release_id, recipient_id, if_match)
    check_confirmable(one.state)
    if not sent:
        return await _try_again(context, release, one)
    one.state = DeliveryState.SENT
    one.reason = None
    one.version += 1
    await note_sent(context, release, one)
    await refresh_release(context, release)
    return one


async def _try_again(context: Context, release: Release, one: ReleaseRecipient) -> ReleaseRecipient:
    one.state = DeliveryState.PENDING
    one.tries = 0
    one.reason = None
    one.next_attempt_at = context.now
    one.version += 1
    await context.emit(ReleaseLetterDue(recipient_id=one.id, attempt=one.attempts + 1))
    await refresh_release(context, release)
    return one


async def _held(
    context: Context, release_id: UUID, recipient_id: UUID, if_match: str | None
) -> tuple[Release, ReleaseRecipient]:
    await release_for(context, release_id, Permission.MANAGE_PARTNERS)
    one = await context.store.find(ReleaseRecipient, recipient_id)
    if one is None or one.release_id != release_id:  # before anybody else's release is locked
        raise NotFound
    held = await locked_recipient(context, recipient_id)
    if held is None:
        raise NotFound
    check_match(if_match, held[1].version)
    return held
