"""A member asks in Telegram and is answered in the same chat."""

from typing import Any, Final

from deploy.demo.tour.stage import Stage
from deploy.until import until

_QUESTION: Final = "Здравствуйте! Нам не оплатили работу в выходной день. Что делать?"
_ANSWER: Final = (
    "Здравствуйте! Работа в выходной оплачивается не менее чем вдвойне (статья 153 ТК РФ). "
    "Напишите заявление работодателю, образец пришлём; откажет - поможем с инспекцией труда."
)
_SCORE: Final = "5"


async def play_question(stage: Stage) -> None:
    tell, dispatcher, lawyer = stage.tell, stage.dispatcher, stage.lawyer
    tell.chapter("A member asks for help in Telegram")
    request = await _asked(stage)
    path = f"/requests/{request['id']}"
    tell.step(f"{request['requester']['display_name']} wrote to the union's bot:", quote=_QUESTION)
    tell.step(f"It is request {request['number']} at the city's desk, {_known(request)}.")

    await dispatcher.post(f"{path}/assign", {"assignee_id": lawyer.person_id})
    reply = await lawyer.post(f"{path}/reply", {"text": _ANSWER})
    said = f"{path}/messages/{reply['id']}"
    sent = await until(lambda: lawyer.get(said), lambda message: message["delivery_state"] == "sent")
    received = await _received(stage)
    tell.step(
        f"The dispatcher gave it to the lawyer, whose answer is `{sent['delivery_state']}`, in the same chat:",
        quote=received[-1]["text"],
    )

    before = len(received)
    await lawyer.post(f"{path}/resolve")
    await until(lambda: _received(stage), lambda messages: len(messages) > before)
    await stage.stand_ins.press(stage.channels["telegram"].community, stage.member, _SCORE)
    rating = await until(lambda: dispatcher.call("GET", f"{path}/rating"), lambda answer: answer.is_success)
    tell.step(f"Resolved; the member was asked to rate the help and pressed {rating.json()['score']}.")
    tell.look(f"{stage.stand_ins.address}/   the chat as the member sees it")
    tell.look(f"{stage.address}/v1{path}/history   every step, for the dispatcher")


def _known(request: Any) -> str:
    if request["requester"]["person_id"] is None:
        return "from an account that the union does not know"
    return "and the desk sees which member's account it is"


async def _asked(stage: Stage) -> Any:
    """The member writes; the request that it becomes, or the open one that it belongs to."""
    known = {request["id"]: request["last_message_at"] for request in await _requests(stage)}
    await stage.stand_ins.write(stage.channels["telegram"].community, stage.member, _QUESTION)
    changed = await until(
        lambda: _requests(stage),
        lambda found: any(known.get(request["id"]) != request["last_message_at"] for request in found),
    )
    return next(request for request in changed if known.get(request["id"]) != request["last_message_at"])


async def _requests(stage: Stage) -> list[Any]:
    page = await stage.dispatcher.get("/requests", source="telegram", organization_id=stage.city)
    return page["items"]


async def _received(stage: Stage) -> list[dict[str, Any]]:
    dialog = await stage.stand_ins.dialog(stage.channels["telegram"].community, stage.member)
    return [message for message in dialog if message["outgoing"]]
