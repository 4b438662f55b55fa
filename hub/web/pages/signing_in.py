"""Signing in, setting it up by a link, locking, another person at the same computer (换人)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

import segno
from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from domain.organisations import SEAT_WORDS, seat_of
from hub.accounts.accounts import Invited, NoSuchLink, NotGood, NotSignedIn, Resting, readable
from hub.accounts.phones import NewCodeNeeded
from hub.accounts.sessions import Session, Way
from hub.bootstrap import Program
from hub.directory import POST_WORDS, User
from hub.web.desk import COOKIE, DEVICE, LOCKED, PHONE, SIGN_IN, Fields, Sent, local
from hub.web.rendering import page
from hub.web.words import device_word

router = APIRouter()

Token = Annotated[str, Path(max_length=100)]

_WRONG = "登录名、密码或动态码不对。请核对后再填；动态码每30秒换一个，用过的不能再用。"


@router.get("/sign-in")
def sign_in_page(request: Request, next: str = "/", left: bool = False) -> Response:
    """The form; whoever is signed in already goes on."""
    session: Session | None = request.state.session
    if session is not None and not session.locked:
        return RedirectResponse(local(next), 303)
    return sign_in_form(request.app.state.program, next=local(next), left=left)


@router.post("/sign-in")
def sign_in(request: Request, sent: Sent) -> Response:
    """Begin a session, in the place of the one that was there."""
    program: Program = request.app.state.program
    now, back, login = program.clock.now(), local(sent.get("next")), sent.get("login")
    try:
        user = program.entrance.accounts.sign_in(
            login, sent.texts.get("password", [""])[0], sent.get("code"), now
        )
    except NotSignedIn:
        return sign_in_form(program, 422, next=back, login=login[:40], fault=_WRONG)
    except Resting as resting:
        minutes = (resting.wait + 59) // 60
        fault = f"这个登录名错的次数太多，请{minutes}分钟后再试，或请管理员重发登录链接。"
        return sign_in_form(program, 429, next=back, login=login[:40], fault=fault)
    return begin(request, user, back, Way.PASSWORD, shared=bool(sent.get("shared")))


@router.get("/welcome/{token}")
def welcome(request: Request, token: Token) -> Response:
    """What a link leads to: set up a password and a second factor, once."""
    program: Program = request.app.state.program
    try:
        invited = program.entrance.accounts.invited(token, program.clock.now())
    except NoSuchLink:
        return _no_link()
    return _setting_up(program, token, invited, "")


@router.post("/welcome/{token}")
def set_up(request: Request, sent: Sent, token: Token) -> Response:
    """Take what was set up, and begin a session."""
    program: Program = request.app.state.program
    accounts, now = program.entrance.accounts, program.clock.now()
    try:
        invited = accounts.invited(token, now)
        if invited.straight_in:
            user = accounts.take_straight_in(token, now)
        else:
            password = sent.texts.get("password", [""])[0]
            if password != sent.texts.get("again", [""])[0]:
                raise NotGood("两次填的密码不一样，请重填。")
            user = accounts.set_up(
                token, password, accounts.new_secret(token), sent.get("code"), now
            )
    except NoSuchLink:
        return _no_link()
    except NotGood as fault:
        return _setting_up(program, token, invited, str(fault))
    way = Way.LINK if invited.straight_in else Way.PASSWORD
    return begin(request, user, "/", way, shared=bool(sent.get("shared")))


@router.get(LOCKED)
def locked_page(request: Request, next: str = "/") -> Response:
    """A locked session: its person opens it again, or another one signs in."""
    session: Session | None = request.state.session
    if session is None:
        return RedirectResponse(SIGN_IN, 303)
    program: Program = request.app.state.program
    if not session.locked:
        # The page itself found that nobody was there.
        program.entrance.sessions.lock(session.hash)
    return _locked(program, session, local(next), "")


@router.post(LOCKED)
def unlock(request: Request, sent: Sent) -> Response:
    """Open it again by the person's own password, or the PIN of the phone that it is on."""
    session: Session | None = request.state.session
    if session is None:
        return RedirectResponse(SIGN_IN, 303)
    program: Program = request.app.state.program
    now, back = program.clock.now(), local(sent.get("next"))
    try:
        right = _opens(request, program, session, sent, now)
    except Resting as resting:
        minutes = (resting.wait + 59) // 60
        return _locked(program, session, back, f"错的次数太多，请{minutes}分钟后再试。", 429)
    except NewCodeNeeded:
        # Its PIN opens it no more: a code does, and what was being written is there again.
        return RedirectResponse(f"{PHONE}?next={quote(back, safe='/')}", 303)
    if not right:
        return _locked(program, session, back, "密码不对，请再填一次。", 422)
    program.entrance.sessions.unlock(session.hash, now)
    return RedirectResponse(back, 303)


