"""The visit form of a phone without a network, in Chromium: nothing lost, nothing doubled, nothing
to be read on the phone, and each state said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route

from tests.program import (
    START,
    TOWN,
    VILLAGE,
    a_name,
    child_of,
    pupil,
    reader,
    resident,
    send,
)
from tests.web.browser import PHONE, Seat, Site
from tests.web.test_gallery import GALLERY, ZOOMED, too_wide

PIN = "394175"
QUESTIONS = (
    "seen_alone",
    "living",
    "mood",
    "health",
    "schooling",
    "guardian_contact",
    "hazards",
    "harm_suspected",
)
_DUMP = """async () => {
  const found = await new Promise((done) => {
    const opening = indexedDB.open('visits');
    opening.onsuccess = () => done(opening.result);
  });
  const all = (store) => new Promise((done) => {
    const asked = found.transaction(store).objectStore(store).getAll();
    asked.onsuccess = () => done(asked.result);
  });
  const shown = (value) => value instanceof CryptoKey ? `key extractable=${value.extractable}`
    : value instanceof Uint8Array ? new TextDecoder('latin1').decode(value)
      + new TextDecoder('utf-8').decode(value) + new TextDecoder('utf-16').decode(value)
    : value && typeof value === 'object' ? Object.fromEntries(
        Object.entries(value).map(([name, each]) => [name, shown(each)]))
    : value;
  const dumped = {};
  for (const store of ['slots', 'records']) dumped[store] = (await all(store)).map(shown);
  found.close();
  return dumped;
}"""
_CACHED = """async () => {
  const texts = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      texts.push([new URL(request.url).pathname, await (await cache.match(request)).text()]);
    }
  }
  return texts;
}"""


@pytest.fixture(scope="module")
def lived_in(site: Site) -> Site:
    """Three children of the village, to be visited."""
    program = site.program
    columns = program.intake.kind(TOWN, "civil_affairs.classification").columns
    row = {c.field: c.example for c in columns if c.required and c.example}
    for number in (1, 2, 3):
        send(program, TOWN, "town.residence", resident(pupil(number)))
        send(program, TOWN, "civil_affairs.classification", {**row, **pupil(number)})
    site.settle()
    return site


@contextmanager
def on_a_phone(site: Site, *numbers: int, hours: float = 0) -> Iterator[Seat]:
    """A child director whose phone has taken some visits along."""
    seat = site.sit(VILLAGE, viewport=PHONE, has_touch=True)
    try:
        # The phone's clock is that of the program.
        seat.context.clock.install(time=START + timedelta(hours=hours))
        take_along(seat, *numbers)
        yield seat
    finally:
        seat.context.close()


def take_along(seat: Seat, *numbers: int) -> None:
    page = seat.open("/visits?all=true")
    page.wait_for_selector("#take:visible")
    for number in numbers:
        page.locator("tr", has_text=a_name(number)).locator("input[name=child]").first.check()
    page.click("#take button")
    page.wait_for_selector("#new-pin:visible")
    page.fill("#pin", PIN)
    page.fill("#pin-again", PIN)
    page.click("#take button")
    page.wait_for_selector(f"#take-said:has-text('已带走 {len(numbers)} 户')")


def opened(seat: Seat, page: Page | None = None) -> Page:
    """The shell, opened by the PIN."""
    page = page or seat.page
    page.goto(f"{seat.address}/offline")
    page.fill("#pin", PIN)
    page.wait_for_selector("#today:visible")
    return page


def child(page: Page, number: int) -> None:
    page.locator(".visits button", has_text=a_name(number)).click()
    page.wait_for_selector("#visit:visible")


def answer_all(page: Page, **other: str) -> None:
    for each in QUESTIONS:
        bad = each in ("hazards", "harm_suspected")
        page.locator(f"label[for={each}-{other.get(each, 'no' if bad else 'yes')}]").click()


def more(page: Page) -> None:
    """Open what need not be filled in."""
    if not page.locator("#questions details").evaluate("each => each.open"):
        page.locator("#questions summary").click()


def state(page: Page, number: int, word: str) -> str:
    """Wait until a child's line says so; gives the line."""
    line = page.locator(".visits button", has_text=a_name(number)).locator(".state")
    page.wait_for_selector(f".visits button:has-text('{a_name(number)}') .state:has-text('{word}')")
    return line.inner_text()


