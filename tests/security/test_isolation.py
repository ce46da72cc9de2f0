"""What belongs to a branch of a union is not there for anybody else: not for another branch, not for another union.

The operations come out of the API document and the requests out of the registry in `makers`, so a new route with an id
and without a row fails here. The owner's request, and requests of the foreigner's own with one id of the owner's in them,
must be answered like absent ids when the foreigner sends them, and change nothing. At last the owner's succeeds.
"""

from collections.abc import AsyncGenerator, Collection
from dataclasses import dataclass

import httpx
import pytest

from shared.contracts import ServiceName
from tests.security.attempts import Attempt, Seen, absent, is_id, is_of_another, seen, taken_over, told
from tests.security.conftest import Neighbours
from tests.security.house import Branch
from tests.security.makers import ROWS, Row, surveys
from tests.security.operations import Operation, Slot, operations

OPERATIONS = operations()
LISTS = sorted(
    name for name in ROWS if {slot.place for slot in OPERATIONS[name].slots} == {"query"} and name.endswith("_list")
)
FOR_EVERYBODY = {
    "auth_code": "a code goes to the person's own address, and the answer is the same for everybody",
    "auth_login": "a person says which of their unions they mean, and proves it by the password",
    "auth_reset_password": "a person proves themselves by the code",
    "auth_telegram": "Telegram proves whose account it is, and for whose bot",
    "auth_vk_start": "anybody sets out to a union; VK ID proves whose account it is",
    "event_registrations_create": "anybody registers for an event that is open",
    "feed_images_read": "what a public feed shows is read by everybody",
    "feed_json_read": "a public feed is read by everybody",
    "feed_rss_read": "a public feed is read by everybody",
    "invitation_links_join": "an invited person proves themselves by the link",
    "invitation_links_read": "an invited person proves themselves by the link",
    "links_follow": "whoever was shown a short link follows it",
    "network_hooks_receive": "a network proves itself by the channel's secret",
    "network_hooks_confirm": "a network proves itself by the hook's secret",
    "media_shown_read": "opens what our signature in the address names, for an hour",
    "notification_opt_outs_follow": "a reader proves themselves by the link under a mail",
    "notification_opt_outs_read": "a reader proves themselves by the link under a mail",
    "release_letters_end": "a reader proves themselves by the link in a letter",
    "release_openings_read": "a mail program loads the picture in a letter",
    "release_ends_read": "a reader proves themselves by the link in a letter",
    "request_ratings_create": "a requester proves themselves by the link's token",
}
"""Public operations with an id. Those that show staff more than others are in the registry all the same."""


@dataclass(frozen=True)
class Trespass:
    """A request of a foreigner with ids of the owner's at `slots`, and the same with ids of nothing there."""

    slots: frozenset[Slot]
    attempt: Attempt
    twin: Attempt

    @classmethod
    def made_of(cls, mine: Attempt, theirs: Attempt, slots: frozenset[Slot], known: frozenset[str]) -> "Trespass":
        attempt = twin = mine
        for slot in slots:
            attempt = attempt.having(slot, theirs[slot])
            twin = twin.having(slot, theirs[slot] if slot.name in known else absent(theirs[slot]))
        return cls(slots, attempt, twin)

    @property
    def is_filter(self) -> bool:
        return {slot.place for slot in self.slots} == {"query"}

    @property
    def statuses(self) -> set[int]:
        places = {slot.place for slot in self.slots}
        return {404} if "path" in places else {404, 422}


async def trespasses(
    operation: Operation, row: Row, foreigner: Branch, theirs: Attempt, open_to_them: Collection[str]
) -> AsyncGenerator[Trespass, None]:
    """With all ids of the owner's; then with one of them at a time in a request of the foreigner's own.

    A public id, which says whose it is, is also tried with the foreigner's union in it.
    """
    several = len(operation.slots) > 1
    mine = await row.make(foreigner) if several else theirs
    yield Trespass.made_of(theirs, theirs, operation.slots, row.in_the_open)
    public = frozenset(slot for slot in operation.slots if is_of_another(theirs[slot], foreigner.tenant_id))
    if public:
        taken = theirs
        for slot in public:
            taken = taken.having(slot, taken_over(theirs[slot], foreigner.tenant_id))
        yield Trespass.made_of(theirs, taken, public, frozenset())
    if several:
        for slot in sorted(operation.slots):
            if slot.name not in open_to_them:
                yield Trespass.made_of(mine, theirs, frozenset({slot}), row.in_the_open)


