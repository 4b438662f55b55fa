"""Where somebody is signed in, by session and phone; each can be ended there."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from hub.accounts.sessions import Way
from hub.web.desk import COOKIE, DEVICE, SIGN_IN, At, Sent

router = APIRouter()

PATH = "/me/sign-ins"
_WAYS = {
    Way.LINK.value: "用登录链接",
    Way.PASSWORD.value: "用密码和动态码",
    Way.PHONE.value: "用手机密码",
    Way.PROVIDER.value: "用统一身份认证",
}


@router.get(PATH)
def mine(request: Request, desk: At) -> Response:
    """The person's own open sessions and registered phones."""
    entrance, account = desk.program.entrance, desk.session.account
    number = entrance.phones.number_of(account)
    device = entrance.phones.device(request.cookies.get(DEVICE, ""), desk.now)
    return desk.page(
        "my_sign_ins.html",
        title="我的登录",
        ways=_WAYS,
        sessions=entrance.sessions.open_of(account, desk.now),
        this=desk.session.hash,
        phones=entrance.phones.devices_of(account, desk.now),
        this_phone=device.hash if device else "",
        number=number[-4:] if number else "",
    )


@router.post(PATH)
def end(request: Request, sent: Sent, desk: At) -> Response:
    """End a session, a phone, or everything but this session."""
    entrance, session = desk.program.entrance, desk.session
    if sent.get("all"):
        entrance.sessions.end_others(session.account, session.hash)
        return desk.go(PATH, "ended")
    entrance.phones.end(session.account, sent.get("phone"))
    entrance.sessions.end_own(session.account, sent.get("session"))
    token = request.cookies.get(COOKIE, "")
    if entrance.sessions.of(token, desk.now, used=False) is None:
        return RedirectResponse(SIGN_IN, 303)
    return desk.go(PATH, "ended")