def visits(site: Site, number: int) -> list[str]:
    """What stands in the child's file of visits: who was seen."""
    site.settle()
    entries = site.program.queries.timeline(
        reader(VILLAGE), child_of(site.program, pupil(number))
    ).items
    return [str(each.fields) for each in entries if each.topic == "visit.recorded.v1"]


def test_a_visit_is_written_without_a_network_and_comes_in_once_there_is_one(
    lived_in: Site,
) -> None:
    """走访(离线): PIN → 今天要去 → child → 8 yes or no → 保存 → 已存手机, at most 12 taps."""
    with on_a_phone(lived_in, 1) as seat:
        seat.context.set_offline(True)
        page = opened(seat)
        taps = 0
        child(page, 1)
        taps += 1
        answer_all(page)
        taps += len(QUESTIONS)
        page.click("#questions button.main")
        taps += 1
        assert state(page, 1, "已存手机")
        assert taps + 1 <= 12
        assert "手机上有 1 份走访没有发送" in page.inner_text("#unsent")
        assert visits(lived_in, 1) == []
        seat.context.set_offline(False)
        assert "回执号" in state(page, 1, "已收到")
        assert page.locator("#unsent").is_hidden()
        (made,) = visits(lived_in, 1)
        assert "吃住有人照料" in made


def test_nobody_met_is_said_in_three_taps_without_a_network(lived_in: Site) -> None:
    """没见到人: child → 未见到人 → one of three reasons."""
    with on_a_phone(lived_in, 2) as seat:
        seat.context.set_offline(True)
        page = opened(seat)
        child(page, 2)
        page.click("#not-met")
        assert page.locator("#reasons button").count() == 3
        page.click("#reasons button:has-text('家中无人')")
        assert state(page, 2, "已存手机")
        seat.context.set_offline(False)
        state(page, 2, "已收到")
        (attempt,) = visits(lived_in, 2)
        assert "家中无人" in attempt or "NOBODY_HOME" in attempt


def test_110_is_one_tap_without_a_network_and_before_the_pin(lived_in: Site) -> None:
    """危险: no search, no sign-in, no page in between; on each screen of the shell."""
    with on_a_phone(lived_in, 1) as seat:
        seat.context.set_offline(True)
        # Whatever was opened: without a network it is the shell.
        seat.page.goto(f"{seat.address}/children")
        screens: tuple[Callable[[], object], ...] = (
            lambda: None,
            lambda: opened(seat),
            lambda: child(seat.page, 1),
        )
        for go in screens:
            go()
            call = seat.page.locator("header a[href='tel:110']")
            assert call.is_visible()
            box = call.bounding_box()
            assert box is not None
            assert box["height"] >= 48


def test_what_was_half_written_is_there_after_the_browser_was_reloaded(lived_in: Site) -> None:
    """Given a network cut and a reload in mid-form, then the answers and words come back after the
    PIN, and go out once."""
    with on_a_phone(lived_in, 3) as seat:
        page = opened(seat)
        child(page, 3)
        page.locator("label[for=living-no]").click()
        seat.context.set_offline(True)
        more(page)
        page.fill("#text-childs_view", "想妈妈回来")
        page.wait_for_timeout(200)
        page = opened(seat)
        assert "填写中" in state(page, 3, "填写中")
        child(page, 3)
        assert page.is_checked("#living-no")
        assert page.input_value("#text-childs_view") == "想妈妈回来"
        answer_all(page, living="no")
        page.click("#questions button.main")
        seat.context.set_offline(False)
        state(page, 3, "已收到")
        (made,) = visits(lived_in, 3)
        assert "想妈妈回来" in made
        assert "吃住没有人照料" in made


