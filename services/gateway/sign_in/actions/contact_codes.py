"""Proving one's own e-mail address: a code is mailed to it, and its reader sends it back."""

from typing import Final
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from services.gateway.people.actions.contacts import provable_contact, prove_contact
from services.gateway.people.actions.present import lock_present
from services.gateway.people.schemas import ContactView
from services.gateway.sign_in.actions.desk import Desk
from services.gateway.sign_in.actions.one_time_codes import fresh_code, is_right, new_code
from services.gateway.sign_in.rules.problems import WrongCode
from services.gateway.sign_in.tables import ContactCode
from shared.app import Outside
from shared.clock import new_id
from shared.context import Context
from shared.db import table_of

_SUBJECT: Final = "Код подтверждения адреса · Code to confirm your address"
_WORDS: Final = (
    "Код, который подтвердит, что этот адрес ваш: {code}\n"
    "Он действует 10 минут. Никому его не сообщайте: сотрудники профсоюза его не спрашивают.\n"
    "Если вы не просили код, ничего делать не нужно.\n\n"
    "The code that confirms that this address is yours: {code}\n"
    "It is good for 10 minutes. Tell it to nobody. If you did not ask for it, there is nothing to do.\n"
)


async def ask_for_contact_code(desk: Desk, outside: Outside, contact_id: UUID, address: str) -> None:
    """Mail a code to an own contact. Raises NotFound, ContactUnprovable, TooManyTries, Unavailable."""
    person_id = outside.caller.own_id
    await desk.limits.count_code(_counted_as(person_id), address)
    context = await outside.writing()
    contact = await provable_contact(context, person_id, contact_id)
    code = new_code(desk)
    await _keep(context, desk, person_id, contact_id, code)
    desk.post.hand_over(desk.post.mail(contact.value, _SUBJECT, _WORDS.format(code=code)))


async def verify_contact(desk: Desk, outside: Outside, contact_id: UUID, code: str, address: str) -> ContactView:
    """The contact is proven from now on. Raises NotFound, ContactUnprovable, WrongCode, TooManyTries, Unavailable."""
    person_id = outside.caller.own_id
    await desk.limits.count(_counted_as(person_id), outside.tenant_id, address)
    async with outside.reading() as context:  # committed whatever comes of it: a wrong code is a try
        await provable_contact(context, person_id, contact_id)
        fits = await _right_code(context, desk, contact_id, code) is not None
    if fits:
        await desk.limits.forgive(_counted_as(person_id), outside.tenant_id, address)
    context = await outside.writing()  # a repetition under its Idempotency-Key ends here: its code is used up
    await lock_present(context, person_id)  # before their code, as an erasure does
    kept = await _right_code(context, desk, contact_id, code) if fits else None
    if kept is None:  # wrong, or somebody else just used it
        raise WrongCode
    await context.store.delete(kept)
    return ContactView.of(await prove_contact(context, person_id, contact_id))


def _counted_as(person_id: UUID) -> str:
    """No sign-in name has a space: nobody uses up the owner's tries by naming their id when signing in."""
    return f"contact {person_id}"


async def _right_code(context: Context, desk: Desk, contact_id: UUID, code: str) -> ContactCode | None:
    query = select(ContactCode).where(ContactCode.contact_id == contact_id).with_for_update()
    kept = await context.store.first(query)
    return kept if kept is not None and is_right(context, desk, kept, contact_id, code) else None


async def _keep(context: Context, desk: Desk, person_id: UUID, contact_id: UUID, code: str) -> None:
    """In the place of the one before."""
    values = {"person_id": person_id, **fresh_code(context, desk, contact_id, code)}
    table = table_of(ContactCode)
    statement = insert(table).values(id=new_id(), tenant_id=context.tenant_id, contact_id=contact_id, **values)
    await context.store.execute(
        statement.on_conflict_do_update(index_elements=[table.c.tenant_id, table.c.contact_id], set_=values)
    )
