"""Consent in the whole program: who sees what by it, how a look is written, what withdrawal ends.

Source: PIPL 13, 15; privacy design, "Who may": a legal basis on every disclosure.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from domain.consent import ConsentForm, GiveConsent, WithdrawConsent
from domain.kernel import Refused
from domain.mandatory_report import FileMandatoryReport
from domain.organisations import Organisation
from domain.referral import AcceptReferral
from hub.bootstrap import Program
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    POLICE,
    SCHOOL,
    START,
    STATION,
    TOWN,
    absent,
    actor,
    at,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    running,
    send,
)

HELPER = "social_organisation:310117"
OTHER_HELPER = "social_organisation:3101170002"
TODAY = date(2025, 3, 3)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        made.directory.add_organisations(
            [Organisation(HELPER, "示例社工机构"), Organisation(OTHER_HELPER, "示例公益机构")]
        )
        yield made


@pytest.fixture
def child(hub: Program) -> str:
    send(hub, TOWN, "town.residence", resident(pupil(1)))
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    hub.settle()
    return child_of(hub, pupil(1))


def give(hub: Program, child: str, by: str = TOWN, **changes: object) -> UUID:
    command = GiveConsent(
        consent_id=uuid4(),
        child_ref=UUID(child),
        help_kind="social_help",
        recipient=HELPER,
        by_guardian=True,
        by_child=False,
        form=ConsentForm.WRITTEN,
        given_on=TODAY,
        until=date(2025, 9, 3),
        guardian_name="示例家长1",
    ).model_copy(update=changes)
    hub.hub.command(command, actor(by))
    hub.settle()
    return command.consent_id


def withdraw(hub: Program, child: str, consent: UUID) -> None:
    hub.hub.command(
        WithdrawConsent(consent_id=consent, child_ref=UUID(child), withdrawn_on=TODAY), actor(TOWN)
    )


def test_the_recipient_sees_who_the_child_is_by_consent_and_the_look_says_so(
    hub: Program, child: str
) -> None:
    assert hub.queries.child_file(reader(HELPER), child) is None
    give(hub, child)
    file = hub.queries.child_file(reader(HELPER), child)
    assert file is not None
    assert file.fields["guardian_phone"] == pupil(1)["guardian_phone"]
    assert (file.tier, file.school) == (None, None), "and nothing beyond"
    looks = [each for each in hub.audit.of_child(child) if each.organisation == HELPER]
    bases = {each.legal_basis for each in looks if "contact" in each.categories}
    assert bases == {"GUARDIAN_CONSENT"}
    hub.queries.child_file(reader(TOWN), child)
    (other,) = [each for each in hub.audit.of_child(child) if each.organisation == TOWN]
    assert other.legal_basis == "STATUTORY_DUTY"


def test_from_its_withdrawal_on_the_recipient_sees_nothing_at_once(
    hub: Program, child: str
) -> None:
    consent = give(hub, child)
    assert hub.queries.child_file(reader(HELPER), child) is not None
    withdraw(hub, child, consent)
    # No view has heard of it: the log itself is asked.
    assert hub.queries.child_file(reader(HELPER), child) is None
    assert hub.queries.children(reader(HELPER)).items == ()


def test_it_runs_out_by_itself(hub: Program, child: str) -> None:
    give(hub, child, until=TODAY + timedelta(days=1))
    at(hub, START + timedelta(days=3))
    assert hub.queries.child_file(reader(HELPER), child) is None


def test_withdrawal_stops_no_duty(hub: Program, child: str) -> None:
    """Given consent for help and a child that is missing from school, whose tasks are accepted /
    when the consent is withdrawn / then police, town and civil affairs go on as before, and a
    report is taken."""
    consent = give(hub, child)
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    hub.settle()
    seen = {
        organisation: [each.id for each in hub.queries.inbox(reader(organisation)).items]
        for organisation in (STATION, TOWN, CIVIL_AFFAIRS)
    }
    assert all(seen.values())
    for organisation, tasks in seen.items():
        for task in tasks:
            hub.hub.command(AcceptReferral(referral_id=UUID(task)), actor(organisation))
    withdraw(hub, child, consent)
    hub.settle()
    for organisation, tasks in seen.items():
        assert [each.id for each in hub.queries.inbox(reader(organisation)).items] == tasks
        assert hub.queries.child_file(reader(organisation), child) is not None
    report(hub, child)
    assert hub.queries.reports(reader(STATION)).items


def report(hub: Program, child: str) -> None:
    hub.hub.command(
        FileMandatoryReport(
            report_id=uuid4(),
            known_child=UUID(child),
            situations="MR4",
            seen="示例所见",
            guardian_suspected=True,
            town="310117001",
        ),
        actor(SCHOOL),
    )
    hub.settle()


@pytest.mark.adversary
def test_a_suspected_guardians_consent_opens_nothing_and_reads_like_any_other(
    hub: Program, child: str
) -> None:
    """Two consents, one before and one after a report that only the school and the police know
    of: the town, which records both, is told the same of both."""
    before = give(hub, child)
    report(hub, child)
    after = give(hub, child, recipient=OTHER_HELPER)
    told = [
        {**each.clear, "recipient": ""}
        for stream in (before, after)
        for each in hub.queries.stated(reader(TOWN), str(stream)).items
    ]
    assert len(told) == 2
    assert told[0] == told[1]
    assert "effective" not in told[0]
    assert hub.queries.child_file(reader(OTHER_HELPER), child) is None


def test_who_states_no_guardianship_records_no_consent(hub: Program, child: str) -> None:
    with pytest.raises(Refused, match="NOT_YOURS_TO_STATE"):
        give(hub, child, by="school:3101170001")
    give(hub, child, by=POLICE)


def test_nobody_is_given_anything_who_is_no_organisation(hub: Program, child: str) -> None:
    for nobody in ("", "x", "town:1", "social_organisation:310118"):
        with pytest.raises(Refused) as refused:
            give(hub, child, recipient=nobody)
        assert refused.value.code == "NO_SUCH_ORGANISATION"
