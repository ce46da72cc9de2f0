"""A release's letter as a mail server takes it, and as its reader's program opens it again."""

from uuid import UUID

from services.publisher.releases.rules.letters import Addresses, letter_of
from shared.mail import MailOutcome, MailState
from tests.contract.sandbox.test_mail import Post, post

__all__ = ["post"]  # the fixture

ADDRESSES = Addresses("https://vmeste.test/v1/releases/letters/x/unsubscribe", "https://vmeste.test/opened.gif")
TITLE = "Профсоюз и Правительство Москвы подписали трёхстороннее соглашение на 2027-2029 годы: что изменится"


async def test_a_long_letter_in_russian_arrives_whole(post: Post) -> None:
    paragraph = "Соглашение касается ста тысяч работников городского хозяйства. " * 40
    letter = letter_of(TITLE, f"{paragraph}\n\n.\n\nFrom здесь", None, "Профсоюз «Труд»", "ru", ADDRESSES)
    outcome = await post.mailer.send(
        "press@example.org",
        letter.subject,
        letter.text,
        letter.html,
        headers={
            "List-Unsubscribe": f"<{ADDRESSES.way_out}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        message_id=UUID(int=8),
    )
    assert outcome == MailOutcome(MailState.SENT)
    (mail,) = await post.caught("press@example.org")
    headers = mail["headers"]
    assert isinstance(headers, dict)
    assert mail["subject"] == TITLE
    assert str(mail["text"]).split() == letter.text.split()
    assert str(mail["html"]).strip() == letter.html
    assert headers["List-Unsubscribe"] == f"<{ADDRESSES.way_out}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
