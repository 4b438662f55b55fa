"""The whole main job on invented children, every value of which names where it comes from.

Each organisation writes a name, a telephone and accounts of its own, so that a value found where
it should not be tells whose it was.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from adapters.intake.intake import RowAnswer
from domain.away import DeclareAway, StandIn
from domain.break_glass import BreakGlass, ReviewBreakGlass
from domain.code_sets import ChildCategory
from domain.kernel import Category, LegalBasis
from domain.mandatory_report import FeedBackToReporter
from domain.organisations import DISTRICT as DISTRICT_CODE
from domain.organisations import HUB, Organisation, Seat
from domain.referral import AcceptReferral, CompleteReferral
from hub.bootstrap import Program
from tests.attachments.files import spelling
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_SCHOOL_NAME,
    OTHER_STATION,
    OTHER_TOWN,
    OTHER_VILLAGE_CODE,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    SCHOOL_NAME,
    START,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
    actor,
    an_id_number,
    approve,
    at,
    child_of,
    reader,
    running,
    send,
    take,
)

HOSPITAL = "hospital:31011700009"
INSTITUTION = "welfare_institution:3101170001"
FEDERATION = "disabled_federation:310117"
WOMENS_FEDERATION = "womens_federation:310117"
HEALTH = "health:310117"
PROGRAMMES_OFFICE = "women_children_office:310117"
PARTNERS = (
    Organisation(HOSPITAL, "示例医院", TOWN_CODE),
    Organisation(INSTITUTION, "示例儿童福利院"),
    Organisation(FEDERATION, "示例区残联"),
    Organisation(WOMENS_FEDERATION, "示例区妇联"),
    Organisation(HEALTH, "示例区卫健委"),
    Organisation(PROGRAMMES_OFFICE, "示例区妇儿工委办"),
)
"""Organisations with a part in the job beside those of the invented district."""

WITNESSES = tuple(
    Organisation(f"{seat.value}:{DISTRICT_CODE}", f"示例{seat.value}")
    for seat in Seat
    if seat
    not in {
        Seat.CIVIL_AFFAIRS,
        Seat.EDUCATION,
        Seat.POLICE,
        Seat.PROCURATORATE,
        Seat.TOWN,
        Seat.VILLAGE,
        Seat.SCHOOL,
        Seat.POLICE_STATION,
        Seat.DISABLED_FEDERATION,
        Seat.WOMENS_FEDERATION,
        Seat.HEALTH,
        Seat.WOMEN_CHILDREN_OFFICE,
    }
)
"""Organisations that have no part in the job: they must see nothing of it. One of every seat but
those whose organisations all have one; also of hospitals and welfare institutions, of which one
each has a part."""


KEY_CARE = "请列为重点关爱对象，配备一名成长导师和一名互助伙伴"
"""What a school is told of a pupil of its own that is in scope, and nothing of why."""


@dataclass(frozen=True, slots=True)
class Secret:
    """One value, whose statement it is, and under which column of the matrix it falls."""

    text: str
    child: str
    category: str
    producer: str
    flag: bool = False
    record: str = ""
    """The category of the record in which it stands, where that is another; ASKED for what only
    the asker sees."""
    told_to: str = ""
    """For which other organisation it was written."""


ASKED = "asked"


@dataclass
class Job:
    """What was done, and what was seen while tasks were open."""

    root: Path
    secrets: list[Secret] = field(default_factory=list)
    children: dict[str, str] = field(default_factory=dict)
    id_numbers: dict[str, str] = field(default_factory=dict)
    while_open: dict[str, list[str]] = field(default_factory=dict)
    reports: dict[str, str] = field(default_factory=dict)
    """Receipt number → mandatory report."""
    matters: list[str] = field(default_factory=list)
    """Matters that concern no child."""


_SIGN = {
    EDUCATION: "育",
    SCHOOL: "校",
    OTHER_SCHOOL: "邻",
    TOWN: "镇",
    OTHER_TOWN: "乡",
    VILLAGE: "村",
    STATION: "所",
    OTHER_STATION: "哨",
    POLICE: "警",
    PROCURATORATE: "检",
    CIVIL_AFFAIRS: "民",
    HOSPITAL: "医",
    INSTITUTION: "院",
    HUB: "枢",
    WOMENS_FEDERATION: "妇",
}
_ORDER = list(_SIGN)
PHONE_VISIT = "f0000000-0000-4000-8000-000000000017"
"""What the phone of a child director called its visit."""
PLACED = "辛"
"""A child about whom everything is stated that can be."""
KIDS = ("甲", "乙", "丙", "丁", "戊", "己", PLACED)
REPORTED = "庚"
"""A child whom nobody knows yet: only a mandatory report tells of it."""
PATIENT = "壬"
"""Another one, whom the hospital reported."""
NOBODY = "无"
"""In a child's place, of what concerns an office."""


