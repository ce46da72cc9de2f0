"""Who may do what: the roles of a grant and the permissions they carry. The whole matrix is this file.

A grant is (person, role, organization) and reaches that organization's whole subtree. Every role may see the
organizations it reaches; what else it may do is listed here.
"""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What somebody is in an organization, and in all below it.

    `chair`: its head: may do everything in it; `information_officer`: speaks for it: publications, channels,
    campaigns; `lawyer`: answers legal requests; `dispatcher`: takes requests and routes them; `analyst`: asks and
    reads surveys; `member`: is in the union, and takes part; `auditor`: sees the audit and changes nothing;
    `administrator`: keeps organizations, people, grants and partners.
    """

    CHAIR = "chair"
    INFORMATION_OFFICER = "information_officer"
    LAWYER = "lawyer"
    DISPATCHER = "dispatcher"
    ANALYST = "analyst"
    MEMBER = "member"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """What a role, or a key, lets somebody do in an organization and below it.

    `see_organization`: see it and its settings; `manage_organization`: change it and its parts; `manage_partners`:
    keys, webhooks, the press list; `see_audit`: see who changed what; `see_people`: see members and their contacts;
    `manage_people`: enter and change them, invite; `manage_grants`: give roles and take them;
    `manage_personal_data`: consents, exports, erasures, breaches; `see_publications`: see publications and what
    came of them; `publish`: write and send them; `approve_publications`: give leave to publish; `manage_channels`:
    connect channels, register hosts; `see_requests`: see requests for help; `answer_requests`: answer them;
    `assign_requests`: say who answers; `see_surveys`: see surveys and results; `manage_surveys`: make and run them;
    `see_events`: see events; `manage_events`: make and run them, see who comes.
    """

    SEE_ORGANIZATION = "see_organization"
    MANAGE_ORGANIZATION = "manage_organization"
    MANAGE_PARTNERS = "manage_partners"
    SEE_AUDIT = "see_audit"
    SEE_PEOPLE = "see_people"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_GRANTS = "manage_grants"
    MANAGE_PERSONAL_DATA = "manage_personal_data"
    SEE_PUBLICATIONS = "see_publications"
    PUBLISH = "publish"
    APPROVE_PUBLICATIONS = "approve_publications"
    MANAGE_CHANNELS = "manage_channels"
    SEE_REQUESTS = "see_requests"
    ANSWER_REQUESTS = "answer_requests"
    ASSIGN_REQUESTS = "assign_requests"
    SEE_SURVEYS = "see_surveys"
    MANAGE_SURVEYS = "manage_surveys"
    SEE_EVENTS = "see_events"
    MANAGE_EVENTS = "manage_events"


_EVERYTHING = frozenset(Permission)
_SEES = frozenset(permission for permission in Permission if permission.startswith("see_"))

MATRIX: Mapping[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: _EVERYTHING,
    Role.CHAIR: _EVERYTHING,
    Role.INFORMATION_OFFICER: frozenset(
        {
            Permission.SEE_ORGANIZATION,
            Permission.SEE_PUBLICATIONS,
            Permission.PUBLISH,
            Permission.APPROVE_PUBLICATIONS,
            Permission.MANAGE_CHANNELS,
            Permission.MANAGE_PARTNERS,
            Permission.SEE_SURVEYS,
            Permission.MANAGE_SURVEYS,
            Permission.SEE_EVENTS,
            Permission.MANAGE_EVENTS,
        }
    ),
    Role.LAWYER: frozenset({Permission.SEE_ORGANIZATION, Permission.SEE_REQUESTS, Permission.ANSWER_REQUESTS}),
    Role.DISPATCHER: frozenset(
        {
            Permission.SEE_ORGANIZATION,
            Permission.SEE_REQUESTS,
            Permission.ANSWER_REQUESTS,
            Permission.ASSIGN_REQUESTS,
        }
    ),
    Role.ANALYST: frozenset({Permission.SEE_ORGANIZATION, Permission.SEE_SURVEYS, Permission.MANAGE_SURVEYS}),
    Role.AUDITOR: _SEES - {Permission.SEE_REQUESTS, Permission.SEE_PEOPLE},
    Role.MEMBER: frozenset({Permission.SEE_ORGANIZATION}),
}

PARTNER_SCOPES: frozenset[Permission] = frozenset(
    {
        Permission.SEE_ORGANIZATION,
        Permission.SEE_PUBLICATIONS,
        Permission.PUBLISH,
        Permission.SEE_SURVEYS,
        Permission.SEE_EVENTS,
    }
)
"""What a partner's key may be given at most: never members, requests, or who answered."""