def test_every_operation_with_an_id_has_a_row() -> None:
    with_ids = {
        one.id for one in OPERATIONS.values() if one.slots and not one.of_the_platform
    }  # 403: the access matrix
    public = {operation.id for operation in OPERATIONS.values() if operation.public}
    assert with_ids == ROWS.keys() | FOR_EVERYBODY.keys()
    assert public >= FOR_EVERYBODY.keys(), "none but public ones are exempt"
    assert not ROWS.keys() & FOR_EVERYBODY.keys()


@pytest.mark.parametrize("name", sorted(ROWS))
async def test_a_foreigner_finds_nothing(name: str, neighbours: Neighbours) -> None:
    operation, row = OPERATIONS[name], ROWS[name]
    theirs = await row.make(neighbours.owner)
    assert all(is_id(theirs[slot]) for slot in operation.slots)
    before = await seen(neighbours.owner, theirs.watch)
    for who, foreigner in neighbours.foreigners.items():
        open_to_them = row.within_the_union if who == "sibling" else frozenset[str]()
        own: dict[tuple[str, ...], list[Seen]] = {}
        async for trespass in trespasses(operation, row, foreigner, theirs, open_to_them):
            watched = tuple(trespass.attempt.watch)
            own[watched] = own.get(watched) or await seen(foreigner, watched)
            told_off, questions = await counted(operation, trespass.attempt, foreigner)
            where = (who, sorted(map(str, trespass.slots)), told_off.status_code, told_off.text)
            assert is_refused(trespass, told_off), where
            nothing, as_many = await counted(operation, trespass.twin, foreigner)
            assert (nothing.status_code, told(nothing)) == (told_off.status_code, told(told_off)), where
            assert questions == as_many or (row.hot and who == "sibling"), where
        for watched, state in own.items():
            assert await seen(foreigner, watched) == state, who
        assert await seen(neighbours.owner, theirs.watch) == before, who
    await succeeds(operation, theirs, neighbours.owner)


@pytest.mark.parametrize("name", LISTS)
async def test_no_list_shows_what_is_a_foreigners(name: str, neighbours: Neighbours) -> None:
    """Without any filter, where nothing but the caller's own reach decides."""
    operation = OPERATIONS[name]
    attempt = await ROWS[name].make(neighbours.owner)
    made = (await succeeds(operation, attempt, neighbours.owner)).json()["items"][0]
    made = made.get("id") or next(value for name, value in made.items() if name.endswith("_id"))
    everything = Attempt([], query={"limit": "200"})
    assert made in (await everything.send(operation, neighbours.owner.client)).text
    for who, foreigner in neighbours.foreigners.items():
        shown = await everything.send(operation, foreigner.client)
        assert (shown.status_code, made in shown.text) == (200, False), who


async def test_that_a_survey_is_over_only_those_hear_who_were_asked(neighbours: Neighbours) -> None:
    owner = neighbours.owner
    over = await surveys.survey(owner, "open", "close")
    answers = {"answers": {"need": "pay"}}
    assert (await owner.client.post(f"/v1/surveys/{over}/responses", json=answers)).status_code == 410
    for foreigner in neighbours.foreigners.values():
        assert (await foreigner.client.post(f"/v1/surveys/{over}/responses", json=answers)).status_code == 404


async def succeeds(operation: Operation, attempt: Attempt, owner: Branch) -> httpx.Response:
    answer = await attempt.send(operation, owner.client)
    assert answer.is_success, (operation.id, answer.text)
    assert "items" not in answer.text or answer.json().get("items", True), "an empty list shows nothing"
    return answer


def is_refused(trespass: Trespass, answer: httpx.Response) -> bool:
    if trespass.is_filter and answer.status_code == 200:
        return answer.json()["items"] == []
    return answer.status_code in trespass.statuses


_HARMLESS = {
    ServiceName.GATEWAY: "/v1/me",
    ServiceName.PUBLISHER: "/v1/channels",
    ServiceName.REQUESTS: "/v1/requests",
    ServiceName.SURVEYS: "/v1/events",
}


async def counted(operation: Operation, attempt: Attempt, foreigner: Branch) -> tuple[httpx.Response, list[str]]:
    """The answer, and what it took to find it."""
    await foreigner.client.get(_HARMLESS[operation.service])  # so that the caller is known already, each time
    with foreigner.services.counting(operation.service) as statements:
        return await attempt.send(operation, foreigner.client), statements
