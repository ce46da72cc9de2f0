"""Every answer of a mail server leads to an outcome with a reason in both languages. Never to a doubt: it said no."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.networks.email.errors import FIRST_PAUSE, REFUSALS, Stage, refusal_of
from services.publisher.networks.outcomes import NeedsReauthorization, Refusal, Rejected, Retry, Throttled
from services.publisher.networks.reasons import TEXTS

ANSWERS: list[tuple[int, str, Stage, type[Refusal], str]] = [
    (
        535,
        "5.7.8 Error: authentication failed: Invalid user or password!",
        Stage.SESSION,
        NeedsReauthorization,
        "token_invalid",
    ),
    (534, "5.7.9 Application-specific password required", Stage.SESSION, NeedsReauthorization, "token_invalid"),
    (530, "5.7.0 Authentication required", Stage.SENDER, NeedsReauthorization, "token_invalid"),
    (454, "4.7.0 Temporary authentication failure", Stage.SESSION, Retry, "server_error"),
    (421, "4.3.2 Service not available, closing transmission channel", Stage.SESSION, Retry, "server_error"),
    (421, "4.7.28 Our system has detected an unusual rate of mail", Stage.LETTER, Throttled, "throttled"),
    (450, "4.2.0 Greylisted, see postgrey", Stage.READER, Retry, "server_error"),
    (451, "4.7.1 Ratelimit exceeded for mailbox", Stage.READER, Throttled, "throttled"),
    (451, "4.3.0 Not now", Stage.LETTER, Retry, "server_error"),
    (452, "4.2.2 Mailbox full", Stage.READER, Retry, "server_error"),
    (550, "5.4.5 Daily sending quota exceeded", Stage.LETTER, Throttled, "throttled"),
    (550, "5.7.1 Too many recipients today", Stage.SENDER, Throttled, "throttled"),
    (553, "5.7.1 Sender address rejected: not owned by auth user", Stage.SENDER, Rejected, "sender_refused"),
    (550, "not local sender over smtp", Stage.SENDER, Rejected, "sender_refused"),
    (550, "5.1.1 No such user", Stage.READER, Rejected, "mailbox_not_found"),
    (550, "No such user!", Stage.READER, Rejected, "mailbox_not_found"),
    (550, "5.1.2 Bad destination system address", Stage.READER, Rejected, "mailbox_not_found"),
    (550, "5.2.1 The account is disabled", Stage.READER, Rejected, "mailbox_not_found"),
    (551, "User not local", Stage.READER, Rejected, "mailbox_not_found"),
    (552, "5.2.2 Mailbox size limit exceeded by 1 kB", Stage.READER, Rejected, "mailbox_full"),
    (552, "5.3.4 Message size exceeds fixed limit", Stage.SENDER, Rejected, "letter_too_large"),
    (552, "Message too large", Stage.LETTER, Rejected, "letter_too_large"),
    (550, "5.7.1 You are not allowed to post to this mailing list", Stage.READER, Rejected, "mail_not_accepted"),
    (554, "5.7.1 Message rejected under suspicion of SPAM", Stage.LETTER, Rejected, "content_blocked"),
    (550, "spam message rejected", Stage.LETTER, Rejected, "content_blocked"),
    (554, "5.7.1 Your IP is blocked", Stage.SESSION, Rejected, "refused"),
    (500, "Syntax error", Stage.SENDER, Rejected, "refused"),
]


@pytest.mark.parametrize(("code", "sentence", "stage", "kind", "name"), ANSWERS)
def test_an_answer_and_what_follows(code: int, sentence: str, stage: Stage, kind: type[Refusal], name: str) -> None:
    outcome = refusal_of(code, sentence, stage)
    assert (type(outcome), outcome.reason.code) == (kind, f"network.{name}")
    assert outcome.reason.network_code == f"{code} {sentence}"
    if isinstance(outcome, Throttled):
        assert outcome.retry_after == FIRST_PAUSE


def test_every_listed_reason_is_met_and_worded() -> None:
    met = {name for *_, name in ANSWERS}
    assert {name for *_, name in REFUSALS} <= met
    assert all(TEXTS[f"network.{name}"]["ru"] != TEXTS[f"network.{name}"]["en"] for name in met)


@given(code=st.integers(400, 599), sentence=st.text(max_size=300), stage=st.sampled_from(Stage))
def test_what_a_server_said_is_never_in_doubt(code: int, sentence: str, stage: Stage) -> None:
    outcome = refusal_of(code, sentence, stage)
    assert isinstance(outcome, Rejected | Retry | Throttled | NeedsReauthorization)
    assert len(outcome.reason.network_code or "") <= 200
