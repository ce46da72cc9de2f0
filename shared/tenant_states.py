"""The states of a tenant, for rules and for whatever keeps them.

Four modules speak of a tenant:

tenant_states   which states there are
standing        the row in which a service keeps the state, and what may be done in it
tenant_life     the consumers of every service that change the state, write the tenant out, delete it
tenant_rows     the rows and files themselves: counted, written out, deleted
"""

from enum import StrEnum


class TenantState(StrEnum):
    """Whether a union works here.

    `active`: it does; `suspended`: nothing of it goes out, its pages are closed, nothing is lost; `deleted`: only
    the certificate of its deletion is left.
    """

    ACTIVE = "active"
    SUSPENDED = "suspended"
    DELETED = "deleted"
