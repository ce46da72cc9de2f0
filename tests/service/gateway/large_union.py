"""A union of any size, by statements of the database's owner: what a test of plans or figures looks for people in."""

from typing import Final
from uuid import UUID

from sqlalchemy import text

from tests.conftest import Ground
from tests.service.shared.schema import engine

FAMILY_NAMES: Final = (
    "Иванов",
    "Петров",
    "Сидоров",
    "Кузнецов",
    "Смирнов",
    "Ёлкин",
    "Орлов",
    "Соколов",
    "Лебедев",
    "Козлов",
)
GIVEN_NAMES: Final = ("Анна", "Мария", "Ольга", "Пётр", "Иван", "Сергей", "Елена", "Наталья")


async def seed(ground: Ground, tenant_id: UUID, people: int, organizations: int) -> dict[str, UUID]:
    """A tree of ten branches whose parts are as many as asked for, and people in the parts. Returns who stands where."""
    values = {
        "tenant": f"'{tenant_id}'::uuid",
        "people": people,
        "parts": organizations,
        "family": f"ARRAY{list(FAMILY_NAMES)}",
        "given": f"ARRAY{list(GIVEN_NAMES)}",
    }
    async with engine(ground.owner_url).begin() as owner:
        for statement in _SEED:
            await owner.exec_driver_sql(statement.format(**values))
        rows = await owner.execute(
            text(
                "SELECT kind, max(id::text)::uuid AS id FROM gateway.organization WHERE tenant_id = :tenant GROUP BY kind"
            ),
            {"tenant": tenant_id},
        )
        places = {row.kind: row.id for row in rows}
    async with engine(ground.owner_url).connect() as owner:
        outside = await owner.execution_options(isolation_level="AUTOCOMMIT")
        await outside.execute(text("VACUUM ANALYZE"))
    return {"root": tenant_id, "middle": places["territorial"], "leaf": places["primary"]}


_SEED: Final = (
    (
        "INSERT INTO gateway.organization (tenant_id, id, kind, name, parent_id, closed, affiliations, settings, in_force, entity_version) "
        "SELECT {tenant}, md5({tenant}::text || 'b' || n)::uuid, 'territorial', 'Ветвь ' || n, {tenant}, false, '[]', '{{}}', "
        "(SELECT in_force FROM gateway.organization WHERE id = {tenant}), 1 "
        "FROM generate_series(0, 9) n"
    ),
    (
        "INSERT INTO gateway.organization (tenant_id, id, kind, name, parent_id, closed, affiliations, settings, in_force, entity_version) "
        "SELECT {tenant}, md5({tenant}::text || 'p' || n)::uuid, 'primary', 'ППО ' || n, "
        "md5({tenant}::text || 'b' || n % 10)::uuid, false, '[]', '{{}}', "
        "(SELECT in_force FROM gateway.organization WHERE id = {tenant}), 1 FROM generate_series(1, {parts}) n"
    ),
    (
        "INSERT INTO gateway.organization_reach (tenant_id, id, ancestor_id, organization_id, depth) "
        "SELECT {tenant}, gen_random_uuid(), o.id, o.id, 0 FROM gateway.organization o "
        "WHERE o.tenant_id = {tenant} AND o.parent_id IS NOT NULL "
        "UNION ALL SELECT {tenant}, gen_random_uuid(), o.parent_id, o.id, 1 FROM gateway.organization o "
        "WHERE o.tenant_id = {tenant} AND o.parent_id IS NOT NULL "
        "UNION ALL SELECT {tenant}, gen_random_uuid(), {tenant}, o.id, 2 FROM gateway.organization o "
        "WHERE o.tenant_id = {tenant} AND o.kind = 'primary'"
    ),
    (
        "INSERT INTO gateway.person (tenant_id, id, family_name, given_name, name_key, status, birth_year, entity_version) "
        "SELECT {tenant}, md5({tenant}::text || n)::uuid, family || n % 977, given, "
        "replace(lower(family || n % 977 || ' ' || given), 'ё', 'е'), "
        "CASE WHEN n % 500 = 0 THEN 'prospective' ELSE 'member' END, 1950 + n % 50, 1 FROM (SELECT n, "
        "({family})[1 + n % 10] AS family, ({given})[1 + n / 10 % 8] AS given "
        "FROM generate_series(1, {people}) n) AS made"
    ),
    (
        "INSERT INTO gateway.person_word (tenant_id, word, person_id) SELECT DISTINCT p.tenant_id, word, p.id "
        "FROM gateway.person p, regexp_split_to_table(p.name_key, ' ') AS word WHERE p.tenant_id = {tenant} "
        "ON CONFLICT DO NOTHING"
    ),
    (
        "INSERT INTO gateway.membership (tenant_id, id, person_id, organization_id) "
        "SELECT {tenant}, gen_random_uuid(), md5({tenant}::text || n)::uuid, "
        "md5({tenant}::text || 'p' || 1 + n % {parts})::uuid "
        "FROM generate_series(1, {people}) n"
    ),
)
