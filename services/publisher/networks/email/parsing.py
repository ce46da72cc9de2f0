"""One letter as it was sent (RFC 5322), as a message of a person. The same for IMAP and for the hook. Pure.

It never names a person: anybody may write any address into `From`. Whoever answers, answers to that address.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32
from email.utils import getaddresses, parsedate_to_datetime
from typing import Final, TypeAlias, cast

from services.publisher.networks.email.automatic import is_automatic
from services.publisher.networks.email.bounces import REPORT, failure_in
from services.publisher.networks.email.quotes import without_quotes
from services.publisher.networks.email.texts import decoded, header_text, tidied, words_of_html
from services.publisher.networks.inbound import Letter, LetterReturned, MalformedUpdate, MessageReceived, Sender
from shared.mail import mail_address

LONGEST_TEXT: Final = 20_000
LONGEST_ORIGINAL: Final = 200_000
LONGEST_SUBJECT: Final = 300
_MOST_PARTS: Final = 50
_MOST_NAMES: Final = 20
_LONGEST_NAME: Final = 100
_REFERENCES: Final = (1, 9)  # the first, by which programs find the talk, and the last ones
_MESSAGE_ID: Final = re.compile(r"<([^<>\s\x00-\x1f\x7f-\U0010ffff]{1,200})>")
_MULTIPART: Final = re.compile(rb"multipart", re.IGNORECASE)
_ANSWERS: Final = re.compile(r"\s*(?:(?:re|aw|ha|отв|ответ|на)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_CARRIES: Final = re.compile(r"\s*(?:fwd?|fw|пересл|пер|hb)(?:\[\d+\])?\s*:", re.IGNORECASE)
_FRAGILE: Final = (
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    RecursionError,
)  # how reading a header breaks off
_LONGEST_HEADER: Final = 4_000  # Python reads headers in a time that grows with the square of their length

Headers = dict[str, list[str]]
_Part: TypeAlias = "Message[str, str]"


class _Bounded(Compat32):
    """Python's older way of reading headers: the newer one needs a second for what somebody can write into one line."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_LONGEST_HEADER]


def update_in(raw: bytes, now: datetime) -> MessageReceived | LetterReturned | None:
    """What a person wrote, or that a letter of ours came back; None for else. Raises MalformedUpdate for what is no letter."""
    if len(_MULTIPART.findall(raw)) > _MOST_PARTS:  # parts within parts without end, which take as long to read
        raise MalformedUpdate
    try:
        letter = BytesParser(policy=_Bounded()).parsebytes(raw)
        return _returned(letter, now) if letter.get_content_type() == REPORT else _message_in(letter, now)
    except _FRAGILE as error:
        raise MalformedUpdate from error


def _returned(letter: _Part, now: datetime) -> LetterReturned | None:
    found = failure_in(letter)
    if found is None:
        return None
    headers = _headers_of(letter)
    own_id = (*_ids_in(_first(headers, "message-id")), "")[0]
    at = _written_at(headers, now)
    return LetterReturned(
        _key_of(own_id, headers, found.letter_id), found.letter_id, found.recipients, found.reason, at
    )


def _message_in(letter: _Part, now: datetime) -> MessageReceived | None:
    headers = _headers_of(letter)
    sender = _answer_to(headers)
    if sender is None:
        raise MalformedUpdate
    if is_automatic(headers, letter.get_content_type(), sender.external_user_id):
        return None
    subject = header_text(_first(headers, "subject"))[:LONGEST_SUBJECT]
    body, names = _body_of(letter)
    own_id = (*_ids_in(_first(headers, "message-id")), "")[0]
    text = _said(subject, body, headers)
    return MessageReceived(
        update_id=_key_of(own_id, headers, body),
        sender=sender,
        text=_with_names(text, names)[:LONGEST_TEXT],
        at=_written_at(headers, now),
        attachments=tuple(names),
        letter=Letter(subject, _references(headers, own_id), body[:LONGEST_ORIGINAL]),
    )


def _headers_of(letter: _Part) -> Headers:
    found: Headers = defaultdict(list)
    for name, value in letter.raw_items():
        found[name.lower()].append(str(value))
    return found


