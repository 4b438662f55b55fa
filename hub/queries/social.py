"""Questions about social organisations (社会组织): who is accredited, what supports them, and which
towns the care services of social workers reach (plan 二6 P50, 二2 P13)."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from domain.calendar import shanghai_date
from domain.kernel import Category
from domain.organisations import seat_of, town_organisation
from domain.social_organisation import SOCIAL_ORGANISATION, Accredited, Social, social_id
from domain.support_codes import SOCIAL_KIND, SUPPORT_FORM
from hub.answers import ServiceCoverage, SocialProject, SocialStanding
from hub.keyservice import Reader
from hub.queries.asked import Asked
from hub.queries.door import Door, of_matters
from projections.tables import FACTS


class SocialForces(Door):
    """Accreditations and projects, of which no one names a child."""

    def social_organisations(self, reader: Reader) -> tuple[SocialStanding, ...]:
        """Every social organisation that was ever accredited, as far as the reader's organisation
        sees it: its own, or all where it reads the programmes of the district."""
        asked = self._admit(reader, "social_organisations")
        found = self._social(reader, asked)
        self._keyservice.note(reader, {"": (Category.PROGRAMMES.value,)}, "social_organisations")
        today = shanghai_date(self._clock.now())
        return tuple(
            SocialStanding(
                organisation=organisation,
                organisation_name=self._directory.name(organisation),
                social_kind=SOCIAL_KIND.label(state.social_kind or ""),
                accredited=state.accredited(today),
                until=None if state.until is None else state.until.isoformat(),
                projects=tuple(
                    SocialProject(
                        project=str(number),
                        support_form=SUPPORT_FORM.label(each.support_form),
                        care_service=each.care_service,
                        towns=each.towns,
                        since=each.since.isoformat(),
                        until=each.until.isoformat(),
                        yuan=each.yuan,
                        reviewed=tuple(sorted(each.reviews)),
                    )
                    for number, each in sorted(state.projects.items(), key=lambda p: str(p[0]))
                ),
            )
            for organisation, state in found.items()
        )

    def service_coverage(self, reader: Reader, year: int | None = None) -> ServiceCoverage | None:
        """Which towns are reached by care services of social workers (社工关爱服务项目) in a
        calendar year (the running one), and how many children those served by their reviews; None
        for whoever does not read the programmes of the district."""
        asked = self._admit(reader, "service_coverage")
        rules, seat = self._policies.rules.workforce.figures, seat_of(reader.organisation)
        if seat not in rules.covers or Category.PROGRAMMES not in asked.matters:
            self._keyservice.note(reader, {"": ()}, "service_coverage.nothing")
            return None
        of = year or shanghai_date(self._clock.now()).year
        projects: Counter[str] = Counter()
        forms: Counter[str] = Counter()
        yuan = served = 0
        for state in self._social(reader, asked).values():
            for each in state.projects.values():
                if not each.since.year <= of <= each.until.year:
                    continue
                forms[each.support_form.value] += 1
                yuan += each.yuan
                if each.care_service:
                    projects.update(each.towns)
                    served += each.reviews[of][1] if of in each.reviews else 0
        self._keyservice.note(reader, {"": (Category.PROGRAMMES.value,)}, "service_coverage")
        shown = seat not in rules.as_counts or served >= rules.suppress_below
        return ServiceCoverage(
            year=of,
            towns={
                town: (self._directory.name(town_organisation(town)), projects[town])
                for town in sorted(self._policies.towns)
            },
            covered=sum(projects[town] > 0 for town in self._policies.towns),
            forms={form: forms[form] for form in SUPPORT_FORM.labels},
            yuan=yuan,
            children_served=served if shown else None,
        )

    def _social(self, reader: Reader, asked: Asked) -> dict[str, Social]:
        query = (
            select(FACTS.c.clear)
            .where(
                FACTS.c.organisation == reader.organisation,
                FACTS.c.topic == Accredited.TOPIC,
                *of_matters(asked, Category.PROGRAMMES),
            )
            .order_by(FACTS.c.position)
        )
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            named = [clear["organisation"] for clear in connection.execute(query).scalars()]
        return {
            each: self._store.load(SOCIAL_ORGANISATION, social_id(each)).state
            for each in sorted(set(named))
        }