def test_a_question_that_must_be_answered_is_named_and_led_to(lived_in: Site) -> None:
    with on_a_phone(lived_in, 1) as seat:
        page = opened(seat)
        child(page, 1)
        page.click("#questions button.main")
        page.click("#faults a:has-text('疑似侵害')")
        page.locator("label[for=harm_suspected-yes]").click()
        assert page.locator("#harm a[href='tel:110']").is_visible()
        assert page.locator("#text-harm_seen").is_visible()


def test_two_windows_write_and_send_one_visit_once(lived_in: Site) -> None:
    with on_a_phone(lived_in, 1) as seat:
        before = len(visits(lived_in, 1))
        other = seat.context.new_page()
        first, second = opened(seat), opened(seat, other)
        child(first, 1)
        first.locator("label[for=living-yes]").click()
        child(second, 1)
        assert second.locator("#elsewhere").is_visible()
        assert second.locator("#form").is_hidden()
        seat.context.set_offline(True)
        answer_all(first)
        first.click("#questions button.main")
        state(first, 1, "已存手机")
        second.click("#back")
        sent: list[str] = []
        seat.context.on("request", lambda r: sent.append(r.url) if r.method == "PUT" else None)
        seat.context.set_offline(False)
        state(first, 1, "已收到")
        state(second, 1, "已收到")
        assert len(sent) == 1
        assert len(visits(lived_in, 1)) == before + 1


def test_an_answer_that_got_lost_is_asked_for_again_and_nothing_is_doubled(lived_in: Site) -> None:
    """Given a server that took it and whose answer never came, then one that is out of order, when
    it is sent again, then the receipt is the first one's."""
    with on_a_phone(lived_in, 1) as seat:
        before = len(visits(lived_in, 1))
        page = opened(seat)
        lost: list[int] = []

        def loses(route: Route) -> None:
            lost.append(1)
            if len(lost) == 1:
                assert route.fetch().status == 201
                route.abort("connectionreset")
            elif len(lost) == 2:
                route.fulfill(status=503, body="")
            else:
                route.continue_()

        seat.context.route("**/visits/*-*", loses)
        child(page, 1)
        answer_all(page)
        page.click("#questions button.main")
        state(page, 1, "已存手机")
        assert "回执号" in state(page, 1, "已收到")
        assert len(lost) == 3
        assert len(visits(lived_in, 1)) == before + 1


def test_two_that_differ_under_one_number_are_both_shown(lived_in: Site) -> None:
    """Given a visit that came in and was written differently on the phone, then both are shown, and
    its person says which holds."""
    with on_a_phone(lived_in, 1) as seat:
        page = opened(seat)
        taken: list[str] = []

        def takes_and_says_nothing(route: Route) -> None:
            if not taken:
                taken.append(route.fetch().text())
            route.abort("connectionreset")

        seat.context.route("**/visits/*-*", takes_and_says_nothing)
        child(page, 1)
        answer_all(page)
        page.click("#questions button.main")
        state(page, 1, "已存手机")
        seat.context.set_offline(True)
        child(page, 1)
        page.click("#answer button:has-text('修改')")
        page.wait_for_selector("#questions:visible")
        page.locator("label[for=mood-no]").click()
        page.click("#questions button.main")
        state(page, 1, "已存手机")
        seat.context.unroute("**/visits/*-*")
        seat.context.set_offline(False)
        state(page, 1, "需要修改")
        child(page, 1)
        pair = page.locator(".pair").inner_text()
        assert "已收到的" in pair
        assert "情绪平稳" in pair
        assert "情绪不平稳" in pair
        assert seat.faults() == []
        page.screenshot(path=GALLERY / "offline-conflict-phone.png", full_page=True)
        page.click("text=用手机上的更正已收到的")
        state(page, 1, "已收到")
        assert any("情绪不平稳" in each for each in visits(lived_in, 1))