class _Doing:
    def __init__(self, hub: Program, job: Job) -> None:
        self.hub = hub
        self.job = job

    def who(
        self,
        kid: str,
        by: str,
        village: str | None = VILLAGE_CODE,
        *,
        contact_kept: bool = True,
        named_before: bool = False,
    ) -> dict[str, Any]:
        """The child as an organisation states it, each word its own but the ID number.

        ``named_before``: the organisation stated who the child is before; that stands.
        """
        number = 700 + KIDS.index(kid)
        sign = _SIGN[by]
        stated = {
            "name": f"曾{kid}{sign}",
            "id_number": an_id_number(number),
            "guardian_name": f"单{kid}{sign}",
            "guardian_phone": f"1390{KIDS.index(kid):03d}{_ORDER.index(by):04d}",
            "address": f"虚构{kid}{sign}路77弄5号",
        }
        self.job.id_numbers[kid] = stated["id_number"]
        if not named_before:
            self.add(kid, "who", by, stated["name"], stated["id_number"])
            self.add(kid, "contact", by, stated["guardian_name"])
        if contact_kept:
            self.add(kid, "contact", by, stated["guardian_phone"], stated["address"])
        return stated if village is None else {**stated, "village": village}

    def add(
        self,
        kid: str,
        category: str,
        by: str,
        *texts: str,
        flag: bool = False,
        record: str = "",
        told_to: str = "",
    ) -> None:
        for text in texts:
            secret = Secret(text, kid, category, by, flag, record, told_to)
            if secret not in self.job.secrets:
                self.job.secrets.append(secret)

    def account(
        self, kid: str, category: str, by: str, what: str, record: str = "", told_to: str = ""
    ) -> str:
        text = f"{kid}{_SIGN[by]}{what}经过"
        self.add(kid, category, by, text, record=record, told_to=told_to)
        return text

    def told(self, kid: str, category: str, by: str, **what: str) -> dict[str, str]:
        """Cells in words of their own, by field."""
        return {field: self.account(kid, category, by, word) for field, word in what.items()}

    def settle(self) -> None:
        assert self.hub.settle()

    def later(self, days: int) -> None:
        at(self.hub, self.hub.clock.now() + timedelta(days=days))

    def day(self) -> str:
        return (self.hub.clock.now() + timedelta(hours=8)).date().isoformat()

    def task(self, organisation: str, kind: str, child: str) -> str:
        found = [
            each.id
            for each in self.hub.queries.inbox(reader(organisation)).items
            if each.kind == kind and each.child_ref == child
        ]
        assert len(found) == 1, (organisation, kind, found)
        return found[0]

    def accept(self, organisation: str, referral: str) -> None:
        self.hub.hub.command(AcceptReferral(referral_id=UUID(referral)), actor(organisation))

    def complete(self, organisation: str, referral: str, outcome: str, account: str) -> None:
        self.hub.hub.command(
            CompleteReferral(referral_id=UUID(referral), outcome=outcome, account=account),
            actor(organisation),
        )


