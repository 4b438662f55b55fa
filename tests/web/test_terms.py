"""Interface words come from policies/terms.csv alone: none of the words that it sets aside stands
on any page, in any label, button or answer."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from adapters.registry import ALL_KINDS
from domain.organisations import Seat
from hub.web.menu import menu_of, shortcuts_of
from hub.web.referral_acts import ACTS

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = {
    "完成": ("完成情况", "清单事项完成", "完成日期", "完成期限", "是否完成"),
    "查询": ("入职查询", "从业查询", "查询已通过", "查询日期", "查询结果"),
    "提醒": ("异常查阅提醒", "按期提醒再次提供"),
    "取消": ("是否取消",),
}
"""Words of the law or the plan that hold one of them, and mean something else."""


def set_aside() -> list[str]:
    """The words that no page may use. What stands in brackets says of whom or why."""
    rows = csv.DictReader((ROOT / "policies/terms.csv").read_text(encoding="utf-8").splitlines())
    found: set[str] = set()
    for row in rows:
        bare = re.sub(r"[(（][^)）]*[)）]", "", row["not"] or "")
        conditional = {
            word.strip() for word in (row["not"] or "").split("/") if re.search(r"[(（]", word)
        }
        for word in bare.split("/"):
            if word.strip() and not any(word.strip() in each for each in conditional):
                found.add(word.strip())
    # One row's word is another's right one.
    right = {part.strip() for row in _rows() for part in re.split("[/（）]", row["zh"])}
    return sorted(found - right - {"quarantine"})


def _rows() -> list[dict[str, str]]:
    text = (ROOT / "policies/terms.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def wrong_words(text: str) -> list[str]:
    """Which of them stand in a text."""
    for phrases in ALLOWED.values():
        for phrase in phrases:
            text = text.replace(phrase, "")
    return [word for word in set_aside() if word in text]


def test_there_are_words_to_look_for_and_one_that_was_put_there_is_found() -> None:
    assert len(set_aside()) > 15
    assert set(wrong_words("您的收件箱有3条，已超时")) == {"收件箱", "超时"}


@pytest.mark.parametrize(
    "template", sorted((ROOT / "hub/web/templates").glob("*.html")), ids=lambda path: path.name
)
def test_no_template_uses_a_word_that_was_set_aside(template: Path) -> None:
    assert wrong_words(template.read_text(encoding="utf-8")) == []


def test_no_page_says_one_in_its_code() -> None:
    for path in sorted((ROOT / "hub/web").rglob("*.py")):
        assert wrong_words(path.read_text(encoding="utf-8")) == [], path.name


def test_no_step_menu_or_form_uses_one() -> None:
    shown = [act.title for act in ACTS.values()]
    shown += [f"{field.label}{field.hint}" for act in ACTS.values() for field in act.fields]
    shown += [each.title for seat in Seat for each in (*menu_of(seat), *shortcuts_of(seat))]
    for kind in ALL_KINDS:
        shown += [kind.title, *(f"{column.heading}{column.note}" for column in kind.columns)]
    found = {word: text for text in shown for word in wrong_words(text)}
    assert found == {}
