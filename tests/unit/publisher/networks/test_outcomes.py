"""What came of a call can be kept, whatever the network wrote into its answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.networks.outcomes import Reason, Rejected, Sent
from services.publisher.networks.reasons import reason
from services.publisher.networks.storing import is_storable, storable

WRITTEN = st.text(alphabet=st.characters(codec=None, exclude_categories=[]))


@pytest.mark.parametrize("spoiled", ["1\x002", "1\ud8002", "1\udfff2\0"])
def test_an_outcome_is_without_what_no_database_keeps(spoiled: str) -> None:
    assert Sent(spoiled, spoiled, spoiled) == Sent("12", "12", "12")
    assert reason("refused", spoiled) == reason("refused", "12")
    assert Rejected(Reason("own.code", {"ru": "нет", "en": "no"}, spoiled)).reason.network_code == "12"


def test_what_can_be_kept_stays_as_it_is() -> None:
    assert Sent("1", poll_id=None) == Sent("1", None, None)
    assert reason("refused").network_code is None
    assert Sent("𝄞 да\n").external_id == "𝄞 да\n"


@given(WRITTEN)
def test_anything_becomes_what_can_be_kept(written: str) -> None:
    kept = storable(written)
    assert is_storable(kept)
    assert "\0" not in kept
    kept.encode()
    assert is_storable(written) == (kept == written)
