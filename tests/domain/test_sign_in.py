"""What may be a PIN (手机密码): nothing that somebody who knows the person would try first."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.policies import load_policies

PHONE = load_policies(Path(__file__).parents[2] / "policies").sign_in.phone
NUMBER = "13800719364"


@pytest.mark.parametrize(
    "pin",
    [
        *("000000", "777777", "123456", "654321", "890123", "210987"),
        *("121212", "123123", "112233", "100001"[:3] * 2, "191919", "111112"),
        *("900101", "010190", "311299", "120590", "199012", "201503"),
        *("520131", "719364", "007193"),
    ],
)
def test_a_pin_that_many_think_of_is_refused(pin: str) -> None:
    assert PHONE.pin_fault(pin, NUMBER) is not None


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "27405a", "２７４０５８", " 27405"])
def test_a_pin_is_six_digits(pin: str) -> None:
    assert PHONE.pin_fault(pin, NUMBER) == "手机密码是六位数字，请重填。"


@pytest.mark.parametrize("pin", ["274058", "907353", "482916", "005837"])
def test_others_are_taken(pin: str) -> None:
    assert PHONE.pin_fault(pin, NUMBER) is None


def test_most_of_them_are_taken() -> None:
    taken = sum(PHONE.pin_fault(f"{each:06d}", NUMBER) is None for each in range(0, 10**6, 97))
    assert taken > 0.85 * (10**6 / 97)
