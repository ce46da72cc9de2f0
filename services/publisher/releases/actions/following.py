"""What a letter's own links do: the picture that was loaded, and the end of such letters. No one needs to sign in."""

from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import col, select

from services.publisher.channels.rules.attempts import DeliveryState
from services.publisher.directory.tables import Organization
from services.publisher.releases.actions.contacts import suppress, suppressed_among
from services.publisher.releases.rules.contacts import ContactState
from services.publisher.releases.rules.letters import Addresses
from services.publisher.releases.schemas.releases import LettersEndView
from services.publisher.releases.tables import Contact, Release, ReleaseRecipient
from shared.app import id_within, public_id
from shared.context import Context
from shared.errors import NotFound


def addresses_of(context: Context, one: ReleaseRecipient) -> Addresses:
    token = public_id(context.tenant_id, one.token)
    base = f"{context.runtime.settings.public_url.rstrip('/')}/v1/releases/letters/{token}"
    return Addresses(way_out=f"{base}/unsubscribe", picture=f"{base}/opened.gif")


async def note_opened(context: Context, token: str) -> None:
    """Count it; of whoever looked nothing is kept. What nothing is known of is no problem of the reader's program."""
    await context.store.execute(
        update(ReleaseRecipient)
        .where(
            col(ReleaseRecipient.tenant_id) == context.tenant_id,
            col(ReleaseRecipient.token) == id_within(context.tenant_id, token),
            col(ReleaseRecipient.state).in_([DeliveryState.SENT, DeliveryState.UNKNOWN]),
        )
        .values(
            opens=col(ReleaseRecipient.opens) + 1,
            opened_at=func.coalesce(col(ReleaseRecipient.opened_at), context.now),
        )
        .execution_options(synchronize_session=False)
    )


async def read_way_out(context: Context, token: str) -> LettersEndView:
    """Raises NotFound."""
    one, sender = await _letter(context, token)
    email = await _address_of(context, one)
    comes = email is not None and not await suppressed_among(context, [email])
    return LettersEndView(sender=sender, comes=comes)


async def end_letters(context: Context, token: str) -> LettersEndView:
    """To the letter's address, from anybody of this union. Again, they stay ended. Raises NotFound."""
    one, sender = await _letter(context, token)
    email = await _address_of(context, one)
    if email is not None:
        await suppress(context, email, ContactState.OPTED_OUT)
    return LettersEndView(sender=sender, comes=False)


async def _address_of(context: Context, one: ReleaseRecipient) -> str | None:
    """Of an old letter it is no longer kept: the contact's own, while there is the contact."""
    if one.email is not None or one.contact_id is None:
        return one.email
    contact = await context.store.find(Contact, one.contact_id)
    return None if contact is None else contact.email


async def _letter(context: Context, token: str) -> tuple[ReleaseRecipient, str]:
    """Of a letter that went out. Raises NotFound."""
    row_id: UUID = id_within(context.tenant_id, token)
    one = await context.store.first(select(ReleaseRecipient).where(ReleaseRecipient.token == row_id))
    if one is None or one.attempts == 0:
        raise NotFound
    release = await context.store.get(Release, one.release_id)
    return one, (await context.store.get(Organization, release.organization_id)).name
