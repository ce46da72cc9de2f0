"""Accounts that exist from the start, so that written-down examples can be typed as they stand."""

from deploy.sandbox.accounts import NewCommunity, open_community, open_person
from deploy.sandbox.sandbox import Sandbox

COMMUNITY = NewCommunity(
    title="Профсоюз «Песочница»",
    handle="sandbox_union",
    description="Учебное сообщество: всё, что здесь опубликовано, остаётся на этой машине.",
    followers=128,
)


def open_development_accounts(sandbox: Sandbox) -> None:
    """One community and one person in each network; what is there already stays as it is."""
    for network in sandbox.networks:
        open_community(sandbox, network, COMMUNITY)
        open_person(sandbox, network, "Анна", "Пробная", "anna_sandbox")
