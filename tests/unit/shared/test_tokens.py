"""The identity inside the house: what the gateway signs is believed by one audience for a minute, and nothing else is."""

import base64
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared.contracts import ServiceName
from shared.errors import Unauthenticated
from shared.identity import NOBODY, Caller, CallerKind, Grant, IdentitySigner, IdentityVerifier, key_id
from shared.identity.tokens import CLOCK_SKEW, LIFETIME
from shared.permissions import Role
from shared.testing.clock import START

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
KID = key_id(KEY.public_key())
CHAIR = Caller(CallerKind.PERSON, uuid4(), uuid4(), (Grant(Role.CHAIR, uuid4()), Grant(Role.LAWYER, uuid4())), 7)
SECOND = timedelta(seconds=1)


@pytest.fixture
def verifier() -> IdentityVerifier:
    return IdentityVerifier({KID: KEY.public_key()}, ServiceName.SURVEYS)


def claims(**changes: Any) -> dict[str, Any]:
    now = int(START.timestamp())
    whole = {"aud": "surveys", "iat": now, "exp": now + 60, "kind": "person", "tenant": str(uuid4())}
    return {name: value for name, value in (whole | changes).items() if value is not ...}


def token(key: Any = KEY, algorithm: str = "EdDSA", header: dict[str, Any] | None = None, **changes: Any) -> str:
    headers = {"kid": KID, "typ": "vmeste-identity"} | (header or {})
    return jwt.encode(claims(**changes), key, algorithm=algorithm, headers=headers)


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def forged(header: bytes, payload: bytes = b"{}", signature: bytes = b"") -> str:
    return ".".join(encoded(part) for part in (header, payload, signature))


def hs256_by_public_key() -> str:
    """The classic confusion: the public key, which everybody knows, taken for a shared secret."""
    header = encoded(json.dumps({"alg": "HS256", "kid": KID, "typ": "vmeste-identity"}).encode())
    signed = f"{header}.{encoded(json.dumps(claims()).encode())}"
    algorithm = jwt.get_algorithm_by_name("HS256")
    secret = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"{signed}.{encoded(algorithm.sign(signed.encode(), secret))}"


@pytest.mark.parametrize("caller", [NOBODY, CHAIR, Caller(CallerKind.SYSTEM, uuid4())])
def test_what_is_signed_comes_back(verifier: IdentityVerifier, caller: Caller) -> None:
    signed = IdentitySigner(KEY).sign(ServiceName.SURVEYS, caller, START)
    assert verifier.verify(signed, START) == caller
    assert verifier.verify(signed, START) == caller  # from the cache


def test_the_test_itself_makes_a_good_token(verifier: IdentityVerifier) -> None:
    assert verifier.verify(token(), START).kind is CallerKind.PERSON


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param("", id="empty"),
        pytest.param("a.b.c", id="no token"),
        pytest.param("привет.как.дела", id="not even ASCII"),
        pytest.param(forged(b'{"alg":"none","typ":"vmeste-identity"}', json.dumps(claims()).encode()), id="none"),
        pytest.param(
            forged(f'{{"alg":"none","kid":"{KID}","typ":"vmeste-identity"}}'.encode(), json.dumps(claims()).encode()),
            id="none by our key",
        ),
        pytest.param(hs256_by_public_key(), id="HS256 by the public key"),
        pytest.param(token(OTHER_KEY), id="another key under our key id"),
        pytest.param(token(header={"kid": "../../etc/passwd"}), id="key id is a path"),
        pytest.param(token(header={"kid": ""}), id="empty key id"),
        pytest.param(jwt.encode(claims(), KEY, "EdDSA", headers={"typ": "vmeste-identity"}), id="no key id"),
        pytest.param(forged(b'{"alg":"EdDSA","kid":["a"],"typ":"vmeste-identity"}'), id="key id is a list"),
        pytest.param(token(header={"crit": ["b64"]}), id="known crit"),
        pytest.param(token(header={"crit": ["vmeste"]}), id="unknown crit"),
        pytest.param(token(header={"typ": "JWT"}), id="a token for people"),
        pytest.param(token(exp=...), id="no exp"),
        pytest.param(token(iat=...), id="no iat"),
        pytest.param(token(aud=...), id="no audience"),
        pytest.param(token(aud="publisher"), id="another audience"),
        pytest.param(token(aud=["surveys", "publisher"]), id="several audiences"),
        pytest.param(token(exp=int(START.timestamp()) + 3600), id="lives an hour"),
        pytest.param(token(exp="never"), id="exp is a word"),
        pytest.param(token(iat=int(START.timestamp()) + 600, exp=int(START.timestamp()) + 660), id="from the future"),
        pytest.param(token(kind="king"), id="unknown kind"),
        pytest.param(token(grants=[["owner", str(uuid4())]]), id="unknown role"),
        pytest.param(token(superuser=True), id="unknown claim"),
        pytest.param(token()[:-4] + "AAAA", id="changed signature"),
        pytest.param(forged(b"[" * 30_000), id="a tower of brackets"),
        pytest.param(forged(b'"EdDSA"'), id="the header is a string"),
    ],
)
def test_anything_else_is_not_signed_in(verifier: IdentityVerifier, bad: str) -> None:
    with pytest.raises(Unauthenticated):
        verifier.verify(bad, START)


