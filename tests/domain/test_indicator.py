"""Indicators (指标) as data: how facts are counted, and what of a figure is shown (plan 一 P01, 三1
P55)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from domain.indicator import (
    Counts,
    Figure,
    Indicator,
    Measure,
    Said,
    Target,
    Tells,
    count,
    rows_of,
)
from domain.indicator_shown import Shown, drawn, drawn_anew, in_steps, last_quarter_end
from domain.kernel import Category
from domain.organisations import Seat
from hub.authorization.policy import PolicyError
from hub.indicator_rules import parse_indicators
from hub.policies import FOLDER, _toml, load_policies
from tests.domain.invented import OTHER_TOWN, OTHER_TOWN_CODE, TOWN, TOWN_CODE, VILLAGE

BELOW = 5
ACCESS = load_policies().access
RULES = load_policies().rules.indicators
HELD = "activity.recorded.v1"
END = date(2025, 12, 31)


def indicator(**stated: Any) -> Indicator:
    return Indicator.model_validate(
        {
            "title": "示例指标",
            "owner": Seat.TOWN,
            "reported_by": Seat.CIVIL_AFFAIRS,
            "matter": Category.PROGRAMMES,
            "tells_of": Tells.THINGS,
            "unit": "个",
            "definition": "示例口径",
            "reads": "示例",
            "targets": [{"year": 2025, "value": 1}],
            "of": {"counts": [{"topic": HELD}]},
            "source": "示例依据",
            **stated,
        }
    )


def said(
    clear: dict[str, Any],
    *,
    topic: str = HELD,
    producer: str = TOWN,
    event: str = "",
    on: date = END,
) -> Said:
    event = event or repr(sorted(clear.items(), key=str))
    return Said(topic, "stream", event, producer, on, clear)


def figure(of: Indicator, facts: Sequence[Said], year: int = 2025, until: date = END) -> Any:
    rules = RULES.with_indicators({"one": of})
    rows = [row for fact in facts for row in rows_of(rules, fact)]
    return count(of, rows, year, until)


# The file


def test_p55_every_seat_has_an_indicator_with_its_definition_source_and_target() -> None:
    """各部门落实任务指标."""
    assert {each.owner for each in RULES.indicators.values()} == set(Seat)
    for code, each in RULES.indicators.items():
        assert "plan " in each.source, code
        if each.better != "neither":
            assert [target.year for target in each.targets] == [2024, 2025, 2026], code


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"of": {"counts": [{"topic": "activity.held.v9"}]}}, "没有这种事件"),
        (
            {"of": {"counts": [{"topic": HELD, "where": {"activity": ["DANCING"]}}]}},
            "没有这些代码",
        ),
        (
            {"of": {"counts": [{"topic": HELD, "where": {"title": ["a"]}}]}},
            "没有这些明文字段",
        ),
        ({"of": {"counts": [{"topic": HELD}], "adds": "account"}}, "没有这些明文字段"),
        ({"reported_by": "court", "matter": "orders"}, "不登记服务项目"),
        ({"matter": "harm"}, "看不到这类数"),
        ({"matter": "meals"}, "不合规定"),
        ({"unit": "%"}, "单位必须是"),
        ({"targets": []}, "必须有目标"),
    ],
)
def test_what_cannot_be_counted_or_shown_is_refused_by_name(
    change: dict[str, Any], says: str
) -> None:
    data = _toml(FOLDER / "indicators.toml")
    data["indicators"]["league_activities"] |= change
    with pytest.raises(PolicyError, match=r"league_activities.*" + says):
        parse_indicators(data, ACCESS)


def test_a_seat_without_an_indicator_is_refused() -> None:
    data = _toml(FOLDER / "indicators.toml")
    del data["indicators"]["protection_orders"]
    with pytest.raises(PolicyError, match="法院"):
        parse_indicators(data, ACCESS)


def test_a_return_is_checked_by_who_is_shown_all_of_it_and_is_no_party() -> None:
    assert RULES.checker(Seat.FINANCE) is Seat.CIVIL_AFFAIRS
    assert RULES.checker(Seat.CIVIL_AFFAIRS) is Seat.WOMEN_CHILDREN_OFFICE
    # The matrix shows civil affairs no counts of harm.
    assert RULES.checker(Seat.POLICE) is Seat.WOMEN_CHILDREN_OFFICE
    assert RULES.checker(Seat.WOMEN_CHILDREN_OFFICE) is Seat.CIVIL_AFFAIRS


# Counting


def test_only_what_the_formula_names_counts() -> None:
    formula = Measure(
        counts=(
            Counts(
                topic=HELD,
                where={"activity": frozenset({"A"}), "late": frozenset({"false"})},
                absent=("closed_on",),
                by=frozenset({Seat.TOWN}),
                seat_of={"owner": frozenset({Seat.VILLAGE})},
            ),
        )
    )
    counted: dict[str, Any] = {"activity": "A", "late": False, "closed_on": None, "owner": VILLAGE}
    of = indicator(of=formula)
    others: list[dict[str, Any]] = [
        {"activity": "B"},
        {"late": True},
        {"closed_on": "2025-01-01"},
        {"owner": TOWN},
    ]
    facts = [
        said(counted),
        *(said({**counted, **other}) for other in others),
        said({**counted, "n": 1}, producer=VILLAGE),
        said({**counted, "n": 2}, producer="hub:310117"),
        said({**counted, "owner": None}),
    ]
    assert figure(of, facts)[0] == Figure(1)


def test_a_record_that_is_corrected_counts_once_as_it_is_now() -> None:
    of = indicator(of=Measure(counts=(Counts(topic=HELD),), key=("record_id",), adds="sessions"))
    first, other = {"record_id": "1", "sessions": 3}, {"record_id": "2", "sessions": 4}
    assert figure(of, [said(first), said(other), said({**first, "sessions": 5})])[0] == Figure(9)


def test_what_ended_stands_no_more_and_what_stands_is_of_every_year() -> None:
    of = indicator(
        of=Measure(
            counts=(Counts(topic=HELD),), ends=("activity.over",), key=("child_ref",), standing=True
        )
    )
    begun = [said({"child_ref": each}, on=date(2024, 5, 1)) for each in ("a", "b")]
    over = said({"child_ref": "a"}, topic="activity.over", on=date(2025, 3, 1))
    assert figure(of, [*begun, over])[0] == Figure(1)
    assert figure(of, [*begun, over], until=date(2025, 2, 28))[0] == Figure(2)
    again = said({"child_ref": "a"}, on=date(2025, 6, 1))
    assert figure(of, [*begun, over, again])[0] == Figure(2)


def test_what_is_of_another_year_or_after_the_reference_date_does_not_count() -> None:
    of = indicator(of=Measure(counts=(Counts(topic=HELD),), day="held_on"))
    days = ["2024-12-31", "2025-01-01", "2025-06-30", "2025-07-01"]
    facts = [said({"held_on": day}) for day in days]
    assert figure(of, facts, until=date(2025, 6, 30))[0] == Figure(2)
    assert figure(of, facts, year=2024, until=date(2024, 12, 31))[0] == Figure(1)


def test_a_share_is_in_tenths_of_a_per_cent_and_of_nothing_there_is_none() -> None:
    of = indicator(
        unit="%",
        of=Measure(counts=(Counts(topic=HELD, where={"late": frozenset({"false"})}),)),
        among=Measure(counts=(Counts(topic=HELD),)),
    )
    facts = [said({"late": late, "n": n}) for n, late in enumerate([False, False, True])]
    (whole, _) = figure(of, facts)
    assert (whole, whole.value, of.words(whole.value)) == (Figure(2, 3), 667, "66.7%")
    (nothing, _) = figure(of, [])
    assert (nothing.value, of.words(nothing.value)) == (None, "—")


def test_by_town_whatever_says_where() -> None:
    for place, here, there in (
        ("town", TOWN_CODE, OTHER_TOWN_CODE),
        ("owner", VILLAGE, OTHER_TOWN),
    ):
        of = indicator(by_town=True, of=Measure(counts=(Counts(topic=HELD),), place=place))
        facts = [said({place: where, "n": n}) for n, where in enumerate([here, here, there, None])]
        whole, towns = figure(of, facts)
        assert whole == Figure(4)
        assert towns == {TOWN_CODE: Figure(2), OTHER_TOWN_CODE: Figure(1)}


# What is shown

PEOPLE = indicator(tells_of=Tells.PEOPLE, unit="人")
SHARE = indicator(tells_of=Tells.PEOPLE, unit="%", among={"counts": [{"topic": HELD}]})
THINGS = indicator()


@pytest.mark.parametrize(
    ("exact", "shown"), [(0, 0), (1, None), (4, None), (5, 5), (9, 5), (10, 10), (99, 95)]
)
def test_people_of_a_year_that_goes_on_are_shown_in_steps(exact: int, shown: int | None) -> None:
    assert in_steps(PEOPLE, Figure(exact), BELOW) == shown
    assert in_steps(THINGS, Figure(exact), BELOW) == exact


@pytest.mark.parametrize(
    ("number", "among", "shown"),
    [
        (0, 0, None),
        (0, 4, None),
        (4, 4, None),
        (0, 20, 0),
        (4, 20, None),
        (16, 20, None),
        (20, 20, 1000),
        (10, 20, 500),
    ],
)
def test_a_share_is_left_out_where_few_are_in_it_or_few_are_not(
    number: int, among: int, shown: int | None
) -> None:
    assert drawn(SHARE, Figure(number, among), {}, BELOW).value == shown
    assert in_steps(SHARE, Figure(number, among), BELOW) == shown


def test_small_towns_go_with_another_by_which_they_could_be_reckoned() -> None:
    towns = {"a": Figure(2), "b": Figure(9), "c": Figure(20), "d": Figure(0)}
    shown = drawn(PEOPLE, Figure(31), towns, BELOW)
    assert shown == Shown(31, {"a": None, "b": None, "c": 20, "d": 0})
    of_a_share = {"a": Figure(18, 20), "b": Figure(10, 20), "c": Figure(30, 60)}
    assert drawn(SHARE, Figure(58, 100), of_a_share, BELOW).towns == {
        "a": None,
        "b": None,
        "c": 500,
    }
    assert drawn(THINGS, Figure(1), {"a": Figure(1)}, BELOW) == Shown(1, {"a": 1})


def test_what_is_drawn_anew_changes_by_many_or_not_at_all() -> None:
    before = Shown(20, {"a": 8, "b": 12})
    few = drawn_anew(PEOPLE, before, Figure(22), {"a": Figure(9), "b": Figure(13)}, BELOW)
    assert few == Shown(20, {"a": 8, "b": 12}, unchanged=True)
    many = drawn_anew(PEOPLE, before, Figure(27), {"a": Figure(9), "b": Figure(18)}, BELOW)
    assert many == Shown(27, {}), "the towns of both would tell of one"
    whole = drawn_anew(PEOPLE, before, Figure(30), {"a": Figure(18), "b": Figure(12)}, BELOW)
    assert whole == Shown(30, {"a": 18, "b": 12})
    gone = drawn_anew(PEOPLE, before, Figure(3), {"a": Figure(3), "b": Figure(0)}, BELOW)
    assert gone == Shown(None, {})
    assert drawn_anew(THINGS, Shown(3), Figure(4), {}, BELOW) == Shown(4)


def test_a_share_that_is_drawn_anew_is_compared_in_people() -> None:
    before = Shown(500)
    assert drawn_anew(SHARE, before, Figure(52, 100), {}, BELOW) == Shown(500, {}, unchanged=True)
    assert drawn_anew(SHARE, before, Figure(60, 100), {}, BELOW) == Shown(600, {})


def test_the_last_quarter_that_is_over() -> None:
    assert last_quarter_end(date(2025, 4, 1)) == date(2025, 3, 31)
    assert last_quarter_end(date(2025, 3, 31)) == date(2024, 12, 31)


def test_a_target_is_of_its_year() -> None:
    of = indicator(targets=[Target(year=2025, value=3), Target(year=2026, value=4)])
    assert [of.target(year) for year in (2024, 2025, 2026)] == [None, 3, 4]
