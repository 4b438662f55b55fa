"""A real browser at the pages: what it shows, what it complains of, where it goes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which
from typing import Any

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, ViewportSize, sync_playwright

from domain.organisations import Post
from hub.accounts.sessions import Way
from hub.api.serve import serve
from hub.bootstrap import Program
from hub.directory import User
from hub.web.app import create_served
from hub.web.desk import COOKIE
from tests.web.people import CHEAP

AXE = Path(__file__).parent / "vendor/axe.min.js"
DESK: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}


@contextmanager
def chromium_running() -> Iterator[Chromium]:
    """The distribution's Chromium, ended with the block."""
    path = which("chromium") or which("chromium-browser")
    assert path is not None, "Chromium is missing: make browser"
    with sync_playwright() as playwright:
        # Tests may run as root, where Chromium's own sandbox cannot.
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield chromium
        finally:
            chromium.close()


@dataclass
class Seat:
    """Somebody signed in, with a browser of their own. ``complaints``: errors of the page and its
    console, among them violations of its policy; ``beyond``: requests to anywhere else."""

    program: Program
    user: User
    context: BrowserContext
    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    beyond: list[str] = field(default_factory=list)

    def sign_in(self) -> None:
        """Begin a session now: the one before may have ended meanwhile."""
        sessions, now = self.program.entrance.sessions, self.program.clock.now()
        token = sessions.begin(
            self.user.user, self.user, now, shared=False, way=Way.LINK, kind="电脑"
        )
        self.context.add_cookies(
            [
                {
                    "name": COOKIE,
                    "value": token,
                    "url": self.address.replace("http://", "https://"),
                    "httpOnly": True,
                    "secure": True,
                    "sameSite": "Strict",
                }
            ]
        )

    def open(self, path: str) -> Page:
        """Go to a page."""
        answer = self.page.goto(f"{self.address}{path}")
        assert answer is not None
        return self.page

    def text(self) -> str:
        """What is read on the page."""
        return self.page.inner_text("body")

    def heed(self, page: Page) -> None:
        """Note what a page complains of from now on."""
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda r: self._went(r.url))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def _went(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.beyond.append(url)

    def faults(self) -> list[str]:
        """What axe finds on the page, by WCAG 2.2 AA and its best practices."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = self.page.evaluate("axe.run()")
        return [
            f"{each['id']}: {node['html'][:120]}"
            for each in found["violations"]
            for node in each["nodes"]
        ]


@dataclass
class Site:
    """The workspace served on this machine, and whoever sits at it."""

    program: Program
    address: str
    chromium: Chromium
    seats: dict[str, Seat] = field(default_factory=dict)

    def sit(
        self,
        organisation: str,
        post: Post = Post.HANDLER,
        *,
        viewport: ViewportSize | None = None,
        **more: Any,
    ) -> Seat:
        """Somebody of an organisation, signed in."""
        login = f"b{len(self.program.directory.users())}"
        user = self.program.directory.add_user(login, organisation, "示例科室", post)
        return self.sit_down(user, viewport=viewport, **more)

    def sit_down(self, user: User, *, viewport: ViewportSize | None = None, **more: Any) -> Seat:
        """Somebody who is there already, in a browser of their own, signed in."""
        context = self.chromium.new_context(viewport=viewport or DESK, locale="zh-CN", **more)
        context.set_default_timeout(8000)
        seat = Seat(self.program, user, context, context.new_page(), self.address)
        seat.sign_in()
        seat.heed(seat.page)
        return seat

    def __getitem__(self, organisation: str) -> Seat:
        if organisation not in self.seats:
            self.seats[organisation] = self.sit(organisation)
        return self.seats[organisation]

    def settle(self) -> None:
        """Wait until what was sent has been followed up and stands in every view; the server does
        that by itself."""
        program = self.program
        until = time.monotonic() + 20
        while time.monotonic() < until:
            position = program.store.position
            views = [view.position for view in program.projector.views.values()]
            if min([program.reactor.position, *views]) >= position == program.store.position:
                return
            time.sleep(0.05)
        raise AssertionError("what was sent did not settle")


@contextmanager
def site_on(program: Program, chromium: Chromium, *, settle: bool = True) -> Iterator[Site]:
    """Serve a program's workspace until the block ends. ``settle`` False: whoever tests it follows
    up what is sent."""
    program.entrance.hashing.cost = CHEAP
    listens, stop, addresses = threading.Event(), threading.Event(), list[str]()
    failures: list[BaseException] = []

    def started(address: str) -> None:
        addresses.append(address)
        listens.set()

    def run() -> None:
        try:
            serve(
                program,
                port=0,
                settle=settle,
                application=create_served,
                started=started,
                stop=stop,
            )
        except BaseException as error:
            failures.append(error)
            listens.set()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert listens.wait(20)
        assert not failures, failures
        site = Site(program, addresses[0], chromium)
        yield site
        for seat in site.seats.values():
            seat.context.close()
    finally:
        stop.set()
        thread.join(20)
