"""Documents (文书) from templates: what the door for reads gave, numbered, on paper; and which
document a scan belongs to.

Nothing is asked for that a page does not ask for in the same way, in the same person's name:
whoever may not see a fact on a page has no paper with it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.calendar import shanghai_date
from domain.document_number import DocumentNumber, written_receipt
from domain.kernel import Actor, Category, Refused
from domain.organisations import seat_of
from domain.referral import STATE_WORDS, ReferralState
from hub.answers import Child, Entry, Referral
from hub.audit.log import AccessEntry
from hub.bootstrap import Program
from hub.documents import Printed
from hub.keyservice import Reader
from hub.paper.child_file import as_local
from hub.paper.document import Document
from hub.paper.form import (
    About,
    Given,
    Numbered,
    Part,
    Template,
    as_form,
    read_templates,
    read_words,
)
from hub.policies import FOLDER
from hub.printing import paper_of

ACTION = "document"
_WHO = frozenset({Category.WHO.value, Category.CONTACT.value})
_AT_ONCE = 200

Mask = Callable[[Child], Child]
"""How a child is shown to whoever prints: in full, or in part."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A document that may be printed of a child: of one entry, where it is of one."""

    kind: str
    title: str
    entry: int | None
    said: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A document that was printed, as a list shows it."""

    number: str
    title: str
    receipt: str
    made_at: str
    scans: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A document that a scan may be put to, its scan's category, and what is said of it."""

    document: Printed
    category: Category
    said: str


def templates() -> Mapping[str, Template]:
    """Every kind of document by name."""
    return read_templates(FOLDER)


def composed(
    program: Program, reader: Reader, kind: str, of: str, mask: Mask, entry: int | None = None
) -> Document | None:
    """A document with its number; None where the reader may not print one of this, or there is
    nothing that it may see. The first print gives the number, every other keeps it. Raises
    DocumentsUnavailable, AccessLogUnavailable: then nothing is printed."""
    template = templates().get(kind)
    if template is None or not template.printed_by(seat_of(reader.organisation)):
        return None
    given = _given(program, reader, template, of, mask, entry)
    if given is None:
        return None
    numbered = _numbered(program, reader, kind, template, given, of)
    return as_form(template, given, numbered, paper_of(program, reader))


def offers(program: Program, reader: Reader, child_ref: str) -> list[Offer]:
    """What may be printed of a child here: the kinds of its file, and of what happened."""
    mine = {
        name: each
        for name, each in templates().items()
        if each.printed_by(seat_of(reader.organisation))
    }
    found = [
        Offer(name, each.title, None, "")
        for name, each in mine.items()
        if each.about is About.CHILD
    ]
    of_entries = {name: each for name, each in mine.items() if each.about is About.ENTRY}
    topics = {topic for each in of_entries.values() for topic in each.topics}
    for entry in reversed(history(program, reader, child_ref, topics)):
        said = f"{as_local(entry.occurred_at)[:10]} {entry.title} {entry.producer_name}"
        found += [
            Offer(name, each.title, entry.position, said)
            for name, each in of_entries.items()
            if each.is_of(entry.topic)
        ]
    return found


def kept(program: Program, organisation: str, child_ref: str) -> list[Kept]:
    """What an organisation printed of a child, the newest first, and the scans that came back."""
    scans = program.documents.scans_about(organisation, child_ref)
    return [
        Kept(
            number=number_of(each),
            title=templates()[each.kind].title,
            receipt=written_receipt(each.receipt),
            made_at=each.made_at,
            scans=tuple(scans.get(each.receipt, ())),
        )
        for each in program.documents.about(organisation, child_ref)
        if each.kind in templates()
    ]


def number_of(document: Printed) -> str:
    """A document's number as it stands on its paper."""
    mark = templates()[document.kind].mark
    number = DocumentNumber(document.organisation, mark, document.year, document.running)
    return number.written(read_words(FOLDER))


def awaiting_scan(program: Program, reader: Reader, actor: Actor, receipt: str) -> Awaiting | None:
    """An organisation's own document by its receipt number, to put a scan to; None for any other
    number, and for one of a document that is of no child."""
    found = program.documents.of_receipt(reader.organisation, receipt)
    if found is None or not found.child_ref or found.kind not in templates():
        return None
    template = templates()[found.kind]
    categories = template.categories
    if template.about is About.REFERRAL:
        referral = program.queries.referral(reader, found.about)
        kind = program.policies.rules.referrals.get(referral.kind) if referral else None
        categories = (kind.matter,) if kind is not None else ()
    if not categories:
        return None
    may = [each for each in categories if may_state(program, actor, each, found.child_ref)]
    said = f"已签名盖章的{template.title}，{number_of(found)}"
    # Where none may be, whoever takes the file says so.
    return Awaiting(found, (may or [*categories])[0], said)


def may_state(program: Program, actor: Actor, category: Category, child_ref: str) -> bool:
    """Whether somebody may state facts of a category about a child now."""
    try:
        program.hub.check_states(actor, category, UUID(child_ref))
    except Refused:
        return False
    return True


