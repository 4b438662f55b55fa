"""Steps that open something of a child to somebody: 同意, 调阅申请, 紧急调阅."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from domain.break_glass import BreakGlass
from domain.calendar import shanghai_date
from domain.consent import CONSENT_FORM, ConsentForm, GiveConsent
from domain.kernel import CATEGORY_WORDS, Category, LegalBasis
from domain.organisations import Seat
from domain.records_request import RequestRecords
from hub.answers import Child
from hub.web.acts import Act, Choices, Field, NotFilled, new_id, organisations_of, required_day

if TYPE_CHECKING:
    from hub.web.desk import Desk, Fields

_CATEGORIES = Field("categories", "要看哪几类", "several")
_SOMETHING = "（示例）"


def _categories(codes: Iterable[str]) -> tuple[Category, ...]:
    known = {each.value for each in Category}
    return tuple(Category(code) for code in codes if code in known)


def _category_choices(desk: Desk, found: Child) -> Choices:
    return {"categories": [(each.value, CATEGORY_WORDS[each]) for each in Category]}


# Consent


def _consents(desk: Desk, found: Child) -> Choices:
    kinds = desk.program.policies.rules.consent.kinds
    seats = {seat for kind in kinds.values() for seat in kind.seats}
    return {
        "help_kind": [(name, kind.title) for name, kind in kinds.items()],
        "recipient": organisations_of(desk, sorted(seats)),
        "form": list(CONSENT_FORM.labels.items()),
    }


def _probe_consent(desk: Desk, found: Child) -> GiveConsent:
    today = shanghai_date(desk.now)
    name, kind = next(iter(desk.program.policies.rules.consent.kinds.items()))
    recipient = next(iter(organisations_of(desk, kind.seats)), ("", ""))[0]
    return GiveConsent(
        consent_id=uuid4(),
        child_ref=UUID(found.child_ref),
        help_kind=name,
        recipient=recipient,
        by_guardian=True,
        by_child=True,
        form=ConsentForm.WRITTEN,
        given_on=today,
        until=today + timedelta(days=1),
    )


def _consent(desk: Desk, child: UUID, sent: Fields) -> GiveConsent:
    if sent.get("form") not in CONSENT_FORM.labels:
        raise NotFilled([("form", "请从列表中选择同意方式。")])
    return GiveConsent(
        consent_id=new_id(desk, "consent", sent),
        child_ref=child,
        help_kind=sent.get("help_kind"),
        recipient=sent.get("recipient"),
        by_guardian=bool(sent.get("by_guardian")),
        by_child=bool(sent.get("by_child")),
        form=ConsentForm(sent.get("form")),
        given_on=required_day(sent.get("given_on")),
        until=required_day(sent.get("until")),
        guardian_name=sent.maybe("guardian_name"),
        account=sent.maybe("account"),
    )


# Looks at what is not one's own


def _probe_request(desk: Desk, found: Child) -> RequestRecords:
    return RequestRecords(
        request_id=uuid4(),
        child_ref=UUID(found.child_ref),
        addressee=next(iter(organisations_of(desk, [Seat.CIVIL_AFFAIRS])), ("", ""))[0],
        categories=(Category.WHO,),
        document_number=_SOMETHING,
        account=_SOMETHING,
    )


def _request(desk: Desk, child: UUID, sent: Fields) -> RequestRecords:
    return RequestRecords(
        request_id=new_id(desk, "records request", sent),
        child_ref=child,
        addressee=sent.get("addressee"),
        categories=_categories(sent.all("categories")),
        document_number=sent.get("document_number"),
        account=sent.get("account"),
        danger=bool(sent.get("danger")),
    )


def _request_choices(desk: Desk, found: Child) -> Choices:
    publishes = desk.program.policies.rules.records_requests.publishes
    seats = [seat for seat in desk.program.directory.seats() if publishes.get(seat)]
    return {"addressee": organisations_of(desk, seats), **_category_choices(desk, found)}


def _probe_emergency(desk: Desk, found: Child) -> BreakGlass:
    rules = desk.program.policies.rules.break_glass
    return BreakGlass(
        access_id=uuid4(),
        child_ref=UUID(found.child_ref),
        categories=(Category.CONTACT,),
        ground=next(iter(rules.grounds)),
        account=_SOMETHING,
    )


def _emergency(desk: Desk, child: UUID, sent: Fields) -> BreakGlass:
    return BreakGlass(
        access_id=new_id(desk, "break glass", sent),
        child_ref=child,
        categories=_categories(sent.all("categories")),
        ground=sent.get("ground"),
        account=sent.get("account"),
    )


def _emergency_choices(desk: Desk, found: Child) -> Choices:
    rules = desk.program.policies.rules.break_glass
    return {"ground": list(rules.grounds.items()), **_category_choices(desk, found)}


ACTS: Mapping[str, Act] = {
    each.name: each
    for each in (
        Act(
            "consent",
            "登记同意",
            (
                Field("help_kind", "帮助种类", "choice"),
                Field("recipient", "提供给哪个单位", "choice"),
                Field("by_guardian", "监护人同意（不满14周岁必须）", "flag", required=False),
                Field("by_child", "本人同意（已满14周岁必须）", "flag", required=False),
                Field("form", "同意方式", "choice"),
                Field("given_on", "同意日期", "date"),
                Field("until", "有效到哪天", "date"),
                Field("guardian_name", "同意的监护人", "line", required=False),
                Field("account", "说明", "text", required=False),
            ),
            _probe_consent,
            _consent,
            _consents,
            warning="只用于凭同意提供的帮助；法定职责内的协作不需要同意，请办理转介。",
        ),
        Act(
            "request",
            "调阅申请",
            (
                Field("document_number", "文书号", "line"),
                Field("addressee", "向哪个单位调阅", "choice"),
                _CATEGORIES,
                Field("account", "事项", "text"),
                Field("danger", "有人正处于危险中，须立即答复", "flag", required=False),
            ),
            _probe_request,
            _request,
            _request_choices,
        ),
        Act(
            "emergency",
            "紧急调阅",
            (
                Field("ground", "紧急情况", "choice"),
                _CATEGORIES,
                Field("account", "情况说明", "text"),
            ),
            _probe_emergency,
            _emergency,
            _emergency_choices,
            warning="最长开放24小时；同时告知牵头单位，下一个工作日逐次核查。"
            "不是紧急情况的，请办理转介。",
            basis=LegalBasis.EMERGENCY,
        ),
    )
}
"""Every one, in the order in which the page offers them."""
