"""P18: a complete file has a cover and a table of contents (封面、目录), and can be printed."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Pdf

from hub.paper.document import Chapter, Document, Line, Look, printable
from hub.paper.layout import broken, lay_out, numeral, width
from hub.paper.pdf import as_pdf, text_of

WATERMARK = "示例单位 示例人 2026-03-04 10:00 办理本单位职责内事项"


def document(*lengths: int) -> Document:
    """One chapter for each number, with so many paragraphs."""
    return Document(
        title="儿童完整档案",
        cover=(Line("一人一档", Look.TITLE), Line("姓名：示例", Look.HEADING)),
        chapters=tuple(
            Chapter(f"章{number}", tuple(Line(f"记录{each}。" * 30) for each in range(length)))
            for number, length in enumerate(lengths)
        ),
        watermark=WATERMARK,
    )


LONG = document(1, 60, 0, 25, *([2] * 40))


def test_the_contents_name_the_page_on_which_each_chapter_stands() -> None:
    pages = text_of(as_pdf(LONG))
    begins = lay_out(LONG).begins
    contents = [page.split("\n") for page in pages[1:3]]
    listed = [(lines[at], lines[at + 2]) for lines in contents for at in _titles(lines)]
    assert [title for title, _ in listed] == [title for title, _ in begins]
    assert len(listed) == len(LONG.chapters)
    for title, number in listed:
        # The watermark stands on every page first.
        assert pages[int(number) - 1].split("\n")[2] == title


def _titles(lines: list[str]) -> list[int]:
    return [at for at, line in enumerate(lines) if "、章" in line]


def test_every_page_says_which_it_is_and_who_made_it() -> None:
    pages = text_of(as_pdf(LONG))
    for number, page in enumerate(pages, start=1):
        assert f"第{number}页 共{len(pages)}页" in page
        assert page.count(WATERMARK) == 2


def test_contents_and_outline_lead_to_the_chapters() -> None:
    with Pdf.open(BytesIO(as_pdf(LONG))) as pdf:
        first = pdf.pages[1].obj.Annots[0]
        assert first.Dest[0] == pdf.pages[3].obj
        with pdf.open_outline() as outline:
            assert [each.title for each in outline.root] == [t for t, _ in lay_out(LONG).begins]
        assert str(pdf.docinfo["/Title"]) == "儿童完整档案"
        assert str(pdf.Root.Lang) == "zh-CN"


def test_what_is_printed_can_be_searched_and_copied() -> None:
    """Each code of the font says which sign it is."""
    with Pdf.open(BytesIO(as_pdf(document(1)))) as pdf:
        font = pdf.pages[0].obj.Resources.Font.F1
        says = bytes(font.ToUnicode.read_bytes()).decode()
        assert "<4E00> <4EFF> <4E00>" in says
        assert says.count("beginbfrange") == 3


def test_the_same_document_gives_the_same_bytes() -> None:
    assert as_pdf(LONG) == as_pdf(LONG)


def test_a_sign_that_a_readers_font_may_lack_is_written_out() -> None:
    """Nothing of a name is lost; nothing drives a reader."""
    assert printable("示\U0002b74f\x07例") == "示〔U+2B74F〕例"


@given(text=st.text(alphabet="示例，。A1（ \n", max_size=300), wide=st.integers(40, 400))
def test_no_line_is_wider_than_the_paper_and_no_sign_is_lost(text: str, wide: int) -> None:
    lines = list(broken(text, 10.0, wide))
    assert "".join(lines) == printable(text).replace("\n", "")
    for line in lines:
        # What may not begin a line hangs over its end.
        assert width(line.rstrip("，。"), 10.0) <= wide


def test_no_line_begins_with_a_full_stop() -> None:
    assert list(broken("示例示例。示例", 10.0, 40)) == ["示例示例。", "示例"]


@pytest.mark.parametrize(
    ("number", "told"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五")]
)
def test_chapters_are_numbered_as_people_write(number: int, told: str) -> None:
    assert numeral(number) == told
