"""Messages: sent, read back, changed, deleted; and answers to pressed buttons."""

from collections.abc import Sequence

from pydantic import JsonValue

from deploy.sandbox.markup import FormattedText, MarkupError, parse_html, trimmed
from deploy.sandbox.networks.max.chats import Caller, Target, find_chat, find_dialog, hold_to_chat_limit
from deploy.sandbox.networks.max.errors import NOT_READY, bad_request, denied, not_found
from deploy.sandbox.networks.max.models import (
    AnswerQuery,
    CallbackAnswer,
    KeyboardAttachment,
    LinkButton,
    ListQuery,
    MessageButton,
    MessageQuery,
    NewMessage,
    Nothing,
    PhotoAttachment,
    SendQuery,
)
from deploy.sandbox.networks.max.views import NETWORK, message_object, message_url, milliseconds
from deploy.sandbox.records import Button, ButtonKind, Message, MessageKind, PostFormat
from deploy.sandbox.wire import Refusal
from deploy.sandbox.world import World

KINDS = {
    "b": "strong",
    "strong": "strong",
    "i": "emphasized",
    "em": "emphasized",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "del": "strikethrough",
    "code": "monospaced",
    "pre": "monospaced",
    "a": "link",
    "mark": "highlighted",
    "h1": "heading",
    "blockquote": "quote",
}
SUCCESS: JsonValue = {"success": True}


def new_key(world: World, owner_id: int) -> tuple[int, str]:
    number = world.next_number("max:message", first=116_327_994_376_978_687)
    return number, f"mid.{owner_id & 0xFFFFFFFFFFFFFFFF:016x}{number:016x}"


def send(caller: Caller, query: SendQuery, body: NewMessage) -> JsonValue:
    target = find_dialog(caller, query.user_id or 0) if query.chat_id is None else find_chat(caller, query.chat_id)
    hold_to_chat_limit(caller, target)
    text = _text(body)
    pictures = _pictures(caller, body)
    buttons = _buttons(body)
    linked = own_message(caller, body.link.mid) if body.link else None
    forwarded = linked if body.link and body.link.type == "forward" else None
    if not text.text and not pictures and forwarded is None:
        raise bad_request("text or attachments are required")
    number, key = new_key(caller.world, target.owner_id)
    direct = target.kind is MessageKind.DIRECT
    sent = caller.world.keep_message(
        Message(
            network=NETWORK,
            kind=target.kind,
            owner_id=target.owner_id,
            chat_id=target.chat_id,
            number=number,
            key=key,
            author_id=caller.bot.id if direct else None,
            outgoing=True,
            text=text.text,
            spans=text.spans,
            pictures=tuple(pictures),
            buttons=buttons,
            at=caller.world.now(),
            reply_to=linked.number if linked is not None and forwarded is None else None,
            format=PostFormat.POST if forwarded is None else PostFormat.REPOST,
            source_url=None if forwarded is None else message_url(caller.world, forwarded),
            source_text="" if forwarded is None else forwarded.text,
        )
    )
    return {"message": message_object(caller.world, sent)}


def listed(caller: Caller, query: ListQuery, _: Nothing) -> JsonValue:
    """Newest first, as the original."""
    if query.message_ids is not None:
        found = [own_message(caller, key) for key in query.message_ids]
    else:
        found = _of_chat(caller, find_chat(caller, query.chat_id or 0))
        found = [m for m in found if query.since is None or milliseconds(m.at) <= query.since]
        found = [m for m in found if query.until is None or milliseconds(m.at) >= query.until]
    messages: list[JsonValue] = []
    for message in found[: query.count]:
        shown = message_object(caller.world, message)
        if message.kind is MessageKind.POST:
            shown["stat"] = {"views": message.views}
        messages.append(shown)
    return {"messages": messages}


def one(caller: Caller, message_id: str) -> JsonValue:
    return message_object(caller.world, own_message(caller, message_id))


