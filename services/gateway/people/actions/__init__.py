"""People: take in, change, find, tell apart and together, as far as the caller reaches."""

from services.gateway.people.actions.duplicates import list_duplicates
from services.gateway.people.actions.identifiers import (
    find_person_by_proven_identifier,
    link_proven_identifier,
    proven_identifiers,
)
from services.gateway.people.actions.link_codes import make_link_code, take_link_code
from services.gateway.people.actions.merges import MayMerge, list_merges, merge_people, read_merge, undo_merge
from services.gateway.people.actions.read import (
    check_person,
    list_people,
    list_status_changes,
    read_person,
    view_of,
    views_of,
)
from services.gateway.people.actions.telling import tell_people, tell_person
from services.gateway.people.actions.write import (
    add_person,
    change_person,
    create_person,
    forget_birth_day,
    keep_birth_day,
    set_status,
)

__all__ = [
    "MayMerge",
    "add_person",
    "change_person",
    "check_person",
    "create_person",
    "find_person_by_proven_identifier",
    "forget_birth_day",
    "keep_birth_day",
    "link_proven_identifier",
    "list_duplicates",
    "list_merges",
    "list_people",
    "list_status_changes",
    "make_link_code",
    "merge_people",
    "proven_identifiers",
    "read_merge",
    "read_person",
    "set_status",
    "take_link_code",
    "tell_people",
    "tell_person",
    "undo_merge",
    "view_of",
    "views_of",
]
