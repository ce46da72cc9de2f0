"""What a network would refuse is known before anything is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.networks.accounts import Ability, Network
from services.publisher.networks.capabilities import CAPABILITIES, TextUnit, length_in
from services.publisher.networks.contents import BUTTONS_IN_A_ROW, Button, button_rows
from services.publisher.networks.shortcomings import ImageFacts, problems_of, problems_of_account, problems_of_direct

EVERY = pytest.mark.parametrize("network", Network)
OPENED = pytest.mark.parametrize("network", [n for n in Network if CAPABILITIES[n].secrets])  # the others are our own
GOOD = ImageFacts(width=1080, height=1080, size=200_000)
TARGETS = {
    Network.TELEGRAM: "-1002000000001",
    Network.VK: "225000001",
    Network.MAX: "-70000000000005",
    Network.OK: "54116239147097",
    Network.BLUESKY: "union.bsky.social",
    Network.MASTODON: "union@mastodon.example",
    Network.EMAIL: "news@lists.union.example",
    Network.INSTAGRAM: "17841400000000001",
    Network.FEED: "AZ" * 21 + "A",
}
SECRETS = {
    Network.TELEGRAM: {"token": "7100000001:AA" + "x" * 33},
    Network.VK: {"community_token": "vk1.a." + "x" * 80},
    Network.MAX: {"token": "f9LHodD0cOLK-x_" + "y" * 40},
    Network.OK: {
        "application_key": "CBAFJIICABABABABA",
        "session_secret_key": "0123456789abcdef" * 2,
        "access_token": "tkn1" + "x" * 40 + ":CBAFJIICABABABABA",
    },
    Network.MASTODON: {"token": "x" * 43},
    Network.BLUESKY: {"app_password": "abcd-efgh-2345-wxyz", "server": "pds.union.example"},
    Network.EMAIL: {
        "mailbox": "press@union.example",
        "smtp_url": "smtps://press@union.example:p%40ss@smtp.union.example:465",
        "imap_url": "imaps://press:pass-word@imap.union.example",
        "sender_name": "Профсоюз завода «Вымпел»",
    },
    Network.INSTAGRAM: {"token": "IGAA" + "x" * 60, "app_id": "640000000000001", "app_secret": "0123456789abcdef" * 2},
    Network.FEED: {},
}


def codes(network: Network, text: str, images: int = 0) -> list[str]:
    return [shortcoming.code for shortcoming in problems_of(network, text, [GOOD] * images)]


@EVERY
def test_every_network_has_capabilities_and_texts_fit_until_the_limit(network: Network) -> None:
    limit, images = CAPABILITIES[network].texts.post, CAPABILITIES[network].images.least
    assert codes(network, "я" * (limit - 1), images) == []
    assert codes(network, "я" * limit, images) == []
    assert codes(network, "я" * (limit + 1), images) == ["publication.text_too_long"]


@EVERY
def test_a_text_with_images_is_a_caption(network: Network) -> None:
    limit = CAPABILITIES[network].texts.caption
    assert codes(network, "я" * limit, images=1) == []
    assert codes(network, "я" * (limit + 1), images=1) == ["publication.text_too_long"]


def test_an_account_is_not_said_to_do_what_its_network_has_not_got() -> None:
    telegram, vk = CAPABILITIES[Network.TELEGRAM], CAPABILITIES[Network.VK]
    assert {ability for ability in Ability if not telegram.has(ability)} == {Ability.STORIES, Ability.RECONCILE}
    assert all(vk.has(ability) for ability in Ability)


@EVERY
def test_a_direct_message_has_its_own_limit(network: Network) -> None:
    limit = CAPABILITIES[network].texts.direct
    assert problems_of_direct(network, "я" * limit) == []
    (shortcoming,) = problems_of_direct(network, "я" * (limit + 1))
    assert shortcoming.code == "conversation.text_too_long"
    assert str(limit) in shortcoming.text["ru"]
    assert str(limit) in shortcoming.text["en"]


@given(text=st.text())
def test_utf16_counts_what_lies_outside_the_basic_plane_twice(text: str) -> None:
    beyond = sum(ord(character) > 0xFFFF for character in text)
    assert length_in(TextUnit.UTF16, text) == length_in(TextUnit.CHARACTERS, text) + beyond


def test_telegram_counts_in_utf16() -> None:
    assert codes(Network.TELEGRAM, "🎉" * 2048) == []
    assert codes(Network.TELEGRAM, "🎉" * 2048 + ".") == ["publication.text_too_long"]
    assert codes(Network.MAX, "🎉" * 4000) == []


@EVERY
@pytest.mark.parametrize("text", ["", "  \n\t"])
def test_nothing_at_all_is_no_post_but_an_image_alone_is(network: Network, text: str) -> None:
    without = "publication.images_needed" if CAPABILITIES[network].images.least else "publication.empty"
    assert codes(network, text) == [without]
    assert codes(network, text, images=1) == []


@EVERY
def test_there_is_a_limit_of_images(network: Network) -> None:
    assert codes(network, "Пост", images=CAPABILITIES[network].images.most) == []
    assert codes(network, "Пост", images=CAPABILITIES[network].images.most + 1) == ["publication.too_many_images"]


@pytest.mark.parametrize(
    "image",
    [
        ImageFacts(width=5000, height=5001, size=1000),
        ImageFacts(width=2100, height=100, size=1000),
        ImageFacts(width=100, height=2100, size=1000),
        ImageFacts(width=1000, height=1000, size=10_000_001),
        ImageFacts(width=100, height=0, size=1000),
    ],
)
def test_telegram_takes_no_huge_or_narrow_images(image: ImageFacts) -> None:
    (shortcoming,) = problems_of(Network.TELEGRAM, "Пост", [GOOD, image])
    assert shortcoming.code == "publication.image_not_taken"
    assert shortcoming.text["ru"].startswith("Изображение 2:")


def test_an_account_without_the_right_cannot_post_images() -> None:
    (shortcoming,) = problems_of(Network.VK, "Пост", [GOOD], unable={Ability.IMAGES})
    assert shortcoming.code == "publication.images_not_possible"
    assert problems_of(Network.VK, "Пост", unable={Ability.IMAGES}) == []


@EVERY
def test_an_account_of_good_form_has_no_problems(network: Network) -> None:
    assert problems_of_account(network, TARGETS[network], SECRETS[network]) == []


@EVERY
@pytest.mark.parametrize("target", ["", "/../", "-", "1 2", "@", "https://t.me/x", "１２３"])
def test_a_target_is_an_id_and_nothing_else(network: Network, target: str) -> None:
    assert [s.code for s in problems_of_account(network, target, SECRETS[network])] == ["channel.malformed_target"]


@OPENED
@pytest.mark.parametrize("value", ["", "x", "a/../b" * 5, "token with spaces", "перо" * 10, "x" * 20 + "\r\nHost: y"])
def test_a_secret_is_nothing_that_could_leave_its_place(network: Network, value: str) -> None:
    secrets = dict.fromkeys(SECRETS[network], value)
    found = [s.code for s in problems_of_account(network, TARGETS[network], secrets)]
    assert "channel.malformed_secret" in found or value == "a/../b" * 5  # a slash is allowed in a header, not in a URL


def test_a_slash_never_comes_into_telegrams_address() -> None:
    (shortcoming,) = problems_of_account(Network.TELEGRAM, "@union", {"token": "7100000001:a/../../b"})
    assert shortcoming.code == "channel.malformed_secret"


@OPENED
def test_secrets_must_be_those_of_the_network(network: Network) -> None:
    assert {s.code for s in problems_of_account(network, TARGETS[network], {})} == {"channel.missing_secret"}
    unknown = {**SECRETS[network], "pin": "12345678"}
    (shortcoming,) = problems_of_account(network, TARGETS[network], unknown)
    assert shortcoming.code == "channel.unknown_secret"
    assert "pin" not in shortcoming.text["en"]


@given(count=st.integers(0, 30))
def test_buttons_keep_their_order_in_short_rows(count: int) -> None:
    buttons = [Button(str(number), str(number)) for number in range(count)]
    rows = button_rows(buttons)
    assert [button for row in rows for button in row] == buttons
    assert all(0 < len(row) <= BUTTONS_IN_A_ROW for row in rows)
