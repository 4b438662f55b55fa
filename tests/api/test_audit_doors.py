"""Any organisation keeps what the hub signed, and may ask that it still holds."""

from __future__ import annotations

import json

import pytest

from hub.audit.notes import PublicKey
from hub.audit.proofs import check_file
from hub.audit.tables import AREA
from hub.audit.tree import Tree
from tests.api.desks import District
from tests.program import CIVIL_AFFAIRS, SCHOOL, VILLAGE
from tests.storage.opening import change

pytestmark = pytest.mark.slow


def sign(district: District) -> None:
    trail = district.program.trail
    trail.follow()
    for tree in Tree:
        trail.checkpoint(tree, district.program.clock.now())


@pytest.mark.parametrize("organisation", [SCHOOL, VILLAGE, CIVIL_AFFAIRS])
@pytest.mark.parametrize("tree", ["access", "events"])
def test_an_organisation_keeps_a_checkpoint_and_has_it_proved(
    organisation: str, tree: str, district: District
) -> None:
    reference = district.dropout()
    desk = district[organisation]
    assert desk.get(f"/audit/checkpoints/{tree}").status_code == 404
    sign(district)
    key = PublicKey.parse(desk.get("/audit/public-key").json()["public_key"])
    kept = desk.get(f"/audit/checkpoints/{tree}").json()["note"]
    (before,) = check_file(kept, key)
    desk.get(f"/children/{reference}")
    district.dropout(2)
    sign(district)
    answer = desk.post("/audit/growth", {"note": kept})
    assert answer.status_code == 200
    old, new = check_file(json.dumps(answer.json()), key, kept)
    assert old == before
    assert new.size > old.size


def test_what_the_hub_did_not_sign_is_refused(district: District) -> None:
    sign(district)
    note = district[SCHOOL].get("/audit/checkpoints/access").json()["note"]
    for wrong in ("", note.replace("number 1", "number 2"), note[:-10]):
        answer = district[SCHOOL].post("/audit/growth", {"note": wrong})
        assert answer.status_code == 422
        assert answer.json()["faults"][0]["code"] == "NOT_SIGNED_HERE"


def test_what_does_not_follow_is_said_to_whoever_kept_the_evidence(district: District) -> None:
    district.dropout()
    district[CIVIL_AFFAIRS].get("/children")
    sign(district)
    kept = district[SCHOOL].get("/audit/checkpoints/access").json()["note"]
    for statement in (
        "DELETE FROM access WHERE seq > 1",
        "DELETE FROM tree WHERE tree = 'access' AND leaf > 0",
        "DELETE FROM checkpoints",
    ):
        change(district.program.storage, AREA, statement)
    answer = district[SCHOOL].post("/audit/growth", {"note": kept})
    assert answer.status_code == 409
    assert answer.json()["code"] == "CHECKPOINT_CONTRADICTED"


def test_no_child_and_nobody_who_looked_stands_in_a_proof(district: District) -> None:
    reference = district.dropout()
    district[CIVIL_AFFAIRS].get(f"/children/{reference}")
    sign(district)
    desk = district[SCHOOL]
    note = desk.get("/audit/checkpoints/access").json()["note"]
    shown = note + desk.post("/audit/growth", {"note": note}).text
    for word in (reference, "civil_affairs", "u-", SCHOOL):
        assert word not in shown
