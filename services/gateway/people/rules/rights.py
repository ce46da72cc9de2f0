"""What stands in the way when people's rights are at stake. Roles come later: whoever keeps them answers with these."""

from shared.errors import Conflict, Forbidden


class RoleExceedsYours(Forbidden):
    code = "grant.exceeds_yours"
    title = {"ru": "Нельзя дать больше прав, чем есть у вас", "en": "You cannot give more than you hold yourself"}


class LastAdministrator(Conflict):
    code = "grant.last_administrator"
    title = {"ru": "Это последний администратор", "en": "This is the last administrator"}
