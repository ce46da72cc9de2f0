"""Methods that put something into a chat, change it or take it away."""

from collections.abc import Sequence

from pydantic import JsonValue

from deploy.sandbox.markup import FormattedText, utf16_length
from deploy.sandbox.networks.telegram import discussion
from deploy.sandbox.networks.telegram.chats import Caller, Target, find_chat, may_write, may_write_posts
from deploy.sandbox.networks.telegram.errors import bad_request
from deploy.sandbox.networks.telegram.html import formatted
from deploy.sandbox.networks.telegram.models import (
    DeleteMessage,
    DeleteMessages,
    EditMessageCaption,
    EditMessageReplyMarkup,
    EditMessageText,
    InlineKeyboardMarkup,
    ReplyParameters,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
)
from deploy.sandbox.networks.telegram.views import NETWORK, message_object
from deploy.sandbox.pictures import NotAnImage, image_facts, keep_picture
from deploy.sandbox.records import Button, ButtonKind, Message, MessageKind, Picture, PostFormat

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
PHOTO_BYTES = 10 * 1024 * 1024
PHOTO_EDGES = 10_000  # width and height together
PHOTO_RATIO = 20
GROUP_SIZES = range(2, 11)
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def send_message(caller: Caller, body: SendMessage) -> JsonValue:
    target = may_write(caller, body.chat_id)
    text = _text(body.text, body.parse_mode)
    if target.community is not None and target.is_discussion:
        answered = body.reply_parameters.message_id if body.reply_parameters else None
        return discussion.answer(caller.sandbox.world, target.community, answered, text.text)
    return message_object(
        caller.sandbox.world, keep(caller, target, text, (), body.reply_markup, body.reply_parameters)
    )


def send_photo(caller: Caller, body: SendPhoto) -> JsonValue:
    target = may_write_posts(caller, body.chat_id)
    text = caption_of(body.caption, body.parse_mode)
    picture = picture_of(caller, body.photo or "attach://photo")
    kept = keep(caller, target, text, (picture,), body.reply_markup, body.reply_parameters)
    return message_object(caller.sandbox.world, kept)


def send_media_group(caller: Caller, body: SendMediaGroup) -> JsonValue:
    target = may_write_posts(caller, body.chat_id)
    if len(body.media) not in GROUP_SIZES:
        raise bad_request("wrong number of media in the group, 2-10 are expected")
    texts = [caption_of(item.caption, item.parse_mode) for item in body.media]
    pictures = [picture_of(caller, item.media) for item in body.media]
    album = str(caller.sandbox.world.next_number("telegram:album", first=13_900_000_001))
    sent: list[JsonValue] = []
    for text, picture in zip(texts, pictures, strict=True):
        kept = keep(caller, target, text, (picture,), None, body.reply_parameters, album)
        sent.append(message_object(caller.sandbox.world, kept))
    return sent


def edit_message_text(caller: Caller, body: EditMessageText) -> JsonValue:
    message = _own(caller, body.chat_id, body.message_id, "edit")
    if message.pictures or message.poll_id is not None:
        raise bad_request("there is no text in the message to edit")
    return _changed(caller, message, _text(body.text, body.parse_mode), body.reply_markup)


def edit_message_caption(caller: Caller, body: EditMessageCaption) -> JsonValue:
    message = _own(caller, body.chat_id, body.message_id, "edit")
    if not message.pictures or message.poll_id is not None:
        raise bad_request("there is no caption in the message to edit")
    return _changed(caller, message, caption_of(body.caption, body.parse_mode), body.reply_markup)


def edit_message_reply_markup(caller: Caller, body: EditMessageReplyMarkup) -> JsonValue:
    message = _own(caller, body.chat_id, body.message_id, "edit")
    return _changed(caller, message, FormattedText(message.text, message.spans), body.reply_markup)


def delete_messages(caller: Caller, body: DeleteMessages) -> JsonValue:
    """What is not there is passed over."""
    target = find_chat(caller, body.chat_id)
    if target.community is not None and target.community.bot_id != caller.bot.id:
        raise bad_request("message can't be deleted")
    world = caller.sandbox.world
    for number in body.message_ids:
        message = world.messages.get(NETWORK, target.kind, target.owner_id, number)
        if message is not None and message.chat_id == target.id:
            world.keep_message(message.model_copy(update={"deleted": True}))
    return True


