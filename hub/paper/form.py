"""A document of one page or a few (文书) as its template says it: number, code, sections, lines to
sign on, room for the stamp, proof of service."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.kernel import Category
from domain.organisations import Seat
from hub.answers import Child, Entry, OpenLoop
from hub.paper.child_file import NOTHING, Paper, as_local, facts_of, heed, told_of
from hub.paper.document import Document, Line, Look
from hub.paper.layout import numeral

Told = Sequence[tuple[str, str]]
"""Headings and texts."""

_RULE = "_" * 24
_SERVED = (
    "受送达人",
    "送达地点",
    "送达方式",
    "送达时间",
    "受送达人签名",
    "送达人签名",
    "备注",
)


class About(StrEnum):
    """What a document is of."""

    REFERRAL = "referral"
    CHILD = "child"
    ENTRY = "entry"
    """One thing that happened to a child."""
    ORDER = "order"


class Part(StrEnum):
    """What stands in a section."""

    REFERRAL = "referral"
    CHILD = "child"
    ENTRIES = "entries"
    """What the document is of."""
    MORE = "more"
    """What happened besides, of some topics."""
    LOG = "log"
    OPEN = "open"
    CONTENTS = "contents"
    TEXT = "text"
    BLANK = "blank"
    """To be filled in by hand."""


class Section(BaseModel):
    """One section; ``fields`` names the facts of a child, or what is filled in by hand."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: str = Field(min_length=1)
    of: Part
    fields: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    text: str = ""


class Template(BaseModel):
    """One kind of document, as policies/documents/ says it. ``seats``: who may print it; where none
    is named, whoever sees what it is of. ``yearly``: there is a new one every year. ``handed_out``:
    to a guardian, so that no safety instruction or contact stands on it. ``categories``: of its
    scan, the first of them that its sender may state."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: str = Field(min_length=1)
    mark: str = Field(min_length=1)
    about: About
    seats: tuple[Seat, ...]
    source: str = Field(min_length=1)
    categories: tuple[Category, ...]
    topics: tuple[str, ...] = ()
    yearly: bool = False
    handed_out: bool = False
    signatures: tuple[str, ...] = Field(min_length=1)
    stamp: bool
    service: bool = False
    sections: tuple[Section, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _of_something(self) -> Template:
        if (self.about is About.ENTRY) is not bool(self.topics):
            raise ValueError("a document of one thing that happened names its topics")
        return self

    def printed_by(self, seat: Seat) -> bool:
        """Whether a seat prints such documents."""
        return not self.seats or seat in self.seats

    def is_of(self, topic: str) -> bool:
        """Whether it is a document of what such a topic says."""
        return topic.startswith(self.topics)


@dataclass(frozen=True, slots=True)
class Given:
    """What the door for reads gave for one document, and no more than it gives on a page."""

    about: str
    subject: str = ""
    """Whose it is, by pseudonym."""
    categories: frozenset[str] = frozenset()
    """What is told, as the access log says it."""
    child: Child | None = None
    referral: Told = ()
    entries: Sequence[Entry] = ()
    """What it is of."""
    history: Sequence[Entry] = ()
    """What happened, the oldest first."""
    open_loops: Sequence[OpenLoop] = ()


@dataclass(frozen=True, slots=True)
class Numbered:
    """Under which number a document is printed, for the how manyeth time, and its access entry."""

    number: str
    receipt: str
    nth: int
    audit: int
    made_at: str
    code: str
    """What its QR code says: the receipt number and nothing else."""


@cache
def read_templates(folder: Path) -> Mapping[str, Template]:
    """Every template by its name. Raises pydantic's ValidationError."""
    found = {}
    for path in sorted((folder / "documents").glob("*.toml")):
        if path.name != "numbering.toml":
            text = path.read_text(encoding="utf-8")
            found[path.stem] = Template.model_validate(tomllib.loads(text))
    return found


@cache
def read_words(folder: Path) -> Mapping[Seat, str]:
    """What each seat is called within a number."""
    text = (folder / "documents" / "numbering.toml").read_text(encoding="utf-8")
    return {Seat(seat): word for seat, word in tomllib.loads(text)["words"].items()}


def as_form(template: Template, given: Given, numbered: Numbered, paper: Paper) -> Document:
    """The whole document."""
    return Document(
        title=template.title,
        cover=tuple(_lines(template, given, numbered, paper)),
        chapters=(),
        watermark=f"{paper.made_by} {as_local(numbered.made_at)} {paper.purpose}",
        code=numbered.code,
    )


