"""Signing in at a phone: a code once, a PIN from then on (NIST SP 800-63B 5.1.3.2, 5.2.2)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from domain.organisations import Post
from hub.accounts.accounts import NotGood
from hub.directory import User
from hub.web.desk import COOKIE, DEVICE
from tests.program import START, TOWN, VILLAGE, at
from tests.web.people import Workspace, text_of

NUMBER = "13800719364"
NOBODYS = "13900719365"
PIN = "274058"
OURS = {"Sec-Fetch-Site": "same-origin", "User-Agent": "Mozilla/5.0 (Linux; Android 14)"}


@dataclass
class Phone:
    """A browser on a phone, and its person."""

    workspace: Workspace
    client: TestClient
    user: User

    def get(self, path: str) -> Response:
        answer: Response = self.client.get(path, headers=OURS)
        return answer

    def send(self, path: str, **fields: str) -> Response:
        answer: Response = self.client.post(path, data=fields, headers=OURS)
        return answer

    def ask(self, number: str = NUMBER) -> str:
        """Have a code sent; gives what the page holds for it."""
        answer = self.send("/sign-in/phone/code", number=number)
        assert answer.status_code == 200
        found = re.search(r'name="asked" value="([^"]+)"', answer.text)
        assert found
        return found[1]

    def check(self, asked: str, code: str) -> Response:
        return self.send("/sign-in/phone/code/check", asked=asked, code=code, next="/visits")

    def texts(self) -> list[dict[str, str]]:
        path = self.workspace.program.folder.root / "texts.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [json.loads(line) for line in lines]

    def code(self) -> str:
        """What the newest message says."""
        found = re.search(r"验证码(\d{6})", self.texts()[-1]["text"])
        assert found
        return found[1]

    def set_up(self, pin: str = PIN) -> Response:
        answer = self.check(self.ask(), self.code())
        assert answer.headers["location"] == "/sign-in/phone/pin?next=/visits"
        return self.send("/sign-in/phone/pin", pin=pin, again=pin, next="/visits")

    def sign_in(self, pin: str = PIN) -> Response:
        return self.send("/sign-in/phone", pin=pin, next="/visits")


@pytest.fixture
def phone(workspace: Workspace) -> Phone:
    """A child director's, whose number is registered."""
    user = workspace.program.directory.add_user("ertong", VILLAGE, "", Post.HANDLER)
    workspace.program.entrance.phones.register(user, "+86 138-0071-9364")
    return Phone(workspace, workspace.browser(), user)


def test_a_code_and_a_new_pin_let_in_and_then_the_pin_alone(phone: Phone) -> None:
    answer = phone.set_up()
    assert (answer.status_code, answer.headers["location"]) == (303, "/visits")
    assert phone.get("/visits").status_code == 200
    phone.send("/sign-out")
    assert phone.get("/visits").status_code == 303
    assert "手机密码" in text_of(phone.get("/sign-in/phone"))
    answer = phone.sign_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/visits")
    assert phone.get("/visits").status_code == 200
    assert len(phone.texts()) == 1


def test_the_phone_is_known_by_a_cookie_that_no_script_reads(phone: Phone) -> None:
    cookie = phone.check(phone.ask(), phone.code()).headers["set-cookie"]
    assert cookie.startswith(f"{DEVICE}=")
    for promise in ("HttpOnly", "Secure", "SameSite=strict", "Path=/", "Max-Age=7776000"):
        assert promise in cookie
    assert phone.get("/visits").status_code == 303


def test_whose_number_is_nobodys_is_told_the_same_and_sent_nothing(phone: Phone) -> None:
    known = phone.send("/sign-in/phone/code", number=NUMBER)
    unknown = phone.send("/sign-in/phone/code", number=NOBODYS)
    assert len(phone.texts()) == 1
    pages = {re.sub(r'value="[\w-]{43}"', "", each.text) for each in (known, unknown)}
    assert len(pages) == 1
    for _ in range(4):
        assert phone.send("/sign-in/phone/code", number=NUMBER).status_code == 200
        assert phone.send("/sign-in/phone/code", number=NOBODYS).status_code == 200
    refused = [phone.send("/sign-in/phone/code", number=each) for each in (NUMBER, NOBODYS)]
    assert [each.status_code for each in refused] == [429, 429]
    assert refused[0].text == refused[1].text
    assert len(phone.texts()) == 5
    at(phone.workspace.program, START + timedelta(hours=6, seconds=1))
    assert phone.send("/sign-in/phone/code", number=NUMBER).status_code == 200


