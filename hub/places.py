"""Places by name: villages and towns of policies/divisions.csv, organisations of the directory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from domain.identifiers import squeeze_text
from domain.organisations import Organisation, Seat
from hub.directory import Directory, UnknownOrganisation
from hub.policies import Division

_ENDINGS = ("社区居委会", "居委会", "居民委员会", "村委会", "村民委员会", "社区", "村")

_NAME_AT_LEAST = 3
_AT_A_PLACE = frozenset(
    {
        Seat.SCHOOL,
        Seat.VILLAGE,
        Seat.TOWN,
        Seat.HOSPITAL,
        Seat.POLICE_STATION,
        Seat.WELFARE_INSTITUTION,
        Seat.SOCIAL_ORGANISATION,
    }
)


def _short(name: str) -> str:
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return name


@lru_cache(maxsize=4)
def _villages(divisions: tuple[Division, ...]) -> Mapping[str, frozenset[str]]:
    """Name, with its town or without, long or short → the codes of the villages called so. The
    same list serves for as long as the policies stand."""
    by_name: dict[str, set[str]] = {}
    for each in divisions:
        for town in ("", each.town_name):
            for village in (each.name, _short(each.name)):
                by_name.setdefault(town + village, set()).add(each.code)
    return {name: frozenset(codes) for name, codes in by_name.items()}


class DistrictPlaces:
    """Answers where a place named in a record is, and who answers for it."""

    def __init__(self, divisions: tuple[Division, ...], directory: Directory) -> None:
        self._directory = directory
        self._codes = {each.code: each.town_code for each in divisions}
        self._by_name = _villages(divisions)
        self._towns = sorted({each.town_name for each in divisions})

    def village(self, text: str) -> tuple[str, str] | None:
        """(village code, town code) by 12-digit code, name, short name, or with the town before
        it; None for a name that fits none or several."""
        wanted = squeeze_text(text)
        if wanted in self._codes:
            return wanted, self._codes[wanted]
        codes = self._by_name.get(wanted) or self._by_name.get(_short(wanted)) or frozenset()
        if len(codes) != 1:
            return None
        code = next(iter(codes))
        return code, self._codes[code]

    def school(self, text: str) -> str | None:
        """The identifier of a school by name or code, or None."""
        found: Organisation | None = self._directory.by_name(Seat.SCHOOL, squeeze_text(text))
        return found.id if found else None

    def institution(self, text: str) -> str | None:
        """The identifier of a welfare institution by name or code, or None."""
        found = self._directory.by_name(Seat.WELFARE_INSTITUTION, squeeze_text(text))
        return found.id if found else None

    def organisation(self, text: str) -> str | None:
        """The identifier of an organisation by its exact name (spaces and full-width forms make no
        difference) or identifier; None for a name that fits none or several."""
        wanted = squeeze_text(text)
        found = [
            each.id
            for each in self._directory.organisations()
            if wanted in (each.id, squeeze_text(each.name))
        ]
        return found[0] if len(found) == 1 else None

    def registered(self, organisation: str) -> bool:
        """Whether there is an organisation with this identifier."""
        try:
            self._directory.organisation(organisation)
        except UnknownOrganisation:
            return False
        return True

    def organisations(self) -> Sequence[Organisation]:
        """All of the directory's."""
        return self._directory.organisations()

    def names_place(self, text: str) -> bool:
        """Whether a text names a village, a town, or an organisation that is at one place: of these
        all but the district's own departments. Names shorter than three characters are no sign."""
        said = squeeze_text(text)
        return any(name in said for name in self._names())

    def _names(self) -> Iterator[str]:
        yield from (name for name in self._by_name if len(name) >= _NAME_AT_LEAST)
        yield from self._towns
        for each in self._directory.organisations():
            if each.seat in _AT_A_PLACE and len(each.name) >= _NAME_AT_LEAST:
                yield squeeze_text(each.name)

    def police_station(self, town: str | None) -> str:
        """The station whose beat covers a town, else the sub-bureau."""
        return self._directory.police_station(town)

    def town_of(self, organisation: str) -> str | None:
        """The town an organisation sits in, or None."""
        return self._directory.town_of(organisation)
