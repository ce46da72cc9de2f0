"""Plain text and the HTML that servers show for it. Pure."""

import re
from html.parser import HTMLParser

_ADDRESSEES = re.compile(r"^(?:\s*@[\w.-]+(?:@[\w.-]+)?)+\s*")
_HOST_OF_A_MENTION = re.compile(r"(@\w+(?:[\w.-]*\w)?)@[\w.-]+\w")


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - no attribute counts
        if tag == "br":
            self.parts.append("\n")
        elif tag == "p" and self.parts:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def plain(html: str) -> str:
    """What a reader sees: paragraphs and lines kept, links in full."""
    parser = _Plain()
    parser.feed(html)
    parser.close()
    return "".join(parser.parts).strip()


def without_addressees(text: str) -> str:
    """A reply or a private message begins with the names of those whom it is for."""
    return _ADDRESSEES.sub("", text)


def compared(text: str) -> list[str]:
    """What two texts are compared by: a server shows mentions without the host, and spaces as it likes."""
    return _HOST_OF_A_MENTION.sub(r"\1", text).split()
