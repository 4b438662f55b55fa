"""Each agency's records: which record a row is, however it is written."""

from __future__ import annotations

from datetime import date

import pytest

from domain.identifiers import id_check_character
from tests.adapters.kinds import (
    BY_NAME,
    CHECK,
    ID_NUMBER,
    OF_A_CHILD,
    RECORDS,
    VILLAGE,
    days_of,
    example,
    key,
    without_number,
)
from tests.adapters.rows import ROWS

FULL_WIDTH = str.maketrans("0123456789G-", "０１２３４５６７８９Ｇ－")
DAY_FORMS = ["{0:%Y-%m-%d}", "{0:%Y/%m/%d}", "{0.year}.{0.month}.{0.day}", "{0:%Y年%m月%d日}"]


@pytest.mark.parametrize("name", OF_A_CHILD)
def test_the_key_is_the_same_however_number_and_days_are_written(name: str) -> None:
    kind = BY_NAME[name]
    values = example(kind)
    plain = key(kind, values)
    if name in OF_A_CHILD:
        full_width = values["id_number"].translate(FULL_WIDTH)
        assert key(kind, {**values, "id_number": full_width}) == plain
        assert key(kind, {**values, "id_number": "'999999 20150301 0016 "}) == plain
        assert key(kind, {**values, "name": "别的写法", "village": VILLAGE}) == plain
    for each in days_of(kind):
        if each not in values:
            continue
        day = date.fromisoformat(values[each])
        for form in DAY_FORMS:
            assert key(kind, {**values, each: form.format(day)}) == plain
            full_width = form.format(day).translate(FULL_WIDTH)
            assert key(kind, {**values, each: full_width}) == plain


@pytest.mark.parametrize("name", OF_A_CHILD)
def test_the_key_is_the_same_however_names_are_written(name: str) -> None:
    kind = BY_NAME[name]
    values = {**without_number(kind), "name": "张学", "guardian_name": "张大"}
    plain = key(kind, values)
    for child, guardian in (("張學", "張大"), ("张 学", "张\u3000大"), (" ’張 学", "張·大")):
        assert key(kind, {**values, "name": child, "guardian_name": guardian}) == plain
    assert key(kind, {**values, "village": " 龙潭 社区居委会\u200b"}) == plain


@pytest.mark.parametrize("name", OF_A_CHILD)
def test_the_key_tells_children_apart(name: str) -> None:
    kind = BY_NAME[name]
    first17 = ID_NUMBER[:14] + "003"
    other = first17 + id_check_character(first17)
    assert key(kind, example(kind)) != key(kind, {**example(kind), "id_number": other})
    values = without_number(kind)
    for each, value in (
        ("name", "张四"),
        ("guardian_name", "李大"),
        ("birth_date", "2015-03-02"),
        ("village", "别处"),
    ):
        assert key(kind, values) != key(kind, {**values, each: value})


# Another value of what does not say which record a row is.
OTHER = {
    "grade": "五年级",
    "school": "另一小学",
    "change": "毕业",
    "aspects": "行为异常",
    "ended_on": "2025-03-30",
    "since": "2024-09-02",
    "student_number": "L" + "1" * 18,
    "school_days": "9",
    "reason_code": "病假",
    "family_contact": "联系上",
    "outcome": "拒绝复学",
    "proof": "毕业",
    "served_on": "2025-03-13",
    "guardian_relation": "母亲",
    "conduct": "虐待",
    "guidance_ordered": "否",
    "found": "否",
    "conclusion": "在家监护支持",
    "situation": "无人照料",
    "care": "家庭寄养",
    "place": "别处",
    "reason": "已迁出",
    "matter": "另一事项",
    "attendance": "41",
    "police_receipt": "示例接〔2025〕2号",
    "addressee": "另一单位",
    "issued_on": "2025-03-15",
    "content": "另一回复",
    "categories": "孤儿",
    "grounds": "儿童残疾",
    "village": VILLAGE,
    "guardian_phone": "13900000000",
    "visited_on": "2025-03-13",
    "form": "电话联系",
    "seen": "祖母",
    "seen_alone": "否",
    "child_ref": str(CHECK),
    "finding": "已搬走",
    "harm_suspected": "是",
    "decision": "不予批准",
    "decided_on": "2025-03-15",
    "monthly_amount": "3000元",
    "certifier": "另一单位",
    "status": "疑似",
    "disability_class": "视力残疾",
    "disability_grade": "一级",
    "measures": "其他适当的管理教育措施",
    "until": "2025-05-10",
    "document_number": "示教核〔2025〕0002号",
    "problem_kinds": "健康",
    "solved": "否",
    "struck_off_on": "2025-04-01",
    "no_roll": "延缓入学",
    "urgent": "否",
    "granted": "否",
    "guardian": "其他监护人",
    "restorable": "否",
    "restored_on": "2025-03-30",
    "warned_seen": "否",
    "care_plan": "由护理员照料",
    "verdict": "需要调整",
    "facility": "未成年人救助保护机构",
    "carer": "祖父",
    "child_heard": "否",
    "barred_checked": "否",
    "attended": "否",
    "result": "拒不接受指导",
    "protected_seen": "否",
    "repeated": "是",
    "respondent": "母亲",
    "receiver": "另一外区单位",
    "hospital": "另一医院",
    "hand_over": "2",
    "number": "示例收〔2025〕2号",
    "contact_name": "示例姑姑",
    "contact_phone": "13900000000",
    "contact_relation": "其他亲属",
    "text": "另一提示",
    "call": "021-57000000",
    "told_units": "派出所",
    "letter": "（外区）签收〔2025〕8号",
    "enrolled": "821",
    "absent": "1",
    "suspected": "1",
    "dropped_out": "1",
    "returned": "1",
    "schools": "97",
}


@pytest.mark.parametrize("name", RECORDS)
def test_only_child_and_occasion_make_another_record(name: str) -> None:
    kind = BY_NAME[name]
    values = example(kind)
    row = ROWS[name]
    telling = {row.occasion[0]: row.occasion[1], **row.also}
    for each, value in telling.items():
        assert key(kind, values) != key(kind, {**values, each: value})
    child = {column.field for column in kind.columns} & {"name", "id_number", "birth_date", "sex"}
    rest = set(values) - child - set(telling)
    changes = {**OTHER, **row.other}
    assert rest <= set(changes)
    # A call on the day of a visit is another record.
    rest -= {"form"} if name == "village.visit" else set()
    for each in rest:
        assert key(kind, {**values, each: changes[each]}) == key(kind, values), each


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.numbered])
def test_a_document_number_is_one_whatever_its_brackets(name: str) -> None:
    kind = BY_NAME[name]
    values = {**example(kind), "document_number": "示公a〔2025〕12号"}
    for variant in ("示公A（２０２５）１２号", "示公a [2025] 12 号", "示公Ａ【2025】12号"):
        assert key(kind, {**values, "document_number": variant}) == key(kind, values)


def test_a_school_is_one_whatever_its_spaces() -> None:
    kind = BY_NAME["education.roll"]
    values = {**example(kind), "school": "示例第2小学(北)"}
    variant = {**values, "school": " 示例 第２小学（北）"}
    assert key(kind, variant) == key(kind, values)
