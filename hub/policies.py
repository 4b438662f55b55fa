"""Loads policies/ whole, or stops: rules for decisions, the access policy, places, calendars."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, PositiveInt, ValidationError

from domain.aid_rules import Scheme
from domain.calendar import SchoolCalendar, WorkingCalendar
from domain.casework_rules import CaseworkRules
from domain.dropout_rules import DropoutRules
from domain.duty_rules import DutyRule, DutyRules
from domain.escalation import APART, EscalationRules
from domain.good_case_rules import GoodCaseRules
from domain.kernel import Category, Event
from domain.lead_rules import LeadRules
from domain.notices import NoticeRules
from domain.offer_rules import OfferRules
from domain.organisations import Seat
from domain.outside_systems import MATTERS, OutsideSystem
from domain.periodic_duty import COUNTED_FROM
from domain.phone_visits import PhoneVisitRules
from domain.protection_order import NEVER_STOP
from domain.registry import EVENTS, STREAM_BY_NAME, STREAM_OF_TOPIC
from domain.report_duty_rules import ReportDutyRules
from domain.rules import (
    ApprovalRules,
    AssessmentRules,
    BreakGlassRules,
    Clock,
    ConsentRules,
    ErasureRules,
    MatchingRules,
    MoveRules,
    RecordsRules,
    ReferralKind,
    Rules,
    SealingRules,
    SuspectRules,
    Thresholds,
    VisitRules,
)
from domain.safety_rules import SafeContactRules, SafetyRules
from domain.sign_in import SignInRules
from domain.silence_rules import SilenceRules
from domain.suspicion import SUSPECT_RELATION
from domain.workforce_rules import WorkforceRules
from hub.attachments.limits import AttachmentRules, parse_attachments
from hub.audit.lookups import LookRules
from hub.authorization.policy import (
    BY_TASK,
    Checked,
    Jurisdiction,
    Policy,
    PolicyError,
    Word,
    parse_guardian_contact,
    parse_jurisdictions,
    parse_matrix,
    parse_status_flags,
)
from hub.authorization.purposes import parse_audiences, parse_purposes
from hub.indicator_rules import parse_indicators

FOLDER = Path(__file__).resolve().parent.parent / "policies"


@dataclass(frozen=True, slots=True)
class Division:
    """A village or residents' committee (村居) of the district and its town or street."""

    code: str
    name: str
    town_code: str
    town_name: str


@dataclass(frozen=True, slots=True)
class ShownLooks:
    """Who sees whose looks at a child (policies/access-log.toml)."""

    sees_all: frozenset[Seat]
    sees_some: frozenset[Seat]
    discreet_seats: frozenset[Seat]
    discreet_categories: frozenset[str]
    asks_as_of: frozenset[Seat]
    """Seats that may ask what another organisation could see."""
    masked_beyond_tasks: frozenset[Seat]
    """Seats whose pages show who a child is in part only, beyond what they have in hand."""


class WorkspaceRules(BaseModel):
    """What pages of the workspace offer (policies/workspace.toml). ``voice_input``: speaking
    instead of typing, by which what is said reaches the browser's maker."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    voice_input: bool


class RetentionClass(BaseModel):
    """How long one class of records is kept (policies/retention.toml)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: str
    reference: Literal["adult_or_last", "received"]
    years: PositiveInt
    action: Literal["request_erasure", "empty"]
    source: str


@dataclass(frozen=True, slots=True)
class Policies:
    """Everything of policies/, parsed and cross-checked."""

    version: str
    rules: Rules
    retention: Mapping[str, RetentionClass]
    access: Policy
    clear_facts: Mapping[str, str]
    divisions: tuple[Division, ...]
    terms: Mapping[str, str]
    looks: ShownLooks
    unusual_looks: LookRules
    attachments: AttachmentRules
    notices: NoticeRules
    sign_in: SignInRules
    workspace: WorkspaceRules
    phone_visits: PhoneVisitRules

    @property
    def towns(self) -> dict[str, str]:
        """Names of the 17 towns and streets by 9-digit code."""
        return {division.town_code: division.town_name for division in self.divisions}


