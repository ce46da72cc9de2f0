"""Bytes of letters as text: the charsets that Russian mail comes in, broken headers, and HTML as words alone. Pure."""

import binascii
import codecs
import quopri
import re
from html.parser import HTMLParser
from typing import Final

_CHARSETS: Final = frozenset(  # by Python's own names: others among its codecs are no charsets at all
    {
        "ascii", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "koi8-r", "koi8-u", "cp866", "mac-cyrillic",
        *(f"cp125{number}" for number in range(9)),
        *(f"iso8859-{number}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)),
        "gb2312", "gbk", "gb18030", "big5", "shift_jis", "iso2022_jp", "euc_jp", "euc_kr",
    }
)  # fmt: skip
_HIDDEN: Final = frozenset({"head", "script", "style", "title", "template", "noscript", "svg"})
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
    """What a reader sees, quotations marked as in plain text. No address in it is called, nothing in it is run."""
    reader = _Words()
    reader.feed(html[:_LONGEST_HTML])
    reader.close()
    return reader.text()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines = [""]
        self._hidden: list[str] = []
        self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - no attribute counts
        if tag == "body":
            self._hidden.clear()  # a head that nobody closed
        elif tag in _HIDDEN:
            self._hidden.append(tag)
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

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            del self._hidden[self._hidden.index(tag) :]
        elif tag == "blockquote":
            self._quoted = max(0, self._quoted - 1)
            self._begin_line()
        elif tag in _BLOCKS:
            self._begin_line()
        if tag == "p" and not self._hidden:
            self._lines.append(self._mark())

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            words = re.sub(r"\s+", " ", data)
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
