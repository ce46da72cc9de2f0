"""The words by which organizations are found: kept beside the name, changed with it."""

from sqlalchemy import delete, insert

from services.gateway.organizations.tables import Organization, organization_word
from shared.context import Context
from shared.words import words_of


async def keep_words(context: Context, organization: Organization) -> None:
    """After a name was given or changed."""
    await context.store.flush()
    kept = organization_word.c
    await context.store.execute(
        delete(organization_word).where(kept.tenant_id == context.tenant_id, kept.organization_id == organization.id)
    )
    words = words_of(organization.name)
    if words:
        rows = [{"tenant_id": context.tenant_id, "organization_id": organization.id, "word": word} for word in words]
        await context.store.execute(insert(organization_word), rows)
