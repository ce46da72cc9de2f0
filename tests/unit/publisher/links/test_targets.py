"""Where short links may lead, and what is written into their address."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.links.rules.places import MEDIUM, PlaceKind, is_machine, utm_at
from services.publisher.links.rules.targets import (
    NotAHost,
    UnsafeTarget,
    Utm,
    normal_host,
    normal_target,
    own_hosts_of,
    with_utm,
)

OWN = frozenset({"own.test", "xn--g1anacfhu6f.xn--p1ai"})


@given(
    scheme=st.sampled_from(["https", "http", "javascript", "HTTPS", "", "data", "//"]),
    host=st.sampled_from(["own.test", "OWN.test", "evil.test", "own.test.evil.test", "evil.test\\.own.test", ""])
    | st.text(max_size=20),
    rest=st.text(max_size=40),
)
def test_whatever_is_kept_leads_to_an_own_host(scheme: str, host: str, rest: str) -> None:
    try:
        kept = normal_target(f"{scheme}://{host}{rest}", OWN)
    except UnsafeTarget:
        return
    parts = urlsplit(kept)
    assert (parts.scheme, parts.netloc in OWN) == ("https", True)
    assert kept.isascii()
    assert kept.isprintable()
    assert normal_target(kept, OWN) == kept


@pytest.mark.parametrize(
    "url",
    [
        "//evil.test",
        "https://evil.test",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://[",
        "https://own.test@evil.test",
        "https://user:secret@own.test/",
        "https://@own.test/",
        "https://evil.test\\.own.test",
        "https://own.test\\@evil.test",
        "https:own.test",
        "https:///own.test",
        "http://own.test/",
        "https://own.test:8443/",
        "https://own.test:x/",
        "https://own.test.evil.test/",
        "https://evil.test/https://own.test/",
        "https://own.test/a\r\nset-cookie: a=b",
        "https://ow\tn.test/",
        " https://own.test/",
        "https://own.test/" + "a" * 2000,
        "https://own.test/" + "ы" * 400,
        "https://" + "a" * 70 + ".own.test/",
        "",
    ],
)
def test_known_tricks_are_refused(url: str) -> None:
    with pytest.raises(UnsafeTarget):
        normal_target(url, OWN)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://own.test", "https://own.test/"),
        ("HTTPS://OWN.TEST:443/a?b=1#c", "https://own.test/a?b=1#c"),
        ("https://Профсоюз.РФ/вступить?имя=да", "https://xn--g1anacfhu6f.xn--p1ai/%D0%B2%D1%81%D1%82%D1%83%D0%BF%D0%B8%D1%82%D1%8C?%D0%B8%D0%BC%D1%8F=%D0%B4%D0%B0"),
        ("https://own.test/%D0%B2?a=b%20c&d", "https://own.test/%D0%B2?a=b%20c&d"),
        ("https://ｏｗｎ.test/", "https://own.test/"),
    ],
)  # fmt: skip
def test_an_address_is_written_in_one_way(url: str, kept: str) -> None:
    assert normal_target(url, OWN) == kept


@pytest.mark.parametrize(
    "text", ["localhost", "10.0.0.1", "a", "own.test/path", "own .test", "-a.test", "own.test:80", "a..b", "mail.local"]
)
def test_what_is_no_public_host_is_refused(text: str) -> None:
    with pytest.raises(NotAHost):
        normal_host(text)


def test_a_host_is_kept_as_the_wire_has_it() -> None:
    assert normal_host("Профсоюз.РФ") in OWN
    assert normal_host("Own.Test") == "own.test"


def test_the_installations_own_hosts_count() -> None:
    assert own_hosts_of("https://Vmeste.test:8443/", {"Union.test"}) == {"vmeste.test", "union.test"}


def test_a_campaign_is_added_where_nothing_says_it() -> None:
    utm = Utm("vk", "social", "jubilee-2026")
    assert with_utm("https://own.test/", None) == "https://own.test/"
    assert with_utm("https://own.test/?a=1#top", utm) == (
        "https://own.test/?a=1&utm_source=vk&utm_medium=social&utm_campaign=jubilee-2026#top"
    )
    assert "utm_source=card" in with_utm("https://own.test/?utm_source=card", utm)
    assert with_utm("https://own.test/?utm_source=card", utm).count("utm_source") == 1


def test_every_place_has_its_medium() -> None:
    assert set(MEDIUM) == set(PlaceKind)
    assert utm_at(PlaceKind.SHEET, "sheet", None) is None
    assert utm_at(PlaceKind.SHEET, "sheet", "may") == Utm("sheet", "print", "may")


@pytest.mark.parametrize(
    ("user_agent", "purpose", "machine"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "", False),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1", "", False),
        ("Mozilla/5.0 (Linux; Android 15; CUBOT X90) AppleWebKit/537.36 Chrome/141.0", "", False),
        ("Mozilla/5.0 Firefox/140.0", "prefetch;prerender", True),
        ("TelegramBot (like TwitterBot)", "", True),
        ("Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)", "", True),
        ("Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)", "", True),
        ("Mastodon/4.7 (http.rb/5; +https://mastodon.example/) Bot", "", True),
        ("", "", False),
    ],
)
def test_programs_that_say_so_are_not_people(user_agent: str, purpose: str, machine: bool) -> None:
    assert is_machine(user_agent, purpose) is machine
