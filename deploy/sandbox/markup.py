"""HTML as messengers take it: few tags, all closed, nothing guessed. Lengths in UTF-16 code units."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from deploy.sandbox.records import Span

ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
LARGEST_CODE_POINT = 0x10FFFF
TAG_NAME = re.compile(r"[^\s>]*")
ATTRIBUTE = re.compile(r"""\s*([^\s=>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9._-]+)))?""")
ENTITY = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|([a-z]+));?")


class MarkupError(ValueError):
    """The text does not parse; the message says what and at which byte."""


@dataclass(frozen=True)
class FormattedText:
    text: str
    spans: tuple[Span, ...]


@dataclass
class _Open:
    tag: str
    kind: str
    start: int
    order: int
    url: str | None = None
    language: str | None = None


@dataclass
class _State:
    source: str
    kinds: Mapping[str, str]
    position: int = 0
    length: int = 0  # of the plain text so far, in UTF-16 code units
    parts: list[str] = field(default_factory=list[str])
    open: list[_Open] = field(default_factory=list[_Open])
    spans: list[tuple[int, Span]] = field(default_factory=list[tuple[int, Span]])
    opened: int = 0

    def offset(self, position: int) -> int:
        return len(self.source[:position].encode())

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.length += utf16_length(text)


def utf16_length(text: str) -> int:
    """Characters as Telegram counts them: an emoji outside the basic plane is two."""
    return len(text.encode("utf-16-le")) // 2


def parse_html(source: str, kinds: Mapping[str, str]) -> FormattedText:
    """Plain text and its spans; `kinds` maps each allowed tag to the kind of span it makes. Raises MarkupError."""
    state = _State(source, kinds)
    while state.position < len(source):
        here = source[state.position]
        if here == "<":
            _end_tag(state) if source.startswith("</", state.position) else _start_tag(state)
        elif here == "&":
            _entity(state)
        else:
            end = min(
                (i for i in (source.find("<", state.position), source.find("&", state.position)) if i >= 0), default=-1
            )
            end = len(source) if end < 0 else end
            state.add(source[state.position : end])
            state.position = end
    if state.open:
        raise MarkupError(f'Can\'t find end tag corresponding to start tag "{state.open[-1].tag}"')
    spans = tuple(span for _, span in sorted(state.spans, key=lambda item: (item[1].offset, -item[1].length, item[0])))
    return trimmed("".join(state.parts), spans)


def trimmed(text: str, spans: tuple[Span, ...] = ()) -> FormattedText:
    """The text without white space around it, as it will be shown, its spans moved and cut to fit."""
    shift = utf16_length(text) - utf16_length(text.lstrip())
    text = text.strip()
    length = utf16_length(text)
    moved: list[Span] = []
    for span in spans:
        start = max(0, span.offset - shift)
        end = min(length, span.offset - shift + span.length)
        if end > start:
            moved.append(span.model_copy(update={"offset": start, "length": end - start}))
    return FormattedText(text, tuple(moved))


def _start_tag(state: _State) -> None:
    begin = state.position
    name = TAG_NAME.match(state.source, begin + 1)
    tag = name.group().lower() if name else ""
    if tag not in state.kinds:
        raise MarkupError(f'Unsupported start tag "{tag}" at byte offset {state.offset(begin)}')
    attributes = _attributes(state, tag, begin, begin + 1 + len(tag))
    kind = _kind(tag, state.kinds[tag], attributes, state.offset(begin))
    opened = _Open(tag, kind, state.length, state.opened)
    state.opened += 1
    if tag == "a":
        opened.url = attributes.get("href") or None
    if tag in {"pre", "code"} and attributes.get("class", "").startswith("language-"):
        opened.language = attributes["class"].removeprefix("language-")
    state.open.append(opened)


def _kind(tag: str, kind: str, attributes: Mapping[str, str], offset: int) -> str:
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise MarkupError(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
    if tag == "blockquote" and "expandable" in attributes:
        return "expandable_blockquote"
    return kind


def _attributes(state: _State, tag: str, begin: int, position: int) -> dict[str, str]:
    attributes: dict[str, str] = {}
    source = state.source
    while True:
        while position < len(source) and source[position].isspace():
            position += 1
        if position >= len(source):
            raise MarkupError(f"Unclosed start tag at byte offset {state.offset(begin)}")
        if source[position] == ">":
            state.position = position + 1
            return attributes
        match = ATTRIBUTE.match(source, position)
        if match is None:
            raise MarkupError(f'Empty attribute name in the tag "{tag}" at byte offset {state.offset(position)}')
        name = match.group(1).lower()
        quoted = next((group for group in match.groups()[1:] if group is not None), None)
        if quoted is None and name != "expandable":
            where = state.offset(match.end())
            raise MarkupError(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}" at byte offset {where}'
            )
        attributes[name] = ENTITY.sub(_decoded, quoted or "")
        position = match.end()


def _end_tag(state: _State) -> None:
    begin = state.position
    end = state.source.find(">", begin)
    if end < 0:
        raise MarkupError(f"Unclosed end tag at byte offset {state.offset(begin)}")
    tag = state.source[begin + 2 : end].strip().lower()
    if not state.open:
        raise MarkupError(f"Unexpected end tag at byte offset {state.offset(begin)}")
    opened = state.open.pop()
    if tag not in {"", opened.tag}:
        where = state.offset(begin)
        raise MarkupError(f'Unmatched end tag at byte offset {where}, expected "</{opened.tag}>", found "</{tag}>"')
    state.position = end + 1
    if state.length == opened.start:
        return
    if opened.tag == "a" and opened.url is None:
        return  # a link without an address is text
    inner = state.spans[-1][1] if state.spans else None
    length = state.length - opened.start
    code = (state.kinds.get("code"), opened.start, length)
    if opened.tag == "pre" and inner and (inner.kind, inner.offset, inner.length) == code:
        state.spans.pop()  # <pre><code class="language-x"> is one span
        opened.language = inner.language
    span = Span(
        kind=opened.kind,
        offset=opened.start,
        length=length,
        url=opened.url,
        language=opened.language if opened.tag == "pre" or state.open else None,
    )
    state.spans.append((opened.order, span))


def _entity(state: _State) -> None:
    match = ENTITY.match(state.source, state.position)
    if match is None:
        state.add("&")
        state.position += 1
        return
    state.add(_decoded(match))
    state.position = match.end()


def _decoded(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name is not None:
        return ENTITIES.get(name, match.group())
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if code == 0 or code > LARGEST_CODE_POINT or 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 - surrogates
        return match.group()
    return chr(code)
