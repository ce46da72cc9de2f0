"""Direct messages that services ask for, and networks that are asked for what people said."""

from services.publisher.conversations.actions.asking import ask_mailbox
from services.publisher.conversations.actions.noticing import accept_notice
from services.publisher.conversations.actions.writing import accept_request, write_message
from shared.consumers import Consumer, consumes, performs
from shared.contracts.publisher import DirectMessageDue, DirectMessageRequested, MailboxAskDue, NoticeRequested


def consumers() -> list[Consumer]:
    return [
        consumes(DirectMessageRequested, accept_request),
        consumes(NoticeRequested, accept_notice),
        performs(DirectMessageDue, write_message),
        performs(MailboxAskDue, ask_mailbox),
    ]
