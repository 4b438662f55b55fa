"""Where each line of a document stands on A4 paper, and on which page a chapter begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil

from hub.paper.document import Chapter, Document, Line, Look, printable

WIDTH, HEIGHT = 595, 842
"""A4 in points."""
MARGIN = 64
CODE = 76
"""How wide a QR code is."""
_WIDE = WIDTH - 2 * MARGIN
_TOP, _BOTTOM = HEIGHT - 72, 72

_SIZES = {
    Look.TITLE: 22.0,
    Look.HEADING: 12.0,
    Look.TEXT: 10.5,
    Look.DETAIL: 10.5,
    Look.ALERT: 13.0,
    Look.SPACE: 10.5,
}
_INDENT = {Look.DETAIL: 21.0}
_BEFORE = {Look.TITLE: 10.0, Look.HEADING: 8.0, Look.ALERT: 6.0}
_LEADING = 1.55
CHAPTER_SIZE = 16.0
CONTENT_SIZE = 11.0
_CONTENT_LEADING = 24.0
_NEVER_FIRST = frozenset("，。；：、）》”’！？%〕】")
_NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece of text: its left end and base line in points, its size."""

    x: float
    y: float
    size: float
    text: str


@dataclass
class Page:
    """What stands on one page; ``leads_to``: areas (base line) that lead to a page, from 0."""

    placed: list[Placed] = field(default_factory=list)
    leads_to: list[tuple[float, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Laid:
    """A document on its pages, and on which page (from 0) each chapter begins, by its title."""

    pages: list[Page]
    begins: list[tuple[str, int]]


def lay_out(document: Document) -> Laid:
    """Cover, table of contents, chapters; each page says which of how many it is."""
    chapters = [_chapter(number, each) for number, each in enumerate(document.chapters)]
    a_page = int((_TOP - 40 - _BOTTOM) // _CONTENT_LEADING)
    contents = ceil(len(chapters) / a_page)
    cover = list(_flow(document.cover))
    first = len(cover) + contents
    begins: list[tuple[str, int]] = []
    pages: list[Page] = []
    for title, found in chapters:
        begins.append((title, first + len(pages)))
        pages += found
    laid = [*cover, *_contents(document.contents, begins, contents, a_page), *pages]
    for number, page in enumerate(laid, start=1):
        text = f"第{number}页 共{len(laid)}页"
        page.placed.append(Placed((WIDTH - width(text, 9)) / 2, 40, 9, text))
    return Laid(laid, begins)


def numeral(number: int) -> str:
    """A chapter's number (from 1) as it is written: 一, 十二, 二十."""
    tens, rest = divmod(number, 10)
    if tens == 0:
        return _NUMERALS[rest - 1]
    return ("" if tens == 1 else _NUMERALS[tens - 1]) + "十" + (_NUMERALS[rest - 1] if rest else "")


def width(text: str, size: float) -> float:
    """In points: signs of ASCII are half as wide as others."""
    return size * sum(0.5 if sign < "\x80" else 1.0 for sign in text)


def broken(text: str, size: float, wide: float) -> Iterator[str]:
    """The lines of a paragraph. A sign that may not begin a line stays at the end of the one
    before."""
    for paragraph in printable(text).split("\n"):
        line, used = "", 0.0
        for sign in paragraph:
            step = width(sign, size)
            if line and used + step > wide and sign not in _NEVER_FIRST:
                yield line
                line, used = "", 0.0
            line, used = line + sign, used + step
        yield line


def _chapter(number: int, chapter: Chapter) -> tuple[str, list[Page]]:
    title = f"{numeral(number + 1)}、{chapter.title}"
    return title, list(_flow(chapter.lines, title))


def _flow(lines: Sequence[Line], title: str = "") -> Iterator[Page]:
    page, y = Page(), float(_TOP)
    if title:
        page.placed.append(Placed(MARGIN, y, CHAPTER_SIZE, title))
        y -= CHAPTER_SIZE * 2
    for line in lines:
        if line.look is Look.PAGE:
            yield page
            page, y = Page(), float(_TOP)
            continue
        size, indent = _SIZES[line.look], _INDENT.get(line.look, 0.0)
        y -= _BEFORE.get(line.look, 0.0)
        for text in broken(line.text, size, _WIDE - indent):
            if y - size < _BOTTOM:
                yield page
                page, y = Page(), float(_TOP)
            page.placed.append(Placed(MARGIN + indent, y, size, text))
            y -= size * _LEADING
    yield page


def _contents(
    heading: str, begins: Sequence[tuple[str, int]], count: int, a_page: int
) -> Iterator[Page]:
    for at in range(count):
        page, y = Page(), float(_TOP)
        page.placed.append(Placed(MARGIN, y, CHAPTER_SIZE, heading))
        y -= 40
        for title, to in begins[at * a_page : (at + 1) * a_page]:
            number = str(to + 1)
            left, right = width(title, CONTENT_SIZE), width(number, CONTENT_SIZE)
            dots = "…" * max(0, int((_WIDE - left - right - 12) // CONTENT_SIZE))
            page.placed.append(Placed(MARGIN, y, CONTENT_SIZE, title))
            page.placed.append(Placed(MARGIN + left + 6, y, CONTENT_SIZE, dots))
            page.placed.append(Placed(WIDTH - MARGIN - right, y, CONTENT_SIZE, number))
            page.leads_to.append((y, to))
            y -= _CONTENT_LEADING
        yield page