_NEVER_SEALED = frozenset({Category.HARM, Category.REPORTER, None})
"""Categories, and a category of the event's own choosing, that no sealable record may hold: a
victim's records are never sealed."""

STATISTICAL_UNITS = frozenset({"310117501", "310117504", "310117507"})
"""Units of the statistical code set that are no towns: they have no protection station."""


@cache
def load_policies(folder: Path = FOLDER) -> Policies:
    """Read every file. Raises PolicyError, naming the file, on anything malformed."""
    version = f"{_toml(folder / 'version.toml')['version']}+{_digest(folder)}"
    access = Policy(
        version=version,
        matrix=parse_matrix(_text(folder / "sharing-matrix.csv")),
        jurisdictions=parse_jurisdictions(_toml(folder / "jurisdictions.toml")),
        status_flags=parse_status_flags(_toml(folder / "status-flags.toml")["status"]),
        purposes=parse_purposes(_toml(folder / "purposes.toml")),
        audiences=parse_audiences(_toml(folder / "audiences.toml")),
        guardian_contact=parse_guardian_contact(
            _toml(folder / "suspects.toml").get("guardian_contact", {})
        ),
    )
    rules = _rules(folder, version, access)
    check = rules.workforce.entry_check
    access = replace(
        access,
        decides_duplicates=rules.matching.duplicates.decided_by,
        checked=Checked(
            check.required,
            check.where_registered,
            check.required_from,
            rules.workforce.social_organisations.required_from,
        ),
    )
    _check_release_sets(rules, access)
    _check_consents(rules, access)
    _check_suspects(rules)
    _check_leads(rules, access)
    _check_running_on(rules)
    return Policies(
        version=version,
        rules=rules,
        retention=_retention(_toml(folder / "retention.toml")),
        access=access,
        clear_facts=_clear_facts(_toml(folder / "clear-facts.toml")),
        divisions=_divisions(folder / "divisions.csv"),
        terms={
            row["item"]: row["zh"]
            for row in csv.DictReader(_text(folder / "terms.csv").splitlines())
        },
        looks=_shown_looks(_toml(folder / "access-log.toml")),
        unusual_looks=_unusual_looks(_toml(folder / "unusual-looks.toml")),
        attachments=_attachments(_toml(folder / "attachments.toml")),
        notices=_notices(_toml(folder / "notices.toml")),
        sign_in=_sign_in(_toml(folder / "sign-in.toml")),
        workspace=_workspace(_toml(folder / "workspace.toml")),
        phone_visits=_phone_visits(_visits(folder)[1]),
    )