def do(root: Path) -> Job:
    """Do the whole job on a fresh folder; it is over and closed when this returns.

    甲: everything, the trace and the town's persuasion closed, the follow-ups and supervision
    open. 乙: of the other school, traced by the other station, never registered by a town.
    丙: known to a police station only. 丁: a pupil whom the police named before the roll did.
    戊: a pupil about whom the other school sends a record with a wrong name. 己: a pupil and no
    more. 庚: nobody knows who; the other school reported it, the first station has it in hand.
    辛: visited, ill, poor, placed, home, placed again, most of the tasks about it still open.
    壬: like 庚, reported by a hospital.
    """
    job = Job(root)
    with running(root) as hub:
        hub.directory.add_organisations((*WITNESSES, *PARTNERS))
        doing = _Doing(hub, job)
        _roll(doing)
        _residence(doing)
        _absences(doing)
        _tracing(doing)
        _persuading(doing)
        _guardians(doing)
        _strangers(doing)
        _report(doing)
        _placed(doing)
        _done_with(doing)
        _patient(doing)
        _offices(doing)
        _emergency(doing)
        _attached(doing)
        _accepting(doing)
        # Some clocks run out; nothing here is a working day's accident.
        doing.later(5)
        doing.settle()
    return job


def _roll(doing: _Doing) -> None:
    doing.add("丁", "orders", STATION, "示公训〔2025〕丁001号")
    send(
        doing.hub,
        STATION,
        "police.admonition",
        {
            **doing.who("丁", STATION),
            "document_number": "示公训〔2025〕丁001号",
            "served_on": date(2025, 2, 20).isoformat(),
            "conduct": "其他",
            "guidance_ordered": "否",
            "account": doing.account("丁", "orders", STATION, "训诫"),
        },
    )
    for kid, school in (
        ("甲", SCHOOL_NAME),
        ("乙", OTHER_SCHOOL_NAME),
        ("丁", SCHOOL_NAME),
        ("戊", SCHOOL_NAME),
        ("己", SCHOOL_NAME),
        (PLACED, SCHOOL_NAME),
    ):
        number = "G" + doing.who(kid, EDUCATION, None, contact_kept=False)["id_number"]
        doing.add(kid, "schooling", EDUCATION, number)
        send(
            doing.hub,
            EDUCATION,
            "education.roll",
            {
                **doing.who(kid, EDUCATION, None, contact_kept=False),
                "school": school,
                "grade": "三年级",
                "since": "2024-09-01",
                "student_number": number,
            },
        )
    doing.settle()
    for kid, ref in doing.job.id_numbers.items():
        doing.job.children[kid] = child_of(doing.hub, {"id_number": ref})


def _residence(doing: _Doing) -> None:
    send(
        doing.hub,
        TOWN,
        "town.residence",
        {**doing.who("甲", TOWN), "since": "2024-01-01", "categories": "农村留守儿童"},
    )
    doing.add("甲", "classification", TOWN, ChildCategory.LEFT_BEHIND_RURAL.value)
    doing.add("甲", "classification", HUB, KEY_CARE, flag=True)
    doing.settle()


def _absences(doing: _Doing) -> None:
    for kid, school, village in (
        ("甲", SCHOOL, VILLAGE_CODE),
        ("乙", OTHER_SCHOOL, OTHER_VILLAGE_CODE),
    ):
        send(
            doing.hub,
            school,
            "education.absence",
            {
                **doing.who(kid, school, village),
                "absent_since": "2025-02-24",
                "school_days": "5",
                "reason_code": "原因不明",
                "reason": doing.account(kid, "schooling", school, "缺课"),
            },
        )
        doing.add(kid, "schooling", school, "学校报告缺课，正在核实", flag=True)
    doing.settle()


def _tracing(doing: _Doing) -> None:
    child = doing.job.children["甲"]
    task = doing.task(STATION, "trace_dropout", child)
    doing.accept(STATION, task)
    doing.settle()
    found = doing.hub.queries.child_file(reader(STATION), child)
    assert found is not None
    doing.job.while_open[STATION] = sorted(map(str, found.fields.values()))
    doing.complete(STATION, task, "FOUND", doing.account("甲", "schooling", STATION, "协查"))
    doing.settle()


def _persuading(doing: _Doing) -> None:
    child = doing.job.children["甲"]
    task = doing.task(TOWN, "persuade_dropout", child)
    doing.accept(TOWN, task)
    doing.settle()
    for ordinal in ("一", "二"):
        doing.later(1)
        send(
            doing.hub,
            TOWN,
            "town.persuasion",
            {
                **doing.who("甲", TOWN, named_before=True),
                "persuaded_on": doing.day(),
                "outcome": "拒绝复学",
                "account": doing.account("甲", "schooling", TOWN, f"劝返{ordinal}"),
            },
        )
    doing.complete(TOWN, task, "REFUSED", doing.account("甲", "schooling", TOWN, "劝返办结"))
    doing.settle()
    supervision = doing.task(PROCURATORATE, "supervise_dropout", child)
    doing.accept(PROCURATORATE, supervision)
    doing.settle()


