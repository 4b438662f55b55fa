"""Who gets to a page, and what everybody else is told (GB/T 22239-2019 8.1.4.1)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from domain.organisations import Post
from hub.web.desk import COOKIE
from tests.program import SCHOOL, START, STATION, TOWN, at
from tests.web.people import ORIGIN, PASSWORD, Person, Workspace, code_of, text_of

PAGES = ("/", "/inbox", "/sent", "/referrals/00000000-0000-0000-0000-000000000001", "/posts")


def signed_out(workspace: Workspace, organisation: str = SCHOOL) -> Person:
    """Somebody who can sign in, and is not; a code that was not used before is shown by now."""
    person = workspace.person(organisation)
    assert person.send("/sign-out", {}).status_code == 303
    at(workspace.program, START + timedelta(minutes=1))
    return person


@pytest.mark.parametrize("path", PAGES)
def test_nobody_sees_a_page_without_signing_in(workspace: Workspace, path: str) -> None:
    answer = workspace.browser().get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=/")


def test_a_person_sets_up_signs_in_and_comes_back_to_where_they_wanted(
    workspace: Workspace,
) -> None:
    person = signed_out(workspace)
    answer = person.sign_in(next="/inbox")
    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for promise in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"):
        assert promise in cookie
    assert "示例第一小学" in text_of(person.get("/inbox"))


@pytest.mark.parametrize(
    "wrong", [{"password": "不对的密码一二三四五六"}, {"code": "000000"}, {"login": "nobody"}]
)
def test_whatever_is_wrong_the_same_is_told(workspace: Workspace, wrong: dict[str, str]) -> None:
    person = signed_out(workspace)
    answer = person.sign_in(**wrong)
    assert answer.status_code == 422
    assert "登录名、密码或动态码不对" in text_of(answer)
    assert PASSWORD not in answer.text
    assert "set-cookie" not in answer.headers


def test_a_code_is_taken_once(workspace: Workspace) -> None:
    person = signed_out(workspace)
    assert person.sign_in().status_code == 303
    assert person.send("/sign-out", {}).status_code == 303
    assert person.sign_in().status_code == 422
    at(workspace.program, START + timedelta(minutes=2))
    assert person.sign_in().status_code == 303


@pytest.mark.parametrize("login", ["w0", "nobody"])
def test_a_name_rests_after_five_wrong_attempts_whether_somebody_has_it_or_not(
    workspace: Workspace, login: str
) -> None:
    person = signed_out(workspace)
    assert person.user.login == "w0"
    for _ in range(5):
        assert person.sign_in(login=login, password="不对的密码一二三四").status_code == 422
    answer = person.sign_in(login=login)
    assert answer.status_code == 429
    assert "15分钟后再试" in text_of(answer)
    at(workspace.program, START + timedelta(minutes=17))
    assert person.sign_in(login=login).status_code == (303 if login == "w0" else 422)


def test_a_link_is_used_once_and_ends_by_itself(workspace: Workspace) -> None:
    directory, accounts = workspace.program.directory, workspace.program.entrance.accounts
    user = directory.add_user("anna", SCHOOL, "", Post.HANDLER)
    browser = workspace.browser()
    used, late = accounts.invite(user, START), accounts.invite(user, START)
    fields = {"password": PASSWORD, "again": PASSWORD}
    code = code_of(accounts.new_secret(used), workspace.program)
    headers = {"Sec-Fetch-Site": "same-origin"}
    taken = browser.post(f"/welcome/{used}", data={**fields, "code": code}, headers=headers)
    assert taken.status_code == 303
    at(workspace.program, START + timedelta(hours=73))
    for token in (used, late, "unknown"):
        answer = browser.get(f"/welcome/{token}")
        assert answer.status_code == 404
        assert "链接不能用" in text_of(answer)
        assert browser.post(f"/welcome/{token}", data=fields, headers=headers).status_code == 404


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"password": "短", "again": "短"}, "密码至少12个字符"),
        ({"again": "另一句完全不同的话啊啊啊"}, "两次填的密码不一样"),
        ({"password": "password12345", "again": "password12345"}, "常见的词"),
        ({"code": "123"}, "动态码不对"),
    ],
)
def test_what_cannot_be_set_up_is_said_and_the_link_stays(
    workspace: Workspace, changed: dict[str, str], told: str
) -> None:
    accounts = workspace.program.entrance.accounts
    user = workspace.program.directory.add_user("anna", SCHOOL, "", Post.HANDLER)
    token = accounts.invite(user, START)
    right = {
        "password": PASSWORD,
        "again": PASSWORD,
        "code": code_of(accounts.new_secret(token), workspace.program),
    }
    browser = workspace.browser()
    headers = {"Sec-Fetch-Site": "same-origin"}
    answer = browser.post(f"/welcome/{token}", data={**right, **changed}, headers=headers)
    assert answer.status_code == 422
    assert told in text_of(answer)
    assert changed.get("password", PASSWORD) not in answer.text
    assert browser.post(f"/welcome/{token}", data=right, headers=headers).status_code == 303


def test_a_shared_computer_is_locked_after_five_minutes_and_opened_by_its_person(
    workspace: Workspace,
) -> None:
    person = signed_out(workspace)
    person.sign_in(shared="1")
    at(workspace.program, START + timedelta(minutes=5, seconds=50))
    assert person.get("/inbox").status_code == 200
    at(workspace.program, START + timedelta(minutes=11))
    answer = person.get("/inbox")
    assert answer.headers["location"] == "/locked?next=/inbox"
    assert "已锁定" in text_of(person.get("/locked?next=/inbox"))
    assert person.send("/locked", {"password": "不对"}).status_code == 422
    assert person.get("/inbox").status_code == 303
    opened = person.send("/locked", {"password": PASSWORD, "next": "/inbox"})
    assert opened.headers["location"] == "/inbox"
    assert person.get("/inbox").status_code == 200


def test_ones_own_computer_is_locked_after_half_an_hour(workspace: Workspace) -> None:
    person = signed_out(workspace)
    person.sign_in()
    at(workspace.program, START + timedelta(minutes=30))
    assert person.get("/").status_code == 200
    at(workspace.program, START + timedelta(minutes=61))
    assert person.get("/").headers["location"].startswith("/locked")


def test_a_session_ends_after_twelve_hours_whatever_is_done(workspace: Workspace) -> None:
    person = signed_out(workspace)
    person.sign_in()
    for minutes in range(20, 12 * 60, 20):
        at(workspace.program, START + timedelta(minutes=minutes))
        assert person.get("/").status_code == 200
    at(workspace.program, START + timedelta(hours=12, minutes=1))
    assert person.get("/").headers["location"].startswith("/sign-in")


def test_what_was_being_written_when_it_was_locked_is_kept_for_its_person(
    workspace: Workspace,
) -> None:
    person = workspace[STATION]
    form = {"_form": "referral/x/hold", "_page": "/inbox", "note": "写到一半", "key": "k"}
    at(workspace.program, START + timedelta(minutes=40))
    answer = person.send("/referrals/x/hold", form)
    assert answer.headers["location"] == "/locked?next=/inbox"
    person.send("/locked", {"password": PASSWORD})
    kept = workspace.program.entrance.drafts.kept(
        person.user.user, "referral/x/hold", workspace.program.clock.now()
    )
    assert kept["note"] == ["写到一半"]
    other = workspace.program.entrance.drafts.kept(
        workspace[TOWN].user.user, "referral/x/hold", workspace.program.clock.now()
    )
    assert other == {}


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {},
    ],
)
def test_a_form_of_another_site_is_refused(workspace: Workspace, headers: dict[str, str]) -> None:
    person = workspace[SCHOOL]
    answer = person.client.post("/sign-out", data={}, headers=headers)
    assert answer.status_code == 403
    assert "没有登记任何内容" in text_of(answer)
    assert person.get("/").status_code == 200
    ours = {"Origin": ORIGIN}
    assert person.client.post("/sign-out", data={}, headers=ours).status_code == 303


@pytest.mark.parametrize(
    "where", ["//elsewhere.example/", "https://elsewhere.example/", "/\\elsewhere", "javascript:x"]
)
def test_nobody_is_led_elsewhere(workspace: Workspace, where: str) -> None:
    person = signed_out(workspace)
    assert person.sign_in(next=where).headers["location"] == "/"


def test_whoever_holds_several_posts_chooses_and_may_take_no_other(workspace: Workspace) -> None:
    person = signed_out(workspace)
    program = workspace.program
    also = program.directory.add_user("town-too", TOWN, "", Post.DUTY)
    stranger = workspace[STATION].user
    program.entrance.accounts.add_post(person.user, also)
    assert person.sign_in().headers["location"] == "/posts?next=/"
    page = text_of(person.get("/posts"))
    assert "示例第一街道未保站" in page
    assert "派出所" not in page
    person.send("/posts", {"post": stranger.user, "next": "/"})
    assert "示例第一小学" in text_of(person.get("/"))
    person.send("/posts", {"post": also.user, "next": "/"})
    assert "示例第一街道未保站 · 值班" in text_of(person.get("/"))


def test_signing_out_and_revoking_end_a_session_at_once(workspace: Workspace) -> None:
    person = workspace[SCHOOL]
    cookie = person.client.cookies[COOKIE]
    person.send("/sign-out", {})
    person.client.cookies.set(COOKIE, cookie)
    assert person.get("/").headers["location"].startswith("/sign-in")
    other = workspace[TOWN]
    assert workspace.program.entrance.accounts.close_account(other.user) == (1, 0)
    assert other.get("/").headers["location"].startswith("/sign-in")


def test_somebody_sees_where_they_are_signed_in_and_ends_what_is_elsewhere(
    workspace: Workspace,
) -> None:
    person = signed_out(workspace)
    person.sign_in()
    at(workspace.program, START + timedelta(minutes=2))
    elsewhere = Person(workspace.program, workspace.browser(), person.user, person.secret)
    elsewhere.sign_in()
    stranger = workspace[TOWN]
    page = person.get("/me/sign-ins")
    assert page.text.count('name="session"') == 2
    assert text_of(page).count("就是这里") == 1
    assert "用密码和动态码" in text_of(page)
    every = re.findall(r'name="session" value="([^"]+)"', page.text)
    (theirs,) = re.findall(r'name="session" value="([^"]+)"', stranger.get("/me/sign-ins").text)
    assert theirs not in every
    assert person.send("/me/sign-ins", {"session": theirs}).status_code == 303
    assert stranger.get("/").status_code == 200
    assert person.send("/me/sign-ins", {"all": "1"}).status_code == 303
    assert elsewhere.get("/").headers["location"].startswith("/sign-in")
    assert person.get("/").status_code == 200
    assert stranger.get("/").status_code == 200
    (own,) = re.findall(r'name="session" value="([^"]+)"', person.get("/me/sign-ins").text)
    assert person.send("/me/sign-ins", {"session": own}).headers["location"] == "/sign-in"
    assert person.get("/").headers["location"].startswith("/sign-in")


def test_every_answer_carries_what_browsers_heed(workspace: Workspace) -> None:
    person = workspace[SCHOOL]
    for path in ("/", "/sign-in", "/no-such-page", "/static/x/hub.css"):
        answer = person.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"


def test_a_file_of_the_workspace_is_kept_by_its_content_and_nothing_else_is_given(
    workspace: Workspace,
) -> None:
    browser = workspace.browser()
    page = browser.get("/sign-in").text
    start = page.index("/static/")
    address = page[start : page.index('"', start)]
    answer = browser.get(address)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    for other in ("/static/x/hub.css", "/static/x/../app.py", "/static/x/%2e%2e/app.py"):
        assert browser.get(other).status_code == 404