def _rules(folder: Path, version: str, access: Policy) -> Rules:
    calendar = WorkingCalendar(_years(folder, ""))
    try:
        leads = _leads(_toml(folder / "leads.toml"))
        return Rules(
            version=version,
            thresholds=Thresholds.model_validate(_toml(folder / "thresholds.toml")),
            referrals={
                name: ReferralKind.model_validate(row)
                for name, row in _toml(folder / "referrals.toml").items()
            },
            clocks={
                name: Clock.model_validate(row)
                for name, row in _toml(folder / "clocks.toml").items()
            },
            consent=ConsentRules.model_validate(_toml(folder / "consent.toml")),
            visits=VisitRules.model_validate(_visits(folder)[0]),
            benefits={
                code: Scheme.model_validate(row)
                for code, row in _toml(folder / "benefits.toml").items()
            },
            matching=MatchingRules.model_validate(_toml(folder / "matching.toml")),
            break_glass=_break_glass(_toml(folder / "break-glass.toml"), leads, access),
            erasure=ErasureRules.model_validate(_toml(folder / "erasure.toml")),
            sealing=_sealing(_toml(folder / "sealable.toml")),
            moves=MoveRules.model_validate(_toml(folder / "moves.toml")),
            suspects=_suspects(_toml(folder / "suspects.toml")),
            leads=leads,
            dropout=DropoutRules.model_validate(_toml(folder / "dropout.toml")),
            report_duty=ReportDutyRules.model_validate(_toml(folder / "report-duty.toml")),
            casework=CaseworkRules.model_validate(_toml(folder / "casework.toml")),
            safety=SafetyRules.model_validate(_toml(folder / "safety-instructions.toml")),
            safe_contacts=SafeContactRules.model_validate(_toml(folder / "safe-contacts.toml")),
            records_requests=_records_requests(_toml(folder / "records-requests.toml"), access),
            escalation=EscalationRules.model_validate(_toml(folder / "escalation.toml")),
            approvals=ApprovalRules.model_validate(_toml(folder / "approvals.toml")),
            assessment=AssessmentRules.model_validate(_toml(folder / "assessment.toml")),
            silence=_silence(_toml(folder / "silence.toml"), leads),
            duties=_duties(folder, access, _toml(folder / "escalation.toml").get("ladder", {})),
            offers=OfferRules.model_validate(_toml(folder / "offers.toml")),
            workforce=WorkforceRules.model_validate(_toml(folder / "workforce.toml")),
            indicators=parse_indicators(_toml(folder / "indicators.toml"), access),
            outside=_outside(folder / "mappings", access),
            good_cases=GoodCaseRules.model_validate(_toml(folder / "good-cases.toml")),
            calendar=calendar,
            school=SchoolCalendar(_years(folder, "school-"), calendar),
        )
    except ValidationError as error:
        raise PolicyError(f"policies: {error}") from error


def _years(folder: Path, prefix: str) -> dict[int, dict[str, Any]]:
    """The calendars of a kind, by year."""
    return {
        int(path.stem.removeprefix(prefix)): _toml(path)
        for path in sorted((folder / "calendar").glob(f"{prefix}[0-9][0-9][0-9][0-9].toml"))
    }


def _leads(data: Mapping[str, Any]) -> LeadRules:
    stated = {name: value for name, value in data.items() if name != "rest"}
    return LeadRules.model_validate({**stated, **data.get("rest", {})})


def _break_glass(data: Mapping[str, Any], leads: LeadRules, access: Policy) -> BreakGlassRules:
    """What the file says, who leads, and what each of its seats may open by it. Raises
    PolicyError."""
    openable, rest = _openable("break-glass", data, access)
    return BreakGlassRules.model_validate({**rest, "leads": leads.leads, "openable": openable})


def _suspects(data: Mapping[str, Any]) -> SuspectRules:
    apart = ("routes", "guardian_contact")
    stated = {name: value for name, value in data.items() if name not in apart}
    return SuspectRules.model_validate({**stated, **data.get("routes", {})})


def _silence(data: Mapping[str, Any], leads: LeadRules) -> SilenceRules:
    """What the file says. Raises PolicyError for a feed that no event can be of."""
    found = SilenceRules.model_validate({**data, "without_lead": leads.apart})
    for name, feed in found.feeds.items():
        if unknown := feed.topics - set(EVENTS):
            raise PolicyError(f"silence: {name} names no event that there is: {sorted(unknown)}")
    return found


def _duties(folder: Path, access: Policy, ladders: Container[str]) -> DutyRules:
    """What the file says, and the district's villages. Raises PolicyError for what no event can be
    of, and for a seat that may not record what it owes."""
    villages = tuple(each.code for each in _divisions(folder / "divisions.csv"))
    found = DutyRules(
        duties={
            name: DutyRule.model_validate(row)
            for name, row in _toml(folder / "duties.toml").items()
        },
        villages=villages,
    )
    for name, rule in found.duties.items():
        for each in rule.satisfied_by:
            if each.topic not in COUNTED_FROM or not _may_hold(EVENTS[each.topic], each.where):
                raise PolicyError(f"duties: {name} is satisfied by what is not counted")
        if rule.ladder is not None and rule.ladder not in ladders:
            raise PolicyError(f"duties: {name}: no ladder {rule.ladder}")
        for seat in rule.by:
            if Word.PUBLISH not in access.words(seat, Category.PROGRAMMES):
                raise PolicyError(f"duties: {name} is owed by {seat}, which records no programmes")
    return found


