"""A child's complete file (完整档案) as PDF, of what the door for reads gave somebody, and by whom,
when and for what anything is made that leaves the hub."""

from __future__ import annotations

from functools import cache

from adapters.registry import ALL_KINDS
from domain.calendar import SHANGHAI
from domain.family_link import LINK_KIND
from domain.purpose import PURPOSE_WORDS
from domain.registry import STREAMS
from hub.answers import CompleteFile
from hub.bootstrap import Program
from hub.catalogue import field_names
from hub.directory import POST_WORDS
from hub.keyservice import Reader
from hub.paper.child_file import Paper, as_document, read_rules
from hub.policies import FOLDER


def printed(program: Program, reader: Reader, file: CompleteFile) -> bytes:
    """The PDF of a file, with its reader, the time and the purpose across every page."""
    # Here: whoever prints nothing starts without a PDF library.
    from hub.paper.pdf import as_pdf

    return as_pdf(as_document(file, paper_of(program, reader)))


def paper_of(program: Program, reader: Reader) -> Paper:
    """The names by which what a reader was given is shown, on paper and on a page."""
    names = {each.code: f"{each.town_name}{each.name}" for each in program.policies.divisions}
    names |= program.policies.towns
    rules = read_rules(FOLDER)
    return Paper(
        chapters=rules.chapters,
        field=lambda stream, name: rules.names.get(stream, {}).get(name) or _name(stream, name),
        organisation=program.directory.name,
        division=lambda code: names.get(code, code),
        link=LINK_KIND.label,
        word=lambda name, value: _kind(program, value) if name == "kind" else None,
        made_by=_maker(program, reader),
        purpose=PURPOSE_WORDS[reader.purpose],
    )


def made_by(program: Program, reader: Reader) -> str:
    """By whom, when and for what something is made for somebody, as its first line says it."""
    now = program.clock.now().astimezone(SHANGHAI)
    return f"{_maker(program, reader)} {now:%Y-%m-%d %H:%M} {PURPOSE_WORDS[reader.purpose]}"


def _maker(program: Program, reader: Reader) -> str:
    login = program.directory.logins([reader.user]).get(reader.user, "")
    post = POST_WORDS.get(reader.post, "")
    return " ".join(filter(None, (program.directory.name(reader.organisation), post, login)))


def _kind(program: Program, kind: str) -> str | None:
    """What a kind of referral is called."""
    found = program.policies.rules.referrals.get(kind)
    return found.title if found is not None else None


def _name(stream: str, field: str) -> str:
    """What officials call a field of a stream: as the sheet of such records does, else as the
    catalogue does, else as any sheet does."""
    own, any_ = _headings()
    return own.get((stream, field)) or any_.get(field, "")


@cache
def _headings() -> tuple[dict[tuple[str, str], str], dict[str, str]]:
    own: dict[tuple[str, str], str] = {}
    found: dict[str, str] = {}
    for kind in ALL_KINDS:
        for column in kind.columns:
            found.setdefault(column.field, column.heading)
            for stream in STREAMS:
                # A kind is named after what it states: village.problem_recheck of a problem.
                if kind.layout.kind.startswith(stream.name):
                    own.setdefault((stream.name, column.field), column.heading)
    return own, {**found, **field_names()}
