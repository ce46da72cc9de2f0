"""Publications go out, are put right and are taken back."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.publisher.channels.rules.readiness import TestKey
from services.publisher.publications.actions.amending import correct_publication, withdraw_publication
from services.publisher.publications.actions.publishing import publish_now, schedule_publication
from services.publisher.publications.api.answers import answer
from services.publisher.publications.rules.plans import TimeOutOfRange
from services.publisher.publications.rules.reviews import NotApproved, NotYourLevel
from services.publisher.publications.rules.states import BeingSent, NotPublishable, PublicationStateForbids
from services.publisher.publications.schemas.publications import Correction, Plan, PublicationView
from shared.app import ApiRouter, IfMatch, allowed, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.local_time import LocalTimeDoesNotExist, UnknownTimezone
from shared.permissions import Permission

router = ApiRouter(tags=["publications"])

Publishing = Annotated[Context, allowed(Permission.PUBLISH)]


@router.post(
    "/publications/{publication_id}/publish",
    operation_id="publications_publish",
    responses=problems(NotFound, Stale, TestKey, PublicationStateForbids, NotPublishable, NotApproved),
)
async def publications_publish(
    publication_id: UUID, context: Publishing, response: Response, if_match: IfMatch = None
) -> PublicationView:
    """Send a publication to all its channels now. It answers `publishing`; the deliveries say what becomes of it."""
    return answer(context, response, await publish_now(context, publication_id, if_match))


@router.post(
    "/publications/{publication_id}/schedule",
    operation_id="publications_schedule",
    responses=problems(
        NotFound,
        Stale,
        TestKey,
        PublicationStateForbids,
        NotPublishable,
        NotApproved,
        UnknownTimezone,
        LocalTimeDoesNotExist,
        TimeOutOfRange,
    ),
)
async def publications_schedule(
    publication_id: UUID, body: Plan, context: Publishing, response: Response, if_match: IfMatch = None
) -> PublicationView:
    """Send a publication at a local time; again with another time moves it. A time that the clocks skip is refused."""
    return answer(context, response, await schedule_publication(context, publication_id, body, if_match))


@router.post(
    "/publications/{publication_id}/withdraw",
    operation_id="publications_withdraw",
    responses=problems(NotFound, Stale, TestKey, PublicationStateForbids, BeingSent),
)
async def publications_withdraw(
    publication_id: UUID, context: Publishing, response: Response, if_match: IfMatch = None
) -> PublicationView:
    """Keep a publication from the public for good. What waits is not sent, what is out is taken down where the network can.

    The deliveries say what became of each: `withdrawn`, or a `change_reason` why not.
    """
    return answer(context, response, await withdraw_publication(context, publication_id, if_match))


@router.post(
    "/publications/{publication_id}/correct",
    operation_id="publications_correct",
    responses=problems(NotFound, Stale, TestKey, PublicationStateForbids, BeingSent, NotPublishable, NotYourLevel),
)
async def publications_correct(
    publication_id: UUID, body: Correction, context: Publishing, response: Response, if_match: IfMatch = None
) -> PublicationView:
    """Correct a publication that is out: other words, edited in each network that can; the deliveries say what became of each.

    Words that are there already change nothing: no network is asked, and `/reviews` has no step of it.
    """
    return answer(context, response, await correct_publication(context, publication_id, body, if_match))