def edit(caller: Caller, query: MessageQuery, body: NewMessage) -> JsonValue:
    message = own_message(caller, query.message_id)
    if not message.outgoing:
        raise denied("Only own messages can be edited")
    _change(caller, message, body)
    return SUCCESS


def delete(caller: Caller, query: MessageQuery, _: Nothing) -> JsonValue:
    message = own_message(caller, query.message_id)
    caller.world.keep_message(message.model_copy(update={"deleted": True}))
    return SUCCESS


def answer(caller: Caller, query: AnswerQuery, body: CallbackAnswer) -> JsonValue:
    press = caller.world.presses.get(NETWORK, query.callback_id)
    if press is None or press.owner_id != caller.bot.id:
        raise bad_request("callback_id is not known")
    if body.message is None and body.notification is None:
        raise bad_request("message or notification is required")
    if body.message is not None:
        _change(caller, own_message(caller, press.message_key), body.message)
    caller.world.presses.put(press.model_copy(update={"answered": True, "notification": body.notification}))
    return SUCCESS


def _text(body: NewMessage) -> FormattedText:
    source = body.text or ""
    if body.format is None:
        return trimmed(source)
    try:
        return parse_html(source, KINDS)
    except MarkupError as error:
        raise bad_request(f"text: {error}") from error


def _pictures(caller: Caller, body: NewMessage) -> list[str]:
    pictures: list[str] = []
    for attachment in body.attachments or ():
        if not isinstance(attachment, PhotoAttachment):
            continue
        try:
            tokens = attachment.payload.tokens()
        except ValueError as error:
            raise bad_request(str(error)) from error
        pictures += [_picture(caller, token) for token in tokens]
    return pictures


def _picture(caller: Caller, token: str) -> str:
    known = (p for p in caller.world.pictures if p.network == NETWORK and p.secret == token)
    picture = next(known, None)
    if picture is None:
        raise bad_request("image: the token is not known")
    if picture.ready_at > caller.world.now():
        raise Refusal(NOT_READY)
    return picture.id


def _buttons(body: NewMessage) -> tuple[tuple[Button, ...], ...]:
    keyboards = [a for a in body.attachments or () if isinstance(a, KeyboardAttachment)]
    if len(keyboards) > 1:
        raise bad_request("inline_keyboard: only one is allowed")
    rows: list[tuple[Button, ...]] = []
    for row in keyboards[0].payload.buttons if keyboards else ():
        cells: list[Button] = []
        for button in row:
            if isinstance(button, LinkButton):
                cells.append(Button(text=button.text, kind=ButtonKind.LINK, data=button.url))
            elif isinstance(button, MessageButton):
                cells.append(Button(text=button.text, kind=ButtonKind.TEXT))
            else:
                cells.append(Button(text=button.text, kind=ButtonKind.CALLBACK, data=button.payload))
        rows.append(tuple(cells))
    return tuple(rows)


def own_message(caller: Caller, key: str) -> Message:
    """A message in a chat of the bot. Raises 404."""
    found = next((m for m in caller.world.messages if m.network == NETWORK and m.key == key), None)
    if found is None or found.deleted:
        raise not_found("Message not found")
    find_chat(caller, found.chat_id)
    return found


def _of_chat(caller: Caller, target: Target) -> Sequence[Message]:
    messages = (m for m in caller.world.messages if m.network == NETWORK and m.chat_id == target.chat_id)
    return sorted((m for m in messages if not m.deleted), key=lambda m: m.number, reverse=True)


def _change(caller: Caller, message: Message, body: NewMessage) -> None:
    """`attachments: null` leaves what is attached, an empty list takes it away."""
    change: dict[str, object] = {"edited_at": caller.world.now()}
    if body.text is not None:
        text = _text(body)
        change |= {"text": text.text, "spans": text.spans}
    if body.attachments is not None:
        change |= {"pictures": tuple(_pictures(caller, body)), "buttons": _buttons(body)}
    caller.world.keep_message(message.model_copy(update=change))