def test_it_ends_with_its_minute_and_the_skew_of_clocks(verifier: IdentityVerifier) -> None:
    signed = IdentitySigner(KEY).sign(ServiceName.SURVEYS, CHAIR, START)
    assert verifier.verify(signed, START + LIFETIME + CLOCK_SKEW - SECOND) == CHAIR
    with pytest.raises(Unauthenticated):
        verifier.verify(signed, START + LIFETIME + CLOCK_SKEW)


def test_the_cache_does_not_outlive_the_token(verifier: IdentityVerifier) -> None:
    signed = IdentitySigner(KEY).sign(ServiceName.SURVEYS, CHAIR, START)
    for seconds in range(90):
        assert verifier.verify(signed, START + seconds * SECOND) == CHAIR
    with pytest.raises(Unauthenticated):
        verifier.verify(signed, START + 90 * SECOND)


def test_a_clock_that_is_behind_is_forgiven_by_half_a_minute(verifier: IdentityVerifier) -> None:
    signed = IdentitySigner(KEY).sign(ServiceName.SURVEYS, CHAIR, START)
    assert verifier.verify(signed, START - CLOCK_SKEW) == CHAIR
    with pytest.raises(Unauthenticated):
        IdentityVerifier({KID: KEY.public_key()}, ServiceName.SURVEYS).verify(signed, START - CLOCK_SKEW - SECOND)


def test_a_token_is_made_once_and_again_before_it_grows_old() -> None:
    signer = IdentitySigner(KEY)
    first = signer.sign(ServiceName.SURVEYS, CHAIR, START)
    assert signer.sign(ServiceName.SURVEYS, CHAIR, START + LIFETIME / 2 - SECOND) == first
    assert signer.sign(ServiceName.SURVEYS, CHAIR, START + LIFETIME / 2) != first
    assert signer.sign(ServiceName.PUBLISHER, CHAIR, START) != first


def test_a_clock_that_was_set_back_makes_a_new_token(verifier: IdentityVerifier) -> None:
    signer = IdentitySigner(KEY)
    signer.sign(ServiceName.SURVEYS, CHAIR, START + timedelta(hours=1))
    assert verifier.verify(signer.sign(ServiceName.SURVEYS, CHAIR, START), START) == CHAIR


def test_a_new_key_is_believed_beside_the_old_one() -> None:
    both = IdentityVerifier(
        {key_id(key.public_key()): key.public_key() for key in (KEY, OTHER_KEY)}, ServiceName.SURVEYS
    )
    for key in (KEY, OTHER_KEY):
        assert both.verify(IdentitySigner(key).sign(ServiceName.SURVEYS, CHAIR, START), START) == CHAIR