def test_all_numbers_together_are_sent_so_many(phone: Phone) -> None:
    phones = phone.workspace.program.entrance.phones
    phones._rules = phones._rules.model_copy(update={"codes_of_all": 2})
    for _ in range(3):
        phone.ask(NOBODYS)
    phone.ask()
    phone.ask()
    assert phone.send("/sign-in/phone/code", number=NUMBER).status_code == 429


def test_a_code_is_taken_once_in_time_and_by_whoever_asked(phone: Phone) -> None:
    asked, code = phone.ask(), phone.code()
    assert phone.check("somebody-else", code).status_code == 422
    assert phone.check(asked, "abc").status_code == 422
    assert phone.check(asked, code).status_code == 303
    assert phone.check(asked, code).status_code == 422
    late, code = phone.ask(), phone.code()
    at(phone.workspace.program, START + timedelta(minutes=5))
    answer = phone.check(late, code)
    assert answer.status_code == 422
    assert "验证码不对，或已过期" in text_of(answer)


def test_a_code_is_worth_nothing_after_five_wrong_ones(phone: Phone) -> None:
    asked, code = phone.ask(), phone.code()
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(5):
        assert phone.check(asked, wrong).status_code == 422
    assert phone.check(asked, code).status_code == 422


def test_a_pin_that_cannot_be_taken_is_said_and_can_be_set_again(phone: Phone) -> None:
    phone.check(phone.ask(), phone.code())
    for pin, again, told in (
        ("123456", "123456", "太容易猜到"),
        ("900512", "900512", "生日"),
        ("719364", "719364", "太容易猜到"),
        (PIN, "274059", "两次填的手机密码不一样"),
    ):
        answer = phone.send("/sign-in/phone/pin", pin=pin, again=again)
        assert answer.status_code == 422
        assert told in text_of(answer)
        assert pin not in answer.text
    assert phone.send("/sign-in/phone/pin", pin=PIN, again=PIN).status_code == 303


def test_a_phone_whose_pin_nobody_set_is_soon_none(phone: Phone) -> None:
    phone.check(phone.ask(), phone.code())
    at(phone.workspace.program, START + timedelta(minutes=5))
    answer = phone.send("/sign-in/phone/pin", pin=PIN, again=PIN)
    assert answer.headers["location"].startswith("/sign-in/phone?")
    assert COOKIE not in phone.client.cookies


def test_after_five_wrong_pins_the_phone_needs_a_code_and_other_phones_do_not(
    phone: Phone,
) -> None:
    other = Phone(phone.workspace, phone.workspace.browser(), phone.user)
    other.set_up("907353")
    other.send("/sign-out")
    phone.set_up()
    phone.send("/sign-out")
    for _ in range(5):
        answer = phone.sign_in("482916")
        assert answer.status_code == 422
    assert "手机号" in text_of(answer)
    answer = phone.sign_in()
    assert answer.status_code == 422
    assert "要重新用验证码登录" in text_of(answer)
    assert other.sign_in("907353").status_code == 303
    assert phone.set_up().status_code == 303


def test_right_pins_in_between_are_forgiven(phone: Phone) -> None:
    phone.set_up()
    for _ in range(3):
        for _ in range(4):
            assert phone.sign_in("482916").status_code == 422
        assert phone.sign_in().status_code == 303


def test_a_locked_session_is_opened_by_the_pin_and_keeps_what_was_written(phone: Phone) -> None:
    phone.set_up()
    program = phone.workspace.program
    at(program, START + timedelta(minutes=31))
    form = {"_form": "visits/x", "_page": "/visits", "note": "写到一半"}
    assert phone.send("/visits/x/not-met", **form).headers["location"] == "/locked?next=/visits"
    assert "手机密码" in text_of(phone.get("/locked?next=/visits"))
    assert phone.send("/locked", password="482916").status_code == 422
    opened = phone.send("/locked", password=PIN, next="/visits")
    assert opened.headers["location"] == "/visits"
    kept = program.entrance.drafts.kept(phone.user.user, "visits/x", program.clock.now())
    assert kept["note"] == ["写到一半"]


