"""Questions about a case under which several have tasks (联办案件): its referrals, as far as the
organisation sees them, and who leads it (牵头单位), for those that take part.

Who takes part is asked of the view, and who leads of the log: an organisation takes part by a
referral that is open, and is told no more once it is over. A number of which nothing is to be shown
reads like one that is not there.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from domain.child_file import CHILD_FILE, ChildFile
from domain.joint_case import JOINT_CASE, joint_case_id
from domain.joint_case_facts import JointCase as Led
from domain.joint_case_facts import JointState
from domain.mandatory_report import MANDATORY_REPORT, MandatoryReport
from domain.organisations import HUB, seat_of
from hub.answers import JointCase, Page, Referral
from hub.keyservice import Reader
from hub.queries.door import MAX_PAGE, PAGE, as_uuid, of_matters
from hub.queries.referrals import OPEN_REFERRALS, Referrals
from projections.tables import CASES, REFERRALS


class JointCases(Referrals):
    """Cases that an organisation leads, or takes part in."""

    def joint_case(self, reader: Reader, case: str) -> JointCase | None:
        """One case: its referrals that the organisation's view holds, and its lead, if the
        organisation takes part. None where there is neither."""
        case_id = as_uuid(case)
        where = REFERRALS.c.case_id == ("" if case_id is None else str(case_id))
        page = self._referral_page(reader, where, None, MAX_PAGE, "joint_case")
        led: Led = (
            Led() if case_id is None else self._store.load(JOINT_CASE, joint_case_id(case_id)).state
        )
        ours = reader.organisation
        of_it = self._children_of_case(led)
        takes_part = any(_takes_part(ours, each) for each in page.items if each.child_ref in of_it)
        asked = ours in (led.lead, led.offered_to) and bool(self._led_shown(reader, [led]))
        if not takes_part and not asked:
            return self._case_told(None, Led(), page.items) if page.items else None
        if led.state is JointState.NONE:
            return self._case_told(None, led, page.items)
        self._keyservice.note(reader, {str(led.child_ref): (led.matter.value,)}, "joint_case.lead")
        return self._case_told(ours, led, page.items)

    def led_cases(
        self, reader: Reader, *, after: str | None = None, limit: int = PAGE
    ) -> Page[JointCase]:
        """The cases that the organisation leads, or is asked to lead, and that are not closed."""
        asked = self._admit(reader, "led_cases")
        ours, limit = reader.organisation, min(limit, MAX_PAGE)
        query = (
            select(CASES.c.id)
            .where(
                CASES.c.organisation == ours,
                CASES.c.kind == JOINT_CASE.name,
                CASES.c.state != JointState.CLOSED.value,
                *of_matters(asked, CASES.c.category),
            )
            .order_by(CASES.c.id)
            .limit(limit + 1)
        )
        if after is not None:
            query = query.where(CASES.c.id > after)
        with self._view(seat_of(ours)).engine.begin() as connection:
            found = list(connection.execute(query).scalars())
        more, found = len(found) > limit, found[:limit]
        # The view of one that led it once, or was asked, says nothing of what came after.
        states: list[Led] = [self._store.load(JOINT_CASE, UUID(each)).state for each in found]
        held = [
            each
            for each in states
            if each.state is not JointState.CLOSED and ours in (each.lead, each.offered_to)
        ]
        shown = self._led_shown(reader, held)
        looks: dict[str, set[str]] = {}
        for each in shown:
            looks.setdefault(str(each.child_ref), set()).add(each.matter.value)
        self._keyservice.note(reader, looks or {"": ()}, "led_cases")
        return Page(
            tuple(self._case_told(ours, each, ()) for each in shown), found[-1] if more else None
        )

    def _children_of_case(self, led: Led) -> set[str]:
        """Under which numbers a case has its child: whoever opens a referral by hand may name any
        case, and makes nobody part of one of another child's by it."""
        if led.child_ref is None or led.case_id is None:
            return set()
        report: MandatoryReport = self._store.load(MANDATORY_REPORT, led.case_id).state
        found = {led.child_ref, report.child_ref} - {None}
        files: list[ChildFile] = [
            self._store.load(CHILD_FILE, each).state for each in found if each
        ]
        return {str(each) for each in found | {file.merged_into for file in files} if each}

    def _led_shown(self, reader: Reader, cases: list[Led]) -> list[Led]:
        """Those of them that may be shown to one that leads, or is asked to: none in which it is
        conflicted (利害关系单位)."""
        asked = self._admit(reader, "led_cases")
        kept = {str(each.case_id): each for each in cases if each.matter in asked.matters}
        rows = [
            {
                "case_id": case_id,
                "child_ref": str(each.child_ref),
                "matter": each.matter.value,
                "owner": reader.organisation,
            }
            for case_id, each in kept.items()
        ]
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            shown = self._still(connection, reader, asked, rows, "matter")
        return [kept[row["case_id"]] for row in shown]

    def _case_told(self, ours: str | None, led: Led, referrals: tuple[Referral, ...]) -> JointCase:
        """``ours``: the organisation, where it is told who leads."""
        name = self._directory.name
        # Whom the lead has asked is between the two of them.
        offered = led.offered_to if ours in (led.lead, led.offered_to) else None
        told = ours is not None and led.state is not JointState.NONE
        state = led.state
        if state is JointState.OFFERED and offered is None:
            state = JointState.OPEN
        closes = ours == led.lead and led.state is not JointState.CLOSED
        return JointCase(
            case_id=str(led.case_id) if told else "",
            matter=led.matter.value if told else None,
            state=state.value if told else None,
            lead=led.lead if told else None,
            lead_name=name(led.lead) if told else None,
            offered_to=offered,
            offered_to_name=offered and name(offered),
            answer_by=led.answer_by.isoformat() if offered and led.answer_by else None,
            transfers=tuple((name(e.former), name(e.lead)) for e in led.transfers) if told else (),
            child_ref=str(led.child_ref) if told else None,
            closable=led.close_by is not None if closes else None,
            close_by=led.close_by.isoformat() if closes and led.close_by else None,
            referrals=referrals,
        )


def _takes_part(organisation: str, referral: Referral) -> bool:
    """Whether a referral makes an organisation part of its case: it has it in hand, or a record of
    its own has asked for it. Whoever opens one by hand names the case itself, and would be told by
    naming it."""
    if referral.state not in OPEN_REFERRALS or organisation == HUB:
        return False
    sent = referral.sender == organisation and not referral.by_hand
    return sent or organisation == referral.addressee
