"""A child's complete file (完整档案) as a document: cover, contents, chapters, safety first."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.child_file import VISIT_TIER
from domain.kernel import CATEGORY_WORDS
from domain.organisations import DISTRICT
from domain.registry import word_for
from hub.answers import Child, CompleteFile, Entry, OpenLoop, Relative, SafetyLine
from hub.paper.document import Chapter, Document, Line, Look

NOTHING = "没有可向本单位显示的记录，不表示没有；有危险请拨打110。"


class ChapterRule(BaseModel):
    """One chapter: its title, and how the topics of its facts begin."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: str = Field(min_length=1)
    topics: tuple[str, ...]

    def holds(self, topic: str) -> bool:
        return any(topic.startswith(each) for each in self.topics)


@dataclass(frozen=True, slots=True)
class Paper:
    """What the printing knows besides the file: who asks for what, by which names."""

    chapters: tuple[ChapterRule, ...]
    field: Callable[[str, str], str]
    """The Chinese name of a field of a stream; empty for one that is of use to programs alone."""
    organisation: Callable[[str], str]
    division: Callable[[str], str]
    link: Callable[[str], str]
    word: Callable[[str, str], str | None]
    """What a coded field's value reads, where the entry itself does not say."""
    made_by: str
    """Organisation, post and login of whoever prints it."""
    purpose: str


class FileRules(BaseModel):
    """policies/child-file.toml: the chapters, and what fields of a stream are called where no
    sheet says it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    chapters: tuple[ChapterRule, ...] = Field(min_length=1)
    names: dict[str, dict[str, str]]

    @model_validator(mode="after")
    def _nothing_is_left_out(self) -> FileRules:
        if self.chapters[-1].topics:
            raise ValueError("the last chapter takes what no other does")
        return self


def read_rules(folder: Path) -> FileRules:
    """The file as it stands. Raises pydantic's ValidationError."""
    text = (folder / "child-file.toml").read_text(encoding="utf-8")
    return FileRules.model_validate(tomllib.loads(text))


def as_document(file: CompleteFile, paper: Paper) -> Document:
    """The whole of a file, as far as its reader sees it."""
    made = as_local(file.made_at)
    chapters = [
        Chapter("基本情况", tuple(_basics(file.child, paper))),
        Chapter("家庭", tuple(_family(file.family, paper)) or _none()),
        Chapter("孩子自己的话", tuple(_own_words(file.entries)) or _none()),
    ]
    # As it happened; what happened at one instant, as it was recorded.
    happened = sorted(file.entries, key=lambda each: (each.occurred_at, each.position))
    left = happened
    for rule in paper.chapters[:-1]:
        mine = [each for each in left if rule.holds(each.topic)]
        left = [each for each in left if not rule.holds(each.topic)]
        chapters.append(Chapter(rule.title, tuple(_entries(mine, paper)) or _none()))
    if left:
        chapters.append(Chapter(paper.chapters[-1].title, tuple(_entries(left, paper))))
    chapters.append(Chapter("未了事项", tuple(_open(file.open_loops)) or _none()))
    chapters.append(Chapter("工作日志", tuple(_log(happened, paper)) or _none()))
    return Document(
        title="儿童完整档案",
        cover=tuple(_cover(file, paper, made)),
        chapters=tuple(chapters),
        watermark=f"{paper.made_by} {made} {paper.purpose}",
    )


def _none() -> tuple[Line, ...]:
    return (Line(NOTHING),)


def _cover(file: CompleteFile, paper: Paper, made: str) -> Iterator[Line]:
    for line in file.child.safety:
        yield heed(line)
    if file.child.safety:
        yield Line("", Look.SPACE)
    yield Line("一人一档", Look.TITLE)
    yield Line("农村留守儿童和困境儿童完整档案", Look.TITLE)
    yield Line("", Look.SPACE)
    name = file.child.fields.get("name")
    yield Line(f"姓名：{name or '（本单位不显示）'}", Look.HEADING)
    yield Line(f"档案编号：{file.child.child_ref}", Look.HEADING)
    yield Line(f"制作：{paper.made_by}", Look.HEADING)
    yield Line(f"使用目的：{paper.purpose}", Look.HEADING)
    yield Line(f"制作时间：{made}", Look.HEADING)
    yield Line(f"规则版本：{file.policy_version}", Look.HEADING)
    yield Line("", Look.SPACE)
    yield Line("本档案只含制作单位依职责、为所填目的可以看到的内容，制作已记入查阅记录。")
    yield Line("没有列出的，不表示没有，也不表示孩子安全；有危险请拨打110。")
    yield Line("内有个人信息，按案卷保管；用完按规定销毁，不得转交其他单位和个人。")


def heed(line: SafetyLine) -> Line:
    """A safety instruction as it stands first on paper."""
    return Line(f"安全提示：{line.text}；联系电话 {line.call}（至{line.until}）", Look.ALERT)