def test_a_locked_session_that_the_pin_opens_no_more_needs_a_code(phone: Phone) -> None:
    phone.set_up()
    at(phone.workspace.program, START + timedelta(minutes=31))
    for _ in range(5):
        assert phone.send("/locked", password="482916").status_code == 422
    answer = phone.send("/locked", password=PIN, next="/visits")
    assert answer.headers["location"] == "/sign-in/phone?next=/visits"
    assert "发验证码" in text_of(phone.get("/sign-in/phone?next=/visits"))
    assert phone.set_up().status_code == 303


def test_a_phone_is_registered_for_ninety_days(phone: Phone) -> None:
    phone.set_up()
    at(phone.workspace.program, START + timedelta(days=89))
    assert phone.sign_in().status_code == 303
    at(phone.workspace.program, START + timedelta(days=90))
    assert phone.sign_in().status_code == 422


def test_of_one_person_three_phones_are_registered_and_the_least_used_goes(phone: Phone) -> None:
    program = phone.workspace.program
    phones = [phone]
    phone.set_up()
    for number in range(1, 4):
        at(program, START + timedelta(minutes=number))
        phones.append(Phone(phone.workspace, phone.workspace.browser(), phone.user))
        phones[-1].set_up()
    assert phones[0].get("/visits").status_code == 303
    assert [each.sign_in().status_code for each in phones] == [422, 303, 303, 303]


def test_revoking_and_another_number_end_phones_and_their_sessions(phone: Phone) -> None:
    entrance = phone.workspace.program.entrance
    phone.set_up()
    entrance.phones.register(phone.user, NOBODYS)
    assert phone.get("/visits").status_code == 303
    assert phone.sign_in().status_code == 422
    asked = phone.ask(NOBODYS)
    assert phone.check(asked, phone.code()).status_code == 303
    phone.send("/sign-in/phone/pin", pin=PIN, again=PIN)
    assert phone.get("/visits").status_code == 200
    entrance.accounts.close_account(phone.user)
    assert phone.get("/visits").status_code == 303
    assert phone.sign_in().status_code == 422
    sent = len(phone.texts())
    phone.ask(NOBODYS)
    assert len(phone.texts()) == sent


def test_a_number_is_one_persons_and_a_mobile(phone: Phone) -> None:
    program = phone.workspace.program
    other = program.directory.add_user("other", VILLAGE, "", Post.DEPUTY)
    for number in (NUMBER, "021-57700000", "110", "", "1380071936"):
        with pytest.raises(NotGood):
            program.entrance.phones.register(other, number)
        if number != NUMBER:
            assert phone.send("/sign-in/phone/code", number=number).status_code == 422


def test_a_phone_is_listed_and_ended_by_its_person_and_nobody_else(phone: Phone) -> None:
    phone.set_up()
    page = phone.get("/me/sign-ins")
    assert "安卓手机 · 就是这部" in text_of(page)
    assert "尾号9364" in text_of(page)
    assert NUMBER not in page.text
    found = re.search(r'name="phone" value="([^"]+)"', page.text)
    assert found
    other = phone.workspace[TOWN]
    assert other.send("/me/sign-ins", {"phone": found[1]}).status_code == 303
    assert phone.get("/visits").status_code == 200
    answer = phone.send("/me/sign-ins", phone=found[1])
    assert answer.headers["location"] == "/sign-in"
    assert phone.get("/visits").status_code == 303
    assert phone.sign_in().status_code == 422


@pytest.mark.adversary
def test_the_store_holds_no_number_code_or_pin(phone: Phone) -> None:
    asked, code = phone.ask(), phone.code()
    phone.check(asked, code)
    phone.send("/sign-in/phone/pin", pin=PIN, again=PIN)
    phone.ask(NOBODYS)
    root = phone.workspace.program.folder.root
    stored = b"".join(each.read_bytes() for each in root.glob("accounts.sqlite*"))
    assert b"phone_codes" in stored
    token = phone.client.cookies[DEVICE]
    for secret in (NUMBER, NOBODYS, PIN, token, asked):
        assert secret.encode() not in stored
    assert NUMBER not in (root / "texts.jsonl").read_text(encoding="utf-8")
