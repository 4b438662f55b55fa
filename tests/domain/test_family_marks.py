"""What two children of one family have in common agrees however it is written."""

from __future__ import annotations

import pytest

from domain.family_marks import Mark, family_marks
from domain.identity import IdentityClaim

VILLAGE = "999999999999"


@pytest.mark.parametrize(
    "written", ["13900000001", "+86 139-0000-0001", "８６１３９０００００００１", "139 0000 0001"]
)
def test_a_telephone(written: str) -> None:
    claim = IdentityClaim("", guardian_phone=written)
    assert family_marks(claim) == ((Mark.GUARDIAN_PHONE, "13900000001"),)


@pytest.mark.parametrize(
    "written", ["示例路7弄5号a室", "示例路 7弄5号 A室", "示例路７弄５号，Ａ室"]
)
def test_an_address_within_its_village(written: str) -> None:
    claim = IdentityClaim("", address=written, village=VILLAGE)
    assert family_marks(claim) == ((Mark.HOUSEHOLD, f"{VILLAGE} 示例路7弄5号A室"),)


@pytest.mark.parametrize(
    "claim",
    [
        IdentityClaim(""),
        IdentityClaim("", guardian_phone="8001"),
        IdentityClaim("", address="示例路7弄5号"),
        IdentityClaim("", address="村东", village=VILLAGE),
    ],
)
def test_what_says_too_little_is_no_mark(claim: IdentityClaim) -> None:
    assert family_marks(claim) == ()
