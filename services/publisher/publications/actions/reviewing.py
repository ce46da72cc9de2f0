"""Submit, approve, return: a publication's way through its levels, and its history."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from services.publisher.directory.tables import OrganizationReach
from services.publisher.publications.actions.alerts import alert_to_return, alert_to_review
from services.publisher.publications.actions.contents import Contents, contents_of
from services.publisher.publications.actions.drafting import (
    WithParts,
    locked_publication,
    publication_for,
    touch,
    with_parts,
)
from services.publisher.publications.actions.fingerprints import fingerprint_of, note_review
from services.publisher.publications.actions.policies import leave_asked
from services.publisher.publications.actions.previewing import check_can_be_sent
from services.publisher.publications.rules.reviews import (
    NoLevels,
    NotApproved,
    NotYourLevel,
    OwnWork,
    Verdict,
    state_after_leave,
)
from services.publisher.publications.rules.states import PublicationState, Verb, check_allowed
from services.publisher.publications.tables import Publication, Review
from shared.app import PageQuery, check_match, paginate
from shared.context import Context
from shared.permissions import Permission
from shared.reach import Reach


async def submit_publication(context: Context, publication_id: UUID, comment: str, if_match: str | None) -> WithParts:
    """Raises NotFound, Forbidden, Stale, PublicationStateForbids, NoLevels, NotPublishable."""
    publication = await locked_publication(context, publication_id, if_match)
    check_allowed(Verb.SUBMIT, publication.state)
    asked = await leave_asked(context, publication.organization_id)
    if not asked:
        raise NoLevels
    contents = await contents_of(context, publication.id)
    check_can_be_sent(publication, contents, context.now)
    publication.review_levels = [str(organization_id) for organization_id in asked]
    publication.levels_passed = 0
    publication.state = PublicationState.IN_REVIEW
    touch(context, publication)
    await note_review(context, publication, contents, Verdict.SUBMITTED, publication.organization_id, comment)
    await alert_to_review(context, publication, asked[0])
    return await with_parts(context, publication)


async def approve_publication(context: Context, publication_id: UUID, comment: str, if_match: str | None) -> WithParts:
    """One level's leave. Raises NotFound, Forbidden, Stale, PublicationStateForbids, NotYourLevel, OwnWork, NotPublishable."""
    publication = await _locked_for_review(context, publication_id, if_match)
    check_allowed(Verb.APPROVE, publication.state)
    level = UUID(publication.review_levels[publication.levels_passed])
    await check_stands_at(context, [level])
    if await _submitter(context, publication.id) == context.caller.own_id:
        raise OwnWork
    contents = await contents_of(context, publication.id)
    check_can_be_sent(publication, contents, context.now)
    publication.levels_passed += 1
    publication.state = state_after_leave(publication.levels_passed, len(publication.review_levels))
    touch(context, publication)
    await note_review(context, publication, contents, Verdict.APPROVED, level, comment)
    if publication.state is PublicationState.IN_REVIEW:
        await alert_to_review(context, publication, UUID(publication.review_levels[publication.levels_passed]))
    return await with_parts(context, publication)


async def return_publication(context: Context, publication_id: UUID, comment: str, if_match: str | None) -> WithParts:
    """Back to whoever wrote it. Raises NotFound, Forbidden, Stale, PublicationStateForbids, NotYourLevel."""
    publication = await _locked_for_review(context, publication_id, if_match)
    check_allowed(Verb.RETURN, publication.state)
    levels = [UUID(level) for level in publication.review_levels]
    if publication.state is PublicationState.IN_REVIEW:
        levels = levels[publication.levels_passed :]
    level = await check_stands_at(context, levels)
    publication.state = PublicationState.RETURNED
    publication.levels_passed = 0
    touch(context, publication)
    contents = await contents_of(context, publication.id)
    await note_review(context, publication, contents, Verdict.RETURNED, level, comment)
    await alert_to_return(context, publication)
    return await with_parts(context, publication)


async def list_reviews(context: Context, publication_id: UUID, page: PageQuery) -> tuple[list[Review], str | None, str]:
    """The history, oldest first, and the fingerprint of what the publication is now. Raises NotFound, Forbidden."""
    publication = await publication_for(context, publication_id, Permission.SEE_PUBLICATIONS)
    query = select(Review).where(col(Review.publication_id) == publication_id)
    reviews, following = await paginate(context, query, Review.id, page, descending=False)
    return reviews, following, fingerprint_of(publication, await contents_of(context, publication_id))


async def check_approved(context: Context, publication: Publication, contents: Contents) -> None:
    """Raises NotApproved unless nobody's leave is needed, or all gave it to exactly this."""
    if publication.state in {PublicationState.APPROVED, PublicationState.SCHEDULED} and publication.review_levels:
        if not await is_as_approved(context, publication, contents):
            raise NotApproved
    elif await leave_asked(context, publication.organization_id):
        raise NotApproved


async def is_as_approved(context: Context, publication: Publication, contents: Contents) -> bool:
    """Whether what was approved is what it is now: alt texts may have changed in another place."""
    query = select(Review).where(col(Review.publication_id) == publication.id).order_by(col(Review.id).desc())
    last = await context.store.first(query)
    return (
        last is not None
        and last.verdict is Verdict.APPROVED
        and publication.levels_passed >= len(publication.review_levels)
        and last.fingerprint == fingerprint_of(publication, contents)
    )


async def _locked_for_review(context: Context, publication_id: UUID, if_match: str | None) -> Publication:
    await publication_for(context, publication_id, Permission.APPROVE_PUBLICATIONS)
    publication = await context.store.lock(Publication, publication_id)
    check_match(if_match, publication.version)
    return publication


async def check_stands_at(context: Context, levels: Sequence[UUID]) -> UUID:
    """The first of `levels` for which the caller speaks. Raises NotYourLevel."""
    roots = context.caller.organizations_with(Permission.APPROVE_PUBLICATIONS)
    for level in levels:
        if await Reach(OrganizationReach).ancestors_among(context, level, roots):
            return level
    raise NotYourLevel


async def _submitter(context: Context, publication_id: UUID) -> UUID | None:
    query = (
        select(Review)
        .where(col(Review.publication_id) == publication_id, col(Review.verdict) == Verdict.SUBMITTED)
        .order_by(col(Review.id).desc())
    )
    last = await context.store.first(query)
    return None if last is None else last.person_id
