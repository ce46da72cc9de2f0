"""A channel's secrets, and what its network said, between rows and the connectors' words."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import JsonValue

from services.publisher.channels.actions.shelves import TenantShelf
from services.publisher.channels.rules.readiness import ChannelState, CredentialsIncomplete, CredentialsRefused, resumed
from services.publisher.channels.tables import Channel
from services.publisher.networks.accounts import Ability, Account, Missing, Network, Probe
from services.publisher.networks.outcomes import Reason
from services.publisher.networks.shortcomings import Shortcoming, problems_of_account
from services.publisher.runtime import connector_of
from shared.errors import FieldError
from shared.runtime import Runtime


def account_of(runtime: Runtime, channel: Channel) -> Account:
    secrets = json.loads(runtime.cipher.decrypt(channel.secrets))
    return Account(channel.external_id, secrets, TenantShelf(runtime, channel.tenant_id))


def encrypted(runtime: Runtime, secrets: Mapping[str, str]) -> str:
    return runtime.cipher.encrypt(json.dumps(dict(secrets)))


def words_of(reason: Reason) -> dict[str, JsonValue]:
    """As it is stored: {"code", "network_code", "ru", "en"}."""
    return {"code": reason.code, "network_code": reason.network_code, **reason.text}


async def probed(runtime: Runtime, network: Network, account: Account) -> Probe:
    """What the network says of this account, which can publish.

    Raises CredentialsIncomplete, CredentialsRefused, Unreachable.
    """
    shortcomings = problems_of_account(network, account.target, account.secrets)
    if shortcomings:
        raise CredentialsIncomplete(errors=tuple(map(_field_error, shortcomings)))
    probe = await connector_of(runtime, network).probe(account)
    refusal = _refusal(probe)
    if refusal is not None:
        raise CredentialsRefused(refusal.text)
    return probe


def apply_probe(channel: Channel, probe: Probe, now: datetime) -> None:
    """Note what the network said. Secrets it told are kept by the caller, who knows the others."""
    refusal = _refusal(probe)
    channel.authorized = refusal is None
    channel.problem = None if refusal is None else words_of(refusal)
    channel.blocked_since = None if refusal is None else channel.blocked_since or now
    channel.blocked_reason = None if refusal is None else channel.blocked_reason or channel.problem
    if channel.state is not ChannelState.PAUSED:
        channel.state = resumed(authorized=channel.authorized)
    told = [_row(missing) for missing in probe.missing]
    channel.missing = [*told, *_kept_about_updates(channel.missing)]
    if probe.limits is not None:
        channel.own_limits = {**vars(probe.limits)}
    channel.follower_count = probe.follower_count
    channel.url = probe.url


def note_updates(channel: Channel, missing: Missing | None) -> None:
    """Whether the network sends us its updates, or why not."""
    others = [entry for entry in channel.missing if not _is_about_updates(entry)]
    noted = others if missing is None else [*others, _row(missing)]
    if (channel.receives_updates, channel.missing) != (missing is None, noted):
        channel.receives_updates, channel.missing = missing is None, noted
        channel.version += 1


def _refusal(probe: Probe) -> Reason | None:
    reasons = [missing.reason for missing in probe.missing if missing.ability is Ability.PUBLISH]
    return reasons[0] if reasons else None


def _row(missing: Missing) -> JsonValue:
    return {"ability": missing.ability.value, **words_of(missing.reason)}


def _is_about_updates(entry: JsonValue) -> bool:
    return isinstance(entry, dict) and entry["ability"] == Ability.UPDATES


def _kept_about_updates(entries: Sequence[JsonValue]) -> list[JsonValue]:
    return [entry for entry in entries if _is_about_updates(entry)]


def _field_error(shortcoming: Shortcoming) -> FieldError:
    pointer = "/external_id" if shortcoming.code == "channel.malformed_target" else "/credentials"
    return FieldError(pointer, shortcoming.code, shortcoming.text)