@router.post("/sign-out")
def sign_out(request: Request, sent: Sent) -> Response:
    """End the session: for good, or for the next person at this computer."""
    session: Session | None = request.state.session
    where = SIGN_IN
    if session is not None:
        request.app.state.program.entrance.sessions.end(session.hash)
        where = f"{SIGN_IN}?left=1" if session.way == Way.PROVIDER else SIGN_IN
    answer = RedirectResponse(where, 303)
    answer.delete_cookie(COOKIE, secure=True, httponly=True, samesite="strict")
    # What the browser kept of the pages goes as well.
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@router.get("/posts")
def posts_page(request: Request, next: str = "/") -> Response:
    """At which organisation and post to work, where somebody holds several."""
    program: Program = request.app.state.program
    session: Session = request.state.session
    held = [_held(program, each) for each in program.entrance.accounts.posts(session.account)]
    return outside("posts.html", held=held, current=session.user.user, next=local(next), fault="")


@router.post("/posts")
def choose_post(request: Request, sent: Sent) -> Response:
    """Go on at a post that is this person's."""
    program: Program = request.app.state.program
    session: Session = request.state.session
    held = {each.user: each for each in program.entrance.accounts.posts(session.account)}
    chosen = held.get(sent.get("post"))
    if chosen is not None:
        program.entrance.sessions.at_post(session.hash, chosen)
    return RedirectResponse(local(sent.get("next")), 303)


def _held(program: Program, user: User) -> dict[str, str]:
    return {
        "user": user.user,
        "organisation": program.directory.name(user.organisation),
        "seat": SEAT_WORDS[seat_of(user.organisation)],
        "post": POST_WORDS.get(user.post, ""),
        "unit": user.unit,
    }


def begin(
    request: Request,
    user: User,
    where: str,
    way: Way,
    *,
    shared: bool,
    device: str | None = None,
) -> Response:
    """Begin a session and go on."""
    token = enter(request, user, way, shared=shared, device=device)
    where = first_page(request.app.state.program, user, where)
    return keep_signed_in(RedirectResponse(where, 303), token)


def enter(
    request: Request, user: User, way: Way, *, shared: bool, device: str | None = None
) -> str:
    """Begin a session, in the place of the one that was there; gives its token."""
    program: Program = request.app.state.program
    sessions, now = program.entrance.sessions, program.clock.now()
    before: Session | None = request.state.session
    if before is not None:
        sessions.end(before.hash)
    kind = device_word(request.headers.get("user-agent", ""))
    return sessions.begin(user.user, user, now, shared=shared, way=way, kind=kind, device=device)


def first_page(program: Program, user: User, where: str) -> str:
    """Where somebody goes on: whoever holds several posts chooses first."""
    several = len(program.entrance.accounts.posts(user.user)) > 1
    return f"/posts?next={quote(where, safe='/')}" if several else where


def keep_signed_in(answer: Response, token: str) -> Response:
    """Have the browser keep a session; it ends with the browser at the latest, and the row says
    when before."""
    answer.set_cookie(COOKIE, token, secure=True, httponly=True, samesite="strict", path="/")
    return answer


def sign_in_form(
    program: Program,
    status: int = 200,
    *,
    next: str = "/",
    login: str = "",
    fault: str = "",
    left: bool = False,
) -> HTMLResponse:
    """The form; ``left``: somebody may still be signed in at the identity provider."""
    by_provider = program.entrance.provider is not None
    return outside(
        "sign_in.html",
        status,
        next=next,
        login=login,
        fault=fault,
        by_provider=by_provider,
        left=left and by_provider,
    )


def _setting_up(program: Program, token: str, invited: Invited, fault: str) -> HTMLResponse:
    accounts = program.entrance.accounts
    secret = accounts.new_secret(token)
    code = segno.make(accounts.provisioning(invited.user, secret), error="m")
    return outside(
        "welcome.html",
        422 if fault else 200,
        invited=_held(program, invited.user) | {"login": invited.user.login},
        straight_in=invited.straight_in,
        shortest=program.policies.sign_in.password.shortest,
        qr=code.svg_inline(scale=5, border=2, light="#fff", dark="#000", omitsize=False),
        secret=readable(secret),
        fault=fault,
    )


def _opens(
    request: Request, program: Program, session: Session, sent: Fields, now: datetime
) -> bool:
    """Whether what was filled in opens a locked session. Raises Resting, NewCodeNeeded."""
    typed = sent.texts.get("password", [""])[0]
    if session.device is None:
        return program.entrance.accounts.is_password(session.account, typed, now)
    try:
        opened = program.entrance.phones.by_pin(request.cookies.get(DEVICE, ""), typed, now)
    except NotSignedIn:
        return False
    return opened.hash == session.device


def _locked(
    program: Program, session: Session, back: str, fault: str, status: int = 200
) -> HTMLResponse:
    return outside(
        "locked.html",
        status,
        next=back,
        login=session.user.login,
        on_phone=session.device is not None,
        by_provider=session.way == Way.PROVIDER,
        organisation=program.directory.name(session.user.organisation),
        fault=fault,
    )


def _no_link() -> HTMLResponse:
    return outside("no_link.html", 404)


def outside(template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page for whoever is not signed in."""
    return page(template, context, status=status)