def _guardians(doing: _Doing) -> None:
    send(
        doing.hub,
        VILLAGE,
        "town.dissuasion",
        {
            **doing.who("甲", VILLAGE),
            "dissuaded_on": doing.day(),
            "conduct": "致无人照料",
            "account": doing.account("甲", "guardianship", VILLAGE, "劝诫"),
        },
    )
    for kid, station, served in (("甲", STATION, 2), ("丙", OTHER_STATION, 1)):
        number = f"示公训〔2025〕{kid}{served:03d}号"
        doing.add(kid, "orders", station, number)
        send(
            doing.hub,
            station,
            "police.admonition",
            {
                **doing.who(kid, station, VILLAGE_CODE if kid == "甲" else OTHER_VILLAGE_CODE),
                "document_number": number,
                "served_on": doing.day(),
                "conduct": "致无人照料",
                "guidance_ordered": "是",
                "account": doing.account(kid, "orders", station, "训诫"),
            },
        )
        doing.add(kid, "orders", station, "公安机关已对监护人训诫，请配合跟进", flag=True)
    doing.settle()
    doing.job.children["丙"] = child_of(doing.hub, {"id_number": doing.job.id_numbers["丙"]})


def _strangers(doing: _Doing) -> None:
    send(
        doing.hub,
        OTHER_SCHOOL,
        "education.absence",
        {
            **doing.who("戊", OTHER_SCHOOL, OTHER_VILLAGE_CODE),
            "absent_since": "2025-03-03",
            "school_days": "1",
            "reason_code": "病假",
            "reason": doing.account("戊", "schooling", OTHER_SCHOOL, "缺课"),
        },
    )
    doing.add("甲", "orders", PROCURATORATE, "示检核〔2025〕甲号", record=ASKED)
    send(
        doing.hub,
        PROCURATORATE,
        "procuratorate.status_check",
        {
            "document_number": "示检核〔2025〕甲号",
            "id_number": doing.job.id_numbers["甲"],
            "matter": doing.account("甲", "orders", PROCURATORATE, "核查", ASKED),
        },
    )
    doing.settle()


def _report(doing: _Doing) -> None:
    kid, by = REPORTED, OTHER_SCHOOL
    cells = {
        name: doing.account(kid, "harm", by, what)
        for name, what in (
            ("seen", "所见"),
            ("child", "孩子"),
            ("suspect", "加害"),
            ("immediate_danger", "说不清"),
            ("colour_of_coat", "大衣"),
        )
    }
    doing.add(kid, "reporter", by, "单庚邻", "13900060099")
    answer = send(
        doing.hub,
        by,
        "report.mandatory",
        {
            **cells,
            "situations": "MR4",
            "place": VILLAGE_CODE,
            "reporter_name": "单庚邻",
            "call_back": "13900060099",
        },
    )
    doing.settle()
    (report,) = doing.hub.queries.reports(reader(STATION)).items
    doing.job.reports[answer.number] = report.id
    doing.hub.hub.command(
        FeedBackToReporter(
            report_id=UUID(report.id),
            told=doing.account(kid, "harm", STATION, "反馈", told_to=by),
        ),
        actor(STATION),
    )
    doing.settle()


def _placed(doing: _Doing) -> None:
    kid = PLACED
    send(doing.hub, TOWN, "town.residence", {**doing.who(kid, TOWN), "since": "2024-01-01"})
    doing.settle()
    _worried(doing, kid)
    _supported(doing, kid)
    _examined(doing, kid)
    _visited(doing, kid)
    _ordered(doing, kid)
    _after_the_orders(doing, kid)
    _kept_and_returned(doing, kid)
    _planned(doing, kid)


