"""Asking the gateway to tell those whom a survey asks: part by part, each in a transaction of its own."""

from sqlmodel import select

from services.surveys.questionnaires.rules.life import SurveyState
from services.surveys.questionnaires.rules.tellings import PAUSE, Occasion, closing_told_at, whom_to_tell, words_of
from services.surveys.questionnaires.tables import RosterShard, Survey
from shared.app import public_id
from shared.context import Context
from shared.contracts.gateway import PEOPLE_AT_ONCE, NotificationRequested
from shared.contracts.surveys import SurveyTellingDue


async def plan_tellings(context: Context, survey: Survey) -> None:
    """Of a survey that opens now: at once, and once more before it closes."""
    await context.emit(SurveyTellingDue(survey_id=survey.id, occasion=Occasion.OPENED))
    reminder_at = closing_told_at(context.now, survey.closes_at)
    if reminder_at is not None:
        closing = SurveyTellingDue(survey_id=survey.id, occasion=Occasion.CLOSING)
        await context.emit(closing, available_at=reminder_at)


async def tell_next(context: Context, due: SurveyTellingDue) -> None:
    """The next part, and a wake-up for the one after it. What has closed meanwhile is told no further."""
    survey = await context.store.get(Survey, due.survey_id)
    if survey.state is not SurveyState.OPEN:
        return
    query = select(RosterShard).where(
        RosterShard.tenant_id == context.tenant_id,
        RosterShard.survey_id == survey.id,
        RosterShard.number == due.shard,
    )
    shard = await context.store.first(query)
    if shard is None:  # the last one is done
        return
    occasion = Occasion(due.occasion)
    end = due.start + PEOPLE_AT_ONCE
    people = whom_to_tell(occasion, survey.anonymity, shard.person_ids, shard.taken_part, range(due.start, end))
    if people:
        await context.emit(
            NotificationRequested(
                kind=f"survey_{occasion}",
                incident=f"survey:{survey.id}:{occasion}",
                organization_id=survey.organization_id,
                person_ids=tuple(people),
                title=dict(words_of(occasion, survey.anonymity, survey.title)),
                link=f"/v1/surveys/{public_id(context.tenant_id, survey.id)}",
            )
        )
    is_shard_done = end >= len(shard.person_ids)
    place = {"shard": due.shard + 1, "start": 0} if is_shard_done else {"start": end}
    if due.shard + is_shard_done < survey.roster_shards:
        await context.emit(due.model_copy(update=place), available_at=context.now + PAUSE)
