"""Weekly slots of channels, and publications that go out in them."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.publisher.channels.rules.readiness import TestKey
from services.publisher.plans.actions.scheduling import schedule_into_slots
from services.publisher.plans.actions.slots import create_slot, end_slot, list_slots, read_slot
from services.publisher.plans.rules.slots import NoFreeSlot, SlotExists, TooManySlots
from services.publisher.plans.schemas.slots import NewSlot, NextSlots, SlotFilter, SlotView
from services.publisher.publications.rules.plans import TimeOutOfRange
from services.publisher.publications.rules.reviews import NotApproved
from services.publisher.publications.rules.states import NotPublishable, PublicationStateForbids
from services.publisher.publications.schemas.publications import PublicationView
from shared.app import ApiRouter, IfMatch, Page, allowed, created, etag, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["slots"])

Seeing = Annotated[Context, allowed(Permission.SEE_PUBLICATIONS)]
Publishing = Annotated[Context, allowed(Permission.PUBLISH)]
_FROM_NOW_ON = NextSlots()


@router.post(
    "/slots",
    status_code=201,
    operation_id="slots_create",
    responses=problems(NotFound, SlotExists, TooManySlots),
)
async def slots_create(body: NewSlot, context: Publishing, response: Response) -> SlotView:
    """Keep a time of the week for a channel, on the wall clock of its organization. A channel may have many."""
    slot = await create_slot(context, body)
    created(response, f"/v1/slots/{slot.id}")
    etag(response, slot.version)
    return slot


@router.get("/slots", operation_id="slots_list", responses=problems(NotFound))
async def slots_list(context: Seeing, page: Annotated[SlotFilter, Query()]) -> Page[SlotView]:
    """Slots of all channels whose publications the caller may see, newest first, with their next free turn."""
    slots, following = await list_slots(context, page)
    return Page(items=slots, next=following)


@router.get("/slots/{slot_id}", operation_id="slots_read")
async def slots_read(slot_id: UUID, context: Seeing, response: Response) -> SlotView:
    """One slot, and when it is free next."""
    slot = await read_slot(context, slot_id)
    etag(response, slot.version)
    return slot


@router.delete("/slots/{slot_id}", status_code=204, operation_id="slots_delete", responses=problems(NotFound, Stale))
async def slots_delete(slot_id: UUID, context: Publishing, if_match: IfMatch = None) -> None:
    """Delete a slot: it is kept no longer. What is scheduled into it goes out all the same; what was missed stays missed."""
    await end_slot(context, slot_id, if_match)


@router.post(
    "/publications/{publication_id}/schedule_in_slots",
    operation_id="publications_schedule_in_slots",
    responses=problems(
        NotFound, Stale, TestKey, PublicationStateForbids, NotPublishable, NotApproved, NoFreeSlot, TimeOutOfRange
    ),
)
async def publications_schedule_in_slots(
    publication_id: UUID,
    context: Publishing,
    response: Response,
    body: NextSlots = _FROM_NOW_ON,
    if_match: IfMatch = None,
) -> PublicationView:
    """Send a publication to each of its channels in that channel's next free slot. Never two publications in one slot.

    Its `plan` is the earliest of them; until the last it is `publishing`, and the calendar shows each channel's time.
    Asked again, it takes the next that are free now.
    """
    publication, parts = await schedule_into_slots(context, publication_id, body.after, if_match)
    etag(response, publication.version)
    view = PublicationView.of(publication, parts)
    return view if context.caller.key is None else view.model_copy(update={"author_id": None})
