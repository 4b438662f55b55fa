"""A document as PDF, by the port that a richer printer could stand in for.

Text is set in the readers' own Song typeface (STSong-Light, one of the fonts of the Adobe-GB1
collection that every reader of Chinese PDF stands in for) and says by itself which signs it is
(ToUnicode), so that it can be searched, copied and read aloud. No font is embedded: none is needed
on the machine, and none is installed by the hub. What GBK does not hold is written out
(:func:`hub.paper.document.printable`).
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from math import cos, radians, sin
from typing import Any

import pikepdf
import segno
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf, String

from hub.paper.document import Document, printable
from hub.paper.layout import CODE, CONTENT_SIZE, HEIGHT, MARGIN, WIDTH, Page, lay_out

_TILT = 30
"""Degrees by which the watermark is turned."""


def as_pdf(document: Document) -> bytes:
    """The file. The same document gives the same bytes."""
    laid = lay_out(document)
    with Pdf.new() as pdf:
        font = _font(pdf)
        for number, page in enumerate(laid.pages):
            code = document.code if number == 0 else ""
            made = pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
            made.obj.Resources = Dictionary(Font=Dictionary(F1=font))
            made.obj.Contents = pdf.make_stream(_content(page, document.watermark, code))
        for page, made in zip(laid.pages, pdf.pages, strict=True):
            if page.leads_to:
                made.obj.Annots = pdf.make_indirect(Array(list(_links(pdf, page))))
        with pdf.open_outline() as outline:
            outline.root.extend(OutlineItem(title, at) for title, at in laid.begins)
        pdf.Root.Lang = String("zh-CN")
        pdf.Root.PageMode = Name.UseOutlines
        pdf.docinfo["/Title"] = document.title
        to = BytesIO()
        pdf.save(to, deterministic_id=True)
    return to.getvalue()


def text_of(file: bytes) -> list[str]:
    """What each page of such a file says, line by line as it is set: for reading it back."""
    with Pdf.open(BytesIO(file)) as pdf:
        return ["\n".join(_strings(page)) for page in pdf.pages]


def _strings(page: Any) -> Iterator[str]:
    for each in pikepdf.parse_content_stream(page, "Tj"):
        yield bytes(each.operands[0]).decode("utf-16-be")


def _content(page: Page, watermark: str, code: str) -> bytes:
    parts = ["q 0.86 g BT", f"/F1 15 Tf {_turned(WIDTH * 0.16, HEIGHT * 0.30)} Tm"]
    parts.append(f"{_hex(watermark)} Tj")
    parts.append(f"{_turned(WIDTH * 0.16, HEIGHT * 0.62)} Tm {_hex(watermark)} Tj ET Q")
    parts.append("0 g BT")
    for each in page.placed:
        parts.append(f"/F1 {each.size:g} Tf 1 0 0 1 {each.x:.2f} {each.y:.2f} Tm")
        parts.append(f"{_hex(each.text)} Tj")
    parts.append("ET")
    if code:
        parts += _modules(code)
    return "\n".join(parts).encode("ascii")


def as_svg(code: str) -> str:
    """A QR code as a drawing within a page."""
    return segno.make(code, error="m", micro=False).svg_inline(scale=3)


def _modules(code: str) -> Iterator[str]:
    """The dark parts of a QR code, at the top right."""
    rows = [list(row) for row in segno.make(code, error="m", micro=False).matrix]
    step = CODE / len(rows)
    left, top = WIDTH - MARGIN - CODE, HEIGHT - 40
    for down, row in enumerate(rows):
        for along, dark in enumerate(row):
            if dark:
                x, y = left + along * step, top - (down + 1) * step
                yield f"{x:.2f} {y:.2f} {step:.2f} {step:.2f} re"
    yield "f"


def _turned(x: float, y: float) -> str:
    turn = radians(_TILT)
    return f"{cos(turn):.4f} {sin(turn):.4f} {-sin(turn):.4f} {cos(turn):.4f} {x:.1f} {y:.1f}"


def _hex(text: str) -> str:
    return f"<{printable(text).encode('utf-16-be').hex()}>"


def _links(pdf: Pdf, page: Page) -> Iterator[Any]:
    for y, to in page.leads_to:
        yield pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Link,
                Rect=Array([MARGIN, y - 4, WIDTH - MARGIN, y + CONTENT_SIZE + 2]),
                Border=Array([0, 0, 0]),
                Dest=Array([pdf.pages[to].obj, Name.Fit]),
            )
        )


def _font(pdf: Pdf) -> Any:
    collection = Dictionary(Registry=String("Adobe"), Ordering=String("GB1"), Supplement=4)
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name("/STSong-Light"),
        Flags=6,
        FontBBox=Array([-25, -254, 1000, 880]),
        ItalicAngle=0,
        Ascent=880,
        Descent=-120,
        CapHeight=880,
        StemV=93,
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType0,
        BaseFont=Name("/STSong-Light"),
        CIDSystemInfo=collection,
        FontDescriptor=pdf.make_indirect(descriptor),
        DW=1000,
        # The signs of ASCII, which the layout counts as half as wide.
        W=Array([1, 95, 500]),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name("/STSong-Light-UniGB-UTF16-H"),
            Encoding=Name("/UniGB-UTF16-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=pdf.make_stream(_to_unicode()),
        )
    )


def _to_unicode() -> bytes:
    """Every code is its own sign: what is written is UTF-16."""
    rows = [f"<{high:02X}00> <{high:02X}FF> <{high:02X}00>" for high in range(256)]
    parts = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <0000> <FFFF> endcodespacerange",
    ]
    for at in range(0, len(rows), 100):
        some = rows[at : at + 100]
        parts += [f"{len(some)} beginbfrange", *some, "endbfrange"]
    parts.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(parts).encode("ascii")