def _outside(folder: Path, access: Policy) -> dict[str, OutsideSystem]:
    """The systems that officials keep elsewhere, by code: a file each. Raises PolicyError for a
    system that has no code, a fact that there is not, and a seat that may not state its matter."""
    found: dict[str, OutsideSystem] = {}
    for path in sorted(folder.glob("*.toml")):
        code = path.stem.replace("-", "_").upper()
        if code not in MATTERS:
            raise PolicyError(f"mappings: no system {code}")
        found[code] = OutsideSystem.model_validate({**_toml(path), "matter": MATTERS[code]})
    for code, system in found.items():
        if unknown := {t for each in system.sheets.values() for t in each.topics} - set(EVENTS):
            raise PolicyError(f"mappings: {code} names no event that there is: {sorted(unknown)}")
        for seat in system.seats | system.awaited:
            if Word.PUBLISH not in access.words(seat, system.matter):
                raise PolicyError(f"mappings: {code} is kept by {seat}, which states none of it")
    return found


def _may_hold(event: type[Event], where: Mapping[str, Collection[str]]) -> bool:
    """Whether clear fields of an event may hold these codes of their closed lists."""
    for name, values in where.items():
        field = event.model_fields.get(name)
        kind = field.annotation if field is not None else None
        codes = set(kind) if isinstance(kind, type) and issubclass(kind, StrEnum) else set()
        if not set(values) <= codes:
            return False
    return True


def _records_requests(data: Mapping[str, Any], access: Policy) -> RecordsRules:
    """What the file says, and who holds what by the matrix. Raises PolicyError."""
    openable, rest = _openable("records-requests", data, access)
    never = set(map(Category, data["never"]))

    def by(word: Word) -> dict[Seat, frozenset[Category]]:
        return {
            seat: frozenset(c for c in Category if c not in never and word in access.words(seat, c))
            for seat in Seat
        }

    return RecordsRules.model_validate(
        {
            **rest,
            "openable": openable,
            "reads": {
                seat: found if seat in access.jurisdictions else frozenset()
                for seat, found in by(Word.READ).items()
            },
            "publishes": by(Word.PUBLISH),
            "district": frozenset(
                seat for seat, kind in access.jurisdictions.items() if kind is Jurisdiction.DISTRICT
            ),
        }
    )


def _sealing(data: Mapping[str, Any]) -> SealingRules:
    """What the file says. Raises PolicyError for a class whose records cannot be sealed alone, or
    may not be: they are a child's, nobody else begins from them, and none tells of harm."""
    found = SealingRules.model_validate(data)
    for name, each in found.classes.items():
        for stream in (each.stream, *each.with_):
            if stream not in STREAM_BY_NAME:
                raise PolicyError(f"sealable: {name} names no stream that there is: {stream}")
        stated = STREAM_BY_NAME[each.stream]
        if stated.by_itself or stated.case is None:
            raise PolicyError(f"sealable: {name} is no case of a child's")
        events = [EVENTS[topic] for topic in EVENTS if STREAM_OF_TOPIC[topic] is stated]
        categories = {event.CATEGORY for event in events} | {
            mark.category for event in events for mark in event.SENSITIVE.values()
        }
        if categories & _NEVER_SEALED:
            raise PolicyError(f"sealable: {name} may hold what was done to a child")
        if stated.stands is None:
            raise PolicyError(f"sealable: {name} does not say when it is still needed")
    return found


def _openable(
    file: str, data: Mapping[str, Any], access: Policy
) -> tuple[dict[Seat, frozenset[Category]], dict[str, Any]]:
    """What each of a file's ``seats`` may open: what a task could release to it, without
    ``never``; and the rest of the file. Raises PolicyError."""
    try:
        never = {Category.WHO, *map(Category, data["never"])}
        openable = {
            seat: frozenset(
                category
                for category in Category
                if category not in never and access.words(seat, category) & BY_TASK
            )
            for seat in map(Seat, data["seats"])
        }
    except (KeyError, ValueError) as error:
        raise PolicyError(f"{file}: {error}") from error
    return openable, {n: value for n, value in data.items() if n not in ("never", "seats")}


