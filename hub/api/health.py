"""Is the process alive; can it answer. Open to anybody, and silent about everything else."""

from __future__ import annotations

from fastapi import APIRouter, Request
from sqlalchemy.exc import SQLAlchemyError

from hub.api.problems import OUT_OF_SERVICE, SOON, Problem
from hub.api.schemas import HealthOut, ReadyOut
from hub.bootstrap import Program
from hub.queries import UNAVAILABLE

READY_LAG = 5_000
"""Positions that the slowest view may be behind: about a second's work."""

router = APIRouter(tags=["运行"])


@router.get("/healthz", summary="进程是否在运行")
def healthy() -> HealthOut:
    """不查任何数据。"""
    return HealthOut(status="ok")


@router.get("/readyz", summary="是否可以受理请求")
def ready(request: Request) -> ReadyOut:
    """事件库可读、密钥库可用、视图跟得上。"""
    program: Program = request.app.state.program
    try:
        program.queries.check()
        position = program.store.position
        views = program.projector.views.values()
        slowest = min((view.position for view in views), default=position)
    except (*UNAVAILABLE, SQLAlchemyError, OSError):
        raise Problem(OUT_OF_SERVICE, headers=SOON) from None
    lag = max(0, position - slowest)
    if lag > READY_LAG:
        raise Problem(OUT_OF_SERVICE, headers=SOON)
    return ReadyOut(status="ready", lag=lag)
