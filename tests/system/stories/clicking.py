"""The same district, where people click: they fill in forms, accept and answer on pages, and read
their tasks there. What has no page yet goes through the door for it, as everywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fastapi.testclient import TestClient
from playwright.sync_api import Page

from domain.organisations import Post
from hub.bootstrap import Program
from hub.web.forms import Widget, widgets
from tests.system.stories.district import SOMEBODY, Story
from tests.web.browser import Seat, Site

_YES = {"是": "是", "1": "是", "True": "是", "否": "否", "0": "否", "False": "否"}


class ClickedStory(Story):
    """What the people of a story do in their browsers."""

    def __init__(self, hub: Program, client: TestClient, site: Site) -> None:
        super().__init__(hub, client)
        self._site = site
        self._seats: dict[str, Seat] = {}
        self.clicks = 0

    def reports(
        self, organisation: str, kind: str, values: Mapping[str, Any], person: str = SOMEBODY
    ) -> str:
        """Fill in the form of a kind of record; where it asks for something that no page knows of,
        as before."""
        record = self.hub.intake.kind(organisation, kind)
        stated, unknown = self.hub.intake.by_field(kind, values)
        fields = {each.name: each for each in widgets(record)}
        if unknown or not all(
            name in fields and _can_be_chosen(fields[name], value) for name, value in stated.items()
        ):
            return super().reports(organisation, kind, values, person)
        page = self._sits(organisation, person).open(f"/records/{kind.replace('.', '/')}")
        for summary in page.locator("main form summary").all():
            summary.click()
        for name, value in stated.items():
            _fill(page, fields[name], value)
        page.click("main form button.main")
        page.wait_for_selector(".done")
        self.clicks += 1
        self.settle()
        return page.inner_text(".done strong")

    def accepts(self, organisation: str, title: str) -> None:
        self._steps(organisation, f"/referrals/{self.task(organisation, title).id}", "accept", {})

    def answers(self, organisation: str, title: str, outcome: str) -> None:
        task = self.task(organisation, title)
        if task.state == "requested":
            self.accepts(organisation, title)
        done = {"outcome": outcome, "account": "（示例）已办"}
        self._steps(organisation, f"/referrals/{task.id}", "complete", done)

    def tasks(self, organisation: str) -> list[str]:
        """As the page lists them, which are those of the door."""
        told = super().tasks(organisation)
        page = self._sits(organisation).open("/inbox")
        listed = page.locator("tbody th a").all_inner_texts()
        assert sorted(listed) == sorted(told)
        return told

    def does(
        self,
        organisation: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        person: str = SOMEBODY,
    ) -> None:
        """On the page for it, where that asks for all that is said."""
        found = _page_of(path)
        if found is None:
            super().does(organisation, path, body, person)
            return
        page, step = found
        self._steps(organisation, page, step, _as_typed(step, body or {}), person)

    def approves(self, organisation: str) -> None:
        self.desk(organisation, "负责人", Post.HEAD)
        page = self._sits(organisation, "负责人").open("/matters/approvals")
        (waiting,) = page.locator("tbody th a").all()
        path = waiting.get_attribute("href") or ""
        self._steps(organisation, path, "approve", {}, "负责人")

    def _steps(
        self,
        organisation: str,
        path: str,
        step: str,
        typed: Mapping[str, Any],
        person: str = SOMEBODY,
    ) -> None:
        self.settle()
        page = self._sits(organisation, person).open(path)
        form = page.locator(f"#act-{step}")
        if not form.is_visible():
            page.locator("details", has=form).locator("summary").click()
        for name, value in typed.items():
            field = form.locator(f"[name={name}]")
            if field.first.get_attribute("type") == "checkbox":
                for each in value if isinstance(value, list) else ["yes"] if value else []:
                    form.locator(f"[name={name}][value='{each}']").check()
            elif field.evaluate("each => each.tagName") != "SELECT":
                field.fill(str(value))
            elif form.locator(f"[name={name}] option[value='{value}']").count():
                field.select_option(str(value))
            else:
                field.select_option(label=str(value))
        form.locator("button").click()
        page.wait_for_selector(".done")
        self.clicks += 1
        self.settle()

    def _sits(self, organisation: str, person: str = SOMEBODY) -> Seat:
        user = self.desk(organisation, person).user
        seat = self._seats.get(user.user)
        if seat is None:
            seat = self._seats[user.user] = self._site.sit_down(user)
        else:
            seat.sign_in()
        return seat

    def done(self) -> None:
        """At the end every browser is closed, none of which had anything to complain of."""
        for seat in self._seats.values():
            seat.context.close()
        complaints = [each for seat in self._seats.values() for each in seat.complaints]
        assert complaints == []
        assert [each for seat in self._seats.values() for each in seat.beyond] == []


_PAGES = (
    (r"/reports/([^/]+)/(.+)", "/matters/reports/{}"),
    (r"/supervisory-orders/([^/]+)/(.+)", "/matters/orders/{}"),
    (r"/advice/([^/]+)/(.+)", "/matters/advice/{}"),
    (r"/cases/([^/]+)/(?:lead/)?(offer|accept|decline|close)", "/matters/cases/{}"),
    (r"/records-requests/([^/]+)/(.+)", "/matters/requests/{}"),
    (r"/statutory-returns/([^/]+)/(.+)", "/matters/exact-figures/{}"),
    (
        r"/children/([^/]+)/(safety-instruction|safe-contact|move)(/end|/withdraw)?",
        "/children/{}/steps",
    ),
)
"""Where people do what a door is for."""
_STEPS = {
    "safety-instruction": "safety",
    "safety-instruction/end": "safety-end",
    "safe-contact": "contact",
    "safe-contact/end": "contact-end",
    "move/withdraw": "move-withdraw",
    "evidence/ask": "evidence-ask",
    "evidence/receive": "evidence-receive",
}
_SEATS = {"town": "town", "village": "village", "police_station": "station", "school": "school"}


def _page_of(path: str) -> tuple[str, str] | None:
    """The page on which something is done, and the step."""
    for pattern, page in _PAGES:
        found = re.fullmatch(pattern, path)
        if found:
            step = "".join(filter(None, found.groups()[1:]))
            return page.format(found[1]), _STEPS.get(step, step)
    return None


def _as_typed(step: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a page asks for, of what is said at the door."""
    if step == "feedback":
        return {"told" if name == "note" else name: value for name, value in body.items()}
    if step == "move":
        return {_SEATS[each.partition(":")[0]]: each for each in body["receivers"]}
    return body


def _can_be_chosen(widget: Widget, value: object) -> bool:
    """Whether a page asks for it in these words: a sheet may have others, and identifiers of its
    own making."""
    if widget.name == "visit_id":
        return False
    if widget.kind == "choice":
        return _word(widget, str(value)) is not None
    if widget.kind == "several":
        return all(_word(widget, part) is not None for part in _parts(value))
    return True


def _word(widget: Widget, text: str) -> str | None:
    return next((word for code, word in widget.choices if text in (code, word)), None)


def _parts(value: object) -> list[str]:
    return [part.strip() for part in str(value).replace("，", "、").split("、") if part.strip()]


def _fill(page: Page, widget: Widget, value: object) -> None:
    """Fill in one field as a person would."""
    text = str(value)
    if widget.kind == "yes_no":
        word = _YES.get(text, text)
        page.check(f"input[name={widget.name}][value={word}]")
    elif widget.kind == "choice":
        page.select_option(f"#{widget.name}", label=_word(widget, text))
    elif widget.kind == "several":
        for part in _parts(value):
            page.check(f"input[name={widget.name}][value='{_word(widget, part)}']")
    else:
        page.fill(f"#{widget.name}", text)
