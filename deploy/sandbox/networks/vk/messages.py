"""`messages.*`: answers to people who wrote to the community, once per random id."""

from pydantic import JsonValue

from deploy.sandbox.markup import utf16_length
from deploy.sandbox.networks.vk.caller import Caller
from deploy.sandbox.networks.vk.errors import ACCESS, PARAMETER, TOO_LONG_MESSAGE, USER_NOT_ALLOWED, VkError
from deploy.sandbox.networks.vk.models import Keyboard, KeyboardAction, MessagesSend, SendMessageEventAnswer
from deploy.sandbox.networks.vk.views import NETWORK
from deploy.sandbox.records import Button, ButtonKind, Message, MessageKind

TEXT_LIMIT = 9_000
BUTTON_KINDS = {"text": ButtonKind.TEXT, "callback": ButtonKind.CALLBACK, "open_link": ButtonKind.LINK}


def send(caller: Caller, body: MessagesSend) -> JsonValue:
    community = caller.own_community()
    if body.group_id not in {None, community.id}:
        raise VkError(ACCESS)
    if (body.user_id is None) is (body.peer_id is None):
        raise VkError(PARAMETER, "user_id or peer_id is required, not both")
    peer = body.user_id or body.peer_id or 0
    if caller.world.people.get(NETWORK, peer) is None:
        raise VkError(PARAMETER, "peer_id is invalid")
    dialog = caller.world.dialogs.get(NETWORK, community.id, peer)
    if dialog is None:
        raise VkError(USER_NOT_ALLOWED)
    if body.attachment:
        raise VkError(PARAMETER, "attachment is not modelled by the stand-in")
    if not body.message.strip():
        raise VkError(PARAMETER, "message is empty or invalid")
    if utf16_length(body.message) > TEXT_LIMIT:
        raise VkError(TOO_LONG_MESSAGE)
    repeat_key = f"{peer}:{body.random_id}" if body.random_id else None
    known = caller.world.repeated(NETWORK, MessageKind.DIRECT, community.id, repeat_key) if repeat_key else None
    if known is not None:
        return known.number
    if body.keyboard is not None and not body.keyboard.inline:
        caller.world.dialogs.put(dialog.model_copy(update={"menu": _buttons(body.keyboard)}))
    number = caller.world.next_number(f"vk:direct:{community.id}")
    caller.world.keep_message(
        Message(
            network=NETWORK,
            kind=MessageKind.DIRECT,
            owner_id=community.id,
            chat_id=peer,
            number=number,
            key=str(number),
            author_id=None,
            outgoing=True,
            text=body.message,
            buttons=_buttons(body.keyboard if body.keyboard and body.keyboard.inline else None),
            at=caller.world.now(),
            repeat_key=repeat_key,
        )
    )
    return number


def answer_event(caller: Caller, body: SendMessageEventAnswer) -> JsonValue:
    community = caller.own_community()
    press = caller.world.presses.get(NETWORK, body.event_id)
    asked = (press.owner_id, press.person_id, press.person_id, press.answered) if press else None
    if press is None or asked != (community.id, body.user_id, body.peer_id, False):
        raise VkError(PARAMETER, "event_id is invalid")
    caller.world.presses.put(press.model_copy(update={"answered": True, "notification": body.event_data or None}))
    return 1


def _buttons(keyboard: Keyboard | None) -> tuple[tuple[Button, ...], ...]:
    if keyboard is None:
        return ()
    return tuple(tuple(_button(button.action) for button in row) for row in keyboard.buttons)


def _button(action: KeyboardAction) -> Button:
    return Button(text=action.label, kind=BUTTON_KINDS[action.type], data=action.link or action.payload)
