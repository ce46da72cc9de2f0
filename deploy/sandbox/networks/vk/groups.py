"""`groups.*` and `users.*`: who is who, what a token may, and the servers of the Callback API."""

from pydantic import JsonValue

from deploy.sandbox.events import Update
from deploy.sandbox.loopback import is_loopback_url
from deploy.sandbox.networks.vk.caller import Caller
from deploy.sandbox.networks.vk.errors import CALLBACK_SERVERS, NOT_FOUND, PARAMETER, VkError
from deploy.sandbox.networks.vk.models import (
    AddCallbackServer,
    CallbackServers,
    DeleteCallbackServer,
    GroupParameters,
    GroupsGetById,
    GroupsGetMembers,
    NoParameters,
    UsersGet,
)
from deploy.sandbox.networks.vk.settings import CallbackSettings
from deploy.sandbox.networks.vk.views import NETWORK, callback_server, group, user
from deploy.sandbox.records import Hook, HookState, Person

SERVERS_LIMIT = 10
COMMUNITY_RIGHTS = {"stories": 1, "photos": 4, "messages": 4096, "wall": 8192, "manage": 262_144}


def get_by_id(caller: Caller, body: GroupsGetById) -> JsonValue:
    names = [*body.group_ids, *([body.group_id] if body.group_id else [])]
    communities = [caller.community_named(name) for name in names] if names else [caller.own_community()]
    groups: list[JsonValue] = [group(c, body.fields, managed=caller.manages(c)) for c in communities]
    return {"groups": groups, "profiles": []}


def get_members(caller: Caller, body: GroupsGetMembers) -> JsonValue:
    community = caller.community_named(body.group_id)
    ids = sorted(community.members, reverse=body.sort == "id_desc")
    items: list[JsonValue] = [*ids[body.offset : body.offset + body.count]]
    return {"count": community.followers + len(ids), "items": items}


def get_token_permissions(caller: Caller, _: NoParameters) -> JsonValue:
    caller.own_community()
    permissions: list[JsonValue] = [{"name": name, "setting": bit} for name, bit in COMMUNITY_RIGHTS.items()]
    return {"mask": sum(COMMUNITY_RIGHTS.values()), "permissions": permissions}


def get_users(caller: Caller, body: UsersGet) -> JsonValue:
    if not body.user_ids:
        return [user(caller.person(), body.fields)]
    people = (_person(caller, name) for name in body.user_ids)
    found: list[JsonValue] = [user(person, body.fields) for person in people if person is not None]
    return found


def get_callback_confirmation_code(caller: Caller, body: GroupParameters) -> JsonValue:
    return {"code": caller.managed(body.group_id).confirmation_code or ""}


def add_callback_server(caller: Caller, body: AddCallbackServer) -> JsonValue:
    community = caller.managed(body.group_id)
    if not is_loopback_url(body.url):
        raise VkError(PARAMETER, "url is invalid: the stand-in sends to loopback addresses only")
    if len(caller.world.hooks_of(NETWORK, community.id)) >= SERVERS_LIMIT:
        raise VkError(CALLBACK_SERVERS)
    hook = caller.world.hooks.put(
        Hook(
            network=NETWORK,
            owner_id=community.id,
            id=caller.world.next_number(f"vk:server:{community.id}"),
            url=body.url,
            secret=body.secret_key or None,
            events=(),
            state=HookState.WAITING,
            title=body.title,
            created_at=caller.world.now(),
        )
    )
    caller.sandbox.hooks.queue(hook, Update(community.id, "confirmation", "confirmation", {}))
    return {"server_id": hook.id}


def get_callback_servers(caller: Caller, body: CallbackServers) -> JsonValue:
    community = caller.managed(body.group_id)
    wanted = set(body.server_ids)
    hooks = [h for h in caller.world.hooks_of(NETWORK, community.id) if not wanted or h.id in wanted]
    items: list[JsonValue] = [callback_server(hook) for hook in hooks]
    return {"count": len(items), "items": items}


def delete_callback_server(caller: Caller, body: DeleteCallbackServer) -> JsonValue:
    hook = _server(caller, body.group_id, body.server_id)
    caller.sandbox.hooks.forget(hook)
    caller.world.hooks.remove(hook)
    return 1


def set_callback_settings(caller: Caller, body: CallbackSettings) -> JsonValue:
    hook = _server(caller, body.group_id, body.server_id)
    chosen = body.chosen()
    events = {event for event in hook.events or () if chosen.get(event, True)}
    events |= {event for event, on in chosen.items() if on}
    caller.world.hooks.put(hook.model_copy(update={"events": tuple(sorted(events))}))
    return 1


def _server(caller: Caller, group_id: int, server_id: int) -> Hook:
    community = caller.managed(group_id)
    hook = next((h for h in caller.world.hooks_of(NETWORK, community.id) if h.id == server_id), None)
    if hook is None:
        raise VkError(NOT_FOUND)
    return hook


def _person(caller: Caller, name: str) -> Person | None:
    if name.isdecimal():
        return caller.world.people.get(NETWORK, name)
    return next((p for p in caller.world.people if p.network == NETWORK and p.username == name), None)
