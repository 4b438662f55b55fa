"""Every ledger, by theme."""

from __future__ import annotations

from collections.abc import Mapping

from domain.dropout_rules import LEDGER_WORDS
from domain.organisations import Seat
from hub.api import (
    aid,
    break_glass,
    care_places,
    children,
    dropout,
    good_cases,
    jobs,
    mentoring,
    offers,
    outside,
    oversight,
    programmes,
    referrals,
    silence,
    social,
    staff,
    verification,
)
from hub.web.ledgers import MONTH, OVER, PERIOD, YEAR, YEAR_NUMBER, Ask, Ledger

_STEERING = frozenset({Seat.CIVIL_AFFAIRS, Seat.WOMEN_CHILDREN_OFFICE})

THEMES: Mapping[str, tuple[Ledger, ...]] = {
    "登记和儿童": (
        Ledger(
            "register",
            "本单位登记簿",
            oversight.register,
            ("title=事项", "producer_name=登记单位", "occurred_at=时间"),
            paged=True,
        ),
        Ledger(
            "unassigned",
            "居住地未确认的儿童",
            children.unassigned,
            ("itself=姓名", "birth_month=出生年月", "school_name=学校"),
            paged=True,
            seats=frozenset({Seat.CIVIL_AFFAIRS}),
        ),
        Ledger(
            "follow-up",
            "重点关注对象",
            children.follow_up_list,
            ("itself=姓名", "birth_month=出生年月", "town_name=街镇", "village_name=村居"),
            paged=True,
        ),
        Ledger(
            "board",
            "统筹协调",
            referrals.board,
            ("title=事项", "state_name=状态", "sender_name=转出单位", "addressee_name=接收单位"),
            paged=True,
            seats=frozenset({Seat.CIVIL_AFFAIRS}),
        ),
        Ledger(
            "outside-entries",
            "外部系统录入情况",
            outside.entries,
            ("child=孩子", "system_name", "state_name", "owner_name", "enter_by", "entered_on"),
            (Ask("everything", "不只看本单位待录入的", "flag"),),
            paged=True,
        ),
    ),
    "就学": (
        Ledger(
            "dropout",
            "适龄、疑似辍学、辍学三本台账",
            dropout.ledger,
            ("child=孩子", "state_name", "since", "focus=重点关注群体"),
            (Ask("ledger", "哪一本", "choice", tuple(LEDGER_WORDS.items())),),
            frozenset({Seat.EDUCATION, Seat.SCHOOL, Seat.TOWN}),
            paged=True,
        ),
        Ledger(
            "school-reports",
            "学校月报和季度复核",
            dropout.reports,
            ("reporter_name", "period", "due_at", "filed_at", "differs=与系统记录不符"),
            (PERIOD,),
            frozenset({Seat.EDUCATION, Seat.SCHOOL}),
        ),
        Ledger(
            "pairings",
            "成长导师和互助伙伴配备情况",
            mentoring.coverage,
            ("school_name", "pupils", "paired"),
            seats=frozenset({Seat.EDUCATION, Seat.SCHOOL}),
        ),
    ),
    "保障和照料": (
        Ledger(
            "applications",
            "保障申请",
            aid.applications,
            ("child=孩子", "state_name", "matter_name", "applied_at", "changed_at"),
            paged=True,
        ),
        Ledger(
            "possible",
            "可能符合保障、待核实的儿童",
            aid.possible,
            ("child=孩子", "title=事项", "state_name=状态", "addressee_name=承办单位"),
            paged=True,
        ),
        Ledger(
            "payments",
            "保障资金月度汇总",
            aid.payments,
            ("month", "payer_name", "scheme_name", "town", "persons", "yuan"),
            (MONTH,),
            frozenset({Seat.FINANCE, Seat.CIVIL_AFFAIRS}),
        ),
        Ledger(
            "differences",
            "发放与应发不符之处",
            aid.differences,
            (
                *("month", "scheme_name", "town", "persons_due", "yuan_due", "persons_paid"),
                "yuan_paid",
            ),
            (MONTH,),
        ),
        Ledger(
            "care-places",
            "临时监护场所床位",
            care_places.care_places,
            ("run_by_name", "facility_name", "beds", "taken", "free", "services_names"),
        ),
        Ledger(
            "job-wishes",
            "就业需求",
            jobs.job_wishes,
            ("adult_name", "job", "state_name", "station_name", "stated_on", "help_state_name"),
            (OVER,),
            frozenset({Seat.VILLAGE, Seat.TOWN}),
        ),
        Ledger(
            "job-helps",
            "就业帮扶办理",
            jobs.job_helps,
            (
                *("adult_name", "adult_phone", "job", "job_hours_name", "state_name"),
                *("sender_name", "due_at", "result_name"),
            ),
            (OVER,),
            frozenset({Seat.HUMAN_RESOURCES, Seat.TOWN, Seat.CIVIL_AFFAIRS}),
        ),
    ),
    "核查、活动和检查": (
        Ledger(
            "verification",
            "全面核查的安排和进度",
            verification.rounds,
            (
                *("town_name", "opened_on", "until", "put_off_until", "report_by", "finished_on"),
                "villages=各村居（已核查/待核查）",
            ),
            seats=frozenset({Seat.CIVIL_AFFAIRS, Seat.TOWN}),
        ),
        Ledger(
            "duties",
            "按期应办事项",
            programmes.duties,
            ("owner_name", "title", "period", "needed", "held", "overdue", "due_at", "missing"),
            (YEAR,),
        ),
        Ledger(
            "sites",
            "场所台账",
            programmes.sites,
            (
                *("number", "site_kind_name", "run_by_name", "kept_by_name", "inspected_on"),
                "inspections",
            ),
            (YEAR,),
        ),
        Ledger(
            "hazards",
            "未了隐患",
            programmes.hazards,
            (
                *("number", "hazard_name", "state_name", "owner_name", "found_by_name"),
                *("found_on", "due_at", "overdue"),
            ),
        ),
        Ledger(
            "offers",
            "可以报名的项目",
            offers.offers,
            (
                *("number", "offer_name", "brand_name", "organiser_name", "begins_on", "until"),
                *("spots", "sign_up_by", "state_name", "given=已分配名额", "waiting=排队人数"),
            ),
            (YEAR,),
        ),
        Ledger(
            "offer-figures",
            "报名和参加情况",
            offers.figures,
            ("offer_name", "offers", "spots", "signed_up", "first", "given", "waiting", "came"),
            (YEAR,),
        ),
        Ledger(
            "good-cases",
            "好案例",
            good_cases.good_cases,
            ("number", "case_kind_name", "title", "story", "kept_by_name", "published_on"),
        ),
    ),
    "队伍和社会力量": (
        Ledger(
            "staff",
            "工作人员台账",
            staff.staff,
            (
                *("name", "organisation_name", "role", "qualification", "since", "ended_on"),
                *("check_name=录用资格", "valid_until=有效期至", "days_left"),
            ),
            paged=True,
        ),
        Ledger(
            "workload",
            "各村居工作量",
            staff.workload,
            (
                *("organisation_name", "directors", "checked=其中资格有效的", "children", "visits"),
                *("visits_late=应走访逾期", "tasks", "tasks_late=时限逾期"),
            ),
            seats=frozenset({Seat.TOWN, Seat.CIVIL_AFFAIRS}),
        ),
        Ledger(
            "directors",
            "儿童主任队伍情况",
            staff.figures,
            ("town_name", "year", "counts"),
            (YEAR_NUMBER,),
            frozenset({Seat.TOWN, Seat.PROCURATORATE}) | _STEERING,
        ),
        Ledger(
            "continuing-education",
            "社工继续教育学时",
            staff.continuing_education,
            (
                *("organisation_name", "qualification_name", "workers", "fulfilled", "owed"),
                "hours",
            ),
            (YEAR_NUMBER,),
        ),
        Ledger(
            "courses",
            "社工继续教育课程",
            staff.continuing_education,
            ("title", "level", "subject", "hours"),
            (YEAR_NUMBER,),
            part="courses",
        ),
        Ledger(
            "social-organisations",
            "社会组织",
            social.social,
            ("organisation_name", "social_kind", "accredited", "until"),
        ),
        Ledger(
            "service-coverage",
            "社工关爱服务项目覆盖面",
            social.coverage,
            ("town_name", "projects"),
            (YEAR_NUMBER,),
            _STEERING,
            part="towns",
        ),
    ),
    "统筹": (
        Ledger(
            "work-items",
            "年度工作清单",
            programmes.work_items,
            ("number", "owner_name", "listed_by_name", "state_name", "due_at", "overdue"),
            (YEAR,),
        ),
        Ledger(
            "budgets",
            "经费预算和执行",
            programmes.budgets,
            ("fund_name", "year", "as_of", "budgeted", "allocated", "spent", "rate"),
            (YEAR,),
            frozenset({Seat.FINANCE}) | _STEERING,
        ),
        Ledger(
            "district-silence",
            "全区沉默清单",
            silence.district,
            ("whose_name=单位", "kind_name=种类", "count=项数"),
            seats=frozenset({Seat.PROCURATORATE}) | _STEERING,
            part="counts",
        ),
        Ledger(
            "emergency-uses",
            "各单位紧急调阅次数",
            break_glass.uses,
            ("name", "times", "open_reviews", "not_justified"),
        ),
    ),
}

LEDGERS: Mapping[str, Ledger] = {each.name: each for ledgers in THEMES.values() for each in ledgers}