def _numbered(
    program: Program, reader: Reader, kind: str, template: Template, given: Given, of: str
) -> Numbered:
    """Note the print, then count it: no number without its entry."""
    now = program.clock.now()
    child_ref = "" if template.about is About.ORDER else _child_of(given, of)
    audit = _noted(program, reader, child_ref, given, now)
    about = given.about
    if template.yearly:
        about = f"{about}/{shanghai_date(now).year}"
    found, nth = program.documents.printed(
        reader.organisation, kind, about, child_ref, user=reader.user, now=now, audit=audit
    )
    return Numbered(
        number=number_of(found),
        receipt=written_receipt(found.receipt),
        nth=nth,
        audit=audit,
        made_at=now.isoformat(timespec="seconds"),
        code=found.receipt,
    )


def _child_of(given: Given, of: str) -> str:
    return given.child.child_ref if given.child is not None else given.subject or of


def _noted(program: Program, reader: Reader, child_ref: str, given: Given, now: datetime) -> int:
    entry = AccessEntry(
        at=now.isoformat(timespec="microseconds"),
        user=reader.user,
        post=reader.post,
        organisation=reader.organisation,
        child_ref=child_ref,
        categories=",".join(sorted(given.categories)),
        action=ACTION,
        purpose=str(reader.purpose),
        legal_basis=str(reader.legal_basis),
        task=reader.task,
        policy_version=program.policies.version,
    )
    return program.audit.append([entry])[-1]


def _given(
    program: Program, reader: Reader, template: Template, of: str, mask: Mask, entry: int | None
) -> Given | None:
    if template.about is About.REFERRAL:
        found = program.queries.referral(reader, of)
        return _of_referral(program, found, mask) if found is not None else None
    if template.about is About.ORDER:
        said = tuple(_orders(program, reader, of))
        return Given(about=of, entries=said) if said else None
    child = program.queries.child_file(reader, of)
    if child is None and program.queries.report(reader, of) is None:
        return None
    shown = mask(child) if child is not None else None
    parts = {each.of for each in template.sections}
    wanted = {topic for each in template.sections for topic in each.topics} | {*template.topics}
    whole = Part.LOG in parts
    happened = history(program, reader, of, () if whole else wanted) if whole or wanted else []
    if shown is not child:
        # As on its page: of a child that is shown in part, nothing that says who it is.
        happened = [each for each in happened if each.category not in _WHO]
    about, entries = of, list[Entry]()
    if template.about is About.ENTRY:
        its = [each for each in happened if template.is_of(each.topic)]
        its = [each for each in its if entry is None or each.position == entry][-1:]
        if not its:
            return None
        about, entries = str(its[0].position), its
    elif child is None:
        return None
    told = [*entries, *(happened if {Part.MORE, Part.LOG} & parts else ())]
    who = {Category.WHO.value} if child is not None else set()
    return Given(
        about=about,
        subject=of,
        categories=frozenset(who | {each.category for each in told}),
        child=shown,
        entries=entries,
        history=happened,
        open_loops=program.queries.open_loops(reader, of) if Part.OPEN in parts else (),
    )


def _of_referral(program: Program, found: Referral, mask: Mask) -> Given:
    kind = program.policies.rules.referrals.get(found.kind)
    outcome = kind.outcomes.get(found.outcome or "", "") if kind is not None else ""
    town = program.policies.towns.get(found.town or "", "")
    told = (
        ("转介事项", found.title),
        ("转出单位", found.sender_name),
        ("接收单位", found.addressee_name),
        ("街镇", town),
        ("涉及单位", found.concerns_name or ""),
        ("状态", STATE_WORDS[ReferralState(found.state)]),
        ("转出时间", as_local(found.requested_at) if found.requested_at else ""),
        ("签收期限", as_local(found.accept_by)[:10] if found.accept_by else ""),
        ("办结期限", as_local(found.complete_by)[:10] if found.complete_by else ""),
        ("经办人", found.handler or ""),
        ("办理结果", outcome),
    )
    return Given(
        about=found.id,
        subject=found.child_ref,
        categories=frozenset({kind.matter.value} if kind is not None else ()),
        child=mask(found.child) if found.child is not None else None,
        referral=tuple(each for each in told if each[1]),
    )


def history(
    program: Program, reader: Reader, child_ref: str, topics: Collection[str]
) -> list[Entry]:
    """What happened to a child, the oldest first."""
    found: list[Entry] = []
    before: int | None = None
    while True:
        page = program.queries.timeline(
            reader, child_ref, topics=topics, before=before, limit=_AT_ONCE
        )
        found += page.items
        if page.next_cursor is None:
            return sorted(found, key=lambda each: (each.occurred_at, each.position))
        before = int(page.next_cursor)


def _orders(program: Program, reader: Reader, order: str) -> Iterable[Entry]:
    """What was said of a supervisory order, the oldest first."""
    found: list[Entry] = []
    before: int | None = None
    while True:
        page = program.queries.register(
            reader, stream="supervisory_order", everybodys=True, before=before, limit=_AT_ONCE
        )
        found += [each for each in page.items if each.stream == order]
        if page.next_cursor is None:
            return reversed(found)
        before = int(page.next_cursor)