def test_authority_that_was_withdrawn_is_said_and_nothing_is_lost(lived_in: Site) -> None:
    """Given an account that was closed meanwhile, then the visit stays on the phone; given one of a
    child who is not the village's any more, then it is refused in words and kept."""
    with on_a_phone(lived_in, 1) as seat:
        page = opened(seat)
        seat.context.set_offline(True)
        child(page, 1)
        answer_all(page)
        page.click("#questions button.main")
        state(page, 1, "已存手机")
        lived_in.program.entrance.sessions.end_all(seat.user.user)
        seat.context.set_offline(False)
        page.wait_for_selector("#sending a:has-text('登录后发送')")
        assert "已存手机" in state(page, 1, "已存手机")
        # Signed in again, but the child has moved on meanwhile, by the day that was written.
        seat.sign_in()
        page = opened(seat)
        state(page, 1, "已收到")
        child(page, 1)
        page.click("text=另填一次")
        answer_all(page)
        more(page)
        page.fill("#visited_on", "2025-03-09")
        page.click("#questions button.main")
        state(page, 1, "需要修改")
        child(page, 1)
        assert "需要修改" in page.inner_text("#answer")
        assert page.locator("#questions").is_visible()
        assert lived_in.program.quarantine.list(VILLAGE, state="open")
        more(page)
        page.fill("#visited_on", "2025-03-03")
        page.click("#questions button.main")
        state(page, 1, "已收到")
        assert lived_in.program.quarantine.list(VILLAGE, state="open") == []


def test_a_wrong_pin_is_taken_five_times_and_what_is_unsent_stays(lived_in: Site) -> None:
    with on_a_phone(lived_in, 1) as seat:
        seat.context.set_offline(True)
        page = opened(seat)
        child(page, 1)
        answer_all(page)
        page.click("#questions button.main")
        state(page, 1, "已存手机")
        page.goto(f"{seat.address}/offline")
        for left in (4, 3, 2, 1):
            page.fill("#pin", "000000")
            page.wait_for_selector(f"#pin-fault:has-text('还可以试 {left} 次')")
        page.fill("#pin", "000000")
        page.wait_for_selector("#nothing:visible")
        dumped = page.evaluate(_DUMP)
        assert [each for each in dumped["slots"] if isinstance(each, dict)] == []
        assert [each["state"] for each in dumped["records"]] == ["saved"]
        # Its author signs in: it is opened by the author's key, and sent.
        before = len(visits(lived_in, 1))
        seat.context.set_offline(False)
        seat.sign_in()
        page.goto(f"{seat.address}/visits")
        page.wait_for_function("() => !document.querySelector('#unsent')")
        page.wait_for_timeout(500)
        assert page.evaluate(_DUMP)["records"][0]["state"] == "received"
        assert len(visits(lived_in, 1)) == before + 1


def test_what_was_taken_along_is_gone_after_72_hours_and_what_is_unsent_is_not(
    lived_in: Site,
) -> None:
    with on_a_phone(lived_in, 1, 2) as seat:
        seat.context.set_offline(True)
        page = opened(seat)
        child(page, 1)
        page.locator("label[for=living-yes]").click()
        page.wait_for_timeout(200)
        seat.context.clock.set_system_time(START + timedelta(hours=73))
        page.goto(f"{seat.address}/offline")
        page.fill("#pin", PIN)
        page.wait_for_selector("#today:visible")
        assert "带走的名单已清除" in page.inner_text("#today")
        assert a_name(2) not in page.inner_text("body")
        assert a_name(1) in page.inner_text("#others")
        dumped = page.evaluate(_DUMP)
        assert len(dumped["records"]) == 1
        assert not any("until" in each for each in dumped["slots"] if isinstance(each, dict))


def test_signing_out_warns_of_what_is_unsent_and_keeps_it_for_its_author(lived_in: Site) -> None:
    """And somebody else who signs in on the phone neither opens nor sends it."""
    with on_a_phone(lived_in, 1) as seat:
        page = opened(seat)
        child(page, 1)
        page.locator("label[for=living-yes]").click()
        page.wait_for_timeout(200)
        seat.open("/visits")
        page.wait_for_selector("#unsent:has-text('1 份走访没有发送')")
        page.click("header form button")
        page.wait_for_selector("dialog:has-text('没有发送')")
        assert seat.faults() == []
        page.click("dialog >> text=先不退出")
        page.click("header form button")
        page.click("dialog >> text=仍然退出")
        page.wait_for_url("**/sign-in*")
        dumped = page.evaluate(_DUMP)
        assert [each for each in dumped["slots"] if isinstance(each, dict)] == []
        assert [each["author"] for each in dumped["records"]] == [seat.user.user]
        program = lived_in.program
        other = program.directory.add_user("colleague", VILLAGE, "示例科室", seat.user.post)
        own, seat.user = seat.user, other
        seat.sign_in()
        seat.open("/visits")
        page.wait_for_selector("#unsent:has-text('1 份走访没有发送')")
        take_along(seat, 2)
        page = opened(seat)
        assert a_name(1) not in page.inner_text("body")
        assert "由填写的人登录后发送" in page.inner_text("#unsent")
        assert [each["author"] for each in page.evaluate(_DUMP)["records"]] == [own.user]


