"""A document as it is to be printed: a cover, chapters of lines, what stands across every page."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Look(Enum):
    """How a line looks."""

    TITLE = "title"
    HEADING = "heading"
    """Of one record within a chapter."""
    TEXT = "text"
    DETAIL = "detail"
    """Set in, below its heading."""
    ALERT = "alert"
    """What is to be heeded first."""
    SPACE = "space"
    PAGE = "page"
    """What follows stands on a new page."""


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph; it is broken where the paper ends."""

    text: str
    look: Look = Look.TEXT


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter; it begins on a page of its own and stands in the table of contents."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """``title`` stands in the file's own description and names nobody; ``watermark`` across every
    page. One without chapters has no table of contents."""

    title: str
    cover: tuple[Line, ...]
    chapters: tuple[Chapter, ...]
    watermark: str
    contents: str = field(default="目录")
    code: str = ""
    """What the QR code at the top of the first page says; empty: there is none."""


def printable(text: str) -> str:
    """The text without what no paper shows, and with each sign that the fonts of readers may lack
    (outside of GBK) written out, so that no part of a name is lost: 〔U+2B74F〕."""
    return "".join(_sign(each) for each in text.replace("\r", "").replace("\t", " "))


def _sign(sign: str) -> str:
    if sign == "\n":
        return sign
    if not sign.isprintable():
        return ""
    try:
        sign.encode("gbk")
    except UnicodeEncodeError:
        return f"〔U+{ord(sign):04X}〕"
    return sign
