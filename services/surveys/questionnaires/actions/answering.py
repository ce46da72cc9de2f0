"""Taking answers: many at once, each only once, and of an anonymous one nothing that could join it to a person.

What was fixed at the opening (the questions, the people) is read once and kept; what can change (the state, the bits)
is read under locks. All answers that are waiting for the same shard of the same roster share one transaction:

    lock the survey's row against closing and the shard's row against others -> set bits -> keep answers

An anonymous answer takes no part in anything else: no message, no idempotency record (the bit makes a retry safe), no
log line. Beside the bits answers mix with others before they become rows (`rules.mixing`).
"""

import json
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import LargeBinary, Text, Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from services.surveys.directory.tables import DIRECTORY
from services.surveys.questionnaires.rules.life import Anonymity, SurveyState, check_accepts_answers
from services.surveys.questionnaires.rules.mixing import mix
from services.surveys.questionnaires.rules.questions import Answer, Question, check_answers
from services.surveys.questionnaires.rules.roster import AlreadyAnswered, NotOnRoster, place_of, shard_of, take_part
from services.surveys.questionnaires.tables import RosterShard, Survey
from shared.app import id_within
from shared.clock import new_id, random_id
from shared.context import unit_of_work
from shared.errors import NotFound, Problem, Unauthenticated
from shared.group_writer import GroupWriter
from shared.identity import Caller, system
from shared.permissions import Permission
from shared.runtime import Runtime

_KEPT_SURVEYS = 500
_KEPT_SHARDS = 40  # 200,000 people, some 20 MB

_HOLD = text(
    "SELECT survey.state, survey.closes_at, shard.taken_part, shard.mixing "
    "FROM surveys.survey AS survey JOIN surveys.roster_shard AS shard "
    "ON shard.tenant_id = survey.tenant_id AND shard.survey_id = survey.id "
    "WHERE survey.tenant_id = :tenant_id AND survey.id = :survey_id AND shard.number = :shard "
    "FOR KEY SHARE OF survey FOR UPDATE OF shard"
)
_CHANGE_SHARD = text(
    "UPDATE surveys.roster_shard SET taken_part = :taken_part, mixing = :mixing "
    "WHERE tenant_id = :tenant_id AND survey_id = :survey_id AND number = :shard"
).bindparams(bindparam("taken_part", type_=LargeBinary), bindparam("mixing", type_=ARRAY(Text)))
_GIVEN = (bindparam("ids", type_=ARRAY(Uuid)), bindparam("answers", type_=ARRAY(Text)))
_KEEP_ANONYMOUS = text(
    "INSERT INTO surveys.anonymous_response (tenant_id, id, survey_id, answers) "
    "SELECT :tenant_id, given.id, :survey_id, CAST(given.answers AS jsonb) "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:answers AS text[])) AS given(id, answers)"
).bindparams(*_GIVEN)
_KEEP_NAMED = text(
    "INSERT INTO surveys.named_response (tenant_id, id, survey_id, person_id, answers, answered_at) "
    "SELECT :tenant_id, given.id, :survey_id, given.person_id, CAST(given.answers AS jsonb), :now "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:people AS uuid[]), CAST(:answers AS text[])) "
    "AS given(id, person_id, answers)"
).bindparams(*_GIVEN, bindparam("people", type_=ARRAY(Uuid)))

Key = TypeVar("Key", bound=Hashable)
Kept = TypeVar("Kept")


class _Recent(Generic[Key, Kept]):
    """The most recently used of what never changes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[Key, Kept] = OrderedDict()

    def get(self, key: Key) -> Kept | None:
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
        return kept

    def keep(self, key: Key, value: Kept) -> Kept:
        self._kept[key] = value
        if len(self._kept) > self._limit:
            self._kept.popitem(last=False)
        return value


@dataclass(frozen=True)
class _Asked:
    """What the opening fixed."""

    organization_id: UUID
    anonymity: Anonymity
    questions: tuple[Question, ...]
    shards: int


@dataclass(frozen=True)
class _Shard:
    tenant_id: UUID
    survey_id: UUID
    number: int
    anonymity: Anonymity

    @property
    def keys(self) -> dict[str, object]:
        return {"tenant_id": self.tenant_id, "survey_id": self.survey_id}


@dataclass(frozen=True)
class _Given:
    """One person's answers on their way into the database."""

    place: int
    person_id: UUID
    answers: str  # JSON


