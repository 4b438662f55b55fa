"""What every seat's mandatory report (强制报告) has in common: taken whatever is written in it.

Every field is optional and every text is taken as it stands: what cannot be read becomes a defect
that the receiving officer mends, together with the words as they were written. Source: 强报意见
Arts 3–4, 未保法 11(2), domain reference §2.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, model_validator

from adapters.intake.columns import Column
from adapters.intake.records import Places, Record, Statement
from domain.calendar import SHANGHAI
from domain.code_sets import CodeError
from domain.identifiers import normalise_text
from domain.mandatory_report import (
    REPORT_CHANNEL,
    REPORT_SITUATION,
    FileMandatoryReport,
    ReportChannel,
)
from domain.suspicion import SUSPECT_RELATION

_YES = frozenset({"是", "有", "对", "y", "yes", "true", "1"})
RELATION_UNREAD = "SUSPECT_RELATION_UNREAD"
_BETWEEN = re.compile("[、，,；;]")
_NO = frozenset({"否", "无", "不", "n", "no", "false", "0"})


class MandatoryReport(Record):
    """One report, with as little as is known. Takes any field: nothing that was written is lost."""

    model_config = ConfigDict(frozen=True, extra="allow", str_strip_whitespace=True)

    reference: str | None = None
    situations: str | None = None
    seen: str | None = None
    child: str | None = None
    place: str | None = None
    suspect: str | None = None
    suspect_relation: str | None = None
    suspect_unit: str | None = None
    guardian_suspected: str | None = None
    immediate_danger: str | None = None
    hurt: str | None = None
    discovered_at: str | None = None
    channel: str | None = None
    unit_named: str | None = None
    supplements: str | None = None
    police_receipt: str | None = None
    reporter_name: str | None = None
    call_back: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, cells: Any) -> Any:
        """Halves of characters, which no text can be stored with, as their escapes."""
        if not isinstance(cells, dict):
            return cells
        return {_whole(key): _whole(value) for key, value in cells.items()}


def _whole(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return value.encode("utf-8", "backslashreplace").decode("utf-8")


def named_units(text: str | None, places: Places) -> tuple[tuple[str, ...], bool]:
    """The organisations that a cell names, several set apart by commas, and whether it names one
    that the hub does not know."""
    parts = [part.strip() for part in _BETWEEN.split(text or "") if part.strip()]
    found = [places.organisation(part) or places.school(part) for part in parts]
    return tuple(sorted({unit for unit in found if unit})), None in found


class _Reading:
    """Reads what it can; keeps the rest, and says by code what it could not."""

    def __init__(self, defects: Sequence[str]) -> None:
        self.defects = set(defects)
        self.unread: dict[str, str] = {}

    def yes(self, name: str, text: str | None, *, unclear: bool) -> bool:
        """A yes or no; what says neither is kept and counts as ``unclear``."""
        word = normalise_text(text or "").lower()
        if word in _YES:
            return True
        if word and word not in _NO:
            self._keep(name, text or "", f"{name.upper()}_UNCLEAR")
            return unclear
        return False

    def situations(self, text: str | None) -> str | None:
        """The codes MR1–MR9 of the nine situations; none read is a defect."""
        found = []
        rest = normalise_text(text or "")
        for code, label in REPORT_SITUATION.labels.items():
            # A label holds the marks that several are separated by.
            rest = rest.replace(normalise_text(label), f"、{code}、")
        for part in _BETWEEN.split(rest):
            if not part.strip():
                continue
            try:
                found.append(REPORT_SITUATION.parse(part))
            except CodeError:
                self._keep("situations", text or "", "SITUATION_UNREAD")
        if not found:
            self.defects.add("SITUATION_MISSING")
        return ",".join(dict.fromkeys(found)) or None

    def instant(self, text: str | None, today: date) -> datetime | None:
        """An instant to the minute, Shanghai time where it says no other. What is later than
        tomorrow says nothing of when it was."""
        if not text:
            self.defects.add("DISCOVERED_AT_MISSING")
            return None
        try:
            read = datetime.fromisoformat(normalise_text(text).replace("/", "-"))
            read = (read if read.tzinfo else read.replace(tzinfo=SHANGHAI)).astimezone(UTC)
        except (ValueError, OverflowError):
            read = None
        if read is None or read >= datetime.combine(today + timedelta(days=2), time(), SHANGHAI):
            self._keep("discovered_at", text, "DISCOVERED_AT_UNREAD")
            return None
        return read

    def relation(self, text: str | None) -> str | None:
        """The code of who the suspect is to the child; what is none is kept and is none."""
        if not (text or "").strip():
            return None
        try:
            return SUSPECT_RELATION.parse(text or "")
        except CodeError:
            self._keep("suspect_relation", text or "", RELATION_UNREAD)
            return None

    def channel(self, text: str | None) -> ReportChannel | None:
        """The code of the channel by which the report came; what is none is kept and is none."""
        if not (text or "").strip():
            return None
        try:
            return ReportChannel(REPORT_CHANNEL.parse(text or ""))
        except CodeError:
            self._keep("channel", text or "", "CHANNEL_UNREAD")
            return None

    def units(self, text: str | None, places: Places) -> tuple[str, ...]:
        """Where the suspect works, of the organisations that the hub knows; of any other it is
        said that there is one."""
        found, unknown = named_units(text, places)
        if unknown:
            self.defects.add("SUSPECT_UNIT_UNKNOWN")
        return found

    def town(self, place: str | None, places: Places) -> str | None:
        """The town, where the place is, or begins with, a village that the directory knows."""
        found = places.village(place) if place else None
        if found is None:
            self.defects.add("PLACE_NOT_LOCATED")
        return found[1] if found else None

    def _keep(self, name: str, text: str, defect: str) -> None:
        self.unread[name] = text
        self.defects.add(defect)


SUSPECT_COLUMNS = (
    Column("suspect", "疑似加害人及关系"),
    Column(
        "suspect_relation",
        "疑似加害人与孩子的关系",
        codes=tuple(SUSPECT_RELATION.labels.items()),
        note="不知道可以不填；由此决定哪些人和单位不得知情",
    ),
    Column(
        "suspect_unit",
        "疑似加害人所在单位",
        aliases=("利害关系单位",),
        note="学校、村居、派出所等的名称；有亲属在其中工作的单位也填；可填多个，用顿号分开",
    ),
    Column("guardian_suspected", "疑似加害人是否监护人", example="否"),
)
"""Who is suspected: none of it is ever asked for before a report is taken."""

CHANNEL_COLUMNS = (
    Column(
        "channel",
        "报告渠道",
        codes=tuple(REPORT_CHANNEL.labels.items()),
        note="代为登记他人的电话、热线或当面报告时填写",
    ),
    Column(
        "unit_named",
        "实际报告单位",
        note="代宾馆、培训机构、校车单位等登记时填写；只有承办人能看到",
    ),
)
"""By which way it came, where somebody writes down another one's report."""

