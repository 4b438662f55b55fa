"""Who sits at the page: a session by its cookie, and what a page may do in that person's name.

No page is shown, and no form taken, without a session that is open: whoever has none signs in, a
locked one is opened again first. What somebody had written by then is kept for that person.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from anyio import to_thread
from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request as AsgiRequest
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.kernel import Command, LegalBasis
from domain.organisations import SEAT_WORDS, Seat, seat_of
from domain.referral_desk import Taken
from hub.accounts.sessions import Session
from hub.api.auth import Caller
from hub.api.paging import reaches
from hub.application import Answer
from hub.bootstrap import Program
from hub.directory import POST_WORDS
from hub.keyservice import Purpose, Reader
from hub.web.menu import menu_of
from hub.web.rendering import page

COOKIE = "__Host-hub"
DEVICE = "__Host-hub-phone"
"""The cookie of a registered phone."""
SIGN_IN = "/sign-in"
PHONE = "/sign-in/phone"
LOCKED = "/locked"
OPEN = ("/sign-in", "/welcome/", "/static/", "/calendar", "/offline", "/worker.js")
"""Paths that need no session."""
CALLS = "/danger"
"""The page with the numbers to call: nobody is kept from reading it."""
_OF_THE_LOCKED = (LOCKED, "/sign-out")
AWAKE_NOT = ("/changes",)
"""What a page asks for by itself: it keeps no session awake."""
FORM = "_form"
"""The field by which a form says which one it is, so that what stands in it can be kept."""
BACK = "_page"
"""The field by which a form says on which page it stands."""
_FORM_TYPE = "application/x-www-form-urlencoded"


class Sitting:
    """Lets nobody past without an open session, except to :data:`OPEN`."""

    def __init__(self, app: ASGIApp, program: Program) -> None:
        self._app = app
        self._program = program

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        request = AsgiRequest(scope, receive)
        token = request.cookies.get(COOKIE)
        session = None
        if token and not path.startswith("/static/"):
            session = await to_thread.run_sync(self._session, token, path not in AWAKE_NOT)
        scope["state"] = {**scope.get("state", {}), "session": session}
        here = session is not None and (not session.locked or path in _OF_THE_LOCKED)
        reads = scope["method"] == "GET" and path == CALLS
        if here or reads or path.startswith(OPEN):
            await self._app(scope, receive, send)
        else:
            answer = await self._turned_away(request, session)
            await answer(scope, receive, send)

    def _session(self, token: str, used: bool) -> Session | None:
        program = self._program
        return program.entrance.sessions.of(token, program.clock.now(), used=used)

    async def _turned_away(self, request: AsgiRequest, session: Session | None) -> Response:
        back = _full_path(request)
        form_sent = request.headers.get("content-type", "").startswith(_FORM_TYPE)
        if request.method == "POST":
            back = "/"
            if session is not None and form_sent:
                form = await request.form()
                back = local(str(form.get(BACK, "/")))
                await to_thread.run_sync(self._keep, session, fields_of(form))
        if request.method == "PUT":
            # A script's: it keeps what it would send, and says that its person has to sign in.
            return Response(status_code=401)
        if "hx-request" in request.headers or request.url.path in AWAKE_NOT:
            # A part of a page that is open: the page itself goes where its person has to.
            where = LOCKED if session is not None else SIGN_IN
            return Response(status_code=204, headers={"HX-Redirect": f"{where}?next={quote(back)}"})
        where = LOCKED if session is not None else SIGN_IN
        return RedirectResponse(f"{where}?next={quote(back, safe='/')}", 303)

    def _keep(self, session: Session, fields: Mapping[str, list[str]]) -> None:
        form = fields.get(FORM, [""])[0]
        if form:
            program = self._program
            program.entrance.drafts.keep(
                session.user.user, form, drafted(fields), program.clock.now()
            )


def _full_path(request: AsgiRequest) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def local(path: str) -> str:
    """A path of ours to go to, or the first page: no other place can be named."""
    parts = urlsplit(path)
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc
    return path if ours and path.isprintable() and len(path) < 500 else "/"


def fields_of(form: FormData) -> dict[str, list[str]]:
    """The texts of a form, by name; files are none of them."""
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if not isinstance(value, UploadFile):
            found.setdefault(name, []).append(value)
    return found


def drafted(fields: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What of a form is kept as a draft: not what it is called by."""
    return {name: values for name, values in fields.items() if not name.startswith("_")}


