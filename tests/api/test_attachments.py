"""Attachments (附件) over HTTP: sent, listed, opened, refused, erased.

Source: privacy design, "Sealed fields"; issue "Privacy", Keys: attachments are sealed blobs with a
category, their hash in the event, location data stripped, size and type checked.
"""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from PIL import Image
from starlette.formparsers import MultiPartParser

from domain.kernel import Category
from domain.organisations import Post
from hub.api.app import create_app
from hub.attachments.refusal import WORDS
from hub.bootstrap import Program
from hub.encryption.blobs import blob_digest
from hub.keyservice import Marker
from tests import program as given
from tests.api.desks import NOTHING, Desk, District
from tests.attachments.files import FILES, PLANTED, jpeg, pdf
from tests.program import CIVIL_AFFAIRS, EDUCATION, OTHER_TOWN, SCHOOL, TOWN, VILLAGE

pytestmark = pytest.mark.slow

NAME = "示甲家中.jpg"
ACCOUNT = "示例路1号家中照片"


def send(
    desk: Desk,
    child: str,
    content: bytes,
    category: str = "visits",
    name: str = NAME,
    account: str | None = ACCOUNT,
) -> Response:
    data = {"category": category, **({"account": account} if account else {})}
    return desk.request(
        "POST",
        f"/children/{child}/attachments",
        files={"file": (name, content, "application/octet-stream")},
        data=data,
    )


def sent(district: District, desk: Desk, child: str, content: bytes, **how: Any) -> str:
    """Send an attachment that must be taken; gives its identifier."""
    answer = send(desk, child, content, **how)
    assert answer.status_code == 201, answer.json()
    district.settle()
    found: str = answer.json()["attachment_id"]
    return found


@pytest.fixture
def child(district: District) -> str:
    return district.dropout()


def _looks(program: Program, child: str) -> list[tuple[str, str]]:
    return [(each.action, each.categories) for each in program.audit.of_child(child)]


