"""Reports that a letter came back, as mail servers of the world write them; and what looks like one and is none."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.networks.email.parsing import update_in
from services.publisher.networks.inbound import LetterReturned, MalformedUpdate

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LETTER_ID = "01937f00-0000-7000-8000-000000000041@union.example"
LIST = "list@lists.example"


def report(
    status: str,
    *,
    about: str = f"Message-ID: <{LETTER_ID}>",
    about_type: str = "message/rfc822",
    sender: str = "MAILER-DAEMON@mail.example (Mail Delivery System)",
    content_type: str = "multipart/report; report-type=delivery-status",
) -> bytes:
    return f"""\
From: {sender}
To: press@union.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <dsn-1@mail.example>
Date: Mon, 23 Nov 2026 10:15:00 +0300
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: {content_type}; boundary="part"

--part
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon, 23 Nov 2026 10:14:58 +0300

{status}

--part
Content-Type: {about_type}

From: press@union.example
To: {LIST}
{about}
Subject: News

Body
--part--
""".replace("\n", "\r\n").encode()


def returned(raw: bytes) -> LetterReturned:
    update = update_in(raw, NOW)
    assert isinstance(update, LetterReturned)
    return update


POSTFIX = f"""\
Final-Recipient: rfc822; {LIST}
Original-Recipient: rfc822;{LIST}
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.lists.example
Diagnostic-Code: smtp; 550 5.1.1 <{LIST}>: Recipient address rejected: User unknown in local recipient table"""
EXIM = (
    f"Action: failed\nFinal-Recipient: rfc822;{LIST}\nStatus: 5.0.0\nDiagnostic-Code: smtp; 552 5.2.2 mailbox is full"
)
GMAIL = f"""\
Final-Recipient: rfc822; {LIST.upper()}
Action: failed
Status: 5.7.1
Diagnostic-Code: smtp; 550-5.7.1 [203.0.113.9] Our system has detected that this message is
 550 5.7.1 likely unsolicited mail."""
EXPIRED = (
    f"Final-Recipient: rfc822;{LIST}\nAction: failed\nStatus: 4.4.7\nDiagnostic-Code: smtp; 450 4.4.7 Message expired"
)
BARE = f"Final-Recipient: rfc822;{LIST}\nAction: Failed\nStatus: 5.2.2"
NOTHING_SAID = f"Final-Recipient: RFC822; <{LIST}>\nAction: failed"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (POSTFIX, "mailbox_not_found"),
        (EXIM, "mailbox_full"),
        (GMAIL, "mail_not_accepted"),
        (EXPIRED, "letter_returned"),
        (BARE, "mailbox_full"),
        (NOTHING_SAID, "letter_returned"),
    ],
)
def test_a_letter_that_came_back_is_known_and_why(status: str, code: str) -> None:
    found = returned(report(status))
    assert (found.letter_id, found.reason.code) == (LETTER_ID, f"network.{code}")
    assert LIST in found.recipients
    assert found.at == datetime(2026, 11, 23, 7, 15, tzinfo=UTC)


def test_its_headers_alone_are_enough() -> None:
    assert returned(report(POSTFIX, about_type="text/rfc822-headers")).letter_id == LETTER_ID


def test_a_sender_without_an_address_is_no_obstacle() -> None:
    assert returned(report(POSTFIX, sender="Mail Delivery System")).letter_id == LETTER_ID


def test_a_report_has_one_key_and_another_one_another() -> None:
    first, again = returned(report(POSTFIX)), returned(b"Received: by b\r\n" + report(POSTFIX))
    other = returned(report(POSTFIX).replace(b"dsn-1", b"dsn-2"))
    assert first.update_id == again.update_id != other.update_id


def test_where_it_was_passed_on_stands_beside_where_it_was_sent() -> None:
    status = (
        f"Original-Recipient: rfc822;{LIST}\nFinal-Recipient: rfc822;anna@mail.example\nAction: failed\nStatus: 5.1.1"
    )
    assert returned(report(status)).recipients == (LIST, "anna@mail.example")


@pytest.mark.parametrize(
    "raw",
    [
        report(POSTFIX.replace("failed", "delayed")),
        report(POSTFIX.replace("failed", "delivered")),
        report(POSTFIX.replace("rfc822", "x400")),
        report(POSTFIX, about="X-Nothing: 1"),
        report(POSTFIX, about_type="text/plain"),
        report(POSTFIX, content_type="multipart/mixed"),
        report(""),
    ],
)
def test_what_says_no_such_thing_is_passed_over(raw: bytes) -> None:
    assert update_in(raw, NOW) is None


@given(garbage=st.binary(max_size=300), place=st.integers(0, 900))
def test_any_report_is_one_or_none_and_never_an_accident(garbage: bytes, place: int) -> None:
    raw = report(POSTFIX)
    try:
        update = update_in(raw[:place] + garbage + raw[place:], NOW)
    except MalformedUpdate:
        return
    assert not isinstance(update, LetterReturned) or len(update.letter_id) <= 200
