"""What is said to the union in public goes on to the room that keeps it."""

from services.publisher.channels.tables import Mailbox
from services.publisher.networks.inbound import CommentReceived, Mentioned, Reposted
from shared.context import Context
from shared.contracts.publisher import AnswerHeard


async def pass_on(
    context: Context, mailbox: Mailbox, said: CommentReceived | Reposted | Mentioned, name: str | None
) -> None:
    match said:
        case CommentReceived():
            kind, post_id, answer_id, url, places = "comment", said.post_id, said.comment_id, None, said.places
        case Reposted():
            kind, post_id, answer_id, url, places = (
                "repost",
                said.post_id,
                said.url or said.update_id,
                said.url,
                said.places,
            )
        case Mentioned():
            kind, post_id, answer_id, url, places = "mention", None, said.update_id, said.url, said.places
    await context.emit(
        AnswerHeard(
            kind=kind,
            mailbox_id=mailbox.id,
            places=places,
            post_id=post_id,
            answer_id=answer_id,
            network=mailbox.network,
            external_user_id=said.sender.external_user_id,
            display_name=name or said.sender.display_name,
            text=said.text.replace("\0", ""),
            url=url,
            is_removed=isinstance(said, CommentReceived) and said.is_removed,
            at=said.at,
        )
    )
