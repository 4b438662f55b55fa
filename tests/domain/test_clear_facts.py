"""policies/clear-facts.toml: what the store keeps unsealed, each with its reason.

A clear field must not be able to hold a word about a person. Pseudonyms, days, numbers, yes/no
and closed lists cannot; a plain text can, and is clear only where it holds a code.
"""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union
from uuid import UUID

import pytest

from domain.kernel import Event, Sealed
from domain.registry import EVENTS
from hub.policies import load_policies
from tests.domain.histories import one_of_each_event
from tests.together import all_of

CLEAR_FACTS = load_policies().clear_facts
HARMLESS = (bool, int, date, datetime, UUID, NoneType)

_ORGANISATION = r"[a-z_]+:\d+"
_CODE = r"[A-Z][A-Z_]*"
# Plain texts that are clear: codes, each of this form.
_DIGEST = r"[0-9a-f]{64}"
CODES = {
    "kept_from": _ORGANISATION,
    "asked_of": _ORGANISATION,
    "treated_at": _ORGANISATION,
    "asked_by": _ORGANISATION,
    "checked_by": _ORGANISATION,
    "accepted_by": _ORGANISATION,
    "addressee": _ORGANISATION,
    "concerns": _ORGANISATION,
    "taken_by": _ORGANISATION,
    "verifier": _ORGANISATION,
    "decider": _ORGANISATION,
    "choose_one": _CODE,
    "system": _CODE,
    "payer": _ORGANISATION,
    "department": _ORGANISATION,
    "checker": _ORGANISATION,
    "indicator": r"[a-z_]+",
    "organiser": _ORGANISATION,
    "signed_by": _ORGANISATION,
    "month": r"20\d\d-\d\d",
    "paid_for": _CODE,
    "decided_by": _ORGANISATION,
    "handed_by": _ORGANISATION,
    "held_by": _ORGANISATION,
    "ordered_of": _ORGANISATION,
    "ordered_by": _ORGANISATION,
    "former": _ORGANISATION,
    "lead": _ORGANISATION,
    "leads": _ORGANISATION,
    "approver": _ORGANISATION,
    "reporter": _ORGANISATION,
    "owed": r"20\d\d-(\d\d|Q[1-4])",
    "period": r"20\d\d(-(\d\d|Q[1-4]|H[12]|WINTER|SUMMER))?",
    "for_period": r"20\d\d(-(Q[1-4]|H[12]|WINTER|SUMMER))?",
    "duty": r"[a-z_]+",
    "register_number": r"[A-Z]{2}(-\d{1,4}){1,3}",
    "site": r"[A-Z]{2}(-\d{1,4}){1,3}",
    "run_by": _ORGANISATION,
    "kept_by": _ORGANISATION,
    "found_by": _ORGANISATION,
    "listed_by": _ORGANISATION,
    "unit": _ORGANISATION,
    "villages": r"\d{12}",
    "covered": r"\d{9}|\d{12}",
    "offered_to": _ORGANISATION,
    "offered_by": _ORGANISATION,
    "goes_to": _ORGANISATION,
    "handler": r"u-[a-z0-9-]+",
    "hub_user": r"u-[a-z0-9-]+",
    "deputy": r"u-[a-z0-9-]+",
    "held_for": _CODE,
    "declined_for": _CODE,
    "voided_for": _CODE,
    "to": _ORGANISATION,
    "issuer": _ORGANISATION,
    "told_organisations": _ORGANISATION,
    "organisation": _ORGANISATION,
    "reviewer": _ORGANISATION,
    "institution": _ORGANISATION,
    "owner": _ORGANISATION,
    "before": _ORGANISATION,
    "reporter_unit": _ORGANISATION,
    "told_to": _ORGANISATION,
    "conflicted_organisations": _ORGANISATION,
    "conflicted_by_file": _ORGANISATION,
    "police_station": _ORGANISATION,
    "school": _ORGANISATION,
    "requested_by": r"u-[a-z0-9-]+",
    "approved_by": r"u-[a-z0-9-]+",
    "readers": r"u-[a-z0-9-]+",
    "answered_by": r"u-[a-z0-9-]+",
    "rechecked_by": r"u-[a-z0-9-]+",
    "prepared_by": r"u-[a-z0-9-]+|console|inbound|user of .*",
    "rejected_by": r"u-[a-z0-9-]+",
    "put_up_by": _ORGANISATION,
    "record_class": r"[a-z_]+[a-z]_[a-z_]+",
    "sender": _ORGANISATION,
    "recipient": _ORGANISATION,
    "stated_by": _ORGANISATION,
    "town": r"\d{9}",
    "towns": r"\d{9}",
    "looked_into_by_town": r"\d{9}",
    "village": r"\d{12}",
    "stated_village": r"\d{12}",
    "home_village": r"\d{12}",
    "birth_month": r"\d{4}-(0[1-9]|1[0-2])",
    "kind": r"[a-z_]+",
    "help_kind": r"[a-z_]+",
    "over": r"[a-z_]+",
    "term": r"\d+ (minutes|hours|days|working_days|school_days|months)",
    "ladder": r"[a-z_]+",
    "paused_for": _CODE,
    "also_told": _ORGANISATION,
    "escalated_to": _ORGANISATION,
    "defects": _CODE,
    "outcome": _CODE,
    "ground": _CODE,
    "tier": _CODE,
    "digest": _DIGEST,
    "mark": _DIGEST,
}
# Codes whose name is a sealed text in another event: here where they are clear, by topic. Without
# this, a seal that is lost would hide behind the other's row.
CLEAR_AND_SEALED = {"outcome": {"referral.completed.v1", "report.household_checked.v1"}}


