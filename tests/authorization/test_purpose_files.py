"""A purpose or an audience that cannot be read whole stops the hub; it never leaves a hole.

Source: privacy design, "Attacks that must fail" 13.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from domain.kernel import Category, LegalBasis
from domain.organisations import Post, Seat
from domain.purpose import PURPOSE_WORDS, Purpose
from hub.authorization.policy import PolicyError
from hub.authorization.purposes import parse_audiences, parse_purposes
from hub.authorization.rights import By
from hub.policies import FOLDER

PURPOSES = tomllib.loads((FOLDER / "purposes.toml").read_text(encoding="utf-8"))
AUDIENCES = tomllib.loads((FOLDER / "audiences.toml").read_text(encoding="utf-8"))


def test_every_purpose_in_force_has_a_row_and_a_word() -> None:
    rows = parse_purposes(PURPOSES)
    assert set(rows) == set(Purpose) == set(PURPOSE_WORDS)
    casework = rows[Purpose.CASEWORK]
    assert casework.seats == frozenset(Seat)
    assert not casework.hub
    assert not casework.in_task
    assert casework.shows[By.OWN] == frozenset(Category)
    assert rows[Purpose.MATCHING].hub
    assert not rows[Purpose.MATCHING].seats
    assert [purpose for purpose, row in rows.items() if row.in_task] == [Purpose.TASK]


def test_the_hubs_own_post_is_for_the_hub_alone() -> None:
    for row in parse_purposes(PURPOSES).values():
        assert (Post.SYSTEM in row.posts) is row.hub
    audiences = parse_audiences(AUDIENCES)
    for audience in (audiences.others, *audiences.rows.values()):
        assert Post.SYSTEM not in audience.posts


def test_no_purpose_may_be_used_by_consent_before_there_are_rules_of_consent() -> None:
    consent = {LegalBasis.GUARDIAN_CONSENT, LegalBasis.CHILD_CONSENT_14PLUS}
    assert not any(row.bases & consent for row in parse_purposes(PURPOSES).values())


def test_what_an_emergency_opens_is_for_peoples_work_alone() -> None:
    rows = parse_purposes(PURPOSES)
    showing = {purpose for purpose, row in rows.items() if By.BREAK_GLASS in row.shows}
    assert showing == {Purpose.CASEWORK, Purpose.TASK, Purpose.COORDINATION}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d.pop("TASK"), "no row for TASK"),
        (lambda d: d.update(CURIOSITY=d["TASK"]), "unknown Purpose"),
        (lambda d: d.update(TASK="all"), "not a table"),
        (lambda d: d["TASK"].pop("seats"), "without seats"),
        (lambda d: d["TASK"].pop("bases"), "without bases"),
        (lambda d: d["TASK"].pop("shows"), "without shows"),
        (lambda d: d["TASK"].pop("source"), "without source"),
        (lambda d: d["TASK"].update(source=" "), "without a source"),
        (lambda d: d["TASK"].update(in_tasks=True), "unknown in_tasks"),
        (lambda d: d["TASK"].update(in_task="true"), "neither true nor false"),
        (lambda d: d["TASK"].update(in_task=1), "neither true nor false"),
        (lambda d: d["TASK"].update(seats="everybody"), "no list of Seat"),
        (lambda d: d["TASK"].update(seats=["schools"]), "unknown Seat"),
        (lambda d: d["TASK"].update(seats=["school", "school"]), "a Seat twice"),
        (lambda d: d["TASK"].update(bases="all"), "no list of LegalBasis"),
        (lambda d: d["TASK"].update(bases=["HABIT"]), "unknown LegalBasis"),
        (lambda d: d["TASK"].update(posts=["emperor"]), "unknown Post"),
        (lambda d: d["TASK"].update(posts=["system"]), "post of the hub"),
        (lambda d: d["TASK"].update(shows="all"), "shows is no table"),
        (lambda d: d["TASK"]["shows"].update(see="all"), "unknown By"),
        (lambda d: d["TASK"]["shows"].update(read="everything"), "no list of Category"),
        (lambda d: d["TASK"]["shows"].update(read=["offending"]), "unknown Category"),
    ],
)
def test_a_malformed_purpose_stops(change: Callable[[dict[str, Any]], Any], says: str) -> None:
    data = deepcopy(PURPOSES)
    parse_purposes(data)
    change(data)
    with pytest.raises(PolicyError, match=says):
        parse_purposes(data)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d.pop("others"), "without others"),
        (lambda d: d.pop("audience"), "without audience"),
        (lambda d: d.update(everybody={}), "unknown everybody"),
        (lambda d: d.update(audience={}), "no list of rows"),
        (lambda d: d["others"].update(posts=["system"]), "post of the hub"),
        (lambda d: d["others"].pop("posts"), "without posts"),
        (lambda d: d["audience"].append(d["audience"][0]), "twice"),
        (lambda d: d["audience"].append("harm"), "not a table"),
        (lambda d: d["audience"][0].pop("author"), "without author"),
        (lambda d: d["audience"][0].update(author="yes"), "neither true nor false"),
        (lambda d: d["audience"][0].update(category="harms"), "unknown Category"),
        (lambda d: d["audience"][0].update(right="see"), "unknown By"),
        (lambda d: d["audience"][0].update(posts=["duty_lead"]), "unknown Post"),
        (lambda d: d["audience"][0].update(source=""), "without a source"),
    ],
)
def test_a_malformed_audience_stops(change: Callable[[dict[str, Any]], Any], says: str) -> None:
    data = deepcopy(AUDIENCES)
    parse_audiences(data)
    change(data)
    with pytest.raises(PolicyError, match=says):
        parse_audiences(data)