def delete_message(caller: Caller, body: DeleteMessage) -> JsonValue:
    target = find_chat(caller, body.chat_id)
    message = caller.sandbox.world.messages.get(NETWORK, target.kind, target.owner_id, body.message_id)
    if message is None or message.deleted or message.chat_id != target.id:
        raise bad_request("message to delete not found")
    if target.community is not None and target.community.bot_id != caller.bot.id:
        raise bad_request("message can't be deleted")
    caller.sandbox.world.keep_message(message.model_copy(update={"deleted": True}))
    return True


def _text(source: str, parse_mode: str | None) -> FormattedText:
    text = formatted(source, parse_mode)
    if not text.text:
        raise bad_request("message text is empty")
    if utf16_length(text.text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return text


def caption_of(source: str, parse_mode: str | None) -> FormattedText:
    text = formatted(source, parse_mode)
    if utf16_length(text.text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    return text


def picture_of(caller: Caller, reference: str) -> Picture:
    """An uploaded image, one that was fetched from its URL, or one that Telegram has already."""
    if reference.startswith("attach://"):
        content = caller.files.get(reference.removeprefix("attach://"))
        if content is None:
            raise bad_request("there is no photo in the request")
    elif reference.startswith(("http://", "https://")):
        content = caller.files.get(reference)
        if content is None:
            raise bad_request("failed to get HTTP URL content")
    else:
        known = (p for p in caller.sandbox.world.pictures if p.network == NETWORK and p.secret == reference[7:])
        picture = next(known, None)
        if picture is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return picture
    if len(content) > PHOTO_BYTES:
        raise bad_request("file is too big")
    try:
        facts = image_facts(content)
    except NotAnImage as error:
        raise bad_request("IMAGE_PROCESS_FAILED") from error
    edges = sorted((facts.width, facts.height))
    if sum(edges) > PHOTO_EDGES or edges[1] > PHOTO_RATIO * edges[0]:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return keep_picture(caller.sandbox.world, NETWORK, content)


def keep(
    caller: Caller,
    target: Target,
    text: FormattedText,
    pictures: Sequence[Picture],
    markup: InlineKeyboardMarkup | None,
    reply: ReplyParameters | None,
    album: str | None = None,
) -> Message:
    world = caller.sandbox.world
    if reply is not None:
        answered = world.messages.get(NETWORK, target.kind, target.owner_id, reply.message_id)
        if (answered is None or answered.deleted) and not reply.allow_sending_without_reply:
            raise bad_request("message to be replied not found")
    number = world.next_number(f"telegram:{target.kind}:{target.owner_id}")
    return world.keep_message(
        Message(
            network=NETWORK,
            kind=target.kind,
            owner_id=target.owner_id,
            chat_id=target.id,
            number=number,
            key=str(number),
            author_id=caller.bot.id if target.kind is MessageKind.DIRECT else None,
            outgoing=True,
            text=text.text,
            spans=text.spans,
            pictures=tuple(picture.id for picture in pictures),
            buttons=_buttons(markup),
            at=world.now(),
            album=album,
            reply_to=reply.message_id if reply else None,
        )
    )


def _buttons(markup: InlineKeyboardMarkup | None) -> tuple[tuple[Button, ...], ...]:
    if markup is None:
        return ()
    return tuple(
        tuple(
            Button(text=button.text, kind=ButtonKind.LINK, data=button.url)
            if button.url is not None
            else Button(text=button.text, kind=ButtonKind.CALLBACK, data=button.callback_data or "")
            for button in row
        )
        for row in markup.inline_keyboard
    )


def _own(caller: Caller, chat_id: int | str, message_id: int, verb: str) -> Message:
    target = find_chat(caller, chat_id)
    message = caller.sandbox.world.messages.get(NETWORK, target.kind, target.owner_id, message_id)
    if message is None or message.deleted or message.chat_id != target.id:
        raise bad_request(f"message to {verb} not found")
    foreign = target.community is not None and target.community.bot_id != caller.bot.id
    if foreign or not message.outgoing or message.format is PostFormat.REPOST:
        raise bad_request("message can't be edited")
    return message


def _changed(caller: Caller, message: Message, text: FormattedText, markup: InlineKeyboardMarkup | None) -> JsonValue:
    world = caller.sandbox.world
    buttons = _buttons(markup)
    if (text.text, text.spans, buttons) == (message.text, message.spans, message.buttons):
        raise bad_request(NOT_MODIFIED)
    change = {"text": text.text, "spans": text.spans, "buttons": buttons, "edited_at": world.now()}
    return message_object(world, world.keep_message(message.model_copy(update=change)))