def _check_release_sets(rules: Rules, access: Policy) -> None:
    """A release set may hold only what the matrix lets the addressed seat see by a task."""
    for name, kind in rules.referrals.items():
        for seat, category in product(kind.seats, kind.release):
            words = access.words(seat, category)
            if category is not Category.WHO and not words & BY_TASK:
                raise PolicyError(f"referrals: {name} releases {category} to {seat}")
    for seat, categories in rules.moves.handover.items():
        for category in categories:
            if category is not Category.WHO and not access.words(seat, category) & BY_TASK:
                raise PolicyError(f"moves: hands {category} over to {seat}")


def _shown_looks(data: Mapping[str, Any]) -> ShownLooks:
    try:
        discreet = data["discreet"]
        if not isinstance(discreet["reason"], str) or not discreet["reason"]:
            raise PolicyError("access-log: what is discreet has a reason")
        return ShownLooks(
            sees_all=frozenset(map(Seat, data["sees_all"])),
            sees_some=frozenset(map(Seat, data["sees_some"])),
            discreet_seats=frozenset(map(Seat, discreet["seats"])),
            asks_as_of=frozenset(map(Seat, data["asks_as_of"])),
            # Rules that were kept before there was such a list have none.
            masked_beyond_tasks=frozenset(map(Seat, data.get("masked_beyond_tasks", ()))),
            discreet_categories=frozenset(Category(each).value for each in discreet["categories"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise PolicyError(f"access-log: {error}") from error


def _unusual_looks(data: Mapping[str, Any]) -> LookRules:
    try:
        rules = LookRules.model_validate(data)
        for seat in rules.night.not_for | rules.told.responsible | rules.told.oversight:
            Seat(seat)
    except ValueError as error:
        raise PolicyError(f"unusual-looks: {error}") from error
    return rules


def _retention(data: Mapping[str, Any]) -> dict[str, RetentionClass]:
    if set(data) != {"child_file", "corrected_row"}:
        raise PolicyError("retention: a class that no job knows, or one that is missing")
    try:
        return {name: RetentionClass.model_validate(row) for name, row in data.items()}
    except ValidationError as error:
        raise PolicyError(f"retention: {error}") from error


def _check_consents(rules: Rules, access: Policy) -> None:
    """Consent opens nothing that the matrix does not let the seat be told at all."""
    for name, kind in rules.consent.kinds.items():
        for seat, category in product(kind.seats, kind.categories):
            words = access.words(seat, category)
            if category is not Category.WHO and not words & BY_TASK:
                raise PolicyError(f"consent: {name} tells {category} to {seat}")


def _check_suspects(rules: Rules) -> None:
    """There is somebody to take over whatever comes."""
    for name in (rules.suspects.take_over, rules.suspects.take_over_harm):
        taken = rules.referrals.get(name)
        if taken is None or rules.suspects.last_resort not in taken.seats:
            raise PolicyError("suspects: the last resort may not be sent what it is to take over")
    if not rules.referrals[rules.suspects.take_over_harm].unreturnable:
        raise PolicyError("suspects: what is taken over of harm can be given back")
    named = rules.suspects.guardian_relations | rules.suspects.own_unit_relations
    if unknown := named - set(SUSPECT_RELATION.labels):
        raise PolicyError(f"suspects: no relation {sorted(unknown)}")


def _check_leads(rules: Rules, access: Policy) -> None:
    """Nobody leads, or is asked to, of whose matter the matrix shows it nothing."""
    if unknown := rules.leads.apart - set(rules.referrals):
        raise PolicyError(f"leads: no kind of referral {sorted(unknown)}")
    matters = {kind.matter for n, kind in rules.referrals.items() if n not in rules.leads.apart}
    if unnamed := matters - set(rules.leads.may_lead):
        raise PolicyError(f"leads: nobody may be asked to lead {sorted(unnamed)}")
    for matter, seats in rules.leads.may_lead.items():
        for seat in seats:
            if not access.words(seat, matter) & BY_TASK:
                raise PolicyError(f"leads: {seat} is shown nothing of {matter}")


def _check_running_on(rules: Rules) -> None:
    """No clock of harm waits for a working day, or for anybody's leave; nor does whoever is told
    of one that runs on."""
    for name, kind in rules.referrals.items():
        if kind.matter is Category.HARM and not kind.runs_on:
            raise PolicyError(f"referrals: {name} is of harm, and its clocks do not run on")
    for name in NEVER_STOP:
        if name not in rules.referrals or not rules.referrals[name].runs_on:
            raise PolicyError(f"referrals: {name} is of a protection order, and has to run on")
    rows: dict[str, Clock | ReferralKind] = {**rules.referrals, **rules.clocks}
    for name, row in rows.items():
        if row.ladder is not None and row.ladder not in rules.escalation.ladder:
            raise PolicyError(f"{name}: no ladder {row.ladder}")
        if row.runs_on and (row.ladder is None or not rules.escalation.runs_through(row.ladder)):
            raise PolicyError(f"{name} runs on, and its ladder does not")
    for name, kind in rules.referrals.items():
        leads = kind.ladder is not None and rules.escalation.leads_to_coordinators(kind.ladder)
        if leads and APART & set(kind.seats):
            raise PolicyError(f"{name}: police, procuratorate and court end at their own superior")
        if kind.in_danger is None:
            continue
        ladder = kind.in_danger.ladder
        if ladder not in rules.escalation.ladder or not rules.escalation.runs_through(ladder):
            raise PolicyError(f"{name}: no ladder for danger that runs on: {ladder}")


def _clear_facts(data: Mapping[str, Any]) -> dict[str, str]:
    facts = data.get("facts", {})
    for name, reason in facts.items():
        if not isinstance(reason, str) or not reason:
            raise PolicyError(f"clear-facts: {name} without a reason")
    return dict(facts)


def _attachments(data: Mapping[str, Any]) -> AttachmentRules:
    try:
        return parse_attachments(data)
    except ValueError as error:
        raise PolicyError(f"attachments: {error}") from error


def _notices(data: Mapping[str, Any]) -> NoticeRules:
    try:
        return NoticeRules.model_validate(data)
    except ValidationError as error:
        raise PolicyError(f"notices.toml: {error}") from error


def _sign_in(data: Mapping[str, Any]) -> SignInRules:
    try:
        return SignInRules.model_validate(data)
    except ValidationError as error:
        raise PolicyError(f"sign-in.toml: {error}") from error


def _workspace(data: Mapping[str, Any]) -> WorkspaceRules:
    try:
        return WorkspaceRules.model_validate(data)
    except ValidationError as error:
        raise PolicyError(f"workspace.toml: {error}") from error


def _visits(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Who is visited and how often, and by itself what holds for the form on a phone."""
    data = _toml(folder / "visits.toml")
    phone = data.pop("phone", {})
    return data, phone


def _phone_visits(data: Mapping[str, Any]) -> PhoneVisitRules:
    try:
        return PhoneVisitRules.model_validate(data)
    except ValidationError as error:
        raise PolicyError(f"visits.toml: {error}") from error


def _divisions(path: Path) -> tuple[Division, ...]:
    return tuple(
        Division(row["code"], row["name"], row["town_code"], row["town_name"])
        for row in csv.DictReader(_text(path).splitlines())
        if row["town_code"] not in STATISTICAL_UNITS
    )


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".toml", ".csv"):
            # Behind their lengths: no text can move from one file into the next unseen.
            for part in (path.relative_to(folder).as_posix().encode(), path.read_bytes()):
                digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:16]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PolicyError(f"policies: {path.name} cannot be read") from error


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"policies: {path.name}: {error}") from error
