"""Each page once in Chromium: axe finds nothing, no policy is broken, nothing leaves the machine,
it fits a phone and a screen at 400 %, and a picture of it lies in ``.gallery/`` to be looked at.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page

from domain.organisations import Post
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
    absent,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    send,
)
from tests.web.browser import PHONE, Seat, Site
from tests.web.pages import SHOWN

GALLERY = Path(__file__).resolve().parents[2] / ".gallery"
_WHOSE = {
    "silence": CIVIL_AFFAIRS,
    "overdue": CIVIL_AFFAIRS,
    "children": TOWN,
    "records": SCHOOL,
}
"""Whose page is looked at, where it is not the station's."""
ZOOMED = {"width": 320, "height": 256}
"""A screen of 1280 × 1024 at 400 % (WCAG 2.2, 1.4.10)."""


@pytest.fixture(scope="module")
def lived_in(site: Site) -> Site:
    """Some pupils who dropped out, at whose town and station there is something to do."""
    program = site.program
    for number in (1, 2, 3):
        send(program, TOWN, "town.residence", resident(pupil(number)))
        send(program, EDUCATION, "education.roll", enrolled(pupil(number)))
        send(program, SCHOOL, "education.absence", absent(pupil(number)))
    site.settle()
    return site


def too_wide(page: Page) -> int:
    """By how many pixels a page is wider than its window."""
    width: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width


def looked_at(seat: Seat, name: str) -> None:
    """All that holds for every page."""
    page = seat.page
    assert seat.faults() == [], name
    GALLERY.mkdir(exist_ok=True)
    page.screenshot(path=GALLERY / f"{name}.png", full_page=True)
    for window in (PHONE, ZOOMED):
        page.set_viewport_size({"width": window["width"], "height": window["height"]})
        assert too_wide(page) <= 0, (name, window)
        if window is PHONE:
            assert seat.faults() == [], name
            page.screenshot(path=GALLERY / f"{name}-phone.png", full_page=True)
    page.set_viewport_size({"width": 1366, "height": 768})
    assert (seat.complaints, seat.beyond) == ([], []), name


@pytest.mark.parametrize("route", SHOWN)
def test_a_page_is_fit_to_be_used(lived_in: Site, route: str) -> None:
    organisation = next((o for part, o in _WHOSE.items() if part in route), STATION)
    seat = lived_in[organisation]
    tasks = lived_in.program.queries.inbox(reader(STATION)).items
    seat.open(
        SHOWN[route].format(
            referral=tasks[0].id,
            child=child_of(lived_in.program, pupil(1)),
            record="education/absence",
        )
    )
    name = route.removeprefix("GET /").replace("/", "-").replace("{", "").replace("}", "")
    looked_at(seat, name or "home")


@pytest.mark.parametrize(
    "path",
    [
        "/sign-in",
        "/sign-in/phone",
        "/welcome/no-such-link",
        "/no-such-page",
        "/danger",
        "/calendar",
    ],
)
def test_a_page_outside_is_fit_to_be_used(lived_in: Site, path: str) -> None:
    context = lived_in.chromium.new_context(locale="zh-CN")
    page = context.new_page()
    seat = Seat(lived_in.program, lived_in[STATION].user, context, page, lived_in.address)
    page.on("request", lambda request: None)
    seat.open(path)
    looked_at(seat, f"outside-{path.strip('/').replace('/', '-')}")
    context.close()


def test_figures_are_drawn_beside_their_table(lived_in: Site) -> None:
    """Each table of figures has a chart that says the same to a screen reader; without numbers
    there is none."""
    seat = lived_in[CIVIL_AFFAIRS]
    page = seat.open("/indicators?year=2025")
    page.wait_for_selector(".chart svg")
    looked_at(seat, "indicators-drawn")
    page.get_by_role("link", name="街镇季度讲座完成率").or_(
        page.locator("tbody th a").first
    ).first.click()
    page.wait_for_selector("table[data-chart]")
    assert page.locator(".chart svg").count() >= 1
    label = page.locator(".chart").first.get_attribute("aria-label") or ""
    assert "数值见下面的表" in label
    looked_at(seat, "indicator")


