"""`users.*` and `group.*`: who calls, what a group is, and how a topic of it did."""

from pydantic import JsonValue

from deploy.sandbox.networks.ok.caller import Caller
from deploy.sandbox.networks.ok.models import CurrentUser, GroupInfo, TopicStatistics, UserGroups, UsersInfo
from deploy.sandbox.records import Community, Person
from deploy.sandbox.wire import JsonObject


def get_current_user(caller: Caller, body: CurrentUser) -> JsonValue:
    return _of_fields(_user(caller.person), body.fields)


def get_users(caller: Caller, body: UsersInfo) -> JsonValue:
    """People who are not there are left out."""
    found = (caller.world.people.get("ok", uid) for uid in body.uids)
    shown: list[JsonValue] = [_of_fields(_user(person), body.fields) for person in found if person is not None]
    return shown


def get_info(caller: Caller, body: GroupInfo) -> JsonValue:
    """Groups that are not there are left out."""
    found = (caller.world.communities.get("ok", uid) for uid in body.uids)
    shown: list[JsonValue] = [_of_fields(_group(group), body.fields) for group in found if group is not None]
    return shown


def get_user_groups_by_ids(caller: Caller, body: UserGroups) -> JsonValue:
    """Who of `uids` is what in the group; those who are nothing there are left out."""
    group = caller.group(body.group_id)
    shown: list[JsonValue] = []
    for uid in body.uids:
        if uid == str(group.manager_id):
            shown.append({"groupId": str(group.id), "userId": uid, "status": "ADMIN"})
        elif uid in map(str, group.members):
            shown.append({"groupId": str(group.id), "userId": uid, "status": "ACTIVE"})
    return shown


def get_stat_topic(caller: Caller, body: TopicStatistics) -> JsonValue:
    topic = caller.topic(body.topic_id)
    shown: JsonObject = {
        "id": topic.key,
        "renderings": topic.views,
        "reach": topic.views,
        "likes": len(caller.world.reactions_of(topic)),
        "comments": len(caller.world.comments_of(topic)),
        "reshares": len(caller.world.reposts_of(topic)),
    }
    return _of_fields(shown, body.fields)


def _user(person: Person) -> JsonObject:
    return {
        "uid": str(person.id),
        "first_name": person.first_name,
        "last_name": person.last_name,
        "name": person.full_name,
    }


def _group(group: Community) -> JsonObject:
    return {
        "uid": str(group.id),
        "name": group.title,
        "description": group.description,
        "shortname": group.handle,
        "members_count": group.followers + len(group.members),
    }


def _of_fields(shown: JsonObject, fields: list[str]) -> JsonObject:
    """Only what was asked for, by names in either case; everything where nothing was."""
    wanted = {name.lower() for name in fields}
    return {name: value for name, value in shown.items() if not wanted or name in wanted}
