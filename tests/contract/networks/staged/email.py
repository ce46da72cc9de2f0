"""E-mail in the conformance suite. No schema describes letters: the stand-in reads each as a strict server does."""

from collections.abc import Mapping
from typing import cast

from deploy.sandbox.networks.email.names import credentials, list_of, mailbox_of
from tests.contract.networks.staged.staging import Json, Staging, Tells, tokens_of


def _target(community: Json) -> str:
    return list_of(str(community["handle"]))


def _secrets(community: Json) -> Mapping[str, str]:
    return credentials(cast("int", community["id"]), tokens_of(community)["community"])


STAGING = Staging(
    secrets=_secrets,
    target=_target,
    named=mailbox_of,
    posting="DATA",
    writing="DATA",
    writes_first=True,
    calls_hooks=False,
    tells_itself=False,
    says_what_it_took=True,
    flood_seconds=300,  # servers do not say how long
    tells=frozenset({Tells.MESSAGES}),
    calls=frozenset(),
)
