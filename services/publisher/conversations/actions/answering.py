"""What is said to the union in public goes on to the room that keeps it."""

from services.publisher.channels.tables import Mailbox
from services.publisher.networks.inbound import CommentReceived, Mentioned, Reposted
from services.publisher.networks.storing import storable
from shared.context import Context
from shared.contracts.publisher import AnswerHeard


async def pass_on(
    context: Context, mailbox: Mailbox, said: CommentReceived | Reposted | Mentioned, name: str | None
) -> None:
    """People name themselves, and their pages, as they like."""
    page = None if isinstance(said, CommentReceived) or said.url is None else storable(said.url)
    match said:
        case CommentReceived():
            kind, post_id, answer_id = "comment", said.post_id, said.comment_id
        case Reposted():
            kind, post_id, answer_id = "repost", said.post_id, page or said.update_id
        case Mentioned():
            kind, post_id, answer_id = "mention", None, said.update_id
    await context.emit(
        AnswerHeard(
            kind=kind,
            mailbox_id=mailbox.id,
            places=said.places,
            post_id=post_id,
            answer_id=answer_id,
            network=mailbox.network,
            external_user_id=said.sender.external_user_id,
            display_name=name or storable(said.sender.display_name or "") or None,
            text=storable(said.text),
            url=page,
            is_removed=isinstance(said, CommentReceived) and said.is_removed,
            at=said.at,
        )
    )