def test_nothing_can_be_read_on_the_phone_and_no_page_with_a_name_is_kept(lived_in: Site) -> None:
    with on_a_phone(lived_in, 1, 2) as seat:
        seat.open("/children")
        page = opened(seat)
        child(page, 1)
        more(page)
        page.fill("#text-childs_view", "不想一个人睡")
        answer_all(page)
        page.wait_for_timeout(200)
        dumped = page.evaluate(_DUMP)
        text = json.dumps(dumped, ensure_ascii=False)
        assert "key extractable=false" in dumped["slots"]
        assert len(dumped["records"]) == 1
        key = lived_in.program.entrance.visit_keys.of(seat.user.user)
        child_ref = child_of(lived_in.program, pupil(1))
        for clear in (a_name(1), a_name(2), "不想一个人睡", PIN, child_ref, "入户走访", "吃住"):
            assert clear not in text
        assert key.decode("latin1") not in text
        kept = page.evaluate(_CACHED)
        assert {path for path, _ in kept if not path.startswith("/static/")} == {"/offline"}
        assert not any(a_name(number) in body for _, body in kept for number in (1, 2, 3))
        assert page.evaluate("() => [localStorage.length, sessionStorage.length]") == [0, 0]


def test_the_shell_is_fit_to_be_used(lived_in: Site) -> None:
    """axe, 390 px, 400 %, 18 px, 48 px, and a picture of each screen."""
    GALLERY.mkdir(exist_ok=True)
    with on_a_phone(lived_in, 1, 2) as seat:
        page = seat.page
        assert seat.faults() == []
        page.screenshot(path=GALLERY / "visits-take-phone.png", full_page=True)
        screens: dict[str, Callable[[], object]] = {
            "offline-pin": lambda: page.goto(f"{seat.address}/offline"),
            "offline-today": lambda: opened(seat),
            "offline-visit": lambda: child(page, 1),
        }
        for name, go in screens.items():
            go()
            if name == "offline-visit":
                page.click("#not-met")
            page.wait_for_selector("section:visible")
            assert seat.faults() == [], name
            page.screenshot(path=GALLERY / f"{name}-phone.png", full_page=True)
            small = page.evaluate(
                """() => [...document.querySelectorAll('button, textarea, .answer label, header a')]
                  .filter(each => each.offsetParent && each.getBoundingClientRect().height < 47.5)
                  .map(each => each.outerHTML.slice(0, 90))"""
            )
            assert small == [], name
            tiny = page.evaluate(
                """() => [...document.querySelectorAll('main *, header *')]
                  .filter(each => each.offsetParent && [...each.childNodes].some(n =>
                    n.nodeType === 3 && n.textContent.trim()))
                  .filter(each => parseFloat(getComputedStyle(each).fontSize) < 17.9)
                  .map(each => each.outerHTML.slice(0, 90))"""
            )
            assert tiny == [], name
            page.set_viewport_size({"width": ZOOMED["width"], "height": ZOOMED["height"]})
            assert too_wide(page) <= 0, name
            page.set_viewport_size(PHONE)
        assert (seat.complaints, seat.beyond) == ([], [])


def test_a_phone_that_nobody_touches_asks_for_the_pin_again(lived_in: Site) -> None:
    with on_a_phone(lived_in, 1) as seat:
        page = opened(seat)
        child(page, 1)
        seat.context.clock.fast_forward(6 * 60000)
        page.wait_for_selector("#locked:visible")
        assert a_name(1) not in page.inner_text("body")
