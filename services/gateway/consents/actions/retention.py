"""Terms: chosen for the whole union, told to the services once a day."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.gateway.consents.rules.retention import TERMS, check_terms, days_in_force
from services.gateway.consents.schemas.retention import ChosenTerms, TermsView, TermView
from services.gateway.consents.tables import AccessEntry, RetentionChoice, RetentionRound, SubjectExport
from services.gateway.organizations.actions import REACH
from services.gateway.people.tables import LinkCode
from services.gateway.sign_in.tables import ContactCode, Session, SignInCode, UsedProof, VkAuthorization
from shared.app import check_match
from shared.clock import new_id
from shared.context import Context, unit_of_work
from shared.contracts.gateway import RetentionDue
from shared.contracts.states import Kept
from shared.db import table_of
from shared.identity import system
from shared.permissions import Permission
from shared.retention import Aged
from shared.runtime import Runtime

_FILES: Final = 100  # in one transaction

AGED: Final = (
    Aged.of(Kept.ACCESS_LOG, AccessEntry, lambda moment: col(AccessEntry.read_at) < moment),
    Aged.of(Kept.SESSIONS, Session, lambda moment: col(Session.expires_on) < moment.date()),
    Aged.of(Kept.SESSIONS, Session, lambda moment: col(Session.ended_on) < moment.date()),
)


async def read_terms(context: Context) -> TermsView:
    choice = await context.store.find(RetentionChoice, context.tenant_id)
    return _view(choice)


async def choose_terms(context: Context, body: ChosenTerms, if_match: str | None) -> TermsView:
    """For the whole union, so by somebody who acts for all of it. Raises NotFound, Forbidden, Stale, TermOutOfBounds."""
    await REACH.check(context, context.tenant_id, Permission.MANAGE_PERSONAL_DATA)
    days = {chosen.kind: chosen.days for chosen in body.policies}
    check_terms(days)
    first = insert(table_of(RetentionChoice)).values(
        tenant_id=context.tenant_id, id=context.tenant_id, days=dict[str, int](), version=1
    )
    await context.store.execute(first.on_conflict_do_nothing())
    choice = await context.store.lock(RetentionChoice, context.tenant_id)
    check_match(if_match, choice.version)
    choice.days = {kind.value: chosen for kind, chosen in days.items()}
    choice.version += 1
    return _view(choice)


async def let_go_of_files(context: Context, moment: datetime) -> int:
    """A batch of exports whose time is over, with their files."""
    query = select(SubjectExport).where(col(SubjectExport.created_at) < moment).limit(_FILES)
    exports = await context.store.all(query.with_for_update(skip_locked=True))
    for export in exports:
        if export.file_key is not None:
            await context.runtime.storage.delete(export.file_key)
        await context.store.delete(export)
    return len(exports)


async def let_go_of_codes(context: Context, _: datetime) -> int:
    """What was good for minutes need not wait until its session is forgotten."""
    gone = 0
    for model in (SignInCode, ContactCode, VkAuthorization, UsedProof, LinkCode):
        table = table_of(model)
        over = delete(table).where(table.c.tenant_id == context.tenant_id, table.c.expires_at < context.now)
        gone += await context.store.changed(over)
    return gone


async def tell_terms(context: Context) -> bool:
    """Tell the services the tenant's terms, if nobody did today."""
    today = context.now.date()
    round_of_today = insert(table_of(RetentionRound)).values(tenant_id=context.tenant_id, id=new_id(), day=today)
    if await context.store.changed(round_of_today.on_conflict_do_nothing()) == 0:
        return False
    choice = await context.store.find(RetentionChoice, context.tenant_id)
    await context.emit(RetentionDue(day=today, days=days_in_force({} if choice is None else choice.days)))
    await context.store.execute(
        text("DELETE FROM gateway.retention_round WHERE tenant_id = :tenant_id AND day < :before"),
        {"tenant_id": context.tenant_id, "before": today - timedelta(days=7)},
    )
    return True


async def tell_all_terms(runtime: Runtime) -> None:
    """Every tenant's, each in a transaction of its own: one that fails is told in the next round."""
    async with runtime.database.before_tenant() as connection:
        tenants = (await connection.execute(text("SELECT id FROM gateway.tenant WHERE state <> 'deleted'"))).scalars()
    for tenant_id in tenants:
        async with unit_of_work(runtime, tenant_id, system(tenant_id)) as context:
            await tell_terms(context)


def _view(choice: RetentionChoice | None) -> TermsView:
    in_force = days_in_force({} if choice is None else choice.days)
    return TermsView(
        policies=[
            TermView(
                kind=kind,
                days=in_force[kind.value],
                usual_days=term.usual,
                least_days=term.least,
                most_days=term.most,
                why=dict(term.why),
            )
            for kind, term in TERMS.items()
        ],
        version=1 if choice is None else choice.version,
    )
