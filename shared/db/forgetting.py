"""A service's only way to what it has put in its outbox: taking out what quotes a person who is being erased.

The function runs with the owner's rights, and touches nothing but messages of its caller's transaction's tenant.

    forget_messages(person, types, fragments) -> how many messages are gone

Messages of `types` whose payload holds one of `fragments` go, on their way or dead. A state of the person on its way to
a read model stays, for its readers wait for its position, but without the name, the accounts and the memberships.
"""

from collections.abc import Iterable, Iterator
from typing import Final

_PLACES: Final = ("outbox", "dead_letter")
_NOBODY: Final = '{"display_name": "", "identifiers": [], "organization_ids": [], "erased": true}'
_MINE: Final = "tenant_id = nullif(current_setting('vmeste.tenant', true), '')::uuid"


def let_forget_messages(schema: str, role: str) -> Iterator[str]:
    """Make the function in `schema`, for `role` alone. Safe to repeat."""
    steps = "; ".join(_steps(schema))
    yield (
        f"CREATE OR REPLACE FUNCTION {schema}.forget_messages(person uuid, types text[], fragments jsonb[]) "
        "RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ "
        f"DECLARE gone integer; all_gone integer := 0; BEGIN {steps}; RETURN all_gone; END $$"
    )
    yield f"REVOKE ALL ON FUNCTION {schema}.forget_messages FROM PUBLIC"
    yield f"GRANT EXECUTE ON FUNCTION {schema}.forget_messages TO {role}"


def _steps(schema: str) -> Iterator[str]:
    for place in _PLACES:
        yield (
            f"DELETE FROM {schema}.{place} AS message WHERE {_MINE} AND envelope->>'type' = ANY(types) "  # noqa: S608 - a service's schema
            "AND EXISTS (SELECT FROM unnest(fragments) AS part WHERE message.envelope->'payload' @> part)"
        )
        yield "GET DIAGNOSTICS gone = ROW_COUNT"
        yield "all_gone := all_gone + gone"
        yield (
            f"UPDATE {schema}.{place} "  # noqa: S608 - as above
            f"SET envelope = jsonb_set(envelope, '{{payload}}', envelope->'payload' || '{_NOBODY}'::jsonb) "
            f"WHERE {_MINE} AND envelope->>'type' = 'gateway.person_changed' "
            "AND envelope#>>'{payload,person_id}' = person::text"
        )
        yield (
            f"UPDATE {schema}.{place} SET envelope = jsonb_set(envelope, '{{payload,people}}', "  # noqa: S608 - as above
            f"(SELECT jsonb_agg(CASE WHEN one->>'person_id' = person::text THEN one || '{_NOBODY}'::jsonb ELSE one END "
            "ORDER BY place) FROM jsonb_array_elements(envelope#>'{payload,people}') "
            "WITH ORDINALITY AS told(one, place))) "
            f"WHERE {_MINE} AND envelope->>'type' = 'gateway.people_changed' AND envelope->'payload' @> "
            "jsonb_build_object('people', jsonb_build_array(jsonb_build_object('person_id', person)))"
        )


def let_forget_tenants(schema: str, role: str, append_only: Iterable[str]) -> Iterator[str]:
    """Make the function by which a service lets go of what it may only add to, of a tenant that is to be deleted.

        forget_tenant(place, most) -> how many rows are gone

    `place` is the outbox, the dead letters or a table that rows are only added to; an active tenant is refused.
    """
    steps = " ".join(
        f"WHEN '{place}' THEN DELETE FROM {schema}.{place} WHERE ctid IN "  # noqa: S608 - names of the project's own tables
        f"(SELECT ctid FROM {schema}.{place} WHERE {_MINE} ORDER BY ctid DESC LIMIT most) AND {_MINE};"
        for place in (*_PLACES, *append_only)
    )
    yield (
        f"CREATE OR REPLACE FUNCTION {schema}.forget_tenant(place text, most integer) "
        "RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ "
        "DECLARE gone integer; BEGIN "
        f"IF NOT EXISTS (SELECT FROM {schema}.tenant_standing WHERE {_MINE} AND state <> 'active') "
        "THEN RAISE insufficient_privilege; END IF; "
        f"CASE place {steps} END CASE; GET DIAGNOSTICS gone = ROW_COUNT; RETURN gone; END $$"
    )
    yield f"REVOKE ALL ON FUNCTION {schema}.forget_tenant FROM PUBLIC"
    yield f"GRANT EXECUTE ON FUNCTION {schema}.forget_tenant TO {role}"
