"""Change what is not out yet. What was approved and is something else now is a draft again."""

from uuid import UUID

from services.publisher.publications.actions.contents import (
    Contents,
    check_author,
    check_may_use,
    contents_of,
    set_channels,
    set_media,
    set_variants,
)
from services.publisher.publications.actions.drafting import (
    WithParts,
    check_audiences,
    locked_publication,
    touch,
    with_parts,
)
from services.publisher.publications.actions.fingerprints import fingerprint_of, note_review
from services.publisher.publications.actions.policies import leave_asked
from services.publisher.publications.actions.previewing import check_can_be_sent
from services.publisher.publications.rules.formats import check_format
from services.publisher.publications.rules.reviews import Verdict
from services.publisher.publications.rules.states import PublicationState, Verb, check_allowed
from services.publisher.publications.schemas.contents import FormatFields, LawChangeFields
from services.publisher.publications.schemas.publications import PublicationChange
from services.publisher.publications.tables import Publication
from shared.context import Context

_WRITTEN = {"kind", "title", "text", "format", "audiences"}  # never null
_NULLABLE = {*LawChangeFields.model_fields, *FormatFields.model_fields, "author_id", "count_clicks"}


async def change_publication(
    context: Context, publication_id: UUID, change: PublicationChange, if_match: str | None
) -> WithParts:
    """A draft is changed freely, a scheduled one only to what can be sent, by somebody who could send it there.

    Raises NotFound, Forbidden, Stale, PublicationStateForbids, NotPublishable, FormatMismatch.
    """
    publication = await locked_publication(context, publication_id, if_match)
    check_allowed(Verb.EDIT, publication.state)
    needs_leave = await _needs_leave(context, publication)
    before = fingerprint_of(publication, await contents_of(context, publication.id)) if needs_leave else None
    await _apply(context, publication, change)
    touch(context, publication)
    contents = await contents_of(context, publication.id)
    if before is not None and fingerprint_of(publication, contents) != before:
        await recall(context, publication, contents)
    if publication.state is PublicationState.SCHEDULED:
        await check_may_use(context, contents.channels)
        check_can_be_sent(publication, contents, publication.publish_at or context.now)
    return await with_parts(context, publication)


async def _needs_leave(context: Context, publication: Publication) -> bool:
    """Whether what it is now was submitted, approved, or let go before anybody's leave was needed."""
    if publication.state is PublicationState.SCHEDULED and not publication.review_levels:
        return bool(await leave_asked(context, publication.organization_id))
    return bool(publication.review_levels) and publication.state is not PublicationState.RETURNED


async def recall(context: Context, publication: Publication, contents: Contents) -> None:
    """Nobody's leave holds for it any more, and no plan."""
    publication.state = PublicationState.DRAFT
    publication.review_levels = []
    publication.levels_passed = 0
    publication.schedule_version += 1
    publication.local_time = publication.timezone = publication.publish_at = None
    await note_review(context, publication, contents, Verdict.RECALLED, publication.organization_id)


async def _apply(context: Context, publication: Publication, change: PublicationChange) -> None:
    given = change.model_dump(mode="python", include=change.model_fields_set & (_WRITTEN | _NULLABLE))
    if "author_id" in given:
        await check_author(context, change.author_id)
    if change.audiences is not None:
        await check_audiences(context, change.audiences)
        given["audiences"] = [audience.model_dump(mode="json") for audience in change.audiences]
    if change.poll is not None:
        given["poll"] = change.poll.model_dump(mode="json")
    for name, value in given.items():
        if value is not None or name in _NULLABLE:
            setattr(publication, name, value)
    check_format(
        publication.format, has_poll=publication.poll is not None, has_repost=publication.repost_of is not None
    )
    if change.media_ids is not None:
        await set_media(context, publication.id, change.media_ids)
    if change.channel_ids is not None:
        await set_channels(context, publication.id, change.channel_ids)
    if change.variants is not None:
        await set_variants(context, publication.id, change.variants)
    await context.store.flush()
