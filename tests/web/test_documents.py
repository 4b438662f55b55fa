"""文书: printed from templates, numbered without gap, and put back signed."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
import segno
from httpx import Response
from pikepdf import Pdf

from domain.document_number import written_receipt
from hub.documents import Documents
from hub.paper.form import About, read_templates, read_words
from hub.paper.layout import CODE, HEIGHT, MARGIN, WIDTH
from hub.paper.pdf import text_of as pages_of
from hub.policies import FOLDER
from hub.storage.sqlite import FolderStorage
from tests.attachments.files import jpeg
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_STATION,
    PROCURATORATE,
    SCHOOL,
    START,
    STATION,
    TOWN,
    VILLAGE,
    a_name,
    admonished,
    an_id_number,
    child_of,
    pupil,
    reader,
    send,
)
from tests.web.people import Person, Workspace, text_of
from tests.web.test_pages import dropped_out, tasks

SEEN = "祖父照料，家中整洁"


def printed(person: Person, kind: str, of: str, **more: object) -> str:
    """What stands on the paper of a document."""
    answer = person.send(f"/documents/{kind}/{of}", more)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    return "\n".join(pages_of(answer.content))


def receipt_of(text: str) -> str:
    found = re.search(r"回执号：([0-9A-F-]+)", text)
    assert found is not None
    return found[1]


def visited(workspace: Workspace) -> str:
    program = workspace.program
    dropped_out(workspace)
    visit = {
        "visited_on": "2025-03-03",
        "form": "入户走访",
        "seen": SEEN,
        "problem_kinds": "照料",
        "harm_suspected": "否",
    }
    send(program, VILLAGE, "village.visit", {**pupil(1), **visit})
    workspace.settle()
    return child_of(program, pupil(1))


def test_a_referral_slip_has_its_number_sections_lines_to_sign_and_proof_of_service(
    workspace: Workspace,
) -> None:
    dropped_out(workspace)
    (task,) = tasks(workspace, STATION)[:1]
    text = printed(workspace[STATION], "referral_slip", task)
    for said in (
        "文书号：松所001〔2025〕转0001号",
        "一、转介事项",
        "接收单位：",
        "三、回执",
        "经办人：",
        "负责人：",
        "盖章处",
        "送达回证",
        "受送达人签名",
        "审计编号",
    ):
        assert said in text, said
    assert "补打" not in text
    assert an_id_number(1) not in text


def test_a_visit_sheet_shows_the_visit_to_whoever_sees_it(workspace: Workspace) -> None:
    child = visited(workspace)
    text = printed(workspace[VILLAGE], "visit_sheet", child)
    assert "松村001001〔2025〕访0001号" in text
    for said in (a_name(1), SEEN, "走访人：", "盖章处"):
        assert said in text, said
    for seat in (SCHOOL, STATION, PROCURATORATE):
        answer = workspace[seat].send(f"/documents/visit_sheet/{child}", {})
        assert answer.status_code == 404, seat
    # The school sees the pupil, and keeps no such file.
    assert workspace[SCHOOL].get(f"/children/{child}/documents").status_code == 200
    assert workspace[SCHOOL].send(f"/documents/file_cover/{child}", {}).status_code == 404


def test_a_second_print_keeps_its_number_and_says_so(workspace: Workspace) -> None:
    child = visited(workspace)
    first = printed(workspace[TOWN], "visit_sheet", child)
    second = printed(workspace[TOWN], "visit_sheet", child)
    assert receipt_of(first) == receipt_of(second)
    assert "补打（第2次打印）" in second
    third = printed(workspace[TOWN], "follow_up_sheet", child)
    assert "随0001号" in third
    assert "补打" not in third


def test_every_print_is_noted_with_its_purpose(workspace: Workspace) -> None:
    child = visited(workspace)
    text = printed(workspace[TOWN], "visit_sheet", child)
    (noted,) = [
        each
        for each in workspace.program.queries.access_log(reader(TOWN), child)
        if each.action == "document"
    ]
    assert noted.organisation == TOWN
    assert noted.purpose
    number = re.search(r"审计编号 (\d+)", text)
    assert number is not None
    ((stored,),) = workspace.program.documents._database.rows("SELECT audit FROM prints")
    assert stored == int(number[1])


def test_the_code_holds_the_receipt_number_and_nothing_else(workspace: Workspace) -> None:
    child = visited(workspace)
    answer = workspace[TOWN].send(f"/documents/visit_sheet/{child}", {})
    receipt = receipt_of("\n".join(pages_of(answer.content))).replace("-", "")
    with Pdf.open(BytesIO(answer.content)) as pdf:
        drawn = pdf.pages[0].Contents.read_bytes().decode()
    boxes = re.findall(r"^([\d.]+) ([\d.]+) [\d.]+ [\d.]+ re$", drawn, re.M)
    rows = [list(row) for row in segno.make(receipt, error="m", micro=False).matrix]
    step = CODE / len(rows)
    found = {
        (
            round((HEIGHT - 40 - float(y)) / step) - 1,
            round((float(x) - (WIDTH - MARGIN - CODE)) / step),
        )
        for x, y in boxes
    }
    assert found == {
        (down, along) for down, row in enumerate(rows) for along, dark in enumerate(row) if dark
    }


@pytest.mark.adversary
def test_nothing_is_printed_of_what_is_not_there_or_not_theirs(workspace: Workspace) -> None:
    """Given what a seat may not see, and what nobody has, when it prints either, then the answers
    are alike, and no number was given."""
    child = visited(workspace)
    (task,) = tasks(workspace, STATION)[:1]
    missing = "00000000-0000-0000-0000-00000000000f"
    person = workspace[OTHER_STATION]
    pages = [
        person.send(f"/documents/{kind}/{of}", {})
        for kind in (*read_templates(FOLDER), "no_such_kind")
        for of in (child, task, missing, "no-id")
    ]
    assert {page.status_code for page in pages} == {404}
    assert len({re.sub(r'data-locks-in="\d+"', "", page.text) for page in pages}) == 1
    assert workspace.program.documents._database.rows("SELECT * FROM documents") == []


def test_what_is_handed_to_a_guardian_says_nothing_that_a_guardian_may_not_read(
    workspace: Workspace,
) -> None:
    child = visited(workspace)
    heed = {
        "issued_on": "2025-03-01",
        "text": "上门前先与派出所联系",
        "call": "110",
        "until": "2025-06-30",
        "told_units": "学校",
    }
    send(workspace.program, "police:310117", "safety.instruction", {**pupil(1), **heed})
    workspace.settle()
    notice = printed(workspace[SCHOOL], "persuasion_notice", child)
    assert a_name(1) in notice
    assert heed["text"] not in notice
    assert "安全提示" not in notice
    letter = printed(workspace[SCHOOL], "dropout_letter", child)
    assert heed["text"] in letter


def test_each_kind_of_a_childs_file_has_its_sections(workspace: Workspace) -> None:
    child = visited(workspace)
    person = workspace[TOWN]
    page = text_of(person.get(f"/children/{child}/documents"))
    templates = read_templates(FOLDER)
    for name, each in templates.items():
        if each.about is not About.CHILD:
            continue
        assert each.title in page, name
        text = printed(person, name, child)
        assert each.mark + "0001号" in text, name
        for said in (*each.signatures, *(section.title for section in each.sections)):
            assert said in text, (name, said)
        assert ("盖章处" in text) is each.stamp
        assert ("送达回证" in text) is each.service


def test_of_a_pupil_who_dropped_out_there_are_letter_notice_and_record(
    workspace: Workspace,
) -> None:
    child = visited(workspace)
    said = {"persuaded_on": "2025-03-03", "outcome": "同意复学", "account": "家长答应再想想"}
    send(workspace.program, SCHOOL, "education.persuasion", {**pupil(1), **said})
    workspace.settle()
    person = workspace[SCHOOL]
    letter = printed(person, "dropout_letter", child)
    for text in ("辍报0001号", "二、辍学情况", "三、已采取的措施", said["account"], "送达回证"):
        assert text in letter, text
    notice = printed(person, "persuasion_notice", child)
    for text in ("劝0001号", "二、通知内容", "父母或者其他监护人应当", "送达回证", "盖章处"):
        assert text in notice, text
    assert said["account"] not in notice
    record = printed(person, "persuasion_record", child)
    for text in ("劝记0001号", "劝返人：", said["account"], "家长签名"):
        assert text in record, text


def test_a_report_is_printed_by_who_filed_it_and_by_the_police(workspace: Workspace) -> None:
    filer = workspace[VILLAGE]
    seen = "孩子脸上有伤"
    assert filer.send("/danger", {"key": "b", "seen": seen, "home": "否"}).status_code == 200
    workspace.settle()
    (report,) = workspace.program.queries.reports(reader(STATION)).items
    text = printed(workspace[STATION], "report_sheet", report.id)
    for said in ("报0001号", "二、报告内容", seen, "接报人：", "盖章处"):
        assert said in text, said
    assert "打印（PDF）" in workspace[STATION].get(f"/matters/reports/{report.id}").text
    assert printed(filer, "report_sheet", report.id)
    for seat in (SCHOOL, TOWN, OTHER_STATION):
        answer = workspace[seat].send(f"/documents/report_sheet/{report.id}", {})
        assert answer.status_code == 404, seat


def test_an_order_is_printed_between_the_two(workspace: Workspace) -> None:
    person = workspace[CIVIL_AFFAIRS]
    demand = "请于三日内补报走访情况"
    asked = {"key": "1", "addressee": TOWN, "demand": demand}
    assert person.send("/matters/orders/new/issue", asked).status_code == 303
    workspace.settle()
    (order,) = workspace.program.queries.register(
        reader(TOWN), stream="supervisory_order", everybodys=True
    ).items
    text = printed(workspace[TOWN], "supervisory_order", order.stream)
    for said in ("督0001号", "一、督办事项", demand, "送达回证", "盖章处"):
        assert said in text, said
    path = f"/documents/supervisory_order/{order.stream}"
    assert workspace[SCHOOL].send(path, {}).status_code == 404


def test_a_page_to_print_says_what_the_paper_says(workspace: Workspace) -> None:
    child = visited(workspace)
    page = workspace[TOWN].send(f"/documents/visit_sheet/{child}", {"as": "page"})
    assert page.status_code == 200
    assert "<svg" in page.text
    assert "style=" not in page.text
    for said in ("访0001号", SEEN, "走访人：", "盖章处", "审计编号"):
        assert said in text_of(page), said


def test_a_document_issued_elsewhere_has_its_number_day_of_service_and_scan(
    workspace: Workspace,
) -> None:
    """Given an admonition of the police, when its scan is put to it, then whoever reads the orders
    sees number, day and scan; and a seat that reads only that there was one sees none of it."""
    program = workspace.program
    dropped_out(workspace)
    send(program, STATION, "police.admonition", admonished(pupil(1)))
    workspace.settle()
    child = child_of(program, pupil(1))
    person = workspace[STATION]
    page = person.get(f"/children/{child}/documents")
    assert "示公训〔2025〕0001号" in page.text
    assert "2025-03-01" in page.text
    entry = page.text.split('name="entry" value="')[-1].split('"')[0]
    path = f"/children/{child}/documents/attachments"
    assert upload(person, path, entry=entry).status_code == 303
    workspace.settle()
    assert "扫描件1" in person.get(f"/children/{child}/documents").text
    assert upload(person, path, entry="0").status_code == 404
    school = workspace[SCHOOL]
    assert "示公训" not in school.get(f"/children/{child}/documents").text
    assert upload(school, path, entry=entry).status_code == 404
    village = workspace[VILLAGE]
    assert "训诫" in village.get(f"/children/{child}").text
    assert "其他单位制发" not in village.get(f"/children/{child}/documents").text


def test_numbers_run_without_gap_side_by_side_and_after_a_restart(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    first, second = (Documents(FolderStorage(tmp_path)) for _ in range(2))

    def one(at: int) -> int:
        store = (first, second)[at % 2]
        made, _ = store.printed(TOWN, "visit_sheet", str(at), "c", user="u", now=START, audit=at)
        return made.running

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, range(20))) == list(range(1, 21))
    first.close()
    second.close()
    again = Documents(FolderStorage(tmp_path))
    made, nth = again.printed(TOWN, "visit_sheet", "new", "c", user="u", now=START, audit=1)
    assert (made.running, nth) == (21, 1)
    other, _ = again.printed(TOWN, "work_log", "new", "c", user="u", now=START, audit=1)
    assert other.running == 1
    again.close()


def test_a_scan_is_put_to_its_document_and_shown(workspace: Workspace) -> None:
    child = visited(workspace)
    person = workspace[TOWN]
    receipt = receipt_of(printed(person, "visit_sheet", child))
    answer = scan(person, receipt.lower())
    assert answer.status_code == 303, text_of(answer)
    workspace.settle()
    page = person.get(f"/children/{child}/documents")
    assert "扫描件1" in page.text
    assert "访0001号" in text_of(person.get(f"/children/{child}/attachments"))
    assert "附件" in text_of(person.get(f"/children/{child}"))


@pytest.mark.adversary
def test_a_number_of_another_organisation_reads_like_one_that_was_never_given(
    workspace: Workspace,
) -> None:
    child = visited(workspace)
    theirs = receipt_of(printed(workspace[TOWN], "visit_sheet", child))
    person = workspace[SCHOOL]
    pages = [scan(person, each) for each in (theirs, written_receipt("0" * 12))]
    assert {page.status_code for page in pages} == {422}
    said = {
        re.sub(r'data-locks-in="\d+"|value="[0-9A-F-]*"', "", page.text).replace(theirs, "")
        for page in pages
    }
    assert len(said) == 1
    assert workspace.program.documents.scans(theirs.replace("-", "")) == []


def scan(person: Person, receipt: str) -> Response:
    return upload(person, "/documents/attachments", receipt=receipt)


def upload(person: Person, path: str, **fields: str) -> Response:
    answer: Response = person.client.post(
        path,
        data=fields,
        files={"file": ("scan.jpg", jpeg(), "image/jpeg")},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    return answer


def test_every_seat_has_its_part_of_a_number() -> None:
    words = read_words(FOLDER)
    assert len(set(words.values())) == len(words) == 23
    marks = [each.mark for each in read_templates(FOLDER).values()]
    assert len(set(marks)) == len(marks)
    assert EDUCATION.partition(":")[0] in {each.value for each in words}