SUPPLEMENTS = Column(
    "supplements", "补充的报告回执号", note="补充本人先前的报告时填写；填错了按新的报告收下"
)


def state_report(
    record: MandatoryReport, statement: Statement, *, beside: Sequence[Column] = ()
) -> None:
    """File what was written. ``beside`` are the columns of the sender's own form that a report
    has no field for: they stand with what was seen, each under its heading."""
    reading = _Reading(statement.defects)
    extra: dict[str, Any] = dict(record.model_extra or {})
    known_child = _pseudonym(extra.get("child_ref"))
    if known_child is not None:
        del extra["child_ref"]
    if extra:
        reading.unread.update({str(k): str(v) for k, v in extra.items()})
        reading.defects.add("UNKNOWN_FIELD")
    if record.supplements:
        # Whether or not it is the number of a report of the sender's: whoever reads it compares.
        reading.unread["supplements"] = record.supplements
    for name, value in (
        ("CHILD", record.child),
        ("SEEN", record.seen),
        ("CALL_BACK", record.call_back),
    ):
        if not value:
            reading.defects.add(f"{name}_MISSING")
    # Doubt counts as danger and as suspicion: an unclear answer must not make anybody safer than
    # the one who reported thought.
    relation = reading.relation(record.suspect_relation)
    guardian_suspected = reading.yes("guardian_suspected", record.guardian_suspected, unclear=True)
    command = FileMandatoryReport(
        report_id=statement.record_id,
        known_child=known_child,
        situations=reading.situations(record.situations),
        seen=_seen(record, beside),
        child_described=record.child,
        place=record.place,
        suspect=record.suspect,
        reporter_name=record.reporter_name,
        call_back=record.call_back,
        police_receipt=record.police_receipt,
        channel=reading.channel(record.channel),
        unit_named=record.unit_named,
        discovered_at=reading.instant(record.discovered_at, statement.today),
        immediate_danger=reading.yes("immediate_danger", record.immediate_danger, unclear=True),
        hurt=reading.yes("hurt", record.hurt, unclear=True),
        guardian_suspected=guardian_suspected or RELATION_UNREAD in reading.defects,
        suspect_relation=relation,
        suspect_unit=record.suspect_unit,
        conflicted_organisations=reading.units(record.suspect_unit, statement.places),
        town=reading.town(record.place, statement.places),
        unread=json.dumps(reading.unread, ensure_ascii=False) if reading.unread else None,
        defects=tuple(sorted(reading.defects)),
    )
    statement.execute(command)


def urgent(values: Mapping[str, Any]) -> bool:
    """Whether somebody is in danger now, or hurt, by the cells of a report that nobody has read
    yet; doubt counts as danger."""
    reading = _Reading(())
    said = {name: values.get(name) for name in ("immediate_danger", "hurt")}
    return any(
        reading.yes(name, "" if text is None else str(text), unclear=True)
        for name, text in said.items()
    )


def _pseudonym(text: Any) -> UUID | None:
    """The child's file, as a list of the sender's own gives it; None for anything else."""
    try:
        return UUID(str(text))
    except ValueError:
        return None


def _seen(record: MandatoryReport, beside: Sequence[Column]) -> str | None:
    """What was seen, and under their headings what else the form asks for."""
    said = [(each.heading, getattr(record, each.field)) for each in beside]
    lines = [f"{heading}：{text}" for heading, text in said if text]
    return "\n".join([*([record.seen] if record.seen else []), *lines]) or None


def report_key(record: MandatoryReport) -> Sequence[str]:
    """The sender's own reference; without one, only the very same words are the same report."""
    return (record.reference or record.model_dump_json(),)