def clear_fields(event: type[Event]) -> dict[str, Any]:
    return {
        name: info.annotation
        for name, info in event.model_fields.items()
        if name not in event.SENSITIVE
    }


def parts(annotation: Any) -> Iterator[type]:
    """The plain types an annotation is made of: unions and tuples taken apart."""
    origin = typing.get_origin(annotation)
    if origin in (Union, UnionType, tuple):
        for argument in typing.get_args(annotation):
            if argument is not Ellipsis:
                yield from parts(argument)
    else:
        yield annotation


EVERY_CLEAR_FIELD = [
    (event, name, annotation)
    for event in EVENTS.values()
    for name, annotation in clear_fields(event).items()
]
each_clear_field = all_of(("event", "name", "annotation"), EVERY_CLEAR_FIELD)


@each_clear_field
def test_every_clear_field_is_listed_with_its_reason(
    event: type[Event], name: str, annotation: Any
) -> None:
    assert name in CLEAR_FACTS, f"{event.TOPIC}: seal {name}, or say why it must be clear"


def test_no_listed_field_is_unknown() -> None:
    assert set(CLEAR_FACTS) == {name for _, name, _ in EVERY_CLEAR_FIELD}


def test_a_reason_is_a_reason() -> None:
    for name, reason in CLEAR_FACTS.items():
        assert len(reason.split()) >= 5, name
    assert len(set(CLEAR_FACTS.values())) == len(CLEAR_FACTS)


@each_clear_field
def test_a_clear_field_cannot_hold_free_text(
    event: type[Event], name: str, annotation: Any
) -> None:
    for part in parts(annotation):
        if part is str:
            assert name in CODES, f"{event.TOPIC}: {name} could hold a word about a person"
        else:
            assert part in HARMLESS or issubclass(part, Enum), f"{event.TOPIC}: {name}: {part}"


def test_no_code_on_the_list_is_stale() -> None:
    texts = {name for _, name, annotation in EVERY_CLEAR_FIELD if str in parts(annotation)}
    assert texts == set(CODES)


def test_a_code_that_is_a_sealed_text_elsewhere_is_clear_only_where_it_is_said() -> None:
    sealed_names = {name for event in EVENTS.values() for name in event.SENSITIVE} & set(CODES)
    found: dict[str, set[str]] = {}
    for event, name, _ in EVERY_CLEAR_FIELD:
        if name in sealed_names:
            found.setdefault(name, set()).add(event.TOPIC)
    assert found == CLEAR_AND_SEALED


@all_of("name", CODES)
@pytest.mark.parametrize("words", ["测试甲", "孩子在外婆家", "Ma", "13000000000", "某路 1号", ""])
def test_no_form_of_a_code_lets_words_pass(name: str, words: str) -> None:
    assert not re.fullmatch(CODES[name], words)


@each_clear_field
def test_the_codes_that_decisions_write_have_their_form(
    event: type[Event], name: str, annotation: Any
) -> None:
    """In the events that decisions really produce, one of each type at least."""
    if name not in CODES or str not in parts(annotation):
        return
    values = [getattr(one, name) for one in one_of_each_event() if type(one) is event]
    assert values, event.TOPIC
    for each in values:
        for value in each if isinstance(each, tuple) else (each,):
            assert value is None or re.fullmatch(CODES[name], value), (name, value)


@all_of("event", EVENTS.values())
def test_a_sensitive_field_takes_text_sealed_text_or_nothing(event: type[Event]) -> None:
    """The codec seals texts; a number or a day under seal would not come back as it was."""
    for name in event.SENSITIVE:
        annotation = event.model_fields[name].annotation
        assert set(parts(annotation)) == {str, Sealed, NoneType}, name
