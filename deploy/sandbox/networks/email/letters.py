"""Letters as the stand-in reads and writes them: strict with what comes, like Mail.ru in what people answer."""

import base64
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from deploy.sandbox.events import Written
from deploy.sandbox.networks.email.names import NETWORK, mailbox_of
from deploy.sandbox.records import Message, MessageKind
from deploy.sandbox.wire import JsonObject
from deploy.sandbox.world import World

LONGEST_LINE: Final = 998  # RFC 5321, without its end
_MONTHS: Final = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)
_WEEKDAYS: Final = ("Понедельник", "Вторник", "Среда", "Четверг", "Пятница", "Суббота", "Воскресенье")
_ONCE: Final = ("From", "To", "Date", "Subject", "Message-ID")


class WrongLetterError(ValueError):
    """What a strict server refuses; the message says why."""


@dataclass(frozen=True)
class Taken:
    """What a letter says, as far as it is shown."""

    text: str
    images: tuple[tuple[bytes, str], ...]  # with what they show in words
    headers: dict[str, str]


def read_letter(content: bytes, sender: str, recipients: list[str]) -> Taken:
    """Raises WrongLetterError."""
    if any(len(line) > LONGEST_LINE for line in content.split(b"\r\n")):
        raise WrongLetterError("5.6.0 a line is too long")
    if not content.isascii():
        raise WrongLetterError("5.6.0 8BITMIME was not asked for")
    letter = message_from_bytes(content, EmailMessage, policy=policy.default)
    for name in _ONCE:
        if len(letter.get_all(name, [])) != 1 or not str(letter[name]).strip():
            raise WrongLetterError(f"5.6.0 {name} stands in a letter once")
    if [address.addr_spec for address in letter["From"].addresses] != [sender]:
        raise WrongLetterError("5.7.1 From is not who signed in")
    if [address.addr_spec for address in letter["To"].addresses] != recipients:
        raise WrongLetterError("5.6.0 To is not whom it goes to")
    plain = letter.get_body(("plain",))
    if plain is None:
        raise WrongLetterError("5.6.0 there is no plain text")
    images = tuple(
        (part.get_content(), str(part.get("Content-Description", "")))
        for part in letter.walk()
        if part.get_content_maintype() == "image"
    )
    text = plain.get_content().replace("\r\n", "\n").removesuffix("\n")
    return Taken(text, images, {name: " ".join(str(value).split()) for name, value in letter.items()})


def written_letter(world: World, event: Written) -> JsonObject:
    """What a person writes, quoting what they answer, as the mailbox holds it."""
    message, person = event.message, event.person
    letter = EmailMessage(policy=policy.SMTP)
    letter["Return-Path"] = f"<{mailbox_of(person.id)}>"
    letter["From"] = Address(person.full_name, addr_spec=mailbox_of(person.id))
    letter["To"] = mailbox_of(message.owner_id)
    letter["Date"] = format_datetime(message.at)
    letter["Message-ID"] = f"<{message.key}.{message.owner_id}@{person.network}.example>"
    answered = _answered(world, message)
    text = message.text
    if answered is None:
        letter["Subject"] = message.text.strip().partition("\n")[0][:60]
    else:
        letter["Subject"] = f"Re: {answered.payload or ''}".strip()
        letter["In-Reply-To"] = letter["References"] = f"<{answered.repeat_key}>"
        text = f"{text}\n\n{_quoted(answered)}"
    letter.set_content(text, cte="base64")
    return {"raw": base64.b64encode(letter.as_bytes()).decode()}


def _answered(world: World, message: Message) -> Message | None:
    """The last letter to this person from that mailbox."""
    place = (NETWORK, MessageKind.DIRECT, message.owner_id, message.chat_id)
    earlier = [m for m in world.messages if m.outgoing and (m.network, m.kind, m.owner_id, m.chat_id) == place]
    return earlier[-1] if earlier else None


def _quoted(answered: Message) -> str:
    at = answered.at
    day = f"{_WEEKDAYS[at.weekday()]}, {at.day} {_MONTHS[at.month - 1]} {at.year}, {at:%H:%M} +00:00"
    lines = "\n".join(f"> {line}".rstrip() for line in answered.text.split("\n"))
    return f"{day} от Профсоюз <{mailbox_of(answered.owner_id)}>:\n{lines}"
