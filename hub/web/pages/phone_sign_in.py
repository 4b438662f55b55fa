"""Signing in at a phone: a number, a code by text message, a PIN; from then on the PIN alone."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.background import BackgroundTask
from starlette.responses import RedirectResponse, Response

from hub.accounts.accounts import NotGood, NotSignedIn, Resting
from hub.accounts.phones import NewCodeNeeded
from hub.accounts.sessions import Session, Way
from hub.bootstrap import Program
from hub.web.desk import DEVICE, PHONE, Sent, local
from hub.web.pages.signing_in import begin, outside
from hub.web.words import device_word

router = APIRouter()

CODE = f"{PHONE}/code"
PIN = f"{PHONE}/pin"
_WRONG_CODE = "验证码不对，或已过期、已用过。请核对短信，或重新要一个。"
_WRONG_PIN = "手机密码不对，请再填一次。错几次以后要重新用验证码登录。"


@router.get(PHONE)
def phone_page(request: Request, next: str = "/") -> Response:
    """A registered phone asks for its PIN, any other for a number."""
    program, back = _program(request), local(next)
    session: Session | None = request.state.session
    if session is not None and not session.locked:
        return RedirectResponse(back, 303)
    device = program.entrance.phones.device(_held(request), program.clock.now())
    if device is None or not device.ready:
        return outside("phone_number.html", next=back, fault="")
    return outside("phone_pin.html", next=back, login=device.user.login, fault="")


@router.post(PHONE)
def by_pin(request: Request, sent: Sent) -> Response:
    """Begin a session by the PIN of this phone."""
    program, back = _program(request), local(sent.get("next"))
    now = program.clock.now()
    try:
        device = program.entrance.phones.by_pin(_held(request), sent.get("pin"), now)
    except NewCodeNeeded:
        fault = "这部手机要重新用验证码登录。"
        return outside("phone_number.html", 422, next=back, fault=fault)
    except NotSignedIn:
        found = program.entrance.phones.device(_held(request), now)
        if found is None or not found.ready:
            return outside("phone_number.html", 422, next=back, fault=_WRONG_PIN)
        login = found.user.login
        return outside("phone_pin.html", 422, next=back, login=login, fault=_WRONG_PIN)
    return begin(request, device.user, back, Way.PHONE, shared=False, device=device.hash)


@router.get(CODE)
def number_page(request: Request, next: str = "/") -> Response:
    """Asks for a number, also on a phone that has a PIN."""
    return outside("phone_number.html", next=local(next), fault="")


@router.post(CODE)
def ask_code(request: Request, sent: Sent) -> Response:
    """Have a code sent; the answer is the same whether the number is anybody's."""
    program, back = _program(request), local(sent.get("next"))
    try:
        asked = program.entrance.phones.ask(sent.get("number"), program.clock.now())
    except NotGood as fault:
        return outside("phone_number.html", 422, next=back, fault=str(fault))
    except Resting as resting:
        hours = (resting.wait + 3599) // 3600
        fault_words = f"要验证码的次数太多，请{hours}小时后再试，或用密码登录。"
        return outside("phone_number.html", 429, next=back, fault=fault_words)
    minutes = program.policies.sign_in.phone.code_minutes
    answer = outside("phone_code.html", next=back, asked=asked.token, minutes=minutes, fault="")
    # Afterwards: how long it takes would tell whether there was anything to send.
    answer.background = BackgroundTask(asked.send)
    return answer


@router.post(f"{CODE}/check")
def check_code(request: Request, sent: Sent) -> Response:
    """Take the code, and have a PIN set."""
    program, back = _program(request), local(sent.get("next"))
    asked, now = sent.get("asked"), program.clock.now()
    kind = device_word(request.headers.get("user-agent", ""))
    try:
        token = program.entrance.phones.register_device(
            asked, sent.get("code"), kind, _held(request), now
        )
    except NotSignedIn:
        minutes = program.policies.sign_in.phone.code_minutes
        return outside(
            "phone_code.html", 422, next=back, asked=asked[:100], minutes=minutes, fault=_WRONG_CODE
        )
    answer = _on(PIN, back)
    answer.set_cookie(
        DEVICE,
        token,
        max_age=program.policies.sign_in.phone.device_days * 24 * 3600,
        secure=True,
        httponly=True,
        samesite="strict",
        path="/",
    )
    return answer


@router.get(PIN)
def new_pin_page(request: Request, next: str = "/") -> Response:
    """Asks for the PIN that is to open this phone."""
    program = _program(request)
    device = program.entrance.phones.device(_held(request), program.clock.now())
    if device is None or device.ready:
        return _on(PHONE, local(next))
    return outside("phone_new_pin.html", next=local(next), fault="")


@router.post(PIN)
def set_pin(request: Request, sent: Sent) -> Response:
    """Set it, and begin a session."""
    program, back, pin = _program(request), local(sent.get("next")), sent.get("pin")
    try:
        if pin != sent.get("again"):
            raise NotGood("两次填的手机密码不一样，请重填。")
        device = program.entrance.phones.set_pin(_held(request), pin, program.clock.now())
    except NotGood as fault:
        return outside("phone_new_pin.html", 422, next=back, fault=str(fault))
    except NewCodeNeeded:
        return _on(PHONE, back)
    return begin(request, device.user, back, Way.PHONE, shared=False, device=device.hash)


def _program(request: Request) -> Program:
    program: Program = request.app.state.program
    return program


def _on(path: str, back: str) -> RedirectResponse:
    return RedirectResponse(f"{path}?next={quote(back, safe='/')}", 303)


def _held(request: Request) -> str:
    return request.cookies.get(DEVICE, "")
