"""Every network: links into a community, and who came."""

from datetime import UTC, datetime, timedelta

import pytest

from services.publisher.networks.accounts import Account, Network
from services.publisher.networks.contents import Invitation, Invited
from services.publisher.networks.inbound import MemberJoined
from services.publisher.networks.outcomes import NeedsReauthorization, Rejected, Retry, Unsupported
from shared.clock import new_id
from tests.contract.networks.stage import Stage, opened
from tests.contract.networks.staged.staging import Tells

NAME = new_id().hex


def invitation() -> Invitation:
    return Invitation(NAME, datetime.now(UTC) + timedelta(days=1))


async def invited_to(stage: Stage) -> str:
    answer = await stage.connector.invite(stage.account, invitation())
    assert isinstance(answer, Invited), answer
    return answer.url


async def test_a_newcomer_is_told_of(stage: Stage) -> None:
    if Tells.JOINS not in stage.staging.tells:
        return
    async with stage.hooked() as receiver:
        await stage.join()
        (joined,) = await receiver.received(1)
    assert isinstance(joined, MemberJoined)
    assert joined.sender.external_user_id == stage.staging.named(stage.person_id)
    assert stage.account.target in joined.places
    assert joined.invitation is None


async def test_only_telegram_makes_links_of_one_use(stage: Stage) -> None:
    answer = await stage.connector.invite(stage.account, invitation())
    assert isinstance(answer, Invited if stage.network is Network.TELEGRAM else Unsupported)


@pytest.mark.parametrize("stage", [Network.TELEGRAM], indirect=True)
async def test_who_comes_by_a_link_brings_its_name(stage: Stage) -> None:
    url = await invited_to(stage)
    async with stage.hooked() as receiver:
        await stage.join(url)
        (joined,) = await receiver.received(1)
    assert isinstance(joined, MemberJoined)
    assert joined.invitation == NAME


@pytest.mark.parametrize("stage", [Network.TELEGRAM], indirect=True)
async def test_a_link_into_somebody_elses_channel_is_refused(stage: Stage) -> None:
    theirs = await opened(stage.control, stage.connector)
    answer = await stage.connector.invite(Account(theirs.account.target, stage.account.secrets), invitation())
    assert isinstance(answer, Rejected)
    assert answer.reason.code == "network.no_rights"


@pytest.mark.parametrize("stage", [Network.TELEGRAM], indirect=True)
async def test_a_lost_answer_is_asked_for_again(stage: Stage) -> None:
    """Nobody follows a link that nobody was told of."""
    await stage.order("drop", "createChatInviteLink", taken=True)
    assert isinstance(await stage.connector.invite(stage.account, invitation()), Retry)
    await stage.order("unauthorized", "createChatInviteLink")
    assert isinstance(await stage.connector.invite(stage.account, invitation()), NeedsReauthorization)
