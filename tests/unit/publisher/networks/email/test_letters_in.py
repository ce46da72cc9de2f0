"""Letters as they come: whatever charset, however broken, with the original kept, and robots passed over."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.header import Header
from time import perf_counter

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.networks.accounts import Account, Network
from services.publisher.networks.email.parsing import update_in
from services.publisher.networks.email.texts import decoded, header_text, tidied, words_of_html
from services.publisher.networks.inbound import MalformedUpdate, MessageReceived, Sender
from services.publisher.networks.registry import Connectors
from services.publisher.networks.storing import is_storable

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PATIENCE = 10.0  # seconds; without bounds these take minutes
TEXT = "Здравствуйте! Не платят премию."


def letter(body: bytes = TEXT.encode(), **headers: str | bytes) -> bytes:
    """Headers by their names with underscores; None leaves a usual one out."""
    usual: dict[str, str | bytes] = {
        "From": "Anna <anna@mail.example>",
        "To": "press@union.example",
        "Subject": "Re: question",
        "Date": "Mon, 23 Nov 2026 10:15:00 +0300",
        "Message_ID": "<1@mail.example>",
        "Content_Type": "text/plain; charset=utf-8",
        "Content_Transfer_Encoding": "8bit",
    }
    lines = [
        name.replace("_", "-").encode() + b": " + (value if isinstance(value, bytes) else value.encode())
        for name, value in (usual | headers).items()
        if value
    ]
    return b"\r\n".join([*lines, b"", body])


def taken(raw: bytes) -> MessageReceived:
    message = update_in(raw, NOW)
    assert isinstance(message, MessageReceived)
    return message


def test_a_letter_is_a_message_to_whoever_answers() -> None:
    message = taken(letter())
    assert (message.text, message.sender) == (TEXT, Sender("anna@mail.example", "Anna"))
    assert message.at == datetime(2026, 11, 23, 7, 15, tzinfo=UTC)
    assert message.letter is not None
    assert (message.letter.subject, message.letter.references) == ("Re: question", ("1@mail.example",))


@pytest.mark.parametrize(
    "charset", ["koi8-r", "windows-1251", "utf-8", "iso-8859-5", "cp866", "KOI8-R", '"Windows-1251"']
)
def test_whatever_charset_it_names(charset: str) -> None:
    body = TEXT.encode(charset.strip('"'))
    assert taken(letter(body, Content_Type=f"text/plain; charset={charset}")).text == TEXT


@pytest.mark.parametrize("charset", ["koi8-r", "windows-1251", "utf-8"])
@pytest.mark.parametrize(
    "named", ["", "; charset=us-ascii", "; charset=x-unknown", "; charset=utf-8", "; charset=rot13"]
)
def test_and_when_it_names_none_or_a_wrong_one(charset: str, named: str) -> None:
    assert taken(letter(TEXT.encode(charset), Content_Type=f"text/plain{named}")).text == TEXT


@pytest.mark.parametrize("charset", ["koi8-r", "windows-1251", "utf-8"])
def test_headers_that_are_not_encoded_are_read_all_the_same(charset: str) -> None:
    raw = letter(
        Subject="Задержка премии".encode(charset), From="Анна Серова".encode(charset) + b" <Anna@Mail.example>"
    )
    message = taken(raw)
    assert message.letter is not None
    assert message.letter.subject == "Задержка премии"
    assert message.sender == Sender("anna@mail.example", "Анна Серова")


@pytest.mark.parametrize("charset", ["koi8-r", "windows-1251", "utf-8"])
def test_encoded_headers(charset: str) -> None:
    subject = Header("Задержка премии за сентябрь, октябрь и ноябрь нынешнего года", charset, maxlinelen=60).encode()
    message = taken(letter(Subject=subject))
    assert message.letter is not None
    assert message.letter.subject == "Задержка премии за сентябрь, октябрь и ноябрь нынешнего года"


def test_a_letter_broken_between_two_words_is_whole_again() -> None:
    assert header_text("=?utf-8?B?0J/R?= =?utf-8?B?gNC40LLQtdGC?=") == "Привет"
    assert header_text("=?utf-8?B?!!!?= =?nonsense?Q?=41?= =?koi8-r?Q?=F0?=").endswith("AП")


def test_plain_text_is_preferred_and_html_is_words_alone() -> None:
    html = "<html><head><title>x</title></head><body><p>Не&nbsp;платят<br>премию</p><script>alert(1)</script></body></html>"
    only_html = letter(html.encode(), Content_Type="text/html; charset=utf-8")
    assert taken(only_html).text == "Не платят\nпремию"
    both = (
        b"--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>HTML</p>\r\n"
        b"--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nplain\r\n--x--\r\n"
    )
    assert taken(letter(both, Content_Type='multipart/alternative; boundary="x"')).text == "plain"


def test_what_was_sent_along_is_named() -> None:
    body = (
        b"--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + TEXT.encode() + b"\r\n"
        b'--x\r\nContent-Type: application/pdf; name="=?utf-8?B?0JfQsNGP0LLQu9C10L3QuNC1LnBkZg==?="\r\n'
        b"Content-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n"
        b"--x\r\nContent-Type: image/png\r\nContent-ID: <logo>\r\n\r\nAAAA\r\n"
        b"--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nsecret of another\r\n--x--\r\n"
    )
    message = taken(letter(body, Content_Type='multipart/mixed; boundary="x"'))
    assert message.attachments == ("Заявление.pdf", "message/rfc822")
    assert message.text == f"{TEXT}\n\n[Заявление.pdf, message/rfc822]"
    empty = body.replace(TEXT.encode(), b"")
    assert taken(letter(empty, Content_Type='multipart/mixed; boundary="x"')).text == ""


def test_the_subject_of_a_new_letter_stands_above_it_and_of_an_answer_does_not() -> None:
    assert taken(letter(Subject="Отпуск")).text == f"Отпуск\n\n{TEXT}"
    assert taken(letter(Subject="Здравствуйте!")).text == TEXT
    assert taken(letter(b"", Subject="Отпуск")).text == "Отпуск"
    assert taken(letter(Subject="Отпуск", In_Reply_To="<0@union.example>")).text == TEXT
    assert taken(letter(Subject="Ответ: Отпуск")).text == TEXT


def test_a_quotation_is_left_out_and_kept_in_the_original_and_what_is_carried_further_stays() -> None:
    body = f'{TEXT}\n\n23.11.2026, 10:15, "Профсоюз" <press@union.example>:\n> Здравствуйте!'
    message = taken(letter(body.encode()))
    assert message.letter is not None
    assert (message.text, message.letter.original) == (TEXT, body)
    carried = taken(letter(body.encode(), Subject="Fwd: Отпуск"))
    assert carried.text == f"Fwd: Отпуск\n\n{body}"


def test_an_answer_goes_where_it_is_asked_for_and_refers_to_the_whole_talk() -> None:
    message = taken(
        letter(
            Reply_To="Анна <a@mail.example>", References="<0@u.example> bad <1@u.example>", In_Reply_To="<1@u.example>"
        )
    )
    assert message.sender.external_user_id == "a@mail.example"
    assert message.letter is not None
    assert message.letter.references == ("0@u.example", "1@u.example", "1@mail.example")
    long = " ".join(f"<{number}@u.example>" for number in range(50))
    shortened = taken(letter(References=long)).letter
    assert shortened is not None
    assert (len(shortened.references), shortened.references[0], shortened.references[-1]) == (
        10,
        "0@u.example",
        "1@mail.example",
    )


def test_a_letter_is_known_by_its_id_and_nobody_takes_anothers_away() -> None:
    received = letter(Received="from a by b")
    assert taken(letter()).update_id == taken(received).update_id
    assert taken(letter()).update_id != taken(letter(From="eve@mail.example")).update_id
    assert taken(letter()).update_id != taken(letter(Message_ID="<2@mail.example>")).update_id
    assert taken(letter(Message_ID="")).update_id == taken(letter(Message_ID="", Received="from a by b")).update_id
    assert taken(letter(Message_ID="")).update_id != taken(letter(b"other", Message_ID="")).update_id


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Mon, 23 Nov 2099 10:15:00 +0300", "Thu, 01 Jan 1970 00:00:00 +0000"]
)
def test_a_date_that_cannot_be_is_now(date: str) -> None:
    assert taken(letter(Date=date)).at == NOW


AUTOMATIC: list[dict[str, str]] = [
    {"Auto_Submitted": "auto-replied"},
    {"Auto_Submitted": "auto-generated (rejected); owner-email=x"},
    {"Auto_Submitted": "Auto-Notified"},
    {"Precedence": "bulk"},
    {"Precedence": "Junk"},
    {"Precedence": "list"},
    {"X_Autoreply": "yes"},
    {"X_Autorespond": "Отпуск"},
    {"List_Id": "<news.lists.example>"},
    {"Return_Path": "<>"},
    {"From": "MAILER-DAEMON@mail.example"},
    {"From": "Mail System <postmaster@mail.example>"},
    {"From": "news-bounces@lists.example"},
    {"Content_Type": 'multipart/report; report-type=delivery-status; boundary="x"'},
]


@pytest.mark.parametrize("headers", AUTOMATIC)
def test_robots_are_never_answered_because_they_never_come_in(headers: dict[str, str]) -> None:
    assert update_in(letter(TEXT.encode(), **headers), NOW) is None


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "no"}, {"Precedence": "first-class"}, {"X_Autoreply": "no"}, {"Return_Path": "<a@b.example>"}],
)
def test_people_are_no_robots(headers: dict[str, str]) -> None:
    assert taken(letter(TEXT.encode(), **headers)).text == TEXT


@given(
    headers=st.sampled_from(AUTOMATIC),
    more=st.dictionaries(
        st.sampled_from(["X_Mailer", "Importance", "Received", "Sender"]), st.sampled_from(["a", "b"])
    ),
    body=st.binary(max_size=300),
)
def test_a_loop_is_never_begun_whatever_else_the_letter_says(
    headers: dict[str, str], more: dict[str, str], body: bytes
) -> None:
    assert update_in(letter(body, **{**more, **headers}), NOW) is None


BYTES = st.one_of(
    st.binary(max_size=300),
    st.lists(st.sampled_from([b"\0", "Да\0".encode(), b"\xed\xa0\x80", b"&#0;", b"=?utf-8?b?AA==?="])).map(b"".join),
)


@given(raw=st.one_of(st.binary(max_size=600), BYTES.map(lambda body: letter(body, Subject=body[:80]))))
def test_any_bytes_are_a_message_or_none_and_never_an_accident(raw: bytes) -> None:
    try:
        message = update_in(raw, NOW)
    except MalformedUpdate:
        return
    if isinstance(message, MessageReceived):
        assert message.letter is not None
        kept = (message.text, message.letter.original, message.letter.subject, *message.letter.references)
        assert all(map(is_storable, (*kept, *message.attachments, message.update_id, message.sender.external_user_id)))
        assert message.at <= NOW
        assert "\n" not in (message.sender.display_name or "")


@given(
    text=st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zs", "Zl", "Zp"]), min_size=1)
)
def test_the_original_is_kept_whole(text: str) -> None:
    message = taken(letter(text.encode()))
    assert message.letter is not None
    assert message.letter.original == text


@given(html=st.text(max_size=300))
def test_any_html_gives_words_without_the_signs_of_it(html: str) -> None:
    shown = words_of_html(f"<p>{html}</p><script>alert(1)</script><style>p{{}}</style>")
    assert "alert(1)" not in shown or "alert(1)" in html or "<" in html


@given(
    content=st.binary(max_size=300),
    charset=st.sampled_from(["", "utf-8", "koi8-r", "undefined", "unicode_escape", "idna"]),
)
def test_any_bytes_are_text_that_can_be_kept(content: bytes, charset: str) -> None:
    tidied(decoded(content, charset)).encode()


@pytest.mark.parametrize("raw", [b"", b"no letter", letter(From=""), letter(From="nobody"), letter(From="a b <a b@c>")])
def test_what_is_no_letter_is_refused(raw: bytes) -> None:
    with pytest.raises(MalformedUpdate):
        update_in(raw, NOW)


def test_parts_within_parts_without_end_are_no_trap() -> None:
    raw = letter(
        b"".join(f'--{n}\r\nContent-Type: multipart/mixed; boundary="{n + 1}"\r\n\r\n'.encode() for n in range(5000)),
        Content_Type='multipart/mixed; boundary="0"',
    )
    with pytest.raises(MalformedUpdate):
        update_in(raw, NOW)


@pytest.mark.parametrize("sign", ["<", "<!--", "<a ", "</", "<script>", "<p a='", "<!", "<style></", "&", "<td>"])
def test_html_written_to_keep_us_busy_does_not(sign: str) -> None:
    began = perf_counter()
    update_in(letter(sign.encode() * (600_000 // len(sign)), Content_Type="text/html"), NOW)
    assert perf_counter() - began < PATIENCE


@pytest.mark.parametrize("sign", [';""', "(", '"', "<", "a@b.example, "])
@pytest.mark.parametrize("name", ["Content_Type", "From", "References", "Date", "Content_Disposition"])
def test_nor_does_a_header(name: str, sign: str) -> None:
    began = perf_counter()
    with suppress(MalformedUpdate):
        update_in(letter(TEXT.encode(), **{name: "text/plain; " + sign * (600_000 // len(sign))}), NOW)
    assert perf_counter() - began < PATIENCE


def test_nor_do_lines_that_look_like_quotations() -> None:
    began = perf_counter()
    update_in(letter(b"23.11.2026, 10:15, a\n" * 40_000), NOW)
    assert perf_counter() - began < PATIENCE


def test_what_the_mailbox_or_the_list_itself_wrote_is_no_news() -> None:
    connectors = Connectors(lambda _: httpx.AsyncClient())
    mail = connectors[Network.EMAIL]
    account = Account("news@lists.union.example", {"mailbox": "Press@union.example"})
    for own in ("press@union.example", "NEWS@lists.union.example"):
        assert mail.is_own(account, taken(letter(From=own)))
    assert not mail.is_own(account, taken(letter()))
    assert taken(letter()).at - NOW < timedelta(0)