def _worried(doing: _Doing, kid: str) -> None:
    send(
        doing.hub,
        SCHOOL,
        "education.concern",
        {
            **doing.who(kid, SCHOOL),
            "raised_on": doing.day(),
            "aspects": "心理异常",
            **doing.told(kid, "schooling", SCHOOL, account="关注"),
        },
    )
    doing.settle()


def _supported(doing: _Doing, kid: str) -> None:
    """Category and benefits, by civil affairs: it states who, and not how to reach the family."""
    by = CIVIL_AFFAIRS
    send(
        doing.hub,
        by,
        "civil_affairs.classification",
        {
            **doing.who(kid, by, contact_kept=False),
            "category": "孤儿",
            "since": "2025-02-01",
            **doing.told(kid, "classification", by, basis="依据", certifier="认定"),
        },
    )
    doing.add(kid, "classification", HUB, KEY_CARE, flag=True)
    for scheme, number in (("特殊儿童基本生活费", "一"), ("EDUCATION", "二")):
        document = f"示民保〔2025〕{kid}{number}号"
        doing.add(kid, "means", by, document)
        send(
            doing.hub,
            by,
            "civil_affairs.benefit",
            {
                **doing.who(kid, by, contact_kept=False, named_before=True),
                "scheme": scheme,
                "document_number": document,
                "decision": "批准",
                "decided_on": "2025-03-03",
                "since": "2025-03-01",
                **doing.told(
                    kid, "means", by, reason=f"批准{number}", monthly_amount=f"金额{number}"
                ),
            },
        )
    doing.add(kid, "means", by, "请落实教育资助", flag=True)


def _examined(doing: _Doing, kid: str) -> None:
    certificate = doing.job.id_numbers[kid] + "42"
    doing.add(kid, "health", HOSPITAL, certificate)
    for kind, stated in (
        (
            "health.disability",
            {
                "status": "疑似",
                "found_on": "2025-03-03",
                **doing.told(kid, "health", HOSPITAL, signs="表现", account="疑似"),
            },
        ),
        (
            "health.disability",
            {
                "status": "已持证",
                "found_on": "2025-03-04",
                "certificate_number": certificate,
                **doing.told(kid, "health", HOSPITAL, account="持证"),
            },
        ),
        (
            "health.follow_up",
            {
                "started_on": "2025-03-04",
                **doing.told(
                    kid, "health", HOSPITAL, reason="随访原因", plan="随访安排", account="随访"
                ),
            },
        ),
    ):
        send(doing.hub, HOSPITAL, kind, {**doing.who(kid, HOSPITAL), **stated})
    doing.add(kid, "health", HUB, "请日常多加关心，如有情况联系卫生健康部门", flag=True)
    doing.settle()


def _visited(doing: _Doing, kid: str) -> None:
    """What a child director writes down is kept apart by category, within a record of visits."""
    by = VILLAGE

    def notes(what: str, **categories: str) -> dict[str, str]:
        return {
            field: doing.account(kid, category, by, f"{what}{field}", "visits")
            for field, category in categories.items()
        }

    send(
        doing.hub,
        by,
        "village.visit",
        {
            **doing.who(kid, by),
            "visited_on": doing.day(),
            "form": "入户走访",
            "harm_suspected": "否",
            **notes(
                "走访",
                seen="visits",
                living="visits",
                mood="visits",
                hazards="visits",
                childs_view="visits",
                problems="visits",
                action="visits",
                health="health",
                schooling="schooling",
                guardian_contact="guardianship",
            ),
        },
    )
    send(
        doing.hub,
        by,
        "village.visit_form",
        {
            "visit_id": PHONE_VISIT,
            "child_ref": child_of(doing.hub, doing.who(kid, by)),
            "visited_on": doing.day(),
            "form": "入户走访",
            "harm_suspected": "否",
            **notes("手机走访", seen="visits", schooling="schooling"),
        },
    )
    send(
        doing.hub,
        by,
        "village.verification",
        {
            **doing.who(kid, by),
            "verified_on": doing.day(),
            "finding": "情况有变化",
            "harm_suspected": "否",
            **notes(
                "核查",
                household="visits",
                differs="visits",
                guardians="guardianship",
                carer="guardianship",
                schooling="schooling",
                health="health",
                means="means",
            ),
        },
    )
    doing.settle()


