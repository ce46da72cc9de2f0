"""Keep the press list."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.publisher.directory.tables import DIRECTORY, Organization
from services.publisher.enterprises.actions.accounts import keep_accounts
from services.publisher.enterprises.actions.keeping import enterprise_for
from services.publisher.enterprises.schemas import AccountBody
from services.publisher.enterprises.tables import AuthorAccount
from services.publisher.releases.rules.contacts import AUTHOR_TYPE, ContactExists, ContactState, address_mark
from services.publisher.releases.schemas.contacts import ContactChange, ContactFilter, ContactView, NewContact
from services.publisher.releases.tables import Contact, ContactSuppression, ReleaseRecipient
from shared.app import check_match, paginate
from shared.clock import new_id
from shared.context import Context
from shared.permissions import Permission


async def create_contact(context: Context, body: NewContact) -> Contact:
    """Raises NotFound, Forbidden, ContactExists, AccountTaken."""
    await DIRECTORY.reachable(context, body.organization_id, Permission.MANAGE_PARTNERS)
    if body.enterprise_id is not None:
        await enterprise_for(context, body.enterprise_id, Permission.SEE_PUBLICATIONS)
    contact = Contact(
        tenant_id=context.tenant_id,
        id=new_id(),
        **body.model_dump(exclude={"accounts"}),
        state=await _state_of(context, body.email),
        created_at=context.now,
    )
    if await context.store.changed(insert(Contact).values(**contact.model_dump()).on_conflict_do_nothing()) == 0:
        raise ContactExists
    await _keep_accounts(context, contact, body.accounts)
    return await context.store.get(Contact, contact.id)


async def contact_for(context: Context, contact_id: UUID) -> Contact:
    """Raises NotFound, Forbidden."""
    return await DIRECTORY.get(context, Contact, contact_id, Permission.MANAGE_PARTNERS)


async def list_contacts(context: Context, page: ContactFilter) -> tuple[list[Contact], str | None]:
    """Newest first. Raises NotFound, Forbidden for the organization that is asked for."""
    query = select(Contact).where(DIRECTORY.reach_filter(context, Contact.organization_id, Permission.MANAGE_PARTNERS))
    if page.organization_id is not None:
        await DIRECTORY.reachable(context, page.organization_id, Permission.MANAGE_PARTNERS)
        query = query.where(DIRECTORY.under(context, Contact.organization_id, page.organization_id))
    if page.kind is not None:
        query = query.where(Contact.kind == page.kind)
    return await paginate(context, query, Contact.id, page)


async def change_contact(context: Context, contact_id: UUID, change: ContactChange, if_match: str | None) -> Contact:
    """Raises NotFound, Forbidden, Stale, ContactExists, AccountTaken."""
    contact = await _held(context, contact_id, if_match)
    given = change.model_dump(exclude={"accounts"}, exclude_none=True)
    if "phone" in change.model_fields_set:
        given["phone"] = change.phone
    if change.email is not None and change.email != contact.email:
        await context.store.lock(Organization, contact.organization_id)  # its addresses change one after another
        same = select(Contact.id).where(
            Contact.organization_id == contact.organization_id, Contact.email == change.email
        )
        if await context.store.first(same) is not None:
            raise ContactExists
        contact.state = await _state_of(context, change.email)
    for name, value in given.items():
        setattr(contact, name, value)
    contact.version += 1
    await context.store.flush()
    if change.accounts is not None or change.kind is not None:
        accounts = change.accounts
        if accounts is None:
            accounts = (await contact_views(context, [contact]))[0].accounts
        await _keep_accounts(context, contact, accounts)
    return contact


async def delete_contact(context: Context, contact_id: UUID, if_match: str | None) -> None:
    """With their accounts. Letters that they got stay as figures. Raises NotFound, Forbidden, Stale."""
    contact = await _held(context, contact_id, if_match)
    await _keep_accounts(context, contact, [])
    await context.store.execute(
        update(ReleaseRecipient)
        .where(col(ReleaseRecipient.tenant_id) == context.tenant_id, col(ReleaseRecipient.contact_id) == contact.id)
        .values(contact_id=None, email=None)
    )
    await context.store.delete(contact)


async def contact_views(context: Context, contacts: Sequence[Contact]) -> list[ContactView]:
    accounts: defaultdict[UUID, list[AuthorAccount]] = defaultdict(list)
    owned = select(AuthorAccount).where(col(AuthorAccount.owner_id).in_([one.id for one in contacts]))
    for account in await context.store.all(owned.order_by(col(AuthorAccount.id))):
        accounts[account.owner_id].append(account)
    return [ContactView.of(one, accounts[one.id]) for one in contacts]


async def suppress(context: Context, email: str, state: ContactState) -> None:
    """Nobody of this union writes to the address any more, whoever enters it again. What was said first stays."""
    row = ContactSuppression(
        tenant_id=context.tenant_id,
        id=new_id(),
        address_mark=address_mark(context.tenant_id, email),
        state=state,
        created_at=context.now,
    )
    await context.store.execute(insert(ContactSuppression).values(**row.model_dump()).on_conflict_do_nothing())
    await context.store.execute(
        update(Contact)
        .where(
            col(Contact.tenant_id) == context.tenant_id,
            col(Contact.email) == email,
            col(Contact.state) == ContactState.ACTIVE,
        )
        .values(state=state, version=col(Contact.version) + 1)
        .execution_options(synchronize_session=False)
    )


async def suppressed_among(context: Context, emails: Sequence[str]) -> dict[str, ContactState]:
    """Those of `emails` that are not written to, and why."""
    marks = {address_mark(context.tenant_id, email): email for email in emails}
    query = select(ContactSuppression).where(col(ContactSuppression.address_mark).in_(list(marks)))
    return {marks[one.address_mark]: one.state for one in await context.store.all(query)}


async def _keep_accounts(context: Context, contact: Contact, accounts: Sequence[AccountBody]) -> None:
    """Raises AccountTaken."""
    author_type = AUTHOR_TYPE[contact.kind]
    await keep_accounts(context, contact.id, author_type, accounts, enterprise_id=contact.enterprise_id)


async def _state_of(context: Context, email: str) -> ContactState:
    return (await suppressed_among(context, [email])).get(email, ContactState.ACTIVE)


async def _held(context: Context, contact_id: UUID, if_match: str | None) -> Contact:
    await contact_for(context, contact_id)
    contact = await context.store.lock(Contact, contact_id)
    check_match(if_match, contact.version)
    return contact
