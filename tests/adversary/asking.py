"""Everything that can be asked at the door for reads, by whom and about whom.

Whoever adds a method to :class:`Queries` adds to :data:`DOORS` how it is asked everything.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

import pytest

from domain.aid_state import AidState
from domain.dropout_rules import Ledger
from domain.identity import IdentityClaim
from domain.organisations import HUB, Post
from domain.purpose import Purpose, RevealedFor
from hub.authorization.decide import admits
from hub.bootstrap import Program
from hub.bundle.check import check_bundle
from hub.eventstore.store import EventStore
from hub.keyservice import Reader
from hub.policies import load_policies
from hub.queries import Queries
from hub.queries.asked import NotAdmitted, asker_of
from tests.adversary.job import KIDS, PARTNERS, WITNESSES, Job
from tests.program import (
    DISTRICT,
    SCHOOL,
    START,
    STATION,
    VILLAGE_CODE,
    an_id_number,
    birth_date,
    reader,
)

EVERYBODY = tuple(sorted(each.id for each in (*DISTRICT, *PARTNERS, *WITNESSES)))
UNKNOWN_ID = an_id_number(999)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
OUTSIDE_SHEETS = [
    (code, sheet) for code, each in load_policies().rules.outside.items() for sheet in each.sheets
]
UNKNOWN_REF = "00000000-0000-4000-8000-000000000001"


@dataclasses.dataclass(frozen=True)
class Asking:
    """One organisation at the door, and everything there is to ask for."""

    queries: Queries
    reader: Reader
    claims: tuple[IdentityClaim, ...]
    children: tuple[str, ...]
    referrals: tuple[str, ...]
    streams: tuple[str, ...]
    reports: tuple[str, ...]
    receipts: tuple[str, ...]
    towns: tuple[str, ...]


def pages(ask: Callable[..., Any], cursor: str, **options: Any) -> Iterator[Any]:
    """A list to its end, by pages of five, so that cursors are asked too."""
    after: Any = None
    while True:
        page = ask(**{cursor: after}, limit=5, **options)
        yield page
        if page.next_cursor is None:
            return
        after = int(page.next_cursor) if cursor == "before" else page.next_cursor


def _admitted(asking: Asking) -> bool:
    """Whether the question may be asked at all."""
    who = asker_of(asking.reader, cleared=True)
    return who is not None and admits(asking.queries._policies.access, who)


def bundles(asking: Asking) -> Iterator[Any]:
    """What every case discloses to those who may export one, as they read it; the rest are
    refused. Exporting is a purpose of its own, whatever one asks for else."""
    usual = _admitted(asking)
    if usual and asking.reader.purpose is not Purpose.CASEWORK:
        return
    for case in (*asking.streams, *asking.referrals, *asking.reports):
        try:
            file = asking.queries.bundle(asking.reader, case)
        except NotAdmitted:
            if usual:
                return
            raise
        if file is not None:
            found = check_bundle(file, asking.queries._trail.public)
            yield found.events, found.looks, found.left_out


DOORS: Mapping[str, Callable[[Asking], Iterator[Any]]] = {
    "find_child": lambda a: (a.queries.find_child(a.reader, claim) for claim in a.claims),
    "search": lambda a: (a.queries.search(a.reader, claim) for claim in a.claims),
    "duplicates": lambda a: pages(
        lambda **how: a.queries.duplicates(a.reader, open_only=False, **how), "after"
    ),
    "family": lambda a: (
        a.queries.family(a.reader, child, over=over)
        for child in a.children
        for over in (False, True)
    ),
    "family_candidates": lambda a: pages(
        lambda **how: a.queries.family_candidates(a.reader, **how), "after"
    ),
    "duplicate": lambda a: (a.queries.duplicate(a.reader, each) for each in a.streams),
    "case_status": lambda a: (a.queries.case_status(a.reader, claim) for claim in a.claims),
    "child_file": lambda a: (a.queries.child_file(a.reader, child) for child in a.children),
    "reveal": lambda a: (
        a.queries.reveal(a.reader, child, RevealedFor.CHECK) for child in a.children
    ),
    "as_of": lambda a: (
        a.queries.as_of(a.reader, child, day, organisation)
        for child in a.children
        for day in (START.date(), START.date() + timedelta(days=7))
        for organisation in ("", SCHOOL, STATION)
    ),
    "explain": lambda a: (
        a.queries.explain(a.reader, each) for each in (*a.streams, *a.reports, *a.referrals)
    ),
    "access_log": lambda a: (a.queries.access_log(a.reader, child) for child in a.children),
    "unusual_looks": lambda a: pages(
        lambda **how: a.queries.unusual_looks(a.reader, **how), "before"
    ),
    "bundle": lambda a: bundles(a),
    "timeline": lambda a: (
        page
        for child in a.children
        for page in pages(
            lambda **how: a.queries.timeline(a.reader, child, **how),  # noqa: B023
            "before",
        )
    ),
    "register": lambda a: (
        page
        for asked in (
            {},
            {"stream": "visit"},
            {"stream": "guardianship", "everybodys": True},
            {"everybodys": True},
        )
        for page in pages(
            lambda **how: a.queries.register(a.reader, **asked, **how),  # noqa: B023
            "before",
        )
    ),
    "stated": lambda a: (a.queries.stated(a.reader, each) for each in (*a.streams, *a.referrals)),
    "visits_due": lambda a: (
        page
        for village in (None, VILLAGE_CODE)
        for page in pages(
            lambda **how: a.queries.visits_due(a.reader, village=village, **how),  # noqa: B023
            "after",
        )
    ),
    "visits_by_village": lambda a: iter([a.queries.visits_by_village(a.reader)]),
    "follow_up_list": lambda a: pages(
        lambda **how: a.queries.follow_up_list(a.reader, **how), "after"
    ),
    "children": lambda a: pages(lambda **how: a.queries.children(a.reader, **how), "after"),
    "unassigned": lambda a: pages(lambda **how: a.queries.unassigned(a.reader, **how), "after"),
    "inbox": lambda a: pages(
        lambda **how: a.queries.inbox(a.reader, open_only=False, **how), "after"
    ),
    "open_loops": lambda a: (a.queries.open_loops(a.reader, each) for each in a.children),
    "inbox_counts": lambda a: iter([a.queries.inbox_counts(a.reader)]),
    "sent": lambda a: pages(lambda **how: a.queries.sent(a.reader, **how), "after"),
    "board": lambda a: pages(lambda **how: a.queries.board(a.reader, **how), "after"),
    "joint_case": lambda a: (
        a.queries.joint_case(a.reader, each) for each in (*a.streams, *a.reports)
    ),
    "dropout_reports": lambda a: (
        a.queries.dropout_reports(a.reader, period) for period in ("2025-03", "2025-Q1")
    ),
    "duties": lambda a: iter([a.queries.duties(a.reader, "2025")]),
    "programme_coverage": lambda a: iter([a.queries.programme_coverage(a.reader, "2025")]),
    "hazards": lambda a: iter([a.queries.hazards(a.reader)]),
    "sites": lambda a: iter([a.queries.sites(a.reader, "2025")]),
    "work_items": lambda a: iter([a.queries.work_items(a.reader, "2025")]),
    "budgets": lambda a: iter([a.queries.budgets(a.reader, "2025")]),
    "indicators": lambda a: iter([a.queries.indicators(a.reader, 2025)]),
    "annual_returns": lambda a: iter([a.queries.annual_returns(a.reader, 2025)]),
    "annual_return": lambda a: iter(
        [a.queries.annual_return(a.reader, a.reader.organisation, 2025)]
    ),
    "exact_requests": lambda a: iter([a.queries.exact_requests(a.reader)]),
    "exact_return": lambda a: (a.queries.exact_return(a.reader, each) for each in a.streams),
    "indicator": lambda a: (
        a.queries.indicator(a.reader, code, 2025)
        for code in load_policies().rules.indicators.indicators
    ),
    "good_cases": lambda a: iter([a.queries.good_cases(a.reader)]),
    "care_places": lambda a: iter([a.queries.care_places(a.reader)]),
    "pairing_coverage": lambda a: iter([a.queries.pairing_coverage(a.reader)]),
    "complete_file": lambda a: (a.queries.complete_file(a.reader, each) for each in a.children),
    "outside_entries": lambda a: pages(
        lambda **how: a.queries.outside_entries(a.reader, waiting=False, **how), "after"
    ),
    "outside_records": lambda a: (
        page
        for system, sheet in OUTSIDE_SHEETS
        for page in pages(
            lambda **how: a.queries.outside_records(a.reader, system, sheet, **how),  # noqa: B023
            "before",
        )
    ),
    "offers": lambda a: iter([a.queries.offers(a.reader, "2025")]),
    "offer_figures": lambda a: iter([a.queries.offer_figures(a.reader, "2025")]),
    "job_helps": lambda a: iter([a.queries.job_helps(a.reader, over=True)]),
    "job_wishes": lambda a: iter([a.queries.job_wishes(a.reader, over=True)]),
    "verification_rounds": lambda a: iter([a.queries.verification_rounds(a.reader)]),
    "aid_applications": lambda a: (
        page
        for state in (None, *AidState)
        for page in pages(
            lambda **how: a.queries.aid_applications(a.reader, state=state, **how),  # noqa: B023
            "after",
        )
    ),
    "aid_possible": lambda a: pages(lambda **how: a.queries.aid_possible(a.reader, **how), "after"),
    "payment_totals": lambda a: iter([a.queries.payment_totals(a.reader, "2025-03")]),
    "payment_differences": lambda a: iter([a.queries.payment_differences(a.reader, "2025-03")]),
    "ledger": lambda a: (
        page
        for ledger in Ledger
        for page in pages(
            lambda **how: a.queries.ledger(a.reader, ledger, **how),  # noqa: B023
            "after",
        )
    ),
    "led_cases": lambda a: pages(lambda **how: a.queries.led_cases(a.reader, **how), "after"),
    "referral": lambda a: (a.queries.referral(a.reader, each) for each in a.referrals),
    "reports": lambda a: (
        page
        for asked in ({}, {"decision": "NOT_FILED"}, {"feedback_owed": True})
        for page in pages(
            lambda **how: a.queries.reports(a.reader, **asked, **how),  # noqa: B023
            "after",
        )
    ),
    "report": lambda a: (a.queries.report(a.reader, each) for each in a.reports),
    "report_of": lambda a: (a.queries.report_of(a.reader, each) for each in a.receipts),
    "approvals": lambda a: pages(lambda **how: a.queries.approvals(a.reader, **how), "after"),
    "advices": lambda a: pages(lambda **how: a.queries.advices(a.reader, **how), "after"),
    "advice": lambda a: (a.queries.advice(a.reader, each) for each in a.children),
    "break_glass": lambda a: pages(lambda **how: a.queries.break_glass(a.reader, **how), "before"),
    "break_glass_access": lambda a: (
        a.queries.break_glass_access(a.reader, each) for each in a.streams
    ),
    "break_glass_uses": lambda a: iter([a.queries.break_glass_uses(a.reader, since=LONG_AGO)]),
    "attachments": lambda a: (
        page
        for child in a.children
        for page in pages(
            lambda **how: a.queries.attachments(a.reader, child, **how),  # noqa: B023
            "before",
        )
    ),
    "attachment": lambda a: (a.queries.attachment(a.reader, each) for each in a.streams),
    "records_requests": lambda a: (
        page
        for owed in (False, True)
        for page in pages(
            lambda **how: a.queries.records_requests(a.reader, to_answer=owed, **how),  # noqa: B023
            "before",
        )
    ),
    "records_request": lambda a: (a.queries.records_request(a.reader, each) for each in a.streams),
    "overdue": lambda a: (
        page
        for town in (None, *a.towns)
        for page in pages(
            lambda **how: a.queries.overdue(a.reader, town=town, **how),  # noqa: B023
            "after",
        )
    ),
    "overdue_by_town": lambda a: iter([a.queries.overdue_by_town(a.reader)]),
    "silence": lambda a: (
        page
        for mine in (False, True)
        for page in pages(
            lambda **how: a.queries.silence(a.reader, mine=mine, **how),  # noqa: B023
            "after",
        )
    ),
    "silence_counts": lambda a: iter([a.queries.silence_counts(a.reader)]),
    "differing_reports": lambda a: iter([a.queries.differing_reports(a.reader)]),
    "silent_feeds": lambda a: iter([a.queries.silent_feeds(a.reader)]),
    "continuing_education": lambda a: (
        a.queries.continuing_education(a.reader, year) for year in (None, 2025)
    ),
    "workforce_figures": lambda a: (
        a.queries.workforce_figures(a.reader, year) for year in (None, 2025)
    ),
    "social_organisations": lambda a: iter([a.queries.social_organisations(a.reader)]),
    "service_coverage": lambda a: iter([a.queries.service_coverage(a.reader)]),
    "workload": lambda a: iter([a.queries.workload(a.reader)]),
    "staff": lambda a: pages(lambda **how: a.queries.staff(a.reader, **how), "before"),
    "away_with_open_work": lambda a: iter([a.queries.away_with_open_work(a.reader)]),
    "silence_of_district": lambda a: iter([a.queries.silence_of_district(a.reader)]),
}
"""How to ask each method of :class:`Queries` everything. Whoever adds a method adds it here."""

NOT_ANSWERING = {
    "note",
    "check",
    "count",
    "may_search",
    "task_of",
    "in_hand",
    "has_child",
    "both",
    "newest",
}
"""Public methods that show nothing."""


_SOME = 3
_known: WeakKeyDictionary[EventStore, tuple[int, list[str], list[str]]] = WeakKeyDictionary()


def _identifiers(store: EventStore) -> tuple[list[str], list[str]]:
    """Of every referral, and of every stream that somebody outside the hub wrote to. Only some
    referrals and children's files are among the latter: what asks by either has all of them, and
    nothing else finds anything by one."""
    known = _known.get(store)
    if known is None or known[0] != store.position:
        facts = store.feed(0, 100_000)
        referrals = sorted({str(f.stream) for f in facts if f.topic.startswith("referral.")})
        kinds: dict[str, set[str]] = {}
        for fact in facts:
            if fact.producer != HUB:
                kinds.setdefault(fact.topic.split(".")[0], set()).add(str(fact.stream))
        for kind in ("referral", "child_file"):
            kinds[kind] = set(sorted(kinds.get(kind, ()))[:_SOME])
        streams = sorted({each for of_a_kind in kinds.values() for each in of_a_kind})
        known = _known[store] = store.position, referrals, streams
    return known[1], known[2]


def doors_of(organisation: str) -> pytest.MarkDecorator:
    """One process asks for a whole seat: what a door told it once need not be asked again."""
    return pytest.mark.xdist_group(f"doors of {organisation.split(':')[0]}")


def each_of(organisations: Iterable[str]) -> list[Any]:
    """Organisations as parameters, those of a seat in one process."""
    return [pytest.param(each, id=each, marks=doors_of(each)) for each in organisations]


class Answers:
    """Organisation → door → everything it is told there; asked once, when somebody wants to
    know."""

    def __init__(self, hub: Program, job: Job) -> None:
        self._hub = hub
        self._job = job
        self._told: dict[str, dict[str, list[str]]] = {}

    def __getitem__(self, organisation: str) -> Mapping[str, list[str]]:
        if organisation not in self._told:
            self._told[organisation] = {
                name: [
                    text_of(each) for each in door(asking_as(self._hub, self._job, organisation))
                ]
                for name, door in DOORS.items()
            }
        return self._told[organisation]

    def text(self, organisation: str) -> str:
        """All of it."""
        return "\n".join(text for texts in self[organisation].values() for text in texts)


def asking_as(hub: Program, job: Job, organisation: str, post: Post = Post.HANDLER) -> Asking:
    numbers = (*job.id_numbers.values(), UNKNOWN_ID)
    names = {each.child: each.text for each in job.secrets if each.text.startswith("曾")}
    by_name = tuple(
        IdentityClaim(name=name, birth_date=birth_date(700 + KIDS.index(kid)), village=VILLAGE_CODE)
        for kid, name in names.items()
    )
    referrals, streams = _identifiers(hub.store)
    return Asking(
        hub.queries,
        reader(organisation, post),
        (*(IdentityClaim("", id_number=number) for number in numbers), *by_name),
        (*job.children.values(), *job.reports.values(), *job.matters, UNKNOWN_REF),
        (*referrals, UNKNOWN_REF),
        (*streams, UNKNOWN_REF),
        (*job.reports.values(), UNKNOWN_REF),
        (*job.reports, "20250303-22222222"),
        ("310117001", "310117002"),
    )


def plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _by_text(dataclasses.asdict(value))
    return str(value)


def _by_text(value: Any) -> Any:
    """JSON knows texts as keys alone; what is counted is counted by several things at once."""
    if isinstance(value, dict):
        return {
            each if isinstance(each, str) else str(each): _by_text(of) for each, of in value.items()
        }
    if isinstance(value, list | tuple):
        return [_by_text(each) for each in value]
    return value


def text_of(answer: Any) -> str:
    return json.dumps(answer, default=plain, ensure_ascii=False, sort_keys=True)