def _ordered(doing: _Doing, kid: str) -> None:
    send(
        doing.hub,
        VILLAGE,
        "town.dissuasion",
        {
            **doing.who(kid, VILLAGE),
            "dissuaded_on": doing.day(),
            "conduct": "致无人照料",
            "police_told": "是",
            **doing.told(kid, "guardianship", VILLAGE, account="劝诫"),
        },
    )
    for by, kind, notice, contact_kept in (
        (STATION, "police.written_warning", "公安机关已对监护人出具告诫书，请配合查访", True),
        (
            PROCURATORATE,
            "procuratorate.supervision_order",
            "检察机关已对监护人发出督促监护令，请配合跟进",
            False,
        ),
    ):
        document = f"示{_SIGN[by]}令〔2025〕{kid}001号"
        doing.add(kid, "orders", by, document)
        send(
            doing.hub,
            by,
            kind,
            {
                **doing.who(kid, by, contact_kept=contact_kept),
                "document_number": document,
                "served_on": doing.day(),
                **doing.told(kid, "orders", by, requirements="指导要求"),
            },
        )
        doing.add(kid, "orders", by, notice, flag=True)
    doing.settle()


def _after_the_orders(doing: _Doing, kid: str) -> None:
    """The station has met both sides of the warning, the village one; the federation has begun."""
    for by, kind, protected in (
        (STATION, "police.warning_visit", "是"),
        (VILLAGE, "village.warning_visit", "否"),
    ):
        send(
            doing.hub,
            by,
            kind,
            {
                **doing.who(kid, by, named_before=True),
                "visited_on": doing.day(),
                "warned_seen": "是",
                "protected_seen": protected,
                "repeated": "否",
                **({"harm_suspected": "否"} if by == VILLAGE else {}),
                **doing.told(kid, "orders", by, account="告诫查访"),
            },
        )
    send(
        doing.hub,
        WOMENS_FEDERATION,
        "womens_federation.guidance_session",
        {
            **doing.who(kid, WOMENS_FEDERATION, contact_kept=False),
            "order": "督促监护令",
            "held_on": doing.day(),
            "attended": "是",
            **doing.told(kid, "orders", WOMENS_FEDERATION, account="指导课次"),
        },
    )
    send(
        doing.hub,
        VILLAGE,
        "village.delegated_care",
        {
            **doing.who(kid, VILLAGE, named_before=True),
            "since": doing.day(),
            "carer": doing.account(kid, "contact", VILLAGE, "被委托人", record="guardianship"),
            "child_heard": "是",
            "barred_checked": "是",
            **doing.told(kid, "guardianship", VILLAGE, account="委托照护"),
        },
    )
    notice = "孩子已委托他人照护，请多关心；紧急情况请联系村居"
    doing.add(kid, "guardianship", VILLAGE, notice, flag=True)
    doing.settle()


def _planned(doing: _Doing, kid: str) -> None:
    """The institution plans for the child that it has again: each part of its own category."""
    send(
        doing.hub,
        INSTITUTION,
        "welfare_institution.service_plan",
        {
            **doing.who(kid, INSTITUTION, named_before=True),
            "set_on": doing.day(),
            **doing.told(kid, "guardianship", INSTITUTION, care_plan="养育安排"),
            **doing.told(kid, "schooling", INSTITUTION, education_plan="教育安排"),
            **doing.told(
                kid, "health", INSTITUTION, medical_plan="医疗安排", psychology_plan="心理服务"
            ),
        },
    )
    doing.settle()


