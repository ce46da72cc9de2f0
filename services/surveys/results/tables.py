"""What of a survey's results has been published so far. Its id is the survey's."""

from typing import ClassVar

from pydantic import JsonValue, TypeAdapter
from sqlalchemy import ForeignKeyConstraint

from services.surveys.base import Tenant
from services.surveys.results.rules import NOTHING, Figures
from shared.db import json_value

_FIGURES = TypeAdapter(Figures)


class PublishedResults(Tenant, table=True):
    """Figures go on from here in safe steps; without it two readings could differ by one person's answer."""

    people: int = 0  # who took part
    figures: dict[str, JsonValue] = json_value(default_factory=dict[str, JsonValue])  # by question

    constraints: ClassVar = (
        ForeignKeyConstraint(["tenant_id", "id"], ["surveys.survey.tenant_id", "surveys.survey.id"]),
    )

    def figures_of(self, question_id: str) -> Figures:
        kept = self.figures.get(question_id)
        return NOTHING if kept is None else _FIGURES.validate_python(kept)

    def publish(self, people: int, figures: dict[str, Figures]) -> None:
        self.people = people
        self.figures = {name: _FIGURES.dump_python(each, mode="json") for name, each in figures.items()}
