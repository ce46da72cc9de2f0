"""Faults: ordered, listed, released, ended."""

from datetime import datetime

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

from deploy.sandbox.control.common import Here
from deploy.sandbox.faults import Fault, FaultKind, FaultOrder

router = APIRouter(tags=["faults"])


class FaultView(BaseModel):
    id: int
    order: FaultOrder
    hits: int
    holds: bool
    since: datetime


@router.post("/faults", status_code=201)
async def faults_create(order: FaultOrder, here: Here) -> FaultView:
    """Let something go wrong: for a network, one of its accounts, one method; so many times or until cleared."""
    if order.network not in here.networks:
        raise HTTPException(422, "there is no such network")
    if order.kind is FaultKind.CAPTCHA and order.network != "vk":
        raise HTTPException(422, "only VK asks for a captcha")
    return _view(here.faults.order(order), here.world.now())


@router.get("/faults")
async def faults_list(here: Here) -> list[FaultView]:
    now = here.world.now()
    return [_view(fault, now) for fault in here.faults.all()]


@router.post("/faults/{fault_id}/release")
async def faults_release(fault_id: int, here: Here) -> FaultView:
    """Let go on what hangs in this fault; it also ends."""
    fault = _there(here.faults.get(fault_id))
    here.faults.clear(fault_id)
    return _view(fault, here.world.now())


@router.delete("/faults/{fault_id}", status_code=204)
async def faults_delete(fault_id: int, here: Here) -> None:
    _there(here.faults.get(fault_id))
    here.faults.clear(fault_id)


@router.delete("/faults", status_code=204)
async def faults_clear(here: Here) -> None:
    """End all faults; whatever hangs is released."""
    here.faults.clear()


def _there(fault: Fault | None) -> Fault:
    if fault is None:
        raise HTTPException(404, "there is no such fault")
    return fault


def _view(fault: Fault, now: datetime) -> FaultView:
    return FaultView(id=fault.number, order=fault.order, hits=fault.hits, holds=fault.holds(now), since=fault.since)
