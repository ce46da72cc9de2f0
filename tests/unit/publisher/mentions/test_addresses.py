"""One page has one address, however it is linked to."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.mentions.rules.addresses import NotAnAddress, one_address

_HOST = st.from_regex(r"[a-z]{1,10}\.(ru|example)", fullmatch=True)
_PATH = st.from_regex(r"(/[a-zA-Z0-9_-]{1,8}){0,3}/?", fullmatch=True)
_QUERY = st.from_regex(r"([a-z]{1,6}=[a-zA-Z0-9%]{0,6}&?){0,3}", fullmatch=True)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://Vestnik.Example/news/417/", "https://vestnik.example/news/417"),
        ("https://vestnik.example:443/news/417#top", "https://vestnik.example/news/417"),
        ("https://vestnik.example/news/417?utm_source=vk&utm_medium=post", "https://vestnik.example/news/417"),
        ("https://vestnik.example/news?id=417&fbclid=x", "https://vestnik.example/news?id=417"),
        ("http://[2001:4860::1]:8080/a", "http://[2001:4860::1]:8080/a"),
        ("https://vestnik.example", "https://vestnik.example"),
    ],
)
def test_what_does_not_change_the_page_is_dropped(url: str, address: str) -> None:
    assert one_address(url) == address


@pytest.mark.parametrize(
    "url",
    ["", "vestnik.example", "//vestnik.example", "javascript:alert(1)", "ftp://a.example", "https://[", "https://",
     "https://a@b.example", "https://a.example:99999/", "https://a.example/ b", "https://a.example\\b",
     "https://a.example/" + "x" * 2000, "https://a.example/" + "ж" * 900],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(NotAnAddress):
        one_address(url)


@given(host=_HOST, path=_PATH, query=_QUERY)
def test_twice_is_once(host: str, path: str, query: str) -> None:
    once = one_address(f"https://{host}{path}?{query}")
    assert one_address(once) == once


@given(st.text(max_size=200))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    with contextlib.suppress(NotAnAddress):
        assert one_address(text).startswith("http")
