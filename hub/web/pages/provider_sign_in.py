"""Signing in through the identity provider: there, and back again."""

from __future__ import annotations

import base64
import binascii

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from hub.accounts.accounts import NotSignedIn
from hub.accounts.provider import NobodyHere, Provider, ProviderUnavailable
from hub.accounts.sessions import Session, Way
from hub.bootstrap import Program
from hub.web.desk import SIGN_IN, local
from hub.web.pages.signing_in import enter, first_page, keep_signed_in, outside, sign_in_form

router = APIRouter()

COOKIE = "__Host-hub-provider"
"""What was asked of the provider, sealed. Sent also when another site leads here (Lax): it does."""
PATH = "/sign-in/provider"
_NOT_NOW = "统一身份认证现在不能用。请稍后再试，或用密码登录。"
_NOT_SIGNED_IN = "统一身份认证没有确认您是谁，或用的时间太长。请再登录一次。"
_NOBODY = "您在统一身份认证里的账号还不能在这里用。请本单位管理员登记，或重发登录链接。"


@router.get(PATH)
def start(request: Request, next: str = "/") -> Response:
    """Go to the provider."""
    program, provider = _wired(request)
    if provider is None:
        return RedirectResponse(SIGN_IN, 303)
    session: Session | None = request.state.session
    locked = session.hash if session is not None else ""
    try:
        started = provider.start(local(next), locked, program.clock.now())
    except ProviderUnavailable:
        return sign_in_form(program, 503, next=local(next), fault=_NOT_NOW)
    answer = RedirectResponse(started.address, 303)
    answer.set_cookie(
        COOKIE,
        base64.urlsafe_b64encode(started.kept).decode(),
        max_age=program.policies.sign_in.provider.minutes * 60,
        secure=True,
        httponly=True,
        samesite="lax",
        path="/",
    )
    return answer


@router.get(f"{PATH}/back")
def back(request: Request, state: str = "", code: str = "") -> Response:
    """Take the provider's answer, and begin a session in the place of the one that was locked."""
    program, provider = _wired(request)
    if provider is None:
        return RedirectResponse(SIGN_IN, 303)
    try:
        kept = base64.urlsafe_b64decode(request.cookies.get(COOKIE, ""))
        came = provider.finish(kept, state, code, program.clock.now())
    except (NotSignedIn, binascii.Error, ValueError):
        answer: Response = sign_in_form(program, 422, fault=_NOT_SIGNED_IN)
    except NobodyHere:
        answer = sign_in_form(program, 403, fault=_NOBODY, left=True)
    except ProviderUnavailable:
        answer = sign_in_form(program, 503, fault=_NOT_NOW)
    else:
        program.entrance.sessions.end(came.session)
        # It is not known whose computer this is.
        token = enter(request, came.user, Way.PROVIDER, shared=True)
        # A page of ours goes on: what another site leads to is sent no cookie of ours (Strict).
        where = first_page(program, came.user, local(came.back))
        answer = keep_signed_in(outside("came_back.html", where=where), token)
    answer.delete_cookie(COOKIE, secure=True, httponly=True, samesite="lax")
    return answer


@router.get(f"{PATH}/out")
def out(request: Request) -> Response:
    """Sign out of the provider as well, so that the next person here is asked who they are."""
    _, provider = _wired(request)
    try:
        where = provider.leave() if provider is not None else None
    except ProviderUnavailable:
        where = None
    return RedirectResponse(where or SIGN_IN, 303)


def _wired(request: Request) -> tuple[Program, Provider | None]:
    program: Program = request.app.state.program
    return program, program.entrance.provider