class Fields:
    """What was sent with a form."""

    def __init__(self, form: FormData) -> None:
        self.form = form
        self.texts = fields_of(form)

    def get(self, name: str) -> str:
        """A field's text without space around it; "" where it is not there."""
        return self.texts.get(name, [""])[0].strip()

    def maybe(self, name: str) -> str | None:
        """The same, None where it is empty."""
        return self.get(name) or None

    def all(self, name: str) -> list[str]:
        """Every value of a field that may be chosen several times."""
        return [each for each in self.texts.get(name, []) if each]


async def fields(request: Request) -> AsyncIterator[Fields]:
    """The dependency of every door that takes a form; what was sent with it is let go of after."""
    async with request.form() as form:
        yield Fields(form)


Sent = Annotated[Fields, Depends(fields)]


@dataclass
class Desk:
    """A person at a page."""

    program: Program
    session: Session
    request: Request

    @cached_property
    def who(self) -> Caller:
        """The person as the doors know one."""
        return Caller(self.program, self.session.user)

    @property
    def seat(self) -> Seat:
        return seat_of(self.session.user.organisation)

    @property
    def ours(self) -> str:
        """The person's organisation."""
        return self.session.user.organisation

    @property
    def now(self) -> datetime:
        return self.program.clock.now()

    def reader(self, purpose: Purpose = Purpose.CASEWORK, task: str = "") -> Reader:
        """The person as access entries name one."""
        return self.who.reader(purpose, task)

    def caught_up(self) -> None:
        """Wait for what this person did just before (``at``: its position), as far as is bearable:
        a page that is a moment behind is better than none."""
        at = self.request.query_params.get("at", "")
        if at.isascii() and at.isdigit() and len(at) < 19:
            self.caught_up_to(int(at))

    def caught_up_to(self, position: int) -> None:
        """The same, for a position."""
        reaches(self.who, position)

    def carry_out(
        self,
        command: Command,
        key: str | None = None,
        *,
        basis: LegalBasis = LegalBasis.STATUTORY_DUTY,
    ) -> Answer:
        """Carry out a command in this person's name. Raises as :meth:`hub.application.Hub.command`,
        who took it first by name."""
        try:
            answer = self.program.hub.command(
                command, self.who.actor, basis=basis, idempotency_key=key
            )
        except Taken as taken:
            raise taken.named(self.program.directory.logins([taken.by])) from None
        self.request.app.state.after_write()
        return answer

    def page(self, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        """A page in the workspace's frame."""
        user = self.session.user
        return page(
            template,
            {
                "desk": self,
                "organisation": self.program.directory.name(user.organisation),
                "post": POST_WORDS.get(user.post, ""),
                "seat_word": SEAT_WORDS[self.seat],
                "menu": menu_of(self.seat),
                "path": self.request.url.path,
                "now": self.now,
                "done": done_words(self.request),
                **context,
            },
            status=status,
        )

    def go(self, path: str, done: str = "", answer: Answer | None = None) -> RedirectResponse:
        """Go on to another page, which says what was done and waits until it is seen there."""
        asked = {"done": done, "receipt": answer.number, "at": answer.position} if answer else {}
        query = "&".join(f"{name}={quote(str(value))}" for name, value in asked.items() if value)
        joined = "&" if "?" in path else "?"
        return RedirectResponse(f"{path}{joined}{query}" if query else path, 303)


DONE: Mapping[str, str] = {
    "accept": "已签收",
    "accepted_all": "已签收所选的转介单",
    "start": "已开始办理",
    "complete": "已办结",
    "fail": "已登记未办成",
    "return": "已退回",
    "hold": "已暂缓",
    "resume": "已恢复办理",
    "assign": "已指定经办人",
    "offer": "已请求移交",
    "decline": "已答复",
    "close": "已确认办理结果",
    "withdraw": "已撤回",
    "void": "已注明录入错误",
    "reassign": "已改派",
    "extend": "已申请延期",
    "extend-approve": "已同意延期",
    "extend-refuse": "已答复不同意延期",
    "recorded": "已登记",
    "reported": "已报告",
    "sent": "已转出",
    "ended": "已结束",
    "handed_over": "已全部交接",
    "urged": "已催报",
}


def done_words(request: Request) -> str:
    """What a page says was just done; nothing that an address could make up."""
    asked = request.query_params
    word = DONE.get(asked.get("done", ""), "")
    receipt = asked.get("receipt", "")
    plain = len(receipt) <= 40 and all(each.isalnum() or each == "-" for each in receipt)
    return f"{word}，回执号 {receipt}。" if word and receipt and plain else word and f"{word}。"


def desk(request: Request) -> Desk:
    """The dependency of every page of the workspace."""
    return Desk(request.app.state.program, request.state.session, request)


At = Annotated[Desk, Depends(desk)]
"""A person at an open session."""
