"""Plain text and the HTML that servers show for it. Pure."""

import re
from html import unescape
from typing import Final

LONGEST_HTML: Final = 100_000  # characters that are read: some two hundred times the longest status of most servers
# Possessive, and no tag reaches over another one's beginning: whatever a server sends is looked at once.
_TAG: Final = re.compile(r"<([a-zA-Z]*+)[^<>]*+>")
_ADDRESS = re.compile(r"(?<![=/\w])@(?=\w)")  # where servers read a name: not inside an e-mail address
_ADDRESSEES = re.compile(r"^(?:\s*@[\w.-]+(?:@[\w.-]+)?)+\s*")
_HOST_OF_A_MENTION = re.compile(r"(@\w++(?:[.-]++\w++)*+)@[\w.-]+\w")


def plain(html: str) -> str:
    """What a reader sees: paragraphs and lines kept, links in full. Of whatever length and shape, in one pass."""
    shown: list[str] = []
    end = 0
    for tag in _TAG.finditer(html, 0, LONGEST_HTML):
        if tag.start() > end:
            shown.append(html[end : tag.start()])
        end = tag.end()
        name = tag[1].lower()
        if name == "br":
            shown.append("\n")
        elif name == "p" and shown:
            shown.append("\n\n")
    shown.append(html[end:LONGEST_HTML])
    return unescape("".join(shown)).strip()


def without_addressees(text: str) -> str:
    """A reply or a private message begins with the names of those whom it is for."""
    return _ADDRESSEES.sub("", text)


def addressing_nobody(text: str) -> str:
    """`text` of the same length in which no name is an address: a private status goes to everybody whom it names."""
    return _ADDRESS.sub("＠", text)  # looks so, and is no address


def compared(text: str) -> list[str]:
    """What two texts are compared by: a server shows mentions without the host, and spaces as it likes."""
    return _HOST_OF_A_MENTION.sub(r"\1", text).split()
