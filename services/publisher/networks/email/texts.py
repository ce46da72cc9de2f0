"""Bytes of letters as text: the charsets that Russian mail comes in, broken headers, and HTML as words alone. Pure."""

import binascii
import codecs
import quopri
import re
from html import unescape
from typing import Final

_CHARSETS: Final = frozenset(  # by Python's own names: others among its codecs are no charsets at all
    {
        "ascii", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "koi8-r", "koi8-u", "cp866", "mac-cyrillic",
        *(f"cp125{number}" for number in range(9)),
        *(f"iso8859-{number}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)),
        "gb2312", "gbk", "gb18030", "big5", "shift_jis", "iso2022_jp", "euc_jp", "euc_kr",
    }
)  # fmt: skip
_HIDDEN: Final = {  # and what ends it
    tag: re.compile(rf"</{tag}\b[^<>]{{0,100}}>", re.IGNORECASE)
    for tag in ("script", "style", "title", "template", "noscript", "svg")
}
_COMMENT_END: Final = re.compile("-->")
_TAG: Final = re.compile(r"<(?P<slash>/?)(?P<name>[A-Za-z][A-Za-z0-9]{0,20})\b[^<>]{0,5000}>")
_DECLARATION: Final = re.compile(r"<[!?/][^<>]{0,5000}>")
_BLOCKS: Final = frozenset(
    {"p", "div", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "section", "article", "pre"}
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\u200b\u2060\ufeff]")
_ENCODED_WORD: Final = re.compile(r"=\?(?P<charset>[^?\s]{1,40})\?(?P<how>[bBqQ])\?(?P<text>[^?\s]*)\?=")
_LOWER: Final = re.compile(r"[а-яё]")
_UPPER: Final = re.compile(r"[А-ЯЁ]")
_LONGEST_HTML: Final = 300_000
_DEEPEST: Final = 20  # quotations within quotations that are told apart


def decoded(content: bytes, charset: str | None) -> str:
    """As the letter says it is written; when that is wrong or missing, as it most likely is."""
    for name in (_known(charset), "utf-8"):
        if name is not None:
            try:
                return content.decode(name)
            except UnicodeDecodeError:
                continue
    return _guessed(content)


def header_text(raw: str) -> str:
    """A header's words on one line. `raw` is as the parser has it: bytes that are not ASCII are surrogates.

    Mail programs break a letter of two bytes between two encoded words, so words of one charset are read together.
    """
    words: list[tuple[str | None, bytes]] = []
    end = 0
    for found in _ENCODED_WORD.finditer(raw):
        between = raw[end : found.start()]
        if between.strip() or not words:
            words.append((None, _bytes_of(between)))
        charset = found["charset"].partition("*")[0].lower()
        content = _content_of(found["how"], found["text"])
        if words[-1][0] == charset:
            words[-1] = (charset, words[-1][1] + content)
        else:
            words.append((charset, content))
        end = found.end()
    words.append((None, _bytes_of(raw[end:])))
    return " ".join(_CONTROL.sub("", "".join(decoded(content, charset) for charset, content in words)).split())


def _bytes_of(raw: str) -> bytes:
    return raw.encode("utf-8", "surrogateescape")


def _content_of(how: str, text: str) -> bytes:
    """The bytes of one encoded word; what cannot be read stays as it came."""
    sent = _bytes_of(text)
    if how in "qQ":
        return quopri.decodestring(sent, header=True)
    try:
        return binascii.a2b_base64(sent + b"=" * (-len(sent) % 4))
    except binascii.Error:
        return sent


def tidied(text: str) -> str:
    """With lines that end in one way, without what is not seen, and never more than one line empty."""
    lines = [line.rstrip() for line in _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip().replace("\xa0", " ")


def words_of_html(html: str) -> str:
    """What a reader sees, quotations marked as in plain text. No address in it is called, nothing in it is run.

    By one look at each character: Python's own parser takes minutes for what somebody can write on purpose.
    """
    reader, html = _Words(), html[:_LONGEST_HTML]
    said = place = 0  # what is told already, and where the next sign is looked for
    while (sign := html.find("<", place)) >= 0:
        tag = _TAG.match(html, sign)
        name = "" if tag is None else tag["name"].lower()
        if tag is not None:
            following = _behind(_HIDDEN[name], html, tag.end()) if name in _HIDDEN and not tag["slash"] else tag.end()
        elif html.startswith("<!--", sign):
            following = _behind(_COMMENT_END, html, sign + 4)
        elif (declared := _DECLARATION.match(html, sign)) is not None:
            following = declared.end()
        else:
            place = sign + 1  # a sign like any other
            continue
        reader.say(html[said:sign])
        said = place = following
        if tag is not None and name not in _HIDDEN:
            (reader.end if tag["slash"] else reader.begin)(name)
    reader.say(html[said:])
    return reader.text()


def _behind(sign: re.Pattern[str], html: str, place: int) -> int:
    """Behind the next `sign`; when there is none the end, as browsers have it."""
    found = sign.search(html, place)
    return len(html) if found is None else found.end()


class _Words:
    """The lines that are seen, as they come about."""

    def __init__(self) -> None:
        self._lines = [""]
        self._is_in_head = False
        self._quoted = 0

    def begin(self, tag: str) -> None:
        if tag in {"head", "body"}:
            self._is_in_head = tag == "head"
        elif tag == "blockquote":
            self._quoted = min(self._quoted + 1, _DEEPEST)
            self._begin_line()
        elif tag == "br":
            self._lines.append(self._mark())
        elif tag == "li":
            self._begin_line()
            self._lines[-1] += "- "
        elif tag in _BLOCKS:
            self._begin_line()
        elif tag == "td":
            self._lines[-1] += " "

    def end(self, tag: str) -> None:
        if tag == "head":
            self._is_in_head = False
        elif tag == "blockquote":
            self._quoted = max(0, self._quoted - 1)
            self._begin_line()
        elif tag in _BLOCKS:
            self._begin_line()
        if tag == "p":
            self._lines.append(self._mark())

    def say(self, data: str) -> None:
        if data and not self._is_in_head:
            words = re.sub(r"\s+", " ", unescape(data))
            is_at_start = self._lines[-1] == self._mark()
            self._lines[-1] += words.lstrip() if is_at_start else words

    def text(self) -> str:
        return "\n".join(self._lines)

    def _mark(self) -> str:
        return "> " * self._quoted

    def _begin_line(self) -> None:
        """On a line of its own, unless it is on one already."""
        if self._lines[-1].strip("> "):
            self._lines.append(self._mark())
        else:
            self._lines[-1] = self._mark()


def _known(charset: str | None) -> str | None:
    try:
        name = codecs.lookup((charset or "").strip()).name
    except (LookupError, ValueError):
        return None
    return name if name in _CHARSETS and name != "ascii" else None


def _guessed(content: bytes) -> str:
    """Windows and KOI8 put small letters where the other has capitals: a text has more small ones."""
    return max((content.decode(name, "replace") for name in ("cp1251", "koi8-r")), key=_small_letters)


def _small_letters(text: str) -> int:
    return len(_LOWER.findall(text)) - len(_UPPER.findall(text))
