"""Proving that a contact is one's own."""

from uuid import UUID

from services.gateway.people.rules.contacts import ContactUnprovable
from services.gateway.people.schemas import ContactView
from services.gateway.sign_in.actions import ask_for_contact_code, verify_contact
from services.gateway.sign_in.api.own import Address, AtDesk, PersonOutside
from services.gateway.sign_in.rules.codes import CODE_LIFETIME
from services.gateway.sign_in.rules.problems import TooManyTries, WrongCode
from services.gateway.sign_in.schemas import CodePromise, ContactProof
from shared.app import ApiRouter, problems
from shared.errors import NotFound

router = ApiRouter(tags=["sign_in"])


@router.post(
    "/me/contacts/{contact_id}/code",
    status_code=202,
    operation_id="me_contact_code_create",
    responses=problems(NotFound, ContactUnprovable, TooManyTries),
)
async def me_contact_code_create(
    contact_id: UUID, desk: AtDesk, address: Address, person: PersonOutside
) -> CodePromise:
    """Have a code mailed to an own contact, to prove it: six digits, good for ten minutes and five tries.

    Only e-mail addresses are proven: no text messages are sent from here, so a telephone is 409
    `person.contact_unprovable`. A newer code ends the one before.
    """
    await ask_for_contact_code(desk, person, contact_id, address)
    return CodePromise(expires_in=int(CODE_LIFETIME.total_seconds()))


@router.post(
    "/me/contacts/{contact_id}/verify",
    operation_id="me_contact_verify",
    responses=problems(NotFound, ContactUnprovable, WrongCode, TooManyTries),
)
async def me_contact_verify(
    contact_id: UUID, body: ContactProof, desk: AtDesk, address: Address, person: PersonOutside
) -> ContactView:
    """Prove an own contact by the code that came to it. Codes and notifications go to the address proven last."""
    return await verify_contact(desk, person, contact_id, body.code, address)