def _basics(child: Child, paper: Paper) -> Iterator[Line]:
    for line in child.safety:
        yield heed(line)
    if child.safe_contact is not None:
        contact = child.safe_contact
        yield Line(
            f"联系家庭请找安全联系人：{contact.name}（{contact.relation}）{contact.telephone}，"
            f"至{contact.until}",
            Look.ALERT,
        )
    for heading, told in facts_of(child, paper):
        yield Line(f"{heading}：{told}")


def facts_of(child: Child, paper: Paper) -> Iterator[tuple[str, str]]:
    """What is known of a child, as far as the reader sees it: (heading, text)."""
    for name, value in child.fields.items():
        if value not in (None, ""):
            told = word_for("child_file", name, value) or str(value)
            yield paper.field("child_file", name) or name, told
    places = (("居住街镇", child.town), ("居住村居", child.village))
    for heading, code in places:
        if code:
            yield heading, paper.division(code)
    if child.school:
        yield "就读学校", paper.organisation(child.school)
    if child.birth_month:
        yield "出生年月", child.birth_month
    if child.tier:
        yield "走访类别", VISIT_TIER.labels.get(child.tier, child.tier)
    if child.follow_up_until:
        yield "重点关注至", child.follow_up_until


def _family(family: Sequence[Relative], paper: Paper) -> Iterator[Line]:
    for each in family:
        name = each.child.fields.get("name") or "（姓名不显示）"
        yield Line(f"{paper.link(each.link)}：{name}", Look.HEADING)
        if each.note:
            yield Line(str(each.note), Look.DETAIL)


def _own_words(entries: Sequence[Entry]) -> Iterator[Line]:
    for each in entries:
        if said := each.fields.get("childs_view"):
            yield Line(f"{_day(each.occurred_at)} {each.producer_name}", Look.HEADING)
            yield Line(str(said), Look.DETAIL)


def _entries(entries: Sequence[Entry], paper: Paper) -> Iterator[Line]:
    for each in entries:
        yield Line(f"{_day(each.occurred_at)} {each.title} {each.producer_name}", Look.HEADING)
        for heading, told in told_of(each, paper):
            yield Line(f"{heading}：{told}", Look.DETAIL)


def told_of(entry: Entry, paper: Paper) -> Iterator[tuple[str, str]]:
    """What an entry says, as officials read it: (heading, text), without what is of use to programs
    alone."""
    stream = entry.topic.partition(".")[0]
    for name, value in {**entry.clear, **entry.fields}.items():
        word = entry.words.get(name) or paper.word(name, str(value))
        told = word or _categories(value) or _value(value, paper)
        heading = "" if name in _UNTOLD else paper.field(stream, name)
        if told and heading:
            yield heading, told


def _open(loops: Sequence[OpenLoop]) -> Iterator[Line]:
    for each in loops:
        due = f"，时限{_day(each.due_at)}" if each.due_at else ""
        late = f"，逾期{each.days_late}天" if each.days_late else ""
        yield Line(f"{each.title}：{each.owner_name}{due}{late}")


def _log(entries: Sequence[Entry], paper: Paper) -> Iterator[Line]:
    for each in entries:
        yield Line(f"{_day(each.occurred_at)} {each.title} {each.producer_name}".rstrip())


_UNTOLD = frozenset({"child_ref", "stream", "case_id", "matter", "record", "entry", "rule_version"})
_PSEUDONYM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ORGANISATION = re.compile(r"[a-z_]+:\d+\w*")
_DIVISION = re.compile(rf"{DISTRICT}\d{{3}}(\d{{3}})?")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")


def _categories(value: Any) -> str:
    """Kinds of content, as officials call them; empty for what is no list of them."""
    if not isinstance(value, list | tuple) or not value:
        return ""
    words = [CATEGORY_WORDS.get(str(each), "") for each in value]
    return "、".join(words) if all(words) else ""


def _value(value: Any, paper: Paper) -> str:
    """What an official reads for a value; empty for what is of use to programs alone."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None or isinstance(value, dict):
        return ""
    if isinstance(value, list | tuple):
        return "、".join(filter(None, (_value(each, paper) for each in value)))
    text = str(value)
    if _PSEUDONYM.fullmatch(text):
        return ""
    if _ORGANISATION.fullmatch(text):
        return paper.organisation(text)
    if _DIVISION.fullmatch(text):
        return paper.division(text)
    if _INSTANT.fullmatch(text):
        return as_local(text)
    return text


def _day(instant: str | None) -> str:
    return as_local(instant)[:10] if instant else ""


def as_local(instant: str) -> str:
    """As the clock here shows it, to the minute."""
    at = datetime.fromisoformat(instant.replace("Z", "+00:00")) + timedelta(hours=8)
    return at.strftime("%Y-%m-%d %H:%M")
