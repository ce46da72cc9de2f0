"""Letters as they are sent: to a list or an editor's office, and to one person in answer to theirs. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import Final
from uuid import UUID

from services.publisher.networks.accounts import Account
from services.publisher.networks.contents import DirectMessage, Image, Post
from services.publisher.networks.email.parsing import subject_of_answer

WIRE: Final = SMTP.clone(cte_type="7bit")  # whatever the server can take, it can take this
LONGEST_SUBJECT: Final = 120
ORDINARY_SUBJECT: Final = "Сообщение профсоюза"
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SIGNATURES: Final = {"image/png": (b"\x89PNG\r\n\x1a\n", "png"), "image/jpeg": (b"\xff\xd8\xff", "jpg")}


class NotAnImageError(ValueError):
    """What is to be sent along as an image is none."""


@dataclass(frozen=True)
class Outgoing:
    message_id: str  # without its brackets: what the letter is known by
    sender: str
    recipient: str
    content: bytes = field(repr=False)


def post_letter(account: Account, post: Post, now: datetime) -> Outgoing:
    """A publication, with its images in it. Raises NotAnImageError."""
    message = _message(account, account.target, post.delivery_id, now)
    message["Subject"] = _subject_of(post.text, [image.alt_text for image in post.images])
    message["Precedence"] = "bulk"  # RFC 3834: nobody's absence notice answers it
    message["List-Unsubscribe"] = f"<mailto:{account.secrets['mailbox']}?subject=unsubscribe>"
    _set_text(message, post.text)
    if post.images:
        _show(message, post.text, post.images)
    return _outgoing(account, account.target, post.delivery_id, message)


def answer_letter(account: Account, answer: DirectMessage, now: datetime) -> Outgoing:
    """To one person. There are no buttons in letters: what they would say can be written."""
    message = _message(account, answer.recipient, answer.reference_id, now)
    choices = " · ".join(button.label for button in answer.buttons)
    text = f"{answer.text}\n\n{choices}" if choices else answer.text
    if answer.answers is None:
        message["Subject"] = _subject_of(text, ())
    else:
        message["Subject"] = _on_one_line(subject_of_answer(answer.answers.subject)) or ORDINARY_SUBJECT
        if answer.answers.references:
            message["In-Reply-To"] = f"<{answer.answers.references[-1]}>"
            message["References"] = " ".join(f"<{one}>" for one in answer.answers.references)
    if answer.is_automatic:
        message["Auto-Submitted"] = "auto-generated"
    _set_text(message, text)
    return _outgoing(account, answer.recipient, answer.reference_id, message)


def _message(account: Account, to: str, number: UUID, now: datetime) -> EmailMessage:
    message = EmailMessage(policy=WIRE)
    name = _on_one_line(account.secrets.get("sender_name", ""))
    message["From"] = Address(name, addr_spec=account.secrets["mailbox"])
    message["To"] = Address(addr_spec=to)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{_id_of(account, number)}>"
    return message


def _outgoing(account: Account, to: str, number: UUID, message: EmailMessage) -> Outgoing:
    return Outgoing(_id_of(account, number), account.secrets["mailbox"], to, message.as_bytes(policy=WIRE))


def _id_of(account: Account, number: UUID) -> str:
    """The same on every attempt: a server and a reader see a repeat."""
    return f"{number}@{account.secrets['mailbox'].rpartition('@')[2]}"


def _set_text(message: EmailMessage, text: str) -> None:
    """Cyrillic as base64: marked character by character it would be three times as long."""
    message.set_content(_storable(text), cte="quoted-printable" if text.isascii() else "base64")


def _show(message: EmailMessage, text: str, images: Sequence[Image]) -> None:
    """The text again as HTML with the images below, each with what it shows in words."""
    paragraphs = escape(_storable(text)).replace("\n", "<br>\n")
    shown = "".join(
        f'<p><img src="cid:{number}@images" alt="{escape(_on_one_line(image.alt_text))}" style="max-width:100%"></p>\n'
        for number, image in enumerate(images, start=1)
    )
    message.add_alternative(f"<p>{paragraphs}</p>\n{shown}", subtype="html", cte="base64")
    html = message.get_body(("html",))
    if not isinstance(html, EmailMessage):
        raise TypeError("the HTML that was just added")
    for number, image in enumerate(images, start=1):
        signature, suffix = _SIGNATURES[image.content_type]
        if not image.content.startswith(signature):
            raise NotAnImageError
        html.add_related(
            image.content,
            maintype="image",
            subtype=image.content_type.removeprefix("image/"),
            cid=f"<{number}@images>",
            disposition="inline",
            filename=f"{number}.{suffix}",
        )
        picture = html.get_payload(number)
        if isinstance(picture, EmailMessage):
            picture["Content-Description"] = _on_one_line(image.alt_text)


def _subject_of(text: str, alternatives: Sequence[str]) -> str:
    """The first line that says something, cut between two words."""
    lines = [_on_one_line(line) for line in (*text.splitlines(), *alternatives)]
    line = next((line for line in lines if line), ORDINARY_SUBJECT)
    if len(line) <= LONGEST_SUBJECT:
        return line
    cut = line[: LONGEST_SUBJECT - 1]
    return f"{cut.rpartition(' ')[0] or cut}…"


def _on_one_line(text: str) -> str:
    return _UNPRINTABLE.sub("", " ".join(text.split()))


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
