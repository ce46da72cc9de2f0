"""The audits: whether every seal of every union still holds."""

from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from deploy.cli.auditing import verified
from deploy.cli.doctor.findings import Finding, notice, trouble, well
from deploy.cli.tenants import all_tenants
from services.gateway.settings import GatewaySettings

_NAMED: Final = 3  # unions; the rest are told by the command that the advice names


async def look_at_audits(settings: GatewaySettings) -> list[Finding]:
    """Recomputes every seal, so it takes the longer the more was written down."""
    try:
        tenants = await all_tenants(settings)
        verdicts = await verified(settings.database_url, [tenant.id for tenant in tenants])
    except (SQLAlchemyError, OSError) as error:
        return [
            notice("audit", f"not looked at ({type(error).__name__})", "Mend the database or the gateway's role first.")
        ]
    broken = [str(verdict.tenant_id) for verdict in verdicts if verdict.broken is not None]
    if not broken:
        return [well("audit", f"{sum(verdict.seals for verdict in verdicts)} seals hold")]
    told = ", ".join(broken[:_NAMED]) + (" and others" if len(broken) > _NAMED else "")
    return [
        trouble(
            "audit",
            f"changed afterwards: {told}",
            "Change nothing, make a backup; `vmeste audit verify` names the seal. Compare with an older backup.",
        )
    ]