@pytest.mark.parametrize("media_type", ["image/jpeg", "application/pdf", "audio/ogg"])
def test_an_attachment_is_sent_listed_and_opened(
    district: District, child: str, media_type: str
) -> None:
    """Given a child of the village / when its director sends what was seen / then the town, which
    reads visits, lists and opens it, and the look is written first."""
    attachment = sent(district, district[VILLAGE], child, FILES[media_type]())
    (listed,) = district[TOWN].items(f"/children/{child}/attachments")
    assert listed["id"] == attachment
    assert listed["category"] == "visits"
    assert listed["media_type"] == media_type
    assert listed["file_name"] == NAME
    assert listed["account"] == ACCOUNT
    assert listed["producer"] == VILLAGE
    answer = district[TOWN].get(f"/attachments/{attachment}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert PLANTED.encode() not in answer.content
    assert _looks(district.program, child)[0] == ("attachment", "visits")


def test_it_is_saved_and_never_shown_in_place_under_a_name_of_its_own(
    district: District, child: str
) -> None:
    attachment = sent(district, district[VILLAGE], child, jpeg(), name='"\r\nX: 1"示甲.html')
    answer = district[TOWN].get(f"/attachments/{attachment}")
    assert answer.headers["content-disposition"] == f'attachment; filename="{attachment}.jpg"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert Image.open(io.BytesIO(answer.content)).size == (64, 48)


def test_the_event_holds_the_hash_and_no_door_the_key(district: District, child: str) -> None:
    attachment = sent(district, district[VILLAGE], child, jpeg())
    (fact,) = [
        fact
        for fact in district.program.store.feed(0, 10_000)
        if fact.topic == "attachment.stated.v1"
    ]
    chunks = district.program.blobs.chunks(fact.clear["digest"])
    assert blob_digest(chunks).hex() == fact.clear["digest"]
    assert set(fact.sealed) == {"blob_key", "file_name", "account"}
    assert {entry[0] for entry in fact.sealed.values()} == {"visits"}
    for path in (f"/children/{child}/attachments", f"/children/{child}/timeline"):
        assert "blob_key" not in district[TOWN].get(path).text
    assert attachment in district[TOWN].get(f"/children/{child}/attachments").text


def test_the_same_file_again_is_the_same_attachment(district: District, child: str) -> None:
    first = send(district[VILLAGE], child, jpeg(), "contact")
    again = send(district[VILLAGE], child, jpeg(), "contact", name="other.jpg")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["repeated"]
    for name in ("attachment_id", "receipt", "position"):
        assert first.json()[name] == again.json()[name]
    other = send(district[TOWN], child, jpeg(), "contact")
    assert other.status_code == 201
    assert other.json()["attachment_id"] != first.json()["attachment_id"]


def test_who_may_not_see_the_category_finds_nothing(district: District, child: str) -> None:
    """The school reads schooling and no visits; another town's child is nobody's here."""
    attachment = sent(district, district[VILLAGE], child, jpeg())
    unknown = "00000000-0000-4000-8000-000000000001"
    for organisation in (SCHOOL, EDUCATION, OTHER_TOWN):
        refused = district[organisation].get(f"/attachments/{attachment}")
        absent = district[organisation].get(f"/attachments/{unknown}")
        assert refused.status_code == absent.status_code == 404
        assert refused.json() == absent.json()
        assert refused.json()["detail"] == NOTHING
        assert district[organisation].items(f"/children/{child}/attachments") == []


def test_who_may_not_state_the_category_cannot_attach(district: District, child: str) -> None:
    """Nor to a child that is not in its view, which reads as one that there is not."""
    assert send(district[SCHOOL], child, jpeg()).status_code == 403
    assert district.program.blobs.refused(SCHOOL) == []
    refused = send(district[OTHER_TOWN], child, jpeg())
    absent = send(district[OTHER_TOWN], "00000000-0000-4000-8000-000000000001", jpeg())
    named = send(district[OTHER_TOWN], "示甲", jpeg())
    assert refused.status_code == 404
    assert refused.json() == absent.json() == named.json()


@pytest.mark.parametrize("category", ["who", "reporter", "nonsense"])
def test_some_categories_take_no_attachment(district: District, child: str, category: str) -> None:
    assert send(district[VILLAGE], child, jpeg(), category).status_code == 422


def test_harm_is_opened_by_who_sent_it_and_by_no_colleague(district: District, child: str) -> None:
    sender = district[SCHOOL]
    attachment = sent(district, sender, child, jpeg(), category="harm")
    assert sender.get(f"/attachments/{attachment}").status_code == 200
    colleague = district.hire(SCHOOL)
    assert colleague.get(f"/attachments/{attachment}").status_code == 404
    liaison = district.hire(SCHOOL, Post.DESIGNATED_REPORTER)
    assert liaison.get(f"/attachments/{attachment}").status_code == 200


def test_a_photo_is_put_to_a_mandatory_report_whose_child_nobody_knows(
    district: District,
) -> None:
    """Evidence is not gated: the filer adds it, the station with the report opens it."""
    filer = district[SCHOOL]
    receipt = filer.send(
        "report/mandatory",
        {"situations": "MR4", "seen": "手臂有伤", "town": given.TOWN_CODE},
    )
    district.settle()
    report = filer.get(f"/reports/receipts/{receipt['receipt']}").json()["report"]["id"]
    attachment = sent(district, filer, report, jpeg(), category="harm")
    assert district[given.STATION].get(f"/attachments/{attachment}").status_code == 200
    assert district.hire(SCHOOL).get(f"/attachments/{attachment}").status_code == 404
    assert district[CIVIL_AFFAIRS].get(f"/attachments/{attachment}").status_code == 404
    assert send(district.hire(SCHOOL), report, jpeg(), "harm").status_code == 404


# What is not taken


def test_a_refused_file_lies_sealed_and_the_sender_is_told_why(
    district: District, child: str
) -> None:
    content = b"MZ" + b"secret refused bytes" * 20
    answer = send(district[VILLAGE], child, content, name="照片.jpg")
    body = answer.json()
    assert (answer.status_code, body["code"]) == (422, "ATTACHMENT_TYPE")
    assert body["detail"] == WORDS["TYPE"]
    program = district.program
    (kept,) = program.blobs.refused(VILLAGE)
    assert (kept.id, kept.code) == (body["quarantine_id"], "TYPE")
    assert program.blobs.refused(TOWN) == []
    assert send(district[VILLAGE], child, content).json()["quarantine_id"] == kept.id
    assert len(program.blobs.refused(VILLAGE)) == 1
    for path in program.folder.root.rglob("*"):
        assert not path.is_file() or b"secret refused bytes" not in path.read_bytes()


def test_a_file_over_the_size_is_turned_away_as_it_comes(district: District, child: str) -> None:
    limit = district.program.attachments.rules.max_bytes
    answer = send(district[VILLAGE], child, b"\xff\xd8\xff" + bytes(limit + 128 * 1024))
    assert answer.status_code == 413
    assert district.program.blobs.refused(VILLAGE) == []


def test_no_part_of_an_upload_is_written_to_disk_in_clear(program_app: Program) -> None:
    create_app(program_app)
    assert MultiPartParser.spool_max_size >= program_app.attachments.rules.max_bytes


@pytest.fixture
def program_app(district: District) -> Program:
    return district.program


# After an erasure, and after somebody was at the store


def test_after_its_keys_are_gone_it_reads_as_erased(district: District, child: str) -> None:
    attachment = sent(district, district[VILLAGE], child, pdf())
    with _keys(district.program) as keys:
        for subject in (child, attachment):
            keys.delete_keys(UUID(subject))
    answer = district[TOWN].get(f"/attachments/{attachment}")
    assert answer.status_code == 410
    assert answer.json()["detail"] == Marker.ERASED.value
    assert send(district[VILLAGE], child, jpeg()).status_code >= 400


def _keys(program: Program) -> Any:
    from contextlib import closing

    from hub.encryption.keystore import KeyStore
    from hub.encryption.root import RootKeystore
    from hub.settings import Settings

    folder = program.folder
    root = RootKeystore.open(folder.keystore, folder.passphrase(Settings()))
    return closing(KeyStore(program.storage, root))


def test_the_api_document_says_what_may_be_sent(client_document: dict[str, Any]) -> None:
    paths = client_document["paths"]
    assert "/api/v1/children/{child_ref}/attachments" in paths
    opened = paths["/api/v1/attachments/{attachment_id}"]["get"]["responses"]
    assert set(opened["200"]["content"]) >= set(FILES)
    assert "410" in opened


@pytest.fixture
def client_document(district: District) -> dict[str, Any]:
    client: TestClient = district.client
    found: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    return found


def test_a_task_that_ended_closes_its_attachments(district: District, child: str) -> None:
    """Given the station has accepted a tracing, which releases contact / when it is over / then
    what the town attached under contact is no longer there for it."""
    attachment = sent(district, district[TOWN], child, jpeg(), category="contact")
    station = district[given.STATION]
    for referral in station.items("/inbox"):
        station.post(f"/referrals/{referral['id']}/accept")
    district.settle()
    assert station.get(f"/attachments/{attachment}").status_code == 200
    given.at(district.program, given.START + timedelta(hours=3))
    for referral in station.items("/inbox"):
        station.post(f"/referrals/{referral['id']}/start")
        station.post(
            f"/referrals/{referral['id']}/complete", {"outcome": "FOUND", "account": "已找到"}
        )
    district.settle()
    assert station.get(f"/attachments/{attachment}").status_code == 404


def _blobs(program: Program) -> int:
    with program.blobs._engine.begin() as connection:
        return len(connection.exec_driver_sql("SELECT digest FROM chunks").all())


def test_who_sent_it_takes_it_back_and_its_content_goes(district: District, child: str) -> None:
    village, town = district[VILLAGE], district[TOWN]
    attachment = sent(district, village, child, jpeg())
    path, body = f"/attachments/{attachment}/withdraw", {"reason": "WRONG_FILE", "note": "传错"}
    before = _blobs(district.program)
    # Nobody else, and of a stranger's not even that it is there.
    nobody = "/attachments/00000000-0000-4000-8000-000000000009/withdraw"
    for other in (town.post(path, body), village.post(nobody, body)):
        assert (other.status_code, other.json()["code"]) == (422, "ATTACHMENT_NOT_YOURS")
    assert village.post(path, body).status_code == 200
    # At once, before any view has followed.
    assert town.get(f"/attachments/{attachment}").status_code == 404
    district.settle()
    for desk in (village, town):
        assert desk.items(f"/children/{child}/attachments") == []
        assert desk.get(f"/attachments/{attachment}").status_code == 404
    assert _blobs(district.program) < before
    entries = town.items(f"/children/{child}/timeline")
    (told,) = (each for each in entries if each["topic"] == "attachment.withdrawn.v1")
    assert (told["words"]["reason"], told["fields"]["note"]) == ("传错文件", "传错")
    # What it was called is gone with its key; the right one, or the same again, may be sent after
    # it, as another one.
    (stated,) = (each for each in entries if each["topic"] == "attachment.stated.v1")
    assert stated["fields"]["file_name"] == Marker.ERASED
    again = sent(district, village, child, jpeg())
    assert again != attachment
    repeated = send(village, child, jpeg())
    assert (repeated.status_code, repeated.json()["attachment_id"]) == (200, again)
    assert [each["id"] for each in town.items(f"/children/{child}/attachments")] == [again]
    assert town.get(f"/attachments/{again}").status_code == 200


def test_what_shows_a_victim_is_never_taken_back(district: District, child: str) -> None:
    school = district[SCHOOL]
    attachment = sent(district, school, child, jpeg(), category="harm")
    answer = school.post(f"/attachments/{attachment}/withdraw", {"reason": "NOT_NEEDED"})
    assert (answer.status_code, answer.json()["code"]) == (422, "ATTACHMENT_STAYS")
    assert school.get(f"/attachments/{attachment}").status_code == 200


def test_a_sweep_takes_what_no_event_names_and_nothing_else(
    district: District, child: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash between blob and event, and one between withdrawal and blob."""
    program, village = district.program, district[VILLAGE]
    kept = sent(district, village, child, FILES["image/png"]())
    taken_back = sent(district, village, child, jpeg())
    with monkeypatch.context() as broken:
        broken.setattr(program.blobs, "drop", lambda digest: None)
        body = {"reason": "WRONG_FILE"}
        assert village.post(f"/attachments/{taken_back}/withdraw", body).status_code == 200

        def crash(*anything: Any, **how: Any) -> None:
            raise RuntimeError

        broken.setattr(program.hub, "records", crash)
        with pytest.raises(RuntimeError):
            program.attachments.put(
                given.actor(VILLAGE), UUID(child), Category.VISITS, FILES["application/pdf"]()
            )
    assert send(village, child, b"MZ" + b"x" * 50).status_code == 422
    assert program.attachments.sweep() == 0, "it may be on its way"
    given.at(program, given.START + timedelta(days=2))
    assert program.attachments.sweep() == 2
    assert program.attachments.sweep() == 0
    assert village.get(f"/attachments/{kept}").status_code == 200
    assert len(program.blobs.refused(VILLAGE)) == 1