def _lines(template: Template, given: Given, numbered: Numbered, paper: Paper) -> Iterator[Line]:
    yield Line(template.title, Look.TITLE)
    yield Line(f"文书号：{numbered.number}", Look.HEADING)
    yield Line(f"回执号：{numbered.receipt}")
    if numbered.nth > 1:
        yield Line(f"补打（第{numbered.nth}次打印）", Look.HEADING)
    yield Line("", Look.SPACE)
    child = given.child
    if child is not None and not template.handed_out:
        yield from _first(child)
    for count, section in enumerate(template.sections, start=1):
        yield Line(f"{numeral(count)}、{section.title}", Look.HEADING)
        yield from tuple(_section(section, given, paper)) or (Line(NOTHING),)
    yield Line("", Look.SPACE)
    for who in template.signatures:
        yield Line(f"{who}：{_RULE}        年    月    日")
        yield Line("", Look.SPACE)
    if template.stamp:
        yield Line("盖章处：")
        for _ in range(4):
            yield Line("", Look.SPACE)
    yield Line(f"依据：{template.source}")
    yield Line(
        f"{paper.made_by} {as_local(numbered.made_at)} 打印，用途：{paper.purpose}；"
        f"审计编号 {numbered.audit}"
    )
    if template.service:
        yield from _service(template, numbered)


def _first(child: Child) -> Iterator[Line]:
    for line in child.safety:
        yield heed(line)
    if child.safe_contact is not None:
        contact = child.safe_contact
        yield Line(
            f"安全联系人：{contact.name}（{contact.relation}）{contact.telephone}，"
            f"至{contact.until}。请联系此人，不联系监护人。",
            Look.ALERT,
        )


def _section(section: Section, given: Given, paper: Paper) -> Iterator[Line]:
    match section.of:
        case Part.REFERRAL:
            yield from _told(given.referral)
        case Part.CHILD:
            if given.child is not None:
                yield from _told(list(facts_of(_only(given.child, section.fields), paper)))
        case Part.ENTRIES:
            yield from _entries(given.entries, paper)
        case Part.MORE:
            some = [each for each in given.history if each.topic.startswith(section.topics)]
            yield from _entries(some, paper)
        case Part.LOG:
            for each in given.history:
                yield Line(f"{as_local(each.occurred_at)[:10]} {each.title} {each.producer_name}")
        case Part.OPEN:
            for loop in given.open_loops:
                due = f"，时限{as_local(loop.due_at)[:10]}" if loop.due_at else ""
                yield Line(f"{loop.title}：{loop.owner_name}{due}")
        case Part.CONTENTS:
            for number, rule in enumerate(paper.chapters, start=1):
                yield Line(f"{numeral(number)}、{rule.title}        第____页至第____页")
        case Part.TEXT:
            for paragraph in section.text.strip().split("\n"):
                yield Line(paragraph)
        case Part.BLANK:
            for name in section.fields:
                yield Line(f"{name}：{_RULE}{_RULE}")
                yield Line("", Look.SPACE)


def _only(child: Child, fields: Sequence[str]) -> Child:
    """A child with some of its facts; all of them where none is named."""
    if not fields:
        return child

    def told(name: str, value: str | None) -> str | None:
        return value if name in fields else None

    return replace(
        child,
        fields={name: value for name, value in child.fields.items() if name in fields},
        birth_month=told("birth_month", child.birth_month),
        town=told("town", child.town),
        village=told("village", child.village),
        school=told("school", child.school),
        tier=told("tier", child.tier),
        follow_up_until=told("follow_up_until", child.follow_up_until),
    )


def _told(told: Told) -> Iterator[Line]:
    for heading, text in told:
        yield Line(f"{heading}：{text}")


def _entries(entries: Sequence[Entry], paper: Paper) -> Iterator[Line]:
    for each in entries:
        yield Line(
            f"{as_local(each.occurred_at)[:10]} {each.title} {each.producer_name}", Look.HEADING
        )
        for heading, told in told_of(each, paper):
            yield Line(f"{heading}：{told}", Look.DETAIL)


def _service(template: Template, numbered: Numbered) -> Iterator[Line]:
    """The proof of service (送达回证), on a page of its own."""
    yield Line("", Look.PAGE)
    yield Line("送达回证", Look.TITLE)
    yield Line(f"送达文书：{template.title}", Look.HEADING)
    yield Line(f"文书号：{numbered.number}")
    yield Line(f"回执号：{numbered.receipt}")
    for name in (
        "受送达人",
        "送达地点",
        "送达方式",
        "送达时间",
        "受送达人签名",
        "送达人签名",
        "备注",
    ):
        yield Line("", Look.SPACE)
        yield Line(f"{name}：{_RULE}{_RULE}")
