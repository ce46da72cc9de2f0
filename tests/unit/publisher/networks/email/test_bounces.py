"""Reports that a letter came back, as mail servers of the world write them; and what looks like one and is none."""

import re
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
    ("status", "code", "numbers"),
    [
        (POSTFIX, "mailbox_not_found", "550 5.1.1"),
        (EXIM, "mailbox_full", "552 5.2.2"),
        (GMAIL, "mail_not_accepted", "550 5.7.1"),
        (EXPIRED, "letter_returned", "450 4.4.7"),
        (BARE, "mailbox_full", "5.2.2"),
        (NOTHING_SAID, "letter_returned", None),
        (f"{BARE}\nDiagnostic-Code: smtp; 550 185.4.3.2 says no", "mailbox_not_found", "550 5.2.2"),
        (f"{BARE}\nDiagnostic-Code: smtp; ٥٥٠ 550 call +7 999 the admin", "mailbox_not_found", "550 5.2.2"),
    ],
)
def test_a_letter_that_came_back_is_known_and_why_by_numbers_alone(status: str, code: str, numbers: str | None) -> None:
    found = returned(report(status))
    assert (found.letter_id, found.reason.code) == (LETTER_ID, f"network.{code}")
    assert LIST in found.recipients
    assert found.reason.network_code == numbers
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
        report(POSTFIX, about=f"Message-ID: <{LETTER_ID}\0>"),
        report(POSTFIX, about=f"Message-ID: <{LETTER_ID}\0>", about_type="text/rfc822-headers"),
        report(POSTFIX, about="Message-ID: <номер@union.example>"),
        report(POSTFIX, about="Message-ID: <\u212a@union.example>"),
        report(POSTFIX.replace(LIST, f"q\0{LIST}")),
    ],
)
def test_what_says_no_such_thing_is_passed_over(raw: bytes) -> None:
    assert update_in(raw, NOW) is None


def test_what_its_server_says_is_no_trap() -> None:
    found = returned(report(POSTFIX.replace("User unknown", "User\0 \x1bunknown")))
    assert found.reason.network_code == "550 5.1.1"
    endless = returned(report(f"{BARE}\nDiagnostic-Code: smtp; 552 5.2.2 {'5.' * 50_000}"))
    assert endless.reason.network_code == "552 5.2.2"


SIGNS = st.sampled_from([b"\0", b"\x1b", b"\x85", b"\xd9\xa5", b"<", b">", b"\r\n", b" 550 ", b"5.1.1"])
GARBAGE = st.one_of(st.binary(max_size=300), st.lists(SIGNS, max_size=8).map(b"".join))


@given(garbage=GARBAGE, place=st.integers(0, 1300))
def test_any_report_is_one_or_none_and_never_an_accident(garbage: bytes, place: int) -> None:
    raw = report(POSTFIX)
    try:
        update = update_in(raw[:place] + garbage + raw[place:], NOW)
    except MalformedUpdate:
        return
    if isinstance(update, LetterReturned):
        assert re.fullmatch(r"[!-~]{1,200}", update.letter_id)
        assert all(re.fullmatch(r"[!-~]{3,254}", recipient) for recipient in update.recipients)
        assert re.fullmatch(r"[ .0-9]{3,20}", update.reason.network_code or "550")
