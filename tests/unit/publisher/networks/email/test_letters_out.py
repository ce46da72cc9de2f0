"""Letters as they are sent: known by the same id each time, threaded, marked, and nothing smuggled into a header."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.networks.accounts import Account
from services.publisher.networks.contents import Answered, Button, DirectMessage, Image, Post
from services.publisher.networks.email.letters import LONGEST_SUBJECT, NotAnImageError, answer_letter, post_letter

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NUMBER = UUID("0190a6a0-0000-7000-8000-000000000001")
ACCOUNT = Account("news@lists.example", {"mailbox": "press@union.example", "sender_name": "Профсоюз завода"})
PNG = Image(b"\x89PNG\r\n\x1a\n" + b"x" * 10, "image/png", 'Торт "60 лет" & свечи')
TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=300)


def read(content: bytes) -> EmailMessage:
    assert content.isascii()
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))
    return message_from_bytes(content, EmailMessage, policy=policy.default)


def plain(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return body.get_content().replace("\r\n", "\n").removesuffix("\n")


def test_a_publication_is_a_letter_to_the_list() -> None:
    letter = post_letter(ACCOUNT, Post(NUMBER, "Собрание в среду\n\nПриходите"), NOW)
    message = read(letter.content)
    assert (letter.sender, letter.recipient, letter.message_id) == (
        "press@union.example",
        "news@lists.example",
        f"{NUMBER}@union.example",
    )
    assert message["From"] == "Профсоюз завода <press@union.example>"
    assert (message["Subject"], plain(message)) == ("Собрание в среду", "Собрание в среду\n\nПриходите")
    assert message["Message-ID"] == f"<{NUMBER}@union.example>"
    assert message["List-Unsubscribe"] == "<mailto:press@union.example?subject=unsubscribe>"
    assert message["Precedence"] == "bulk"
    assert post_letter(ACCOUNT, Post(NUMBER, "Собрание в среду\n\nПриходите"), NOW).message_id == letter.message_id


def test_images_stand_in_the_letter_with_their_words() -> None:
    message = read(post_letter(ACCOUNT, Post(NUMBER, "<b>60</b>", (PNG, PNG)), NOW).content)
    html = message.get_body(("html", "related"))
    assert html is not None
    source = next(part.get_content() for part in html.walk() if part.get_content_type() == "text/html")
    assert "&lt;b&gt;60&lt;/b&gt;" in source
    assert source.count('alt="Торт &quot;60 лет&quot; &amp; свечи"') == 2
    images = [part for part in message.walk() if part.get_content_maintype() == "image"]
    assert [image["Content-ID"] for image in images] == ["<1@images>", "<2@images>"]
    assert [str(image["Content-Description"]) for image in images] == [PNG.alt_text] * 2
    assert plain(message) == "<b>60</b>"


def test_an_image_alone_has_its_words_for_a_subject() -> None:
    assert read(post_letter(ACCOUNT, Post(NUMBER, "", (PNG,)), NOW).content)["Subject"] == PNG.alt_text


def test_what_is_no_image_is_not_sent() -> None:
    with pytest.raises(NotAnImageError):
        post_letter(ACCOUNT, Post(NUMBER, "Торт", (Image(b"GIF89a", "image/png", "Торт"),)), NOW)


def test_an_answer_is_threaded() -> None:
    answered = Answered("Re: RE: Отпуск", ("0@a.example", "1@a.example"))
    answer = DirectMessage(NUMBER, "anna@mail.example", "Да", (Button("1", "x"), Button("2", "y")), answers=answered)
    message = read(answer_letter(ACCOUNT, answer, NOW).content)
    assert (message["Subject"], plain(message)) == ("Re: Отпуск", "Да\n\n1 · 2")
    assert (message["In-Reply-To"], message["References"]) == ("<1@a.example>", "<0@a.example> <1@a.example>")
    assert "Auto-Submitted" not in message
    assert "Precedence" not in message


def test_what_no_person_wrote_says_so() -> None:
    notice = DirectMessage(NUMBER, "anna@mail.example", "Код 1234", is_automatic=True)
    message = read(answer_letter(ACCOUNT, notice, NOW).content)
    assert message["Auto-Submitted"] == "auto-generated"
    assert "In-Reply-To" not in message


@given(text=TEXT, subject=TEXT, name=TEXT)
def test_no_words_get_into_the_headers(text: str, subject: str, name: str) -> None:
    account = Account("news@lists.example", {"mailbox": "press@union.example", "sender_name": name})
    answer = DirectMessage(NUMBER, "anna@mail.example", text, answers=Answered(subject, ("1@a.example",)))
    for letter in (post_letter(account, Post(NUMBER, text), NOW), answer_letter(account, answer, NOW)):
        message = read(letter.content)
        assert set(message.keys()) <= {
            *("From", "To", "Date", "Message-ID", "Subject", "MIME-Version", "Content-Type"),
            *("Content-Transfer-Encoding", "Precedence", "List-Unsubscribe", "In-Reply-To", "References"),
        }
        assert [address.addr_spec for address in message["From"].addresses] == ["press@union.example"]
        assert str(message["Subject"]).strip()


@given(text=st.text(alphabet="абв гдё\n", min_size=1, max_size=400))
def test_a_subject_is_the_first_line_that_says_something(text: str) -> None:
    subject = str(read(post_letter(ACCOUNT, Post(NUMBER, text), NOW).content)["Subject"])
    assert len(subject) <= LONGEST_SUBJECT
    said = [line.strip() for line in text.split("\n") if line.strip()]
    assert subject == "Сообщение профсоюза" if not said else " ".join(said[0].split()).startswith(subject.rstrip("…"))
