"""Surveys, their rosters and their answers. How anonymous answers are kept: docs/decisions."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import JsonValue, TypeAdapter
from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from services.surveys.base import Tenant
from services.surveys.questionnaires.rules.life import Anonymity, Audience, SurveyKind, SurveyState
from services.surveys.questionnaires.rules.questions import Question
from shared.clock import random_id
from shared.db import checked_text, foreign_key, json_value, moment

_QUESTIONS = TypeAdapter(tuple[Question, ...])


class Survey(Tenant, table=True):
    organization_id: UUID  # whose members are asked, and whose staff may see it
    kind: SurveyKind = checked_text(SurveyKind)
    title: str
    questions: list[JsonValue] = json_value()  # `asked` reads them
    audience: Audience = checked_text(Audience)
    anonymity: Anonymity = checked_text(Anonymity)
    results_hidden_until_close: bool
    state: SurveyState = checked_text(SurveyState, default=SurveyState.DRAFT)
    closes_at: datetime | None = moment(default=None)
    opened_at: datetime | None = moment(default=None)
    closed_at: datetime | None = moment(default=None)
    roster_size: int = 0
    roster_shards: int = 0
    created_by: UUID | None
    created_at: datetime = moment()
    version: int = 1

    constraints: ClassVar = (
        Index(None, "tenant_id", "organization_id", "id"),
        Index(None, "tenant_id", "state", "id"),
    )

    @property
    def asked(self) -> tuple[Question, ...]:
        return _QUESTIONS.validate_python(self.questions)

    def ask(self, questions: tuple[Question, ...]) -> None:
        self.questions = _QUESTIONS.dump_python(questions, mode="json")


class RosterShard(Tenant, table=True):
    """Part of the people who are asked, in the order of their ids, and a bit for each who has taken part.

    It never says when, and nothing else does: no row, log line or message is made for an anonymous answer.
    `mixing` holds anonymous answers (JSON, sorted) of whoever it may be until there are enough of them to become rows.
    """

    survey_id: UUID = foreign_key(Survey)
    number: int
    person_ids: list[UUID] = Field(sa_type=ARRAY(Uuid))  # pyright: ignore[reportArgumentType, reportCallIssue] - SQLModel takes an instance, its stub wants a class
    taken_part: bytes = Field(sa_type=LargeBinary)
    mixing: list[str] = Field(default_factory=list[str], sa_type=ARRAY(Text))  # pyright: ignore[reportArgumentType, reportCallIssue] - as above

    constraints: ClassVar = (UniqueConstraint("tenant_id", "survey_id", "number"),)


class AnonymousResponse(Tenant, table=True):
    """An answer of nobody in particular: a random id, and neither person nor time."""

    id: UUID = Field(default_factory=random_id, primary_key=True)
    survey_id: UUID = foreign_key(Survey)
    answers: dict[str, JsonValue] = json_value()


class NamedResponse(Tenant, table=True):
    survey_id: UUID = foreign_key(Survey)
    person_id: UUID
    answers: dict[str, JsonValue] = json_value()
    answered_at: datetime = moment()

    constraints: ClassVar = (
        UniqueConstraint("tenant_id", "survey_id", "person_id"),
        Index(None, "tenant_id", "survey_id", "id"),
    )
