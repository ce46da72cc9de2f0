"""What a community's channel is, and what its one or two tokens cannot do, each with the reason."""

from collections.abc import Collection

from services.publisher.networks.accounts import Ability, Account, Missing, Probe
from services.publisher.networks.outcomes import Reason
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Refused, why_not
from services.publisher.networks.vk.calls import Parameter, VkApi, group_of, token_of
from services.publisher.networks.vk.wire import Members, UploadServer, WallPosts, Wire

CONFIRMATION_SECRET = "confirmation"  # noqa: S105 the name of the secret that VK tells us, not its value
EDITOR = 2  # the level from which a manager may write and change posts
BY_USER = (  # what VK gives to a user's token alone, with why a channel without one lacks it
    (Ability.IMAGES, "user_token_needed"),
    (Ability.RECONCILE, "user_token_to_reconcile"),
    (Ability.POLLS, "user_token_required"),
    (Ability.REPOSTS, "user_token_required"),
    (Ability.CHANGES, "user_token_required"),
    (Ability.MEASURES, "user_token_required"),
)


class _Group(Wire):
    id: int
    name: str
    screen_name: str | None = None
    is_admin: int = 0
    admin_level: int = 0


class _Groups(Wire):
    groups: tuple[_Group, ...]


class _Permission(Wire):
    name: str


class _Permissions(Wire):
    permissions: tuple[_Permission, ...]


class _ConfirmationCode(Wire):
    code: str


async def probe_community(api: VkApi, account: Account) -> Probe:
    """Raises Unreachable."""
    try:
        group_id = group_of(account)
        token = token_of(account, "community_token")
        found = await api.call(token, "groups.getById", _Groups, {"group_id": group_id})
        members = await api.call(token, "groups.getMembers", Members, {"group_id": group_id, "count": 0})
        permissions = await api.call(token, "groups.getTokenPermissions", _Permissions, {})
        code = await api.call(token, "groups.getCallbackConfirmationCode", _ConfirmationCode, {"group_id": group_id})
    except Refused as refused:
        return Probe(missing=(Missing(Ability.PUBLISH, why_not(refused.outcome)),))
    if not found.groups:
        return Probe(missing=(Missing(Ability.PUBLISH, reason("chat_not_found")),))
    group = found.groups[0]
    name = group.screen_name or f"club{group.id}"
    granted = {permission.name for permission in permissions.permissions}
    missing = [
        *_missing_permissions(granted),
        *await _missing_stories(api, token, group_id, granted),
        *await _missing_to_user(api, account, group_id),
    ]
    return Probe(
        mailbox=str(group.id),
        mailbox_url=f"https://vk.me/{name}",
        title=group.name,
        url=f"https://vk.com/{name}",
        follower_count=members.count,
        missing=tuple(missing),
        learned={CONFIRMATION_SECRET: code.code},
    )


def _missing_permissions(granted: Collection[str]) -> list[Missing]:
    wanted = ((Ability.DIRECT_MESSAGES, "messages"), (Ability.UPDATES, "manage"))
    return [Missing(ability, reason("no_rights", name)) for ability, name in wanted if name not in granted]


async def _missing_stories(api: VkApi, token: str, group_id: int, granted: Collection[str]) -> list[Missing]:
    """VK lets communities have stories that are verified or have its sign of esteem."""
    if "stories" not in granted:
        return [Missing(Ability.STORIES, reason("no_rights", "stories"))]
    why = await _refused(
        api, token, "stories.getPhotoUploadServer", UploadServer, {"group_id": group_id, "add_to_news": True}
    )
    return [] if why is None else [Missing(Ability.STORIES, reason("stories_not_given", why.network_code))]


async def _missing_to_user(api: VkApi, account: Account, group_id: int) -> list[Missing]:
    """What cannot be done without a user's token, or with the one that is there."""
    if "user_token" not in account.secrets:
        return [Missing(ability, reason(lack)) for ability, lack in BY_USER]
    try:
        token = token_of(account, "user_token")
        found = await api.call(token, "groups.getById", _Groups, {"group_id": group_id})
    except Refused as refused:
        return [Missing(ability, why_not(refused.outcome)) for ability, _ in BY_USER]
    manages = any(group.is_admin and group.admin_level >= EDITOR for group in found.groups)
    whys: dict[Ability, Reason | None] = {}
    lacks = None if manages else reason("no_rights", "admin_level")
    for ability in (Ability.POLLS, Ability.REPOSTS, Ability.CHANGES, Ability.MEASURES):
        whys[ability] = lacks
    wall: dict[str, Parameter] = {"domain": f"club{group_id}", "count": 1, "filter": "owner"}
    whys[Ability.RECONCILE] = await _refused(api, token, "wall.get", WallPosts, wall)
    whys[Ability.IMAGES] = lacks or await _refused(
        api, token, "photos.getWallUploadServer", UploadServer, {"group_id": group_id}
    )
    for ability in (Ability.CHANGES, Ability.MEASURES):  # both read the post first
        whys[ability] = whys[ability] or whys[Ability.RECONCILE]
    return [Missing(ability, why) for ability, _ in BY_USER if (why := whys[ability]) is not None]


async def _refused(
    api: VkApi, token: str, method: str, result: type[Wire], parameters: dict[str, Parameter]
) -> Reason | None:
    """Why VK does not answer this question. Raises Unreachable."""
    try:
        await api.call(token, method, result, parameters)
    except Refused as refused:
        return why_not(refused.outcome)
    return None
