"""What codes read in Chinese, where an answer gives a code. Programs keep the code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import JsonValue

from domain.kernel import CATEGORY_WORDS, LegalBasis
from domain.purpose import PURPOSE_WORDS, REVEALED_FOR
from domain.registry import word_for

PURPOSES: Mapping[str, str] = dict(PURPOSE_WORDS.items())
"""Purposes of a look (使用目的)."""

LEGAL_BASES: Mapping[str, str] = {
    LegalBasis.STATUTORY_DUTY: "履行法定职责",
    LegalBasis.EMERGENCY: "紧急情况",
    LegalBasis.GUARDIAN_CONSENT: "监护人同意",
    LegalBasis.CHILD_CONSENT_14PLUS: "本人同意（已满14周岁）",
}
"""Legal bases (PIPL 13, 34)."""

ACTIONS: Mapping[str, str] = {
    "access_log": "看查阅记录",
    "attach": "报送附件",
    "complete_file": "制作完整档案",
    "complete_file.open": "看未了事项",
    "consent": "登记同意",
    "document": "打印文书",
    "attachment": "打开一个附件",
    "attachments": "看附件名单",
    "advice": "看一份检察建议",
    "advices": "看检察建议",
    "board": "看统筹协调",
    "break_glass": "看紧急调阅登记",
    "break_glass_access": "看一次紧急调阅",
    "break_glass_uses": "看各单位紧急调阅次数",
    "bundle": "制作案件材料包",
    "case_status": "核查案件状态",
    "follow_up_list": "看重点关注对象",
    "stated": "看本单位登记的一件事",
    "visits_by_village": "看各村居应走访",
    "visits_due": "看应走访",
    "child_file": "看一人一档",
    "children": "看儿童名单",
    "family": "看家庭关联",
    "family_candidates": "看家庭关联线索",
    "family.both": "登记或认定家庭关联",
    "find_child": "查找儿童",
    "inbox": "看待办",
    "inbox_counts": "看待办小计",
    "match": "系统核对身份",
    "outside_entries": "看外部系统录入情况",
    "outside_records": "按外部系统表样导出",
    "open_loops": "看未了事项",
    "overdue": "看逾期",
    **{f"reveal.{each}": f"显示身份：{word}" for each, word in REVEALED_FOR.items()},
    "safe_contact": "看安全联系人",
    "safety_instruction": "看安全提示",
    "as_of": "按日回看",
    "explain": "查看办理经过的来由",
    "overdue_by_town": "看各街镇逾期",
    "policy_explain": "核对谁能看到什么",
    "quarantine": "看待更正的记录",
    "quarantine.correct": "更正待更正的记录",
    "duplicate": "看一对疑似重复的档案",
    "duplicates": "看疑似重复的档案",
    "annual_return": "看年报表",
    "annual_returns": "看年度报表进度",
    "exact_requests": "看准确数申请",
    "exact_return": "看法定报表准确数",
    "indicator": "看一项指标",
    "indicators": "看指标",
    "index": "编本单位查找索引",
    "search": "登记前查找儿童",
    "records_request": "看一份调阅申请",
    "records_requests": "看调阅申请登记",
    "referral": "看转介单",
    "register": "看登记簿",
    "report": "看一份强制报告",
    "reports": "看强制报告名单",
    "sent": "看转出的转介单",
    "away_with_open_work": "看离岗、有未办事项",
    "silence": "看沉默清单",
    "silence_counts": "看沉默清单小计",
    "silence_of_district": "看全区沉默清单",
    "silent_feeds": "看本单位逾期未报送",
    "differing_reports": "看与系统记录不符的月报",
    "timeline": "看时间线",
    "unassigned": "看居住地未确认的儿童",
    "unusual_looks": "看异常查阅提醒",
}
"""What somebody did who looked at a child."""

UNUSUAL: Mapping[str, str] = {
    "outside": "查阅不在本单位职责内的儿童",
    "night": "夜间查阅",
    "many": "短时间查阅多名儿童",
}
"""What is unusual about a look."""

_HOW_IT_ENDED = {".nothing": "（没有可显示的记录）", ".refused": "（用途不符，未予查阅）"}


def action_word(action: str) -> str:
    """What a look reads as; the code itself for one that has no word."""
    for suffix, end in _HOW_IT_ENDED.items():
        if action.endswith(suffix):
            return ACTIONS.get(bare := action.removesuffix(suffix), bare) + end
    return ACTIONS.get(action, action)


def category_words(categories: str) -> str:
    """Categories as an access entry lists them, in Chinese."""
    return "、".join(_words(CATEGORY_WORDS, filter(None, categories.split(","))))


def words_of(values: Mapping[str, JsonValue]) -> dict[str, str]:
    """What the coded ones among a child's facts read in Chinese, by name."""
    return {
        name: word
        for name, value in values.items()
        if (word := word_for("child_file", name, value)) is not None
    }


def _words(words: Mapping[str, str], codes: Iterable[str]) -> list[str]:
    return [words.get(code, code) for code in codes]
