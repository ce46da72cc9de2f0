"""What the mail catcher holds."""

from fastapi import APIRouter

from deploy.sandbox.control.common import Here
from deploy.sandbox.records import Mail

router = APIRouter(tags=["mails"])


@router.get("/mails")
async def mails_list(here: Here, to: str | None = None, after: int = 0) -> list[Mail]:
    """Every message that was caught, oldest first; `to` narrows to one address."""
    return [mail for mail in here.world.mails if mail.id > after and to in {None, mail.to}]


@router.delete("/mails", status_code=204)
async def mails_clear(here: Here) -> None:
    for mail in here.world.mails:
        here.world.mails.remove(mail)
