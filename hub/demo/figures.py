"""The figures of the summary: what is counted for each agency, and what it reads in Chinese.

A new column is one :class:`Figure` in one :class:`Group`. Most are counted from the log's clear
facts alone; those without ``counts`` are counted by who sees them happen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from domain.activity import ActivityRecorded
from domain.aid_events import (
    AidApplied,
    AidEnded,
    AidGiven,
    AidGranted,
    AidRefused,
    AidReviewed,
    AidVerified,
)
from domain.aid_payment import PaymentStated
from domain.annual_return_events import (
    ReturnChecked,
    ReturnCorrected,
    ReturnLocked,
    ReturnOpened,
    ReturnSentBack,
    ReturnSubmitted,
)
from domain.away import AwayBegun
from domain.budget import BudgetStated
from domain.care_place import BedsStated
from domain.care_service import CareServiceGiven
from domain.charity import CharityGiven
from domain.deadline import DeadlineMissed
from domain.deadline_extension import DeadlineExtended
from domain.delegated_care import CONTACT_EACH_WEEK as CONTACT
from domain.delegated_care import ContactAttested, DelegatedCareRecorded
from domain.entry_check import EntryCheckExpired, EntryCheckPassed
from domain.family_support_events import (
    SupportDeclined,
    SupportMeasureSet,
    SupportPlanReviewed,
    SupportPlanSet,
)
from domain.good_case import GoodCaseReviewed, GoodCaseSubmitted
from domain.guardianship_care import RevocationDecided, RevocationSought
from domain.guidance import GuidanceReported, SessionHeld
from domain.hand_over import HandOverRecorded
from domain.hazard import HazardFound, HazardRectified
from domain.home_renovation_events import (
    HomeAssessed,
    HomeFollowedUp,
    HomeRenovationAgreed,
    HomeRenovationApproved,
    HomeRenovationDeclined,
    HomeRenovationProposed,
    HomeWorksChecked,
    HomeWorksFinished,
    HomeWorksOrdered,
)
from domain.job_help import JobHelpAnswered, JobHelpEnded, JobHelpSent
from domain.job_wish import JobWishStated
from domain.joint_case_facts import (
    JointCaseAnswered,
    JointCaseClosed,
    JointCaseOpened,
    LeadAccepted,
)
from domain.mandatory_report import (
    MandatoryReportAccepted,
    MandatoryReportDecided,
    MandatoryReportFiled,
    ReporterFedBack,
)
from domain.mentoring import Paired, PairEnded, PairMet
from domain.offer_events import OfferPublished
from domain.online_protection_events import OnlineRiskFound, OnlineUseRechecked, OnlineUseStopped
from domain.outside_entry import EntryAwaited, EntryRecorded
from domain.periodic_duty import CLOCK as DUTY
from domain.periodic_duty import DutyFulfilled, DutyOpened
from domain.problem import ProblemFound, ProblemStruckOff
from domain.protection_order import ProtectionApplied, ProtectionIssued, ProtectionRefused
from domain.reactions.referrals import ACCEPT, COMPLETE
from domain.reactions.reports import FEEDBACK
from domain.referral import (
    ReferralAccepted,
    ReferralCompleted,
    ReferralFailed,
    ReferralHeld,
    ReferralRequested,
    ReferralReturned,
)
from domain.safety_instruction import SafetyInstructionIssued
from domain.service_plan_events import ServicePlanReviewed, ServicePlanSet
from domain.sign_up_events import (
    ChildAnswered,
    SignedUp,
    SpotAttended,
    SpotLapsed,
    SpotOffered,
    SpotTaken,
)
from domain.site import SiteInspected
from domain.social_organisation import ProjectStarted
from domain.supervisory_order import OrderIssued, OrderReplied
from domain.verification import ChildVerified
from domain.verification_round import RoundOpened, RoundReported
from domain.visit import VisitRecorded
from domain.visit_obligation_events import ObligationMet, ObligationMissed, ObligationOpened
from domain.voluntary_guidance import CourseEnded, CourseSessionHeld, GuidanceOffered
from domain.warning_visits import WarningVisited
from domain.work_item import WorkItemFinished
from domain.workforce_training import AppraisalApproved, TrainingAttended


class Noted(Protocol):
    """A fact of the log, as far as figures look at it."""

    @property
    def topic(self) -> str: ...
    @property
    def producer(self) -> str: ...
    @property
    def clear(self) -> Mapping[str, Any]: ...


Whose: TypeAlias = Callable[[Noted], str | None]
"""The organisation whose figure a fact raises, or None."""


def producer(fact: Noted) -> str:
    """Whoever stated it."""
    return fact.producer


def named(name: str, *kinds: str) -> Whose:
    """The organisation that a clear fact names; only for facts of these kinds, where given."""

    def whose(fact: Noted) -> str | None:
        found: str | None = fact.clear.get(name)
        return found if not kinds or fact.clear.get("kind") in kinds else None

    return whose


def _late(name: str) -> Whose:
    """The organisation that a clear fact names, where what it did was late."""

    def whose(fact: Noted) -> str | None:
        found: str | None = fact.clear.get(name)
        return found if fact.clear.get("late") else None

    return whose


@dataclass(frozen=True, slots=True)
class Figure:
    """One column: its name in JSON, its heading, and whose it is by each topic that raises it."""

    name: str
    heading: str
    counts: Mapping[str, Whose] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """Figures that stand in one table, and a note that explains them."""

    title: str
    figures: tuple[Figure, ...]
    note: str = ""


GROUPS = (
    Group(
        "报送",
        (
            Figure("received", "报送行"),
            Figure("accepted", "收讫"),
            Figure("repeated", "重复"),
            Figure("quarantined", "待更正"),
            Figure("corrected", "其中已更正"),
        ),
    ),
    Group(
        "外部系统录入",
        (
            Figure("entry_awaited", "待录入", {EntryAwaited.TOPIC: named("owner")}),
            Figure("entry_recorded", "已录入登记", {EntryRecorded.TOPIC: producer}),
        ),
    ),
    Group(
        "转介",
        (
            Figure("opened", "转入", {ReferralRequested.TOPIC: named("addressee")}),
            Figure("acknowledged", "已签收", {ReferralAccepted.TOPIC: named("addressee")}),
            Figure("closed", "办结", {ReferralCompleted.TOPIC: named("addressee")}),
            Figure("failed", "未办成", {ReferralFailed.TOPIC: named("addressee")}),
            Figure("returned", "退回", {ReferralReturned.TOPIC: named("addressee")}),
            Figure("overdue", "逾期未了"),
            Figure("missed", "超期次数", {DeadlineMissed.TOPIC: named("owner", ACCEPT, COMPLETE)}),
        ),
        "逾期未了：结束时期限已过、仍未签收或办结的转介。超期次数：期间签收、办结期限超过的次数，"
        "后来补办的也算。",
    ),
    Group(
        "走访",
        (
            Figure("visits_owed", "应走访", {ObligationOpened.TOPIC: named("owner")}),
            Figure("visits_made", "已走访", {ObligationMet.TOPIC: named("owner")}),
            Figure("visits_late", "其中超期", {ObligationMet.TOPIC: _late("owner")}),
            Figure("visits_missed", "逾期次数", {ObligationMissed.TOPIC: named("owner")}),
            Figure("visit_records", "走访记录", {VisitRecorded.TOPIC: producer}),
        ),
        "应走访：联系、入户走访、跟踪回访、全面核查各算一次；一次入户走访可同时完成几项。"
        "逾期次数：期限过后仍未走访的次数，后来补走访的也算。",
    ),
    Group(
        "人身安全保护令和监护人资格",
        (
            Figure("protection_sought", "申请保护令", {ProtectionApplied.TOPIC: producer}),
            Figure("protection_issued", "作出保护令", {ProtectionIssued.TOPIC: producer}),
            Figure("protection_refused", "驳回申请", {ProtectionRefused.TOPIC: producer}),
            Figure("revocations_sought", "申请撤销", {RevocationSought.TOPIC: producer}),
            Figure("revocations_decided", "裁判", {RevocationDecided.TOPIC: producer}),
        ),
    ),
    Group(
        "牵头",
        (
            Figure("leads", "牵头案件", {JointCaseOpened.TOPIC: named("lead")}),
            Figure("leads_handed_over", "接收牵头", {LeadAccepted.TOPIC: named("lead")}),
            Figure("cases_answered", "各单位已办结", {JointCaseAnswered.TOPIC: named("lead")}),
            Figure("cases_closed", "结案", {JointCaseClosed.TOPIC: named("lead")}),
        ),
        "牵头案件：含结案后又转出、继续牵头的。结案：只转一个单位的，随其办结而结。",
    ),
    Group(
        "结对关爱",
        (
            Figure("paired", "结对", {Paired.TOPIC: producer}),
            Figure("pairs_ended", "结对结束", {PairEnded.TOPIC: named("school")}),
            Figure("pairs_met", "结对活动", {PairMet.TOPIC: producer}),
        ),
    ),
    Group(
        "报名项目",
        (
            Figure("offers", "发布", {OfferPublished.TOPIC: producer}),
            Figure("signed_up", "报名", {SignedUp.TOPIC: named("signed_by")}),
            Figure("spots_given", "有名额", {SpotOffered.TOPIC: named("organiser")}),
            Figure("spots_taken", "确认参加", {SpotTaken.TOPIC: named("organiser")}),
            Figure("spots_lapsed", "逾期未答复", {SpotLapsed.TOPIC: named("organiser")}),
            Figure("children_told", "答复孩子", {ChildAnswered.TOPIC: producer}),
            Figure("came", "已到场", {SpotAttended.TOPIC: named("organiser")}),
        ),
    ),
    Group(
        "就业帮扶",
        (
            Figure("job_wishes", "登记需求", {JobWishStated.TOPIC: producer}),
            Figure("jobs_sent", "转送", {JobHelpSent.TOPIC: producer}),
            Figure("job_steps", "办理", {JobHelpAnswered.TOPIC: producer}),
            Figure("jobs_ended", "退出或到期", {JobHelpEnded.TOPIC: named("told_to")}),
        ),
        "转送的求职人含家中没有登记儿童的居民。",
    ),
    Group(
        "全面核查",
        (
            Figure("rounds_opened", "安排核查", {RoundOpened.TOPIC: producer}),
            Figure("children_verified", "核查儿童", {ChildVerified.TOPIC: producer}),
            Figure("rounds_reported", "报送完成情况", {RoundReported.TOPIC: producer}),
        ),
    ),
    Group(
        "强制报告",
        (
            Figure("reports_filed", "报出", {MandatoryReportFiled.TOPIC: producer}),
            Figure("heard_back", "得到反馈", {ReporterFedBack.TOPIC: named("told_to")}),
            Figure("reports_accepted", "接报", {MandatoryReportAccepted.TOPIC: producer}),
            Figure("reports_decided", "作出决定", {MandatoryReportDecided.TOPIC: producer}),
            Figure("reports_fed_back", "已反馈", {ReporterFedBack.TOPIC: producer}),
            Figure("feedback_late", "反馈超期", {DeadlineMissed.TOPIC: named("owner", FEEDBACK)}),
            Figure("safety_instructions", "安全提示", {SafetyInstructionIssued.TOPIC: producer}),
        ),
        "反馈超期：自报告起三日内未向报告单位反馈，后来补反馈的也算。",
    ),
    Group(
        "督办、暂缓、延期和问题清单",
        (
            Figure("orders_issued", "制发督办单", {OrderIssued.TOPIC: named("sender")}),
            Figure("orders_replied", "回复督办单", {OrderReplied.TOPIC: named("addressee")}),
            Figure("held", "暂缓", {ReferralHeld.TOPIC: named("addressee")}),
            Figure("extended", "延期", {DeadlineExtended.TOPIC: named("owner")}),
            Figure("problems_found", "发现问题", {ProblemFound.TOPIC: named("stated_by")}),
            Figure("problems_struck_off", "销号", {ProblemStruckOff.TOPIC: producer}),
        ),
    ),
    Group(
        "告诫查访、家庭教育指导、委托照护、服务计划和安置",
        (
            Figure("warning_visits", "查访双方", {WarningVisited.TOPIC: producer}),
            Figure("sessions_held", "指导课次", {SessionHeld.TOPIC: producer}),
            Figure("guidance_reported", "指导报告", {GuidanceReported.TOPIC: producer}),
            Figure("care_delegated", "委托照护", {DelegatedCareRecorded.TOPIC: producer}),
            Figure("contacts_attested", "每周联系", {ContactAttested.TOPIC: producer}),
            Figure("contacts_missed", "未联系", {DeadlineMissed.TOPIC: named("owner", CONTACT)}),
            Figure("plans_set", "制定计划", {ServicePlanSet.TOPIC: producer}),
            Figure("plans_reviewed", "评估计划", {ServicePlanReviewed.TOPIC: producer}),
            Figure("handed_over", "儿童交接", {HandOverRecorded.TOPIC: producer}),
            Figure("beds_stated", "床位登记", {BedsStated.TOPIC: producer}),
        ),
        "未联系：父母超过一周未与孩子联系的次数，后来联系的也算。",
    ),
    Group(
        "家庭支持、家庭教育指导服务和网络沉迷",
        (
            Figure("families_supported", "支持计划", {SupportPlanSet.TOPIC: producer}),
            Figure("support_declined", "家庭未接受", {SupportDeclined.TOPIC: producer}),
            Figure("support_measures", "承担措施", {SupportMeasureSet.TOPIC: named("told_to")}),
            Figure("support_reviewed", "评估支持", {SupportPlanReviewed.TOPIC: producer}),
            Figure("courses_offered", "提供指导", {GuidanceOffered.TOPIC: named("offered_by")}),
            Figure("course_sessions", "指导服务课次", {CourseSessionHeld.TOPIC: producer}),
            Figure("courses_ended", "指导完成", {CourseEnded.TOPIC: producer}),
            Figure("services_given", "关爱服务", {CareServiceGiven.TOPIC: producer}),
            Figure("online_found", "网络沉迷", {OnlineRiskFound.TOPIC: producer}),
            Figure("online_stopped", "制止", {OnlineUseStopped.TOPIC: producer}),
            Figure("online_rechecked", "复查沉迷", {OnlineUseRechecked.TOPIC: producer}),
        ),
        "承担措施：家庭支持计划交本单位办理的措施。",
    ),
    Group(
        "居室微改造",
        (
            Figure("homes_proposed", "提议改造", {HomeRenovationProposed.TOPIC: producer}),
            Figure("homes_assessed", "入户评估", {HomeAssessed.TOPIC: producer}),
            Figure("homes_agreed", "家庭同意", {HomeRenovationAgreed.TOPIC: producer}),
            Figure("homes_declined", "家庭不同意", {HomeRenovationDeclined.TOPIC: producer}),
            Figure("homes_approved", "批准改造", {HomeRenovationApproved.TOPIC: producer}),
            Figure("works_ordered", "安排施工", {HomeWorksOrdered.TOPIC: producer}),
            Figure("works_finished", "施工完工", {HomeWorksFinished.TOPIC: producer}),
            Figure("works_checked", "验收改造", {HomeWorksChecked.TOPIC: producer}),
            Figure("homes_followed_up", "回访改造", {HomeFollowedUp.TOPIC: producer}),
        ),
    ),
    Group(
        "按期应办、活动和检查",
        (
            Figure("duties_owed", "应办期次", {DutyOpened.TOPIC: named("owner")}),
            Figure("duties_fulfilled", "完成", {DutyFulfilled.TOPIC: named("owner")}),
            Figure("duties_missed", "逾期", {DeadlineMissed.TOPIC: named("owner", DUTY)}),
            Figure("activities_held", "活动", {ActivityRecorded.TOPIC: producer}),
            Figure("inspections_made", "检查", {SiteInspected.TOPIC: producer}),
            Figure("hazards_found", "发现隐患", {HazardFound.TOPIC: producer}),
            Figure("hazards_rectified", "整改隐患", {HazardRectified.TOPIC: producer}),
            Figure("items_finished", "清单完成", {WorkItemFinished.TOPIC: producer}),
            Figure("budgets_stated", "经费登记", {BudgetStated.TOPIC: producer}),
            Figure("stories_written", "好案例", {GoodCaseSubmitted.TOPIC: producer}),
            Figure("stories_reviewed", "审核案例", {GoodCaseReviewed.TOPIC: producer}),
        ),
        "应办期次：一项应办事项的一个期次算一次；逾期：期末没有办够的，后来补办的也算。",
    ),
    Group(
        "年度报表",
        (
            Figure("returns_opened", "布置", {ReturnOpened.TOPIC: named("department")}),
            Figure("returns_submitted", "提交", {ReturnSubmitted.TOPIC: named("department")}),
            Figure("returns_sent_back", "被退回", {ReturnSentBack.TOPIC: named("department")}),
            Figure("returns_checked", "审核", {ReturnChecked.TOPIC: named("checker")}),
            Figure("returns_locked", "锁定", {ReturnLocked.TOPIC: named("department")}),
            Figure("returns_corrected", "更正", {ReturnCorrected.TOPIC: named("department")}),
        ),
    ),
    Group(
        "工作人员和社会组织",
        (
            Figure("checks_passed", "查询通过", {EntryCheckPassed.TOPIC: named("organisation")}),
            Figure("checks_expired", "查询到期", {EntryCheckExpired.TOPIC: named("organisation")}),
            Figure("trainings", "参加培训", {TrainingAttended.TOPIC: named("organisation")}),
            Figure("appraised", "年度考核", {AppraisalApproved.TOPIC: named("organisation")}),
            Figure("stood_in", "离岗", {AwayBegun.TOPIC: named("organisation")}),
            Figure("projects", "支持项目", {ProjectStarted.TOPIC: named("organisation")}),
        ),
        "查询到期：到期前没有重新查询的次数，当日起由街镇代岗，查询通过后退回。离岗：登记的和查询到期的。",
    ),
    Group(
        "保障申请",
        (
            Figure("aid_applied", "受理申请", {AidApplied.TOPIC: producer}),
            Figure("aid_verified", "核验", {AidVerified.TOPIC: producer}),
            Figure("aid_granted", "批准", {AidGranted.TOPIC: producer}),
            Figure("aid_refused", "不予批准", {AidRefused.TOPIC: producer}),
            Figure("aid_given", "适配或手术", {AidGiven.TOPIC: producer}),
            Figure("aid_reviewed", "复核", {AidReviewed.TOPIC: producer}),
            Figure("aid_ended", "终止", {AidEnded.TOPIC: producer}),
            Figure("aid_paid", "登记发放", {PaymentStated.TOPIC: producer}),
            Figure("gifts_given", "慈善帮扶", {CharityGiven.TOPIC: producer}),
        ),
    ),
)

FIGURES = tuple(figure for group in GROUPS for figure in group.figures)