def _kept_and_returned(doing: _Doing, kid: str) -> None:
    def by_civil_affairs(kind: str, **stated: str) -> None:
        who = doing.who(kid, CIVIL_AFFAIRS, contact_kept=False, named_before=True)
        send(doing.hub, CIVIL_AFFAIRS, kind, {**who, **stated})
        doing.settle()

    def assessed(conclusion: str, what: str) -> None:
        by_civil_affairs(
            "civil_affairs.assessment",
            assessed_on=doing.day(),
            conclusion=conclusion,
            grade="较低",
            **doing.told(
                kid, "guardianship", CIVIL_AFFAIRS, quality=f"{what}质量", account=f"{what}评估"
            ),
        )
        approve(doing.hub, CIVIL_AFFAIRS)
        doing.settle()

    assessed("需要临时监护", "安置")

    def placed(what: str) -> None:
        by_civil_affairs(
            "civil_affairs.placement",
            placed_on=doing.day(),
            situation="身份不明",
            care="机构照料",
            place="示例儿童福利院",
            **doing.told(kid, "guardianship", CIVIL_AFFAIRS, account=what),
        )

    placed("安置")
    send(
        doing.hub,
        POLICE,
        "police.search_result",
        {
            **doing.who(kid, POLICE),
            "concluded_on": doing.day(),
            "found": "是",
            **doing.told(kid, "guardianship", POLICE, whom="找到何人", whereabouts="下落"),
        },
    )
    send(
        doing.hub,
        INSTITUTION,
        "health.follow_up",
        {
            **doing.who(kid, INSTITUTION),
            "started_on": doing.day(),
            **doing.told(kid, "health", INSTITUTION, reason="心理原因", plan="心理安排"),
        },
    )
    doing.later(1)
    assessed("可以回归家庭", "回归")
    by_civil_affairs(
        "civil_affairs.return_home",
        returned_on=doing.day(),
        **doing.told(kid, "guardianship", CIVIL_AFFAIRS, account="送回"),
    )
    doing.add(kid, "guardianship", CIVIL_AFFAIRS, "孩子已回归家庭，请保密并多关心", flag=True)
    # The return ended the tasks of the first placement; those of the second stay open.
    doing.later(1)
    placed("再次安置")
    assessed("可以回归家庭", "再次回归")


def _done_with(doing: _Doing) -> None:
    """Tasks that end, so that what their addressees read on they read by no task."""
    for organisation, kind, kid, outcome, category in (
        (CIVIL_AFFAIRS, "coordinate_dropout", "乙", "NOT_NEEDED", "schooling"),
        (TOWN, "check_verification", PLACED, "CONFIRMED", "visits"),
        (TOWN, "look_into_concern", PLACED, "GUIDED", "visits"),
        (VILLAGE, "follow_up_return", PLACED, "STABLE", "guardianship"),
    ):
        task = doing.task(organisation, kind, doing.job.children[kid])
        doing.accept(organisation, task)
        account = doing.account(kid, category, organisation, "办结")
        doing.complete(organisation, task, outcome, account)
    doing.settle()


def _patient(doing: _Doing) -> None:
    kid, by = PATIENT, HOSPITAL
    doing.add(kid, "reporter", by, "单壬医", "13900080099")
    answer = send(
        doing.hub,
        by,
        "health.suspected_harm",
        {
            **doing.told(
                kid,
                "harm",
                by,
                seen="伤情",
                child="患儿",
                suspect="加害",
                diagnosis="诊断",
                companion="陪同",
                unknown_column="另注",
            ),
            "situations": "MR4",
            "place": VILLAGE_CODE,
            "reporter_name": "单壬医",
            "call_back": "13900080099",
        },
    )
    doing.settle()
    (report,) = {each.id for each in doing.hub.queries.reports(reader(STATION)).items} - set(
        doing.job.reports.values()
    )
    doing.job.reports[answer.number] = report


def _offices(doing: _Doing) -> None:
    by, document = PROCURATORATE, "示检建〔2025〕无001号"

    def newest(topic: str) -> str:
        facts = doing.hub.store.feed(0, 100_000)
        return [str(fact.stream) for fact in facts if fact.topic == topic][-1]

    doing.add(NOBODY, "orders", by, document, told_to=EDUCATION)
    send(
        doing.hub,
        by,
        "procuratorate.advice",
        {
            "document_number": document,
            "addressee": "示例区教育局",
            "matter": doing.account(NOBODY, "orders", by, "建议", told_to=EDUCATION),
            "issued_on": doing.day(),
        },
    )
    advice = newest("advice.issued.v1")
    send(
        doing.hub,
        EDUCATION,
        "advice.reply",
        {
            "advice_id": advice,
            "replied_on": doing.day(),
            "content": doing.account(NOBODY, "orders", EDUCATION, "回复", told_to=by),
        },
    )
    send(
        doing.hub,
        by,
        "procuratorate.vice_head_activity",
        {
            "station": "示例第一街道未保站",
            "activity": "法治宣传",
            "held_on": doing.day(),
            "attendance": "40",
            "topic": doing.account(NOBODY, "programmes", by, "主题", told_to=TOWN),
            "account": doing.account(NOBODY, "programmes", by, "活动", told_to=TOWN),
        },
    )
    account = doing.account(NOBODY, "workforce", VILLAGE, "离岗", told_to=TOWN)
    today = date.fromisoformat(doing.day())
    away = DeclareAway(
        organisation=VILLAGE,
        since=today,
        until=today + timedelta(days=3),
        stand_in=StandIn.DEPUTY,
        account=account,
    )
    doing.hub.hub.command(away, actor(VILLAGE))
    doing.settle()
    doing.job.matters += [
        advice,
        newest("programme.vice_head_activity_recorded.v1"),
        newest("away.declared.v1"),
    ]


