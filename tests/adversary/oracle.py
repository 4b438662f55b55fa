"""What each organisation may see of the job, read from the matrix as text.

Independent of the decision function: the words of the matrix, the release sets and what was done.
"""

from __future__ import annotations

import csv
import dataclasses
import tomllib

from domain.organisations import HUB
from hub.policies import FOLDER
from tests.adversary.job import (
    ASKED,
    FEDERATION,
    HEALTH,
    INSTITUTION,
    PATIENT,
    PLACED,
    PROGRAMMES_OFFICE,
    REPORTED,
    WOMENS_FEDERATION,
    Job,
    Secret,
)
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_STATION,
    OTHER_TOWN,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
)

CSV = {
    row["agency"]: row
    for row in csv.DictReader(
        (FOLDER / "sharing-matrix.csv").read_text(encoding="utf-8-sig").splitlines()
    )
}
KINDS = tomllib.loads((FOLDER / "referrals.toml").read_text())
RELEASES = {kind: set(row["release"]) for kind, row in KINDS.items()}
DISTRICT_WIDE = {CIVIL_AFFAIRS, EDUCATION, POLICE, PROCURATORATE, PROGRAMMES_OFFICE}
RESPONSIBLE = {
    SCHOOL: {"甲", "丁", "戊", "己", PLACED},
    OTHER_SCHOOL: {"乙"},
    TOWN: {"甲", PLACED},
    VILLAGE: {"甲", PLACED},
    STATION: {"甲", PLACED},
}
RECORDED = {
    "甲": {"schooling", "guardianship", "orders", "classification"},
    "乙": {"schooling"},
    "丙": {"orders"},
    "丁": {"orders", "schooling"},
    "戊": {"schooling"},
    "己": {"schooling"},
    REPORTED: {"harm"},
    PATIENT: {"harm"},
    PLACED: {
        *{"classification", "visits", "schooling", "health"},
        *{"means", "guardianship", "orders"},
    },
}
OPEN_TASKS = {
    CIVIL_AFFAIRS: {
        "甲": ["coordinate_dropout", "coordinate_admonition"],
        "丙": ["coordinate_admonition"],
        "丁": ["coordinate_admonition"],
        PLACED: ["coordinate_guidance"],
    },
    PROCURATORATE: {"甲": ["supervise_dropout"]},
    POLICE: {PLACED: ["search_parents"]},
    TOWN: {
        "甲": ["follow_up_admonition"],
        "丁": ["follow_up_admonition"],
        PLACED: ["follow_up_guidance"],
    },
    INSTITUTION: {PLACED: ["care_for_placed_child"]},
    FEDERATION: {PLACED: ["assess_disability", "check_disability_aid"]},
    EDUCATION: {PLACED: ["plan_schooling"]},
    HEALTH: {PLACED: ["plan_medical_care", "plan_psychology"]},
    WOMENS_FEDERATION: {
        # Ordered with an admonition.
        "甲": ["give_guidance"],
        "丙": ["give_guidance"],
        PLACED: ["give_guidance", "give_guidance"],
    },
    VILLAGE: {PLACED: ["visit_warned", "check_aid"]},
    OTHER_TOWN: {"乙": ["persuade_dropout"], "丙": ["follow_up_admonition"]},
    OTHER_STATION: {"乙": ["trace_dropout"]},
    STATION: {
        REPORTED: ["handle_report"],
        PATIENT: ["handle_report"],
        PLACED: ["consider_admonition", "note_return"],
    },
}
STATED = set(CSV["civil_affairs"]) - {"agency", "name_zh", "identity", "reporter", "offending"}
"""Columns of records, beside who the child is and who reported."""


def words_of(organisation: str, category: str) -> set[str]:
    column = "identity" if category in ("who", "contact") else category
    return set(CSV[organisation.split(":")[0]][column].split("+"))


def reads(organisation: str, kid: str, category: str) -> bool:
    covered = organisation in DISTRICT_WIDE or kid in RESPONSIBLE.get(organisation, ())
    return covered and "read" in words_of(organisation, category)


def released(organisation: str, kid: str, category: str) -> bool:
    return any(category in RELEASES[kind] for kind in OPEN_TASKS.get(organisation, {}).get(kid, ()))


def opens(organisation: str, kid: str, category: str) -> bool:
    given = released(organisation, kid, category) and bool(
        words_of(organisation, category) & {"task", "read"}
    )
    return given or reads(organisation, kid, category)


def by_which(organisation: str, secret: Secret) -> str:
    """By which word of the matrix an organisation sees a secret, and "" where by none; ``with``
    for who a child is, which comes with any record that one may open."""
    kid, category = secret.child, secret.category
    if organisation in (secret.producer, secret.told_to):
        return "own"
    if secret.record == ASKED:
        return ""
    if secret.record and not opens(organisation, kid, secret.record):
        # A note stands in its record: whoever may not see that sees no note of it.
        return ""
    if released(organisation, kid, category) and (
        category == "who" or opens(organisation, kid, category)
    ):
        return "task"
    if category == "reporter":
        # Whoever reads the category as such would know who reported.
        return ""
    if category == "who":
        return "with" if comes_with(organisation, kid, secret.producer) else ""
    if reads(organisation, kid, category):
        # What an agency wrote in answer to a task is not the school's or village's to read.
        states = secret.producer == HUB or words_of(secret.producer, category) & {"publish", "own"}
        if organisation in DISTRICT_WIDE or category == "contact" or states:
            return "read"
    covered = organisation in DISTRICT_WIDE or kid in RESPONSIBLE.get(organisation, ())
    return "flag" if secret.flag and covered and "flag" in words_of(organisation, category) else ""


def comes_with(organisation: str, kid: str, producer: str) -> bool:
    if reads(organisation, kid, "contact"):
        return True
    recorded = any(reads(organisation, kid, each) for each in RECORDED[kid])
    return recorded and any(
        reads(organisation, kid, stated) and words_of(producer, stated) & {"publish", "own"}
        for stated in STATED
    )


def may_see(organisation: str, secret: Secret) -> bool:
    return by_which(organisation, secret) != ""


def allowed_text(organisation: str, job: Job, text: str) -> bool:
    return any(may_see(organisation, secret) for secret in job.secrets if secret.text == text)


def elsewhere(organisation: str, job: Job, secret: Secret) -> bool:
    """Whether the same words are shown as another's statement: notices read alike, and all state
    one ID number."""
    return any(
        may_see(organisation, other)
        for other in job.secrets
        if other != secret and secret.text in other.text
    )


IDENTITY = ("who", "contact")
COLUMNS = (*IDENTITY, *(each for each in CSV["town"] if each in STATED), "reporter")


@dataclasses.dataclass(frozen=True)
class Cell:
    """One cell of the matrix: a seat, and what is decided alike under one column (who a child is
    and how to reach it are governed by one column, and decided apart)."""

    seat: str
    category: str

    @property
    def words(self) -> set[str]:
        return words_of(self.seat, self.category)

    @property
    def gives(self) -> set[str]:
        """By what a seat may see under this cell: never by a word that is not in it."""
        # What one stated oneself one sees again whatever the cell says, and who a child is comes
        # with records. What is read in one's jurisdiction may be given by a task elsewhere too.
        given = self.words & {"read", "task", "flag"} | {"own", ""}
        if "read" in self.words:
            given |= {"task"}
        return given | {"with", "task"} if self.category == "who" else given

    def __str__(self) -> str:
        return f"{self.seat}-{self.category}-{'+'.join(sorted(self.words))}"


CELLS = tuple(Cell(seat, category) for seat in CSV for category in COLUMNS)
