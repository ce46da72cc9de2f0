"""Bluesky's records: keys that a repeat has again, rich text by bytes, what the account is told."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.sandbox.networks.bluesky.models import Facet
from services.publisher.networks.accounts import Network
from services.publisher.networks.bluesky.notifications import Notification, update_of
from services.publisher.networks.bluesky.records import address_of_page, facets_of, key_for, mentioned_handles
from services.publisher.networks.capabilities import TextUnit, length_in
from services.publisher.networks.inbound import CommentReceived, MemberJoined, Mentioned, Reposted
from services.publisher.networks.shortcomings import problems_of
from shared.clock import new_id

US = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"
POST = f"at://{US}/app.bsky.feed.post/3kabcdefghijk"
ANNA = {"did": "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb", "handle": "anna.bsky.social", "displayName": "Анна"}


def marked(text: str, dids: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """What is marked, as the network cuts it out of the bytes, and as what."""
    found: list[tuple[str, str]] = []
    for facet in facets_of(text, dids or {}):
        shown = Facet.model_validate(facet)
        cut = text.encode()[shown.index.byteStart : shown.index.byteEnd]
        found.append((cut.decode(), shown.features[0].type.partition("#")[2]))
    return found


@given(reference_id=st.builds(new_id))
def test_a_key_is_a_tid_and_always_the_same(reference_id: UUID) -> None:
    key = key_for(reference_id)
    assert key == key_for(UUID(str(reference_id)))
    assert len(key) == 13
    assert key[0] in "234567abcdefghij"
    assert set(key) <= set("234567abcdefghijklmnopqrstuvwxyz")


def test_keys_of_one_moment_differ() -> None:
    """Twenty bits of chance within a millisecond: two of ten are the same once in twenty thousand runs."""
    assert len({key_for(new_id()) for _ in range(10)}) == 10


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Читайте https://union.example/60.", [("https://union.example/60", "link")]),
        ("(см. https://union.example/a_(b))", [("https://union.example/a_(b)", "link")]),
        ("Акция #Вместе и #2026 год", [("#Вместе", "tag")]),
        ("🎉 Юбилей #юбилей60, ура", [("#юбилей60", "tag")]),
        ("https://union.example/#part и слово#нет", [("https://union.example/#part", "link")]),
        ("пишите на anna@union.example", []),
    ],
)
def test_links_and_hashtags_are_marked_by_bytes(text: str, expected: list[tuple[str, str]]) -> None:
    assert marked(text) == expected


def test_only_who_is_there_is_mentioned() -> None:
    text = "Спасибо @Plant.example и @nobody.example!"
    assert mentioned_handles(text) == ["plant.example", "nobody.example"]
    assert marked(text, {"plant.example": US}) == [("@Plant.example", "mention")]


def test_a_page_of_the_network_is_known_by_its_address() -> None:
    found = address_of_page("https://bsky.app/profile/anna.bsky.social/post/3kabc?ref=1")
    assert found is not None
    assert (found.repo, found.key) == ("anna.bsky.social", "3kabc")
    for other in ("https://bsky.app/profile/anna.bsky.social", "https://evil.example/profile/a.b/post/3k"):
        assert address_of_page(other) is None


def test_signs_are_counted_as_readers_see_them_and_bytes_besides() -> None:
    family = "👨‍👩‍👧‍👦"
    assert length_in(TextUnit.GRAPHEMES, family) == 1
    assert problems_of(Network.BLUESKY, "🎉" * 300) == []
    assert [s.code for s in problems_of(Network.BLUESKY, "🎉" * 301)] == ["publication.text_too_long"]
    (shortcoming,) = problems_of(Network.BLUESKY, family * 121)
    assert "3000" in shortcoming.text["en"]
    assert "байт" in shortcoming.text["ru"]


def told(reason: str, **more: object) -> Notification:
    uri = f"at://{ANNA['did']}/app.bsky.feed.post/3kzzzzzzzzzzz"
    base: dict[str, object] = {"uri": uri, "author": ANNA, "reason": reason, "indexedAt": "2026-11-23T10:00:00.000Z"}
    return Notification.model_validate(base | more)


def reply(root: str, parent: str) -> dict[str, object]:
    return {"text": "Спасибо", "reply": {"root": {"uri": root, "cid": "c"}, "parent": {"uri": parent, "cid": "c"}}}


def test_a_reply_is_a_comment_under_our_post_and_a_mention_elsewhere() -> None:
    direct = update_of(told("reply", record=reply(POST, POST)), US, "union.bsky.social")
    assert isinstance(direct, CommentReceived)
    assert (direct.post_id, direct.reply_to, direct.text) == (POST, None, "Спасибо")
    deeper = update_of(told("reply", record=reply(POST, f"{POST}x")), US, "union.bsky.social")
    assert isinstance(deeper, CommentReceived)
    assert deeper.reply_to == f"{POST}x"
    theirs = f"at://{ANNA['did']}/app.bsky.feed.post/3kyyyyyyyyyyy"
    assert isinstance(update_of(told("reply", record=reply(theirs, POST)), US, "union.bsky.social"), Mentioned)


def test_what_else_the_account_is_told() -> None:
    repost = update_of(told("repost", reasonSubject=POST), US, "union.bsky.social")
    assert isinstance(repost, Reposted)
    assert (repost.post_id, repost.url) == (POST, None)
    quote = update_of(told("quote", reasonSubject=POST, record={"text": "Вот!"}), US, "union.bsky.social")
    assert isinstance(quote, Reposted)
    assert quote.url == f"https://bsky.app/profile/{ANNA['did']}/post/3kzzzzzzzzzzz"
    joined = update_of(told("follow"), US, "union.bsky.social")
    assert isinstance(joined, MemberJoined)
    assert joined.places == (US, "union.bsky.social")
    for nothing in ("like", "verified", "starterpack-joined"):
        assert update_of(told(nothing), US, "union.bsky.social") is None
    ours = told("mention", author={**ANNA, "did": US})
    assert update_of(ours, US, "union.bsky.social") is None