def _accepting(doing: _Doing) -> None:
    """Whatever is still waiting is accepted, so that every task that is open shows its set."""
    for each in doing.hub.directory.organisations():
        for task in doing.hub.queries.inbox(reader(each.id)).items:
            if task.state == "requested":
                doing.accept(each.id, task.id)
    doing.settle()


def _emergency(doing: _Doing) -> None:
    """A station that has nothing to do with 己 looks in an emergency, and at nobody whom anybody
    knows; civil affairs finds the first look not justified."""
    by = OTHER_STATION
    for child in (doing.job.children["己"], None):
        access = uuid4()
        doing.hub.hub.command(
            BreakGlass(
                access_id=access,
                child_ref=UUID(child) if child else None,
                categories=(Category.CONTACT, Category.SCHOOLING),
                ground="MISSING",
                account=doing.account("己", "harm", by, "紧急", ASKED, told_to=CIVIL_AFFAIRS),
            ),
            actor(by),
            basis=LegalBasis.EMERGENCY,
        )
        doing.add("己", "harm", by, "己哨紧急经过", record=ASKED, told_to=EDUCATION)
        doing.job.matters.append(str(access))
        doing.settle()
        if child:
            note = doing.account("己", "harm", CIVIL_AFFAIRS, "核查", ASKED, told_to=by)
            doing.hub.hub.command(
                ReviewBreakGlass(access_id=access, justified=False, note=note),
                actor(CIVIL_AFFAIRS),
            )
            doing.settle()


def _attached(doing: _Doing) -> None:
    """Recordings whose samples spell words of their own, beside the words that are said of them."""
    report = next(iter(doing.job.reports.values()))
    for kid, subject, category, by in (
        (PLACED, doing.job.children[PLACED], "visits", VILLAGE),
        (PLACED, doing.job.children[PLACED], "schooling", SCHOOL),
        (PLACED, doing.job.children[PLACED], "orders", STATION),
        (REPORTED, report, "harm", OTHER_SCHOOL),
    ):
        doing.hub.attachments.put(
            actor(by),
            UUID(subject),
            Category(category),
            spelling(doing.account(kid, category, by, "录音")),
            doing.account(kid, category, by, "文件名"),
            doing.account(kid, category, by, "附件"),
        )
    doing.settle()


def absence(hub: Program) -> RowAnswer:
    """One more record about 甲, by its own school, in words that stand there already."""
    return take(
        hub,
        SCHOOL,
        "education.absence",
        {
            "name": "曾甲校",
            "id_number": an_id_number(700),
            "guardian_name": "单甲校",
            "guardian_phone": "13900000001",
            "address": "虚构甲校路77弄5号",
            "village": VILLAGE_CODE,
            "absent_since": "2025-03-05",
            "school_days": "4",
            "reason_code": "原因不明",
            "reason": "甲校缺课经过",
        },
    )


__all__ = [
    "ASKED",
    "FEDERATION",
    "HOSPITAL",
    "INSTITUTION",
    "KIDS",
    "NOBODY",
    "PARTNERS",
    "PATIENT",
    "PLACED",
    "PROGRAMMES_OFFICE",
    "REPORTED",
    "START",
    "WITNESSES",
    "Job",
    "Secret",
    "absence",
    "do",
]
