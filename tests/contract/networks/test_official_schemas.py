"""Every call that a connector can make is one that the network's official schema knows."""

from datetime import UTC, datetime, timedelta

from services.publisher.networks.accounts import Network
from services.publisher.networks.contents import Invitation
from tests.contract.networks.official import check_calls
from tests.contract.networks.stage import Stage, image, message, post
from tests.contract.networks.staged.registry import STAGINGS
from tests.contract.networks.staged.staging import Tells


def test_the_suite_runs_over_every_network() -> None:
    assert set(STAGINGS) == set(Network)


async def test_every_kind_of_call_fits_the_official_schema(stage: Stage) -> None:
    account, connector = stage.account, stage.connector
    async with stage.hooked() as receiver:
        for images in ([], [image()], [image(), image("green", "JPEG")]):
            await connector.publish(account, post("Новость: https://union.example", *images))
        await connector.reconcile(account, post("Новость"), datetime.now(UTC))
        await connector.send_direct(account, message(stage, "Оцените ответ", "1", "2", "3", "4", "5"))
        await connector.invite(account, Invitation("a" * 32, datetime.now(UTC) + timedelta(days=1)))
        await connector.name_of(account, str(stage.person_id))
        if Tells.PRESSES in stage.staging.tells:
            await stage.press("5")
            await receiver.acknowledged(1)
        if not stage.staging.calls_hooks:
            await receiver.ask()
    checked = check_calls(stage, await stage.calls())
    assert set(checked) == stage.staging.calls
    print(f"{checked.total()} calls to {stage.network} checked against its schema")  # noqa: T201 the figure is asked for
