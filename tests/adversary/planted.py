"""Words that stand in streams of which the job has nothing, for the scans: consent, requests for
records, links between children, and what a move hands over."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from domain.consent import ConsentForm, GiveConsent, WithdrawConsent
from domain.family_link import ConfirmFamilyLink, EndFamilyLink, RejectFamilyLink, StateFamilyLink
from domain.kernel import Category, Command
from domain.move import AnnounceMove, WithdrawMove
from domain.records_request import RefusalReason, RefuseRecords, RequestRecords
from hub.bootstrap import Program
from tests.adversary.job import PLACED, Job
from tests.program import CIVIL_AFFAIRS, OTHER_TOWN, POLICE, SCHOOL, TOWN, VILLAGE, actor

TODAY, LATER = date(2025, 3, 10), date(2025, 9, 1)
HELPER = "social_organisation:310117"

WORDS = frozenset(
    {
        *("曾同意监护", "曾同意经过", "曾撤回经过"),
        *("曾调阅文书", "曾调阅事项", "曾调阅答复"),
        *("曾关联说明甲", "曾关联说明乙", "曾关联确认甲", "曾关联确认乙"),
        *("曾关联终止甲", "曾关联终止乙", "曾关联否认甲", "曾关联否认乙"),
    }
)


def plant(hub: Program, job: Job) -> frozenset[str]:
    """Put every one of :data:`WORDS` into the log, sealed, and let follow what follows. Gives
    them."""
    child, other = UUID(job.children[PLACED]), UUID(job.children["甲"])
    consent, request = uuid4(), uuid4()
    pair = {"child_ref": child, "other": other}
    said: list[tuple[Command, str]] = [
        (
            GiveConsent(
                consent_id=consent,
                child_ref=child,
                help_kind="social_help",
                recipient=HELPER,
                by_guardian=True,
                by_child=False,
                form=ConsentForm.WRITTEN,
                given_on=TODAY,
                until=LATER,
                guardian_name="曾同意监护",
                account="曾同意经过",
            ),
            TOWN,
        ),
        (
            WithdrawConsent(
                consent_id=consent, child_ref=child, withdrawn_on=TODAY, account="曾撤回经过"
            ),
            TOWN,
        ),
        (
            RequestRecords(
                request_id=request,
                child_ref=child,
                addressee=SCHOOL,
                categories=(Category.SCHOOLING,),
                document_number="曾调阅文书",
                account="曾调阅事项",
            ),
            POLICE,
        ),
        (
            RefuseRecords(request_id=request, reason=RefusalReason.NOT_HELD, note="曾调阅答复"),
            SCHOOL,
        ),
        (
            StateFamilyLink(**pair, link="SIBLING", note="曾关联说明甲", other_note="曾关联说明乙"),
            VILLAGE,
        ),
        (
            ConfirmFamilyLink(
                **pair,
                link="SIBLING",
                ground="VISITED",
                note="曾关联确认甲",
                other_note="曾关联确认乙",
            ),
            CIVIL_AFFAIRS,
        ),
        (
            EndFamilyLink(
                **pair,
                link="SIBLING",
                ground="MISTAKE",
                note="曾关联终止甲",
                other_note="曾关联终止乙",
            ),
            CIVIL_AFFAIRS,
        ),
        (
            RejectFamilyLink(
                **pair,
                link="SAME_HOUSEHOLD",
                ground="MISTAKE",
                note="曾关联否认甲",
                other_note="曾关联否认乙",
            ),
            CIVIL_AFFAIRS,
        ),
        # A move says nothing in words of its own; what it hands over moves into other views.
        (AnnounceMove(child_ref=child, receivers=(OTHER_TOWN,)), TOWN),
    ]
    for command, by in said:
        hub.hub.command(command, actor(by))
    assert hub.settle()
    hub.hub.command(WithdrawMove(child_ref=child), actor(TOWN))
    assert hub.settle()
    return WORDS
