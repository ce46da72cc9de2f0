"""People: take in, change, find, as far as the caller reaches."""

from services.gateway.people.actions.read import check_person, list_people, read_person, view_of, views_of
from services.gateway.people.actions.write import add_person, change_person, create_person

__all__ = [
    "add_person",
    "change_person",
    "check_person",
    "create_person",
    "list_people",
    "read_person",
    "view_of",
    "views_of",
]