def test_a_phone_is_set_up_and_opened_by_hand(lived_in: Site) -> None:
    """Number, code, PIN, and there is today's work."""
    program = lived_in.program
    user = program.directory.add_user("handy", VILLAGE, "", Post.HANDLER)
    program.entrance.phones.register(user, "13800719364")
    context = lived_in.chromium.new_context(locale="zh-CN", viewport=PHONE)
    page = context.new_page()
    seat = Seat(program, user, context, page, lived_in.address)
    seat.heed(page)
    seat.open("/sign-in/phone")
    page.fill("#number", "138 0071 9364")
    page.click("button.main")
    page.wait_for_selector("#code")
    looked_at(seat, "phone-code")
    texts = program.folder.root / "texts.jsonl"
    until = time.monotonic() + 5
    while not texts.exists() and time.monotonic() < until:
        time.sleep(0.05)
    page.fill("#code", texts.read_text(encoding="utf-8").split("验证码")[-1][:6])
    page.click("button.main")
    page.wait_for_selector("#again")
    looked_at(seat, "phone-new-pin")
    page.fill("#pin", "274058")
    page.fill("#again", "274058")
    page.click("button.main")
    page.wait_for_url(f"{lived_in.address}/")
    context.close()


@pytest.mark.parametrize(
    ("organisation", "path"),
    [
        (CIVIL_AFFAIRS, "/dead-letters"),
        (CIVIL_AFFAIRS, "/checkpoints"),
        (CIVIL_AFFAIRS, "/organisation/keys"),
        (TOWN, "/organisation/away"),
        (SCHOOL, "/organisation/hand-over"),
    ],
)
def test_a_page_of_some_organisations_is_fit_to_be_used(
    lived_in: Site, organisation: str, path: str
) -> None:
    seat = lived_in[organisation]
    seat.open(path)
    looked_at(seat, path.strip("/").replace("/", "-"))


def test_everything_is_reached_and_done_by_the_keyboard(lived_in: Site) -> None:
    """From the first page to the first task, and accept it, without a mouse."""
    seat = lived_in[STATION]
    page = seat.open("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('tbody a')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("#act-accept")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('#act-accept button')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector(".done")
    assert "已签收" in seat.text()


def test_without_scripts_everything_still_works(lived_in: Site) -> None:
    seat = lived_in.sit(STATION, java_script_enabled=False)
    page = seat.open("/inbox")
    waiting = page.locator("input[name=referral]")
    assert waiting.count() >= 1
    waiting.first.check()
    page.click("text=签收选中的")
    page.wait_for_selector(".done")
    assert "已签收所选的转介单" in seat.text()
    page.locator("tbody tr", has_text="已签收").locator("a").first.click()
    page.locator("summary", has_text="未办成").click()
    page.click("#act-fail button")
    page.wait_for_selector(".faults")
    assert "请填写做过什么" in seat.text()
    seat.context.close()


def test_a_page_that_is_open_hears_of_what_comes_in(lived_in: Site) -> None:
    """Live by server-sent events: the page fetches itself anew, and nobody presses anything."""
    seat = lived_in[TOWN]
    page = seat.open("/")
    before = page.inner_text("#now .counts")
    with page.expect_response(lambda answer: answer.url.endswith("/changes")):
        page.reload()
    program = lived_in.program
    send(program, TOWN, "town.residence", resident(pupil(9)))
    send(program, EDUCATION, "education.roll", enrolled(pupil(9)))
    send(program, SCHOOL, "education.absence", absent(pupil(9)))
    page.wait_for_function(
        "before => document.querySelector('#now .counts').innerText !== before",
        arg=before,
        timeout=20000,
    )


def test_a_page_that_nobody_uses_is_folded_away_and_its_words_come_back(lived_in: Site) -> None:
    seat = lived_in.sit(STATION)
    tasks = lived_in.program.queries.inbox(reader(STATION)).items
    task = next(each.id for each in tasks if each.state == "accepted")
    page = seat.open(f"/referrals/{task}")
    page.locator("summary", has_text="未办成").click()
    page.fill("#fail-account", "上门三次没有人")
    with page.expect_response(lambda answer: answer.url.endswith("/drafts")) as kept:
        pass
    assert kept.value.status == 204
    # As the page itself does after its minutes.
    page.goto(f"{seat.address}/locked?next={page.url.removeprefix(seat.address)}")
    assert "已锁定" in seat.text()
    assert seat.faults() == []
    seat.context.close()
