"""Bodies of terms and incidents."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from services.gateway.consents.rules.incidents import Clock, DataKind, IncidentState, Notice
from services.gateway.consents.tables import Incident
from shared.app import ApiModel, Moment, PageQuery, example
from shared.contracts.states import Kept

DAYS = Field(ge=1, le=10_000, description="for how many days")


class ChosenTerm(ApiModel):
    kind: Kept = Field(description="of what")
    days: int = DAYS


class ChosenTerms(ApiModel):
    policies: list[ChosenTerm] = Field(max_length=len(Kept), description="kinds that are not named have the usual term")

    model_config = example({"policies": [{"kind": "access_log", "days": 1095}]})


class TermView(ApiModel):
    kind: Kept = Field(description="of what")
    days: int = Field(description="in force")
    usual_days: int = Field(description="unless chosen otherwise")
    least_days: int = Field(description="the shortest term that may be chosen")
    most_days: int = Field(description="the longest term that may be chosen")
    why: dict[str, str] = Field(description="the reason of the bounds, in ru and en")


class TermsView(ApiModel):
    policies: list[TermView] = Field(description="every kind of data that is kept for a time")
    version: int = Field(description="of the choice")


class _Description(ApiModel):
    what_happened: str = Field(min_length=1, max_length=5000, description="what is known; no names")
    data_kinds: list[DataKind] = Field(min_length=1, max_length=len(DataKind), description="what kinds of data")
    people_count: int | None = Field(
        default=None, ge=0, le=100_000_000, description="how many people it concerns; null while unknown"
    )
    measures: str = Field(max_length=5000, description="what was done about it; may be empty at first")


class NewIncident(_Description):
    organization_id: UUID = Field(description="where it happened")
    noticed_at: Moment = Field(description="when it was noticed: the clocks run from then")

    model_config = example(
        {
            "organization_id": "01936f5e-3c2a-7b1e-8f00-1a2b3c4d5e6f",
            "what_happened": "Список участников отправлен не тому адресату",
            "data_kinds": ["names", "contacts"],
            "people_count": 40,
            "measures": "Адресат подтвердил, что удалил письмо",
            "noticed_at": "2026-03-02T09:30:00+03:00",
        }
    )


class IncidentChange(_Description):
    model_config = example(
        {
            "what_happened": "Список участников отправлен не тому адресату",
            "data_kinds": ["names", "contacts"],
            "people_count": 38,
            "measures": "Письмо удалено, доступ к спискам ограничен",
        }
    )


class Told(ApiModel):
    notice: Notice = Field(description="which notice")
    told_at: Moment | None = Field(default=None, description="when; absent for now")

    model_config = example({"notice": "first_notice"})


class IncidentsQuery(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only those of this subtree")
    state: IncidentState | None = Field(default=None, description="only in this state")


class ClockView(ApiModel):
    notice: Notice = Field(description="what Roskomnadzor must be told")
    due_at: AwareDatetime = Field(description="by when")
    told_at: AwareDatetime | None = Field(description="when it was told")
    overdue: bool = Field(description="not told in time")

    @classmethod
    def of(cls, clock: Clock, now: AwareDatetime) -> "ClockView":
        return cls(notice=clock.notice, due_at=clock.due_at, told_at=clock.told_at, overdue=clock.is_overdue(now))


class IncidentView(ApiModel):
    id: UUID = Field(description="the incident's id")
    organization_id: UUID = Field(description="where it happened")
    what_happened: str = Field(description="what is known")
    data_kinds: list[DataKind] = Field(description="what kinds of data")
    people_count: int | None = Field(description="how many people it concerns")
    measures: str = Field(description="what was done about it")
    noticed_at: AwareDatetime = Field(description="when it was noticed")
    clocks: list[ClockView] = Field(description="the notices that the law asks for")
    state: IncidentState = Field(description="open until all was told and it is closed")
    created_by: UUID | None = Field(description="who wrote it down")
    created_at: AwareDatetime = Field(description="when it was written down")
    version: int = Field(description="of the incident")

    @classmethod
    def of(cls, row: Incident, now: AwareDatetime) -> "IncidentView":
        return cls(
            id=row.id,
            organization_id=row.organization_id,
            what_happened=row.what_happened,
            data_kinds=[DataKind(str(kind)) for kind in row.data_kinds],
            people_count=row.people_count,
            measures=row.measures,
            noticed_at=row.noticed_at,
            clocks=[ClockView.of(clock, now) for clock in row.clocks],
            state=row.state,
            created_by=row.created_by,
            created_at=row.created_at,
            version=row.version,
        )
