"""HTML as messengers take it: what is written comes out as text, spans lie within it, and nothing is guessed."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.sandbox.markup import MarkupError, parse_html, trimmed, utf16_length
from deploy.sandbox.records import Span

KINDS = {
    "b": "bold",
    "i": "italic",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "span": "spoiler",
}
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=30)


@given(TEXT)
def test_escaped_text_comes_out_as_it_was(text: str) -> None:
    assert parse_html(html.escape(text), KINDS).text == text.strip()


@given(TEXT, TEXT, TEXT)
def test_a_span_covers_what_its_tag_enclosed(before: str, inside: str, after: str) -> None:
    parsed = parse_html(f"{html.escape(before)}<b>{html.escape(inside)}</b>{html.escape(after)}", KINDS)
    encoded = parsed.text.encode("utf-16-le")
    for span in parsed.spans:
        shown = encoded[span.offset * 2 : (span.offset + span.length) * 2].decode("utf-16-le")
        assert shown in inside
        assert span.length > 0
        assert span.offset + span.length <= utf16_length(parsed.text)


@given(st.text(alphabet='<>/&;bia "=hrefx', max_size=40))
def test_anything_parses_or_is_refused(source: str) -> None:
    try:
        parsed = parse_html(source, KINDS)
    except MarkupError:
        return
    assert all(span.offset + span.length <= utf16_length(parsed.text) for span in parsed.spans)


def test_spans_nest() -> None:
    parsed = parse_html("<b>a<i>b</i></b>", KINDS)
    assert [(s.kind, s.offset, s.length) for s in parsed.spans] == [("bold", 0, 2), ("italic", 1, 1)]


def test_code_with_a_language_is_one_span() -> None:
    parsed = parse_html('<pre><code class="language-python">x = 1</code></pre>', KINDS)
    assert parsed.spans == (Span(kind="pre", offset=0, length=5, language="python"),)


def test_a_link_without_an_address_is_text() -> None:
    assert parse_html("<a>ссылка</a>", KINDS).spans == ()


def test_an_expandable_quotation_is_told_apart() -> None:
    assert parse_html("<blockquote expandable>цитата</blockquote>", KINDS).spans[0].kind == "expandable_blockquote"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("&lt;&gt;&amp;&quot;", '<>&"'),
        ("&#1071;", "Я"),
        ("&#x42F;", "Я"),
        ("&nbsp;", "&nbsp;"),
        ("&#0;", "&#0;"),
        ("a & b", "a & b"),
    ],
)
def test_entities(source: str, text: str) -> None:
    assert parse_html(source, KINDS).text == text


@pytest.mark.parametrize(
    "source", ["<b", "<b x>", "<b =1>", "</b>", "<b>", "<b></i>", "<x>", "<span>x</span>", "</b", "<b></b"]
)
def test_what_does_not_parse(source: str) -> None:
    with pytest.raises(MarkupError):
        parse_html(source, KINDS)


def test_spans_move_with_the_white_space_that_is_cut() -> None:
    spans = (Span(kind="bold", offset=0, length=6), Span(kind="italic", offset=0, length=2))
    shown = trimmed("  слово ", spans)
    assert shown.text == "слово"
    assert shown.spans == (Span(kind="bold", offset=0, length=4),)