def _first(headers: Headers, name: str) -> str:
    return (headers.get(name) or [""])[0]


def _answer_to(headers: Headers) -> Sender | None:
    """To whom an answer goes: where they ask for it to go, else whence it came."""
    for name in ("reply-to", "from"):
        for value in headers.get(name, ()):
            for shown, address in getaddresses([value]):
                known = mail_address(address.strip())
                if known is not None:
                    return Sender(known.lower(), header_text(shown)[:LONGEST_SUBJECT] or None)
    return None


def _ids_in(value: str) -> list[str]:
    return _MESSAGE_ID.findall(value)


def _references(headers: Headers, own_id: str) -> tuple[str, ...]:
    """By RFC 5322: what it refers to and then itself; of a long talk the first and the last."""
    earlier = _ids_in(" ".join(headers.get("references", ()))) or _ids_in(_first(headers, "in-reply-to"))[:1]
    chain = list(dict.fromkeys([*earlier, own_id] if own_id else earlier))
    first, last = _REFERENCES
    return tuple(chain if len(chain) <= first + last else [*chain[:first], *chain[-last:]])


def _key_of(own_id: str, headers: Headers, body: str) -> str:
    """The same whichever way the letter came. With the sender's address: nobody takes another's letter away by its id."""
    what = [own_id] if own_id else [_first(headers, "date"), _first(headers, "subject"), body]
    words = "\n".join([_first(headers, "from"), *what])
    return hashlib.sha256(words.encode("utf-8", "surrogateescape")).hexdigest()


def _written_at(headers: Headers, now: datetime) -> datetime:
    """As its date says, but never in the future, nor so long ago that no clock is to blame."""
    try:
        said = parsedate_to_datetime(_first(headers, "date"))
        at = (said if said.tzinfo else said.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return now
    return at if at.year > 2000 and at <= now else now  # noqa: PLR2004 - no mail program of today is older


def _said(subject: str, body: str, headers: Headers) -> str:
    """The writer's own words; of a letter that begins a talk its subject stands above them, unless they repeat it."""
    own = body if _CARRIES.match(subject) else without_quotes(body[:LONGEST_ORIGINAL])
    is_answer = _ANSWERS.match(subject) or headers.get("in-reply-to") or headers.get("references")
    if is_answer or not subject or own.startswith(subject):
        return own
    return f"{subject}\n\n{own}".strip()


def _with_names(text: str, names: list[str]) -> str:
    """What was sent along is named below the text: it is kept by the mailbox alone."""
    return f"{text}\n\n[{', '.join(names)}]" if text and names else text


def subject_of_answer(subject: str) -> str:
    """As mail programs write it."""
    return f"Re: {_ANSWERS.sub('', subject, count=1)}".strip()


def _body_of(letter: _Part) -> tuple[str, list[str]]:
    """The text, plain where there is one, and the names of what was sent along."""
    plain, html, names = "", "", list[str]()
    for part in _parts(letter):
        kind = part.get_content_type()
        is_attached = part.get_content_disposition() == "attachment" or part.get_filename() is not None
        if kind == "text/plain" and not is_attached:
            plain = plain or tidied(_text_of(part))
        elif kind == "text/html" and not is_attached:
            html = html or tidied(words_of_html(_text_of(part)))
        elif is_attached or part.get("content-id") is None:  # a picture in a signature is nothing that was sent along
            names.append(_name_of(part, kind))
    return plain or html, names[:_MOST_NAMES]


def _parts(letter: _Part) -> Iterator[_Part]:
    """The leaves, in their order. A letter within a letter is one."""
    waiting, seen = [letter], 0
    while waiting and seen < _MOST_PARTS:
        part = waiting.pop()
        content = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(content, list):
            inner = cast("list[_Part | str]", content)  # of either policy
            waiting += reversed([one for one in inner if isinstance(one, Message)])
        else:
            seen += 1
            yield part


def _text_of(part: _Part) -> str:
    content = part.get_payload(decode=True)
    return decoded(content if isinstance(content, bytes) else b"", part.get_content_charset())


def _name_of(part: _Part, kind: str) -> str:
    name = header_text(part.get_filename() or "") or kind
    return name.replace("[", "(").replace("]", ")")[:_LONGEST_NAME]
