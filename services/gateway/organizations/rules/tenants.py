"""The life of a tenant: active and suspended in turn, marked for deletion, confirmed by its name, gone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.errors import Conflict, Invalid
from shared.tenant_states import TenantState


@dataclass(frozen=True)
class TenantEntry:
    id: UUID
    name: str
    state: TenantState
    state_version: int
    created_at: datetime
    changed_at: datetime
    deletion_asked_at: datetime | None
    certificate: dict[str, Any] | None


class TenantDeleted(Conflict):
    code = "tenant.deleted"
    title = {"ru": "Организация удалена", "en": "The tenant is deleted"}


class NotMarked(Conflict):
    code = "tenant.not_marked"
    title = {
        "ru": "Сначала пометьте организацию на удаление, потом подтвердите её названием",
        "en": "Mark the tenant for deletion first, then confirm by its name",
    }


class WrongConfirmation(Invalid):
    code = "tenant.wrong_confirmation"
    title = {"ru": "Название не совпадает", "en": "That is not its name"}


class DeletionRuns(Conflict):
    code = "tenant.deletion_runs"
    title = {"ru": "Организация уже удаляется", "en": "The tenant is being deleted already"}


class ExportNotReady(Conflict):
    code = "tenant.export_not_ready"
    title = {"ru": "Выгрузка ещё не готова", "en": "The export is not ready"}


def check_exists(state: TenantState) -> None:
    """Raise TenantDeleted."""
    if state is TenantState.DELETED:
        raise TenantDeleted


def check_confirmation(name: str, confirm: str, *, marked: bool) -> None:
    """Raise NotMarked, WrongConfirmation."""
    if not marked:
        raise NotMarked
    if confirm != name:
        raise WrongConfirmation
