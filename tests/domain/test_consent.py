"""Consent (同意): on whom it rests by age, what it may be for, and what its withdrawal ends.

Source: PIPL 15, 18, 29, 31, 35; 困境儿童个人信息保护工作办法 (domain reference §8, S14).
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from domain.calendar import end_of_day_utc
from domain.child_file import ChildFile
from domain.consent import (
    CONSENT,
    ConsentForm,
    ConsentGiven,
    ConsentWithdrawn,
    GiveConsent,
    WithdrawConsent,
)
from domain.kernel import Actor, Category, Command, Event, Header, LegalBasis, Recorded
from domain.registry import TOGETHER
from domain.scope import CloseScope, OpenScope, ScopeBasis
from domain.suspicion import Suspicion
from hub.policies import load_policies
from tests.domain.invented import CHILD, CIVIL_AFFAIRS, OTHER_CHILD
from tests.domain.pools import OneStation
from tests.specification import at_noon, given, happened

TODAY = date(2026, 3, 4)
HELPER = "social_organisation:310117"
ITEM = UUID(int=71)
HEADER = Header(
    event_id=UUID(int=1),
    actor=Actor(CIVIL_AFFAIRS, "handler", "u-test"),
    legal_basis=LegalBasis.STATUTORY_DUTY,
    occurred_at=at_noon(TODAY),
    recorded_at=at_noon(TODAY),
    correlation=UUID(int=1),
    causation=None,
    rule_version="test",
)
RULES = load_policies().rules.consent

consent = GiveConsent(
    consent_id=ITEM,
    child_ref=CHILD,
    help_kind="social_help",
    recipient=HELPER,
    by_guardian=True,
    by_child=False,
    form=ConsentForm.WRITTEN,
    given_on=TODAY,
    until=date(2026, 9, 4),
    guardian_name="示例家长",
    account="已说明用途",
)
GIVEN = ConsentGiven(
    child_ref=CHILD,
    help_kind="social_help",
    recipient=HELPER,
    rests_on=LegalBasis.GUARDIAN_CONSENT,
    categories=RULES.kinds["social_help"].categories,
    form=ConsentForm.WRITTEN,
    given_on=TODAY,
    expires_at=end_of_day_utc(date(2026, 9, 4)),
    effective=True,
    guardian_name="示例家长",
    account="已说明用途",
)
withdraw = WithdrawConsent(consent_id=ITEM, child_ref=CHILD, withdrawn_on=TODAY, account="电话撤回")


def born(month: str | None, **more: object) -> ChildFile:
    return ChildFile(opened=True, birth_month=month, **more)  # type: ignore[arg-type]


UNDER = born("2015-01")
OVER = born("2011-01")


def said(by_guardian: bool, by_child: bool) -> GiveConsent:
    return consent.model_copy(update={"by_guardian": by_guardian, "by_child": by_child})


def follow(event: Event) -> list[Command]:
    """What is carried out in the append of an event of the consent."""
    recorded = Recorded(ITEM, 1, CHILD, HEADER, event)
    return [
        command
        for reaction in TOGETHER
        if isinstance(event, reaction.on)
        for command in reaction.then(event, recorded, OneStation())
    ]


def test_a_guardians_consent_for_a_younger_child_opens_one_scope_for_the_recipient() -> None:
    (event,) = given().when(consent, by=CIVIL_AFFAIRS, on=TODAY, child=UNDER).then(GIVEN)
    assert follow(event) == [
        OpenScope(
            organisation=HELPER,
            child_ref=CHILD,
            item=ITEM,
            basis=ScopeBasis.GUARDIAN_CONSENT,
            categories=GIVEN.categories,
            until=GIVEN.expires_at,
        )
    ]


@pytest.mark.parametrize(
    ("file", "by_guardian", "by_child", "rests_on"),
    [
        (UNDER, True, False, LegalBasis.GUARDIAN_CONSENT),
        (UNDER, True, True, LegalBasis.GUARDIAN_CONSENT),
        (UNDER, False, True, "CONSENT_GUARDIAN"),
        (UNDER, False, False, "CONSENT_GUARDIAN"),
        (OVER, False, True, LegalBasis.CHILD_CONSENT_14PLUS),
        (OVER, True, True, LegalBasis.CHILD_CONSENT_14PLUS),
        (OVER, True, False, "CONSENT_CHILD"),
        (OVER, False, False, "CONSENT_CHILD"),
        # Unknown means both.
        (born(None), True, True, LegalBasis.GUARDIAN_CONSENT),
        (born(None), True, False, "CONSENT_CHILD"),
        (born(None), False, True, "CONSENT_GUARDIAN"),
        # The birthday may be before or after the day of the consent.
        (born("2012-03"), True, True, LegalBasis.GUARDIAN_CONSENT),
        (born("2012-03"), False, True, "CONSENT_GUARDIAN"),
        (born("2012-04"), True, False, LegalBasis.GUARDIAN_CONSENT),
        (born("2012-02"), False, True, LegalBasis.CHILD_CONSENT_14PLUS),
    ],
)
def test_under_fourteen_the_guardian_consents_and_from_then_on_the_child(
    file: ChildFile, by_guardian: bool, by_child: bool, rests_on: LegalBasis | str
) -> None:
    asked = given().when(said(by_guardian, by_child), by=CIVIL_AFFAIRS, on=TODAY, child=file)
    if isinstance(rests_on, LegalBasis):
        asked.then(happened(ConsentGiven, rests_on=rests_on, effective=True))
    else:
        asked.then_refused(rests_on)


def test_while_there_is_a_report_a_guardians_consent_opens_nothing_and_nobody_is_told() -> None:
    """The guardian may be whom it concerns; a refusal would tell that there is a report."""
    reported = born("2015-01", reports=frozenset({UUID(int=9)}))
    asked = given().when(consent, by=CIVIL_AFFAIRS, on=TODAY, child=reported)
    (event,) = asked.then(GIVEN.model_copy(update={"effective": False}))
    assert follow(event) == []


def test_while_a_guardian_is_the_suspect_it_opens_nothing_without_any_report() -> None:
    suspected = born("2015-01", suspicions={UUID(int=9): Suspicion(guardian=True)})
    asked = given().when(consent, by=CIVIL_AFFAIRS, on=TODAY, child=suspected)
    (event,) = asked.then(GIVEN.model_copy(update={"effective": False}))
    assert follow(event) == []
    conflict = born("2015-01", suspicions={UUID(int=9): Suspicion(conflicted=frozenset({HELPER}))})
    given().when(consent, by=CIVIL_AFFAIRS, on=TODAY, child=conflict).then(GIVEN)


def test_a_scope_says_whose_consent_it_rests_on() -> None:
    (own,) = given().when(said(False, True), by=CIVIL_AFFAIRS, on=TODAY, child=OVER).events
    (command,) = follow(own)
    assert isinstance(command, OpenScope)
    assert command.basis is ScopeBasis.CONSENT


def test_the_childs_own_consent_holds_beside_a_report() -> None:
    reported = born("2011-01", reports=frozenset({UUID(int=9)}))
    given().when(said(False, True), by=CIVIL_AFFAIRS, on=TODAY, child=reported).then(
        happened(ConsentGiven, effective=True)
    )


def test_its_withdrawal_closes_its_scope_and_no_other() -> None:
    (event,) = (
        given(GIVEN)
        .when(withdraw, by=CIVIL_AFFAIRS, on=TODAY)
        .then(
            ConsentWithdrawn(
                child_ref=CHILD, recipient=HELPER, withdrawn_on=TODAY, account="电话撤回"
            )
        )
    )
    assert follow(event) == [CloseScope(organisation=HELPER, child_ref=CHILD, item=ITEM)]


def test_it_is_withdrawn_once_and_never_comes_back() -> None:
    gone = happened_already()
    given(GIVEN, gone).when(withdraw, by=CIVIL_AFFAIRS, on=TODAY).then_nothing()
    given(GIVEN, gone).when(consent, by=CIVIL_AFFAIRS, on=TODAY, child=UNDER).then_nothing()


def happened_already() -> ConsentWithdrawn:
    return ConsentWithdrawn(child_ref=CHILD, recipient=HELPER, withdrawn_on=TODAY, account=None)


def test_only_what_was_given_is_withdrawn_and_only_of_its_child() -> None:
    given().when(withdraw, by=CIVIL_AFFAIRS, on=TODAY).then_refused("CONSENT_UNKNOWN")
    other = withdraw.model_copy(update={"child_ref": OTHER_CHILD})
    given(GIVEN).when(other, by=CIVIL_AFFAIRS, on=TODAY).then_refused("CONSENT_UNKNOWN")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"help_kind": "handle_report"}, "CONSENT_KIND"),
        ({"recipient": "school:310117"}, "CONSENT_RECIPIENT"),
        ({"given_on": date(2026, 3, 5)}, "CONSENT_IN_FUTURE"),
        ({"until": date(2026, 3, 3)}, "CONSENT_UNTIL"),
        ({"until": date(2027, 3, 5)}, "CONSENT_UNTIL"),
    ],
)
def test_it_is_for_a_kind_of_help_a_recipient_and_a_time(
    changes: dict[str, object], code: str
) -> None:
    asked = consent.model_copy(update=changes)
    given().when(asked, by=CIVIL_AFFAIRS, on=TODAY, child=UNDER).then_refused(code)


def test_no_referral_asks_for_consent() -> None:
    """What rests on a duty rests on it alone: no kind of help is a kind of referral."""
    assert not set(RULES.kinds) & set(load_policies().rules.referrals)
    told = {category for kind in RULES.kinds.values() for category in kind.categories}
    assert not told & {Category.HARM, Category.REPORTER, Category.ORDERS, Category.HEALTH}
    assert CONSENT.codes["form"].labels.keys() == set(ConsentForm)
