"""The chain of seals: whatever is done to it, it does not hold any more."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.audit.rules import (
    LATENESS,
    NO_HASH,
    Entry,
    Flaw,
    Seal,
    flaw_of,
    hash_of,
    head_of,
    line_of,
    oldest_unsealed,
    pseudonym,
    text_of,
)
from shared.clock import new_id

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)

words = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
entries = st.builds(
    Entry,
    id=st.uuids(),
    service=words,
    operation=words,
    actor_kind=words,
    actor=st.none() | words,
    resource=words,
    status=st.integers(100, 599),
    occurred_at=st.datetimes(timezones=st.just(UTC)),
    request_id=words,
)
batches = st.lists(st.lists(entries, min_size=1, max_size=4), min_size=1, max_size=4)


def sealed(batches: list[list[Entry]]) -> list[tuple[Seal, list[Entry]]]:
    chain: list[tuple[Seal, list[Entry]]] = []
    previous = NO_HASH
    for number, batch in enumerate(batches, 1):
        seal = Seal(number, previous, hash_of([head_of(number, previous, AT), *map(line_of, batch)]), len(batch), AT)
        chain.append((seal, batch))
        previous = seal.hash
    return chain


def first_flaw(chain: list[tuple[Seal, list[Entry]]]) -> tuple[int, Flaw] | None:
    previous = NO_HASH
    for number, (seal, batch) in enumerate(chain, 1):
        flaw = flaw_of(seal, batch, expected=number, previous_hash=previous)
        if flaw is not None:
            return number, flaw
        previous = seal.hash
    return None


@given(batches)
def test_what_was_sealed_holds(batches: list[list[Entry]]) -> None:
    assert first_flaw(sealed(batches)) is None


@given(batches, st.data())
def test_any_changed_field_is_found(batches: list[list[Entry]], data: st.DataObject) -> None:
    chain = sealed(batches)
    number = data.draw(st.integers(0, len(chain) - 1))
    seal, batch = chain[number]
    place = data.draw(st.integers(0, len(batch) - 1))
    field = data.draw(st.sampled_from(["operation", "actor", "resource", "request_id", "status"]))
    value = 600 if field == "status" else f"{getattr(batch[place], field)}x"
    changed = [*batch[:place], replace(batch[place], **{field: value}), *batch[place + 1 :]]
    chain[number] = (seal, changed)
    assert first_flaw(chain) == (number + 1, Flaw.CHANGED)


@given(batches, st.data())
def test_a_removed_added_or_moved_entry_is_found(batches: list[list[Entry]], data: st.DataObject) -> None:
    chain = sealed(batches)
    number = data.draw(st.integers(0, len(chain) - 1))
    seal, batch = chain[number]
    extra = replace(batch[0], id=UUID(int=1), operation="smuggled")
    for changed in (batch[1:], [*batch, extra], [extra, *batch], [*batch[1:], extra]):
        assert first_flaw([*chain[:number], (seal, changed), *chain[number + 1 :]]) == (number + 1, Flaw.CHANGED)


@given(st.lists(st.lists(entries, min_size=1, max_size=2), min_size=2, max_size=4), st.data())
def test_a_missing_or_rewritten_seal_is_found(batches: list[list[Entry]], data: st.DataObject) -> None:
    chain = sealed(batches)
    number = data.draw(st.integers(0, len(chain) - 2))
    assert first_flaw([*chain[:number], *chain[number + 1 :]]) == (number + 1, Flaw.GAP)
    seal, batch = chain[number]
    rewritten = [replace(entry, operation=f"{entry.operation}x") for entry in batch]
    resealed = replace(seal, hash=hash_of(text_of(seal, rewritten)))
    assert first_flaw([*chain[:number], (resealed, rewritten), *chain[number + 1 :]]) == (number + 2, Flaw.UNLINKED)


@given(entries)
def test_a_line_is_one_line_of_json(entry: Entry) -> None:
    line = line_of(entry)
    assert "\n" not in line
    assert json.loads(line)["operation"] == entry.operation


def test_a_seal_can_be_checked_with_sha256_alone() -> None:
    (seal, batch), *_ = sealed([[Entry(UUID(int=7), "publisher", "x", "person", None, "/v1/x", 200, AT, "r")]])
    assert seal.hash == sha256("".join(f"{line}\n" for line in text_of(seal, batch)).encode()).hexdigest()
    assert text_of(seal, batch)[0] == (
        f'{{"previous_hash":"{NO_HASH}","sealed_at":"2026-03-02T09:00:00.000000+00:00","sequence":1}}'
    )


@given(st.uuids(), st.uuids(), st.uuids(), st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_a_pseudonym_is_one_persons_in_one_tenant_under_one_key(
    tenant: UUID, person: UUID, other: UUID, key: bytes, other_key: bytes
) -> None:
    name = pseudonym(key, tenant, person)
    assert name == pseudonym(key, tenant, person)
    assert len(name) == 32
    assert person.hex not in name
    if person != other:
        assert name != pseudonym(key, tenant, other)
        assert pseudonym(key, person, tenant) != name or tenant == person
    if key != other_key:
        assert name != pseudonym(other_key, tenant, person)


def test_no_unsealed_entry_is_looked_for_further_back_than_one_can_be_late() -> None:
    newest = new_id()
    oldest = oldest_unsealed(newest)
    assert oldest_unsealed(None) == UUID(int=0)
    assert (newest.int >> 80) - (oldest.int >> 80) == LATENESS / timedelta(milliseconds=1)
    assert oldest < newest