class AnswerTaker:
    """One per process. `take` returns when the answer is committed."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._writer = GroupWriter[_Shard, _Given, None](self._write)
        self._surveys = _Recent[tuple[UUID, UUID], _Asked](_KEPT_SURVEYS)
        self._people = _Recent[_Shard, list[UUID]](_KEPT_SHARDS)

    async def take(self, caller: Caller, survey_id: str, answers: dict[str, Answer]) -> None:
        """Raises NotFound, NotOnRoster, InvalidAnswers, AlreadyAnswered, SurveyClosed."""
        if caller.tenant_id is None or caller.person_id is None:
            raise Unauthenticated
        row_id = id_within(caller.tenant_id, survey_id)
        asked = await self._asked(caller.tenant_id, row_id)
        number = shard_of(caller.person_id, asked.shards)
        shard = _Shard(caller.tenant_id, row_id, number, asked.anonymity)
        place = place_of(caller.person_id, await self._people_of(shard))
        if place is None:
            await self._refuse(caller, caller.tenant_id, asked)
        else:
            kept = check_answers(asked.questions, answers)
            given = _Given(place, caller.person_id, json.dumps(kept, ensure_ascii=False))
            await self._writer.write(shard, given)

    async def drain(self) -> None:
        await self._writer.drain()

    async def _asked(self, tenant_id: UUID, survey_id: UUID) -> _Asked:
        """Raises NotFound for what is not there or was never opened. That it is over, only those who were asked hear."""
        key = (tenant_id, survey_id)
        asked = self._surveys.get(key)
        if asked is not None:
            return asked
        async with unit_of_work(self._runtime, tenant_id, system(tenant_id)) as context:
            survey = await context.store.get(Survey, survey_id)
        if survey.opened_at is None:
            raise NotFound
        return self._surveys.keep(
            key, _Asked(survey.organization_id, survey.anonymity, survey.asked, survey.roster_shards)
        )

    async def _people_of(self, shard: _Shard) -> list[UUID]:
        people = self._people.get(shard)
        if people is not None:
            return people
        async with unit_of_work(self._runtime, shard.tenant_id, system(shard.tenant_id)) as context:
            found = await context.store.first(
                select(RosterShard).where(
                    RosterShard.tenant_id == shard.tenant_id,
                    RosterShard.survey_id == shard.survey_id,
                    RosterShard.number == shard.number,
                )
            )
        if found is None:
            raise NotFound
        return self._people.keep(shard, found.person_ids)

    async def _refuse(self, caller: Caller, tenant_id: UUID, asked: _Asked) -> None:
        """Raises NotOnRoster to those who see the organization, NotFound to the others."""
        async with unit_of_work(self._runtime, tenant_id, caller) as context:
            await DIRECTORY.reachable(context, asked.organization_id, Permission.SEE_ORGANIZATION)
        raise NotOnRoster

    async def _write(self, shard: _Shard, group: Sequence[_Given]) -> list[Problem | None]:
        """One transaction. Raises NotFound or SurveyClosed for the whole group."""
        now = self._runtime.clock.now()
        async with self._runtime.database.transaction(shard.tenant_id) as session:
            held = (await session.execute(_HOLD, {**shard.keys, "shard": shard.number})).first()
            if held is None:
                raise NotFound
            check_accepts_answers(SurveyState(held.state), held.closes_at, now)
            taken_part, first_time = take_part(held.taken_part, [given.place for given in group])
            new = [given for given, first in zip(group, first_time, strict=True) if first]
            if new:
                mixing = await self._keep(session, shard, new, held.mixing)
                changed = {"shard": shard.number, "taken_part": taken_part, "mixing": mixing}
                await session.execute(_CHANGE_SHARD, {**shard.keys, **changed})
        return [None if first else AlreadyAnswered() for first in first_time]

    async def _keep(self, session: AsyncSession, shard: _Shard, group: list[_Given], waiting: list[str]) -> list[str]:
        """Returns what is mixing from now on."""
        answers = [given.answers for given in group]
        if shard.anonymity is Anonymity.ANONYMOUS:
            waiting, rows = mix(waiting, answers)
            if rows:
                ids = [random_id() for _ in rows]
                by_id = sorted(zip(ids, rows, strict=True))
                values = {"ids": [row_id for row_id, _ in by_id], "answers": [row for _, row in by_id]}
                await session.execute(_KEEP_ANONYMOUS, {**shard.keys, **values})
        else:
            values = {"ids": [new_id() for _ in group], "people": [given.person_id for given in group]}
            named = {**values, "answers": answers, "now": self._runtime.clock.now()}
            await session.execute(_KEEP_NAMED, {**shard.keys, **named})
        return waiting
