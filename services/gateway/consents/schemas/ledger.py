"""Bodies of the ledger of consents."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from services.gateway.consents.rules.ledger import Purpose, Way
from services.gateway.consents.tables import ConsentEntry, ConsentText
from shared.app import ApiModel, Moment, PageQuery, example

EVIDENCE_LIMIT = 2000
TEXT_LIMIT = 20_000


class NewConsentText(ApiModel):
    organization_id: UUID = Field(description="the organization that keeps the data")
    purpose: Purpose = Field(description="what the data may be used for")
    title: str = Field(min_length=1, max_length=300, description="what the paper is called")
    text: str = Field(min_length=1, max_length=TEXT_LIMIT, description="the words that people agree to")

    model_config = example(
        {
            "organization_id": "01936f5e-3c2a-7b1e-8f00-1a2b3c4d5e6f",
            "purpose": "greetings",
            "title": "Согласие на поздравления",
            "text": "Я разрешаю профсоюзу обрабатывать день моего рождения, чтобы поздравлять меня.",
        }
    )


class ConsentTextsQuery(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only those of this organization")
    purpose: Purpose | None = Field(default=None, description="only for this purpose")


class ConsentTextView(ApiModel):
    id: UUID = Field(description="the version's id")
    organization_id: UUID = Field(description="the organization that keeps the data")
    purpose: Purpose = Field(description="what the data may be used for")
    text_version: int = Field(description="1, 2, ... for each organization and purpose")
    title: str = Field(description="what the paper is called")
    text: str = Field(description="the words that people agree to")
    text_hash: str = Field(description="SHA-256 of the words in UTF-8, in hexadecimal")
    created_at: AwareDatetime = Field(description="since when it is in use")

    @classmethod
    def of(cls, row: ConsentText) -> "ConsentTextView":
        return cls.model_validate(row)


class _Happened(ApiModel):
    way: Way = Field(description="how")
    happened_at: Moment | None = Field(default=None, description="when; absent for now")
    evidence: str | None = Field(
        default=None,
        min_length=1,
        max_length=EVIDENCE_LIMIT,
        description="what shows it: where the paper lies, which page it was. Kept encrypted",
    )


class NewConsent(_Happened):
    person_id: UUID = Field(description="who agrees")
    consent_text_id: UUID = Field(description="the version of the words that they agree to")
    birth_day: str | None = Field(
        default=None,
        max_length=5,
        pattern=r"^[0-9]{2}-[0-9]{2}$",
        description="month and day to congratulate on, with a consent to `greetings`; forgotten when it is withdrawn",
    )

    model_config = example(
        {
            "person_id": "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e5f",
            "consent_text_id": "01936f5e-3c2a-7b1e-8f00-2a2b3c4d5e6f",
            "way": "paper",
            "evidence": "Папка 3, лист 17",
        }
    )


class Withdrawal(_Happened):
    model_config = example({"way": "in_person", "evidence": "Заявление от 3 марта"})


class ConsentsQuery(PageQuery):
    person_id: UUID | None = Field(
        default=None, description="only this person's, with those of records that were merged into theirs"
    )
    purpose: Purpose | None = Field(default=None, description="only for this purpose")


class ConsentView(ApiModel):
    id: UUID = Field(description="the consent's id")
    person_id: UUID = Field(description="who agreed")
    consent_text_id: UUID = Field(description="the version of the words")
    purpose: Purpose = Field(description="what the data may be used for")
    text_hash: str = Field(description="SHA-256 of the words, in hexadecimal")
    way: Way = Field(description="how it was given")
    given_at: AwareDatetime = Field(description="since when it holds")
    recorded_by: UUID | None = Field(description="who wrote it down")
    withdrawn_at: AwareDatetime | None = Field(description="until when it held; null while it does")
    withdrawn_way: Way | None = Field(description="how it was withdrawn")
    version: int = Field(description="2 once it is withdrawn")

    @classmethod
    def of(cls, given: ConsentEntry, withdrawn: ConsentEntry | None) -> "ConsentView":
        return cls(
            id=given.id,
            person_id=given.person_id,
            consent_text_id=given.consent_text_id,
            purpose=given.purpose,
            text_hash=given.text_hash,
            way=given.way,
            given_at=given.happened_at,
            recorded_by=given.recorded_by,
            withdrawn_at=None if withdrawn is None else withdrawn.happened_at,
            withdrawn_way=None if withdrawn is None else withdrawn.way,
            version=1 if withdrawn is None else 2,
        )
